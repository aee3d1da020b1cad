"""How a battery takes power: curves over the state of charge, and a station's power shared out.

The power is constant inside one percent of state of charge. So the energy between two moments is a plain sum, and
what a world looks like does not depend on how often somebody looked at it.
"""

from collections.abc import Sequence
from functools import cache

from .model import VehicleModel

#: share of the best power that is left at a full battery
FULL_BATTERY_SHARE = 0.12
#: share of the best power that is left at the knee; up to there it falls slowly
KNEE_SHARE = 0.9
#: below this a battery warms up and takes less, in percent
COLD_BELOW = 5


@cache
def curve(model: VehicleModel, alternating: bool) -> tuple[float, ...]:
    """Return what a vehicle takes at most, in W, one value per percent of state of charge (0 to 99)."""
    return tuple(_acceptance(model, alternating, soc) for soc in range(100))


def _acceptance(model: VehicleModel, alternating: bool, soc: int) -> float:
    """Return the power in W that a vehicle takes at a state of charge."""
    if alternating:
        # the on-board charger is the limit, not the battery, nearly up to the end
        return model.max_ac_w if soc < 97 else model.max_ac_w * 0.5
    if soc < COLD_BELOW:
        return model.max_dc_w * 0.7
    if soc <= model.knee:
        fallen = (soc - COLD_BELOW) / (model.knee - COLD_BELOW)
        return model.max_dc_w * (1 - (1 - KNEE_SHARE) * fallen)
    fallen = (soc - model.knee) / (100 - model.knee)
    return model.max_dc_w * (KNEE_SHARE - (KNEE_SHARE - FULL_BATTERY_SHARE) * fallen)


def share(limit: float, wanted: Sequence[float]) -> list[float]:
    """Share a limit out fairly: who wants little gets it, the rest is split evenly among the others."""
    given = [0.0] * len(wanted)
    left = limit
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for position, index in enumerate(order):
        given[index] = min(wanted[index], left / (len(order) - position))
        left -= given[index]
    return given


def charge(
    model: VehicleModel, alternating: bool, soc_from: float, soc_to: float, max_w: float
) -> tuple[float, float]:
    """Return the seconds that charging between two states of charge takes, and the highest power in W.

    Args:
        model: the vehicle.
        alternating: whether it charges on AC.
        soc_from: percent at the beginning.
        soc_to: percent at the end, not below `soc_from`.
        max_w: what the connector gives at most, in W.
    """
    accepted = curve(model, alternating)
    seconds = peak = 0.0
    soc = soc_from
    while soc < soc_to:
        bound = min(int(soc) + 1, soc_to)
        power = min(accepted[int(soc)], max_w)
        seconds += (bound - soc) / 100 * model.battery_wh * 3600 / power
        peak = max(peak, power)
        soc = bound
    return seconds, peak
