"""What sessions tell about a charger or a car at any moment, past ones too."""

from bisect import bisect_right
from datetime import datetime

from .live import LiveCar, LiveCharger, LiveSession
from .model import HomeSession


def start_of(session: HomeSession) -> datetime:
    """Return the key by which sessions are in order."""
    return session.start


def end_of(session: HomeSession | None) -> datetime | None:
    """Return when a session ended, if there is one and it has."""
    return None if session is None else session.end


def all_of(kept: list[HomeSession], running: LiveSession | None) -> list[HomeSession]:
    """Return the sessions that are over and the one that is not, in order."""
    return kept if running is None else [*kept, running.view()]


def latest(
    kept: list[HomeSession], running: LiveSession | None, moment: datetime
) -> HomeSession | None:
    """Return the last session that began up to a moment."""
    if running is not None and running.start <= moment:
        return running.view()
    index = bisect_right(kept, moment, key=start_of)
    return kept[index - 1] if index else None


def power(charger: LiveCharger, running: HomeSession | None, moment: datetime) -> float:
    """Return the power in W with which a charger charges at a moment."""
    if running is None:
        return 0.0
    whole = latest(charger.sessions, charger.running, moment)
    return 0.0 if whole is None else whole.power_at(moment)


def on_the_road(car: LiveCar, moment: datetime) -> tuple[float, float]:
    """Return state of charge and odometer of a car that is not plugged in: in between what comes before and after."""
    index = bisect_right(car.sessions, moment, key=start_of)
    before = car.sessions[index - 1] if index else None
    after = car.sessions[index] if index < len(car.sessions) else None
    if after is None and car.running is not None:
        after = car.running.view()
    if before is None and after is not None:
        return after.soc_start, after.odometer_km
    if before is None or before.end is None:
        return car.soc, car.odometer_km
    soc = before.soc_at(before.end)
    if after is not None and after.start > moment:
        done = (moment - before.end) / (after.start - before.end)
        return (
            soc + (after.soc_start - soc) * done,
            before.odometer_km + (after.odometer_km - before.odometer_km) * done,
        )
    trip = car.trip
    if trip is None or trip.start > moment:
        return soc, car.odometer_km
    now = trip.soc_at(moment)
    used = (trip.soc_from - now) / 100 * car.car.model.battery_wh
    return now, car.odometer_km + used / car.car.model.wh_per_km
