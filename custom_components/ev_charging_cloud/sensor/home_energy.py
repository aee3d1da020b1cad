"""Sensors of home energy systems: what flows now, and meters for the energy dashboard.

A meter is a total that may fall, as the vendor corrects what it told; it begins when the
account is added. If what is kept of it is lost, it begins anew, which ``last_reset``
tells: what statistics have is neither lost nor counted again.
"""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfRatio

from ..clients.client import Capability
from ..clients.home_energy import BATTERY, Flow, HomeEnergy
from ..entity import Detail
from .base import ChargingSensorDescription, moment, power

CAPABILITIES = {
    Flow.SOLAR: Capability.HOME_SOLAR,
    Flow.HOME: Capability.HOME_ENERGY,
    Flow.GRID_IMPORT: Capability.HOME_GRID,
    Flow.GRID_EXPORT: Capability.HOME_GRID,
    Flow.BATTERY_CHARGE: Capability.HOME_BATTERY,
    Flow.BATTERY_DISCHARGE: Capability.HOME_BATTERY,
}


def _power(flow: Flow) -> ChargingSensorDescription[HomeEnergy]:
    return power(
        f"{flow}_power",
        lambda home: home.power.get(flow),
        capability=CAPABILITIES[flow],
        exists_fn=lambda home: flow in home.told,
        # What a home takes at night is a few hundred watts.
        precision=2,
    )


def _meter(flow: Flow) -> ChargingSensorDescription[HomeEnergy]:
    return ChargingSensorDescription(
        key=f"{flow}_energy",
        translation_key=f"{flow}_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        capability=CAPABILITIES[flow],
        detail=Detail.ESSENTIAL,
        exists_fn=lambda home: flow in home.told,
        value_fn=lambda home: home.energy.get(flow),
        last_reset_fn=lambda home: home.counted_since,
    )


HOME_ENERGY: tuple[ChargingSensorDescription[HomeEnergy], ...] = (
    *map(_power, Flow),
    *map(_meter, Flow),
    ChargingSensorDescription(
        key="battery_level",
        translation_key="home_battery_level",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        capability=Capability.HOME_BATTERY,
        exists_fn=lambda home: bool(home.told & BATTERY),
        value_fn=lambda home: home.battery_level,
    ),
    moment(
        "last_seen",
        lambda home: home.reported_at,
        capability=Capability.HOME_ENERGY,
        category=EntityCategory.DIAGNOSTIC,
    ),
)
