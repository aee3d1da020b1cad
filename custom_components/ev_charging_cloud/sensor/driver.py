"""Sensors of a driver: the session that runs, the last one, and the invoices."""

from collections.abc import Callable
from functools import partial

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfTime

from ..clients.client import Capability
from ..clients.enums import SessionStatus
from ..clients.model import ChargingSession, Driver
from ..entity import Detail
from .base import ChargingSensorDescription, choice, moment
from .kept import KeptSensorDescription, lifetime_energy
from .session import energy_of, money_of

SESSIONS = Capability.DRIVER_SESSIONS


def _running(driver: Driver) -> ChargingSession | None:
    return driver.running


def _last(driver: Driver) -> ChargingSession | None:
    return driver.last


def _text(
    key: str,
    read: Callable[[Driver], str | None],
    *,
    enabled: bool = True,
) -> ChargingSensorDescription[Driver]:
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        capability=SESSIONS,
        detail=Detail.TOTALS,
        entity_registry_enabled_default=enabled,
        value_fn=read,
    )


def _duration(session: ChargingSession) -> float | None:
    if session.started_at is None or session.ended_at is None:
        return None
    return (session.ended_at - session.started_at).total_seconds()


_money = partial(money_of, detail=Detail.TOTALS)

DRIVER: tuple[ChargingSensorDescription[Driver], ...] = (
    choice(
        "session_status",
        SessionStatus,
        lambda driver: driver.running.status if driver.running else None,
        capability=SESSIONS,
        detail=Detail.TOTALS,
        enabled=True,
    ),
    energy_of(
        "session_energy",
        _running,
        lambda session: session.energy,
        capability=SESSIONS,
        detail=Detail.TOTALS,
    ),
    _money("session_cost", _running, lambda session: session.cost),
    _money(
        "session_net_cost", _running, lambda session: session.net_cost, enabled=False
    ),
    moment(
        "session_start",
        lambda driver: driver.running.started_at if driver.running else None,
        capability=SESSIONS,
        detail=Detail.TOTALS,
        enabled=True,
    ),
    _text("session_connector", lambda driver: driver.running_place),
    _text(
        "session_tariff",
        lambda driver: driver.running.tariff if driver.running else None,
        enabled=False,
    ),
    energy_of(
        "last_session_energy",
        _last,
        lambda session: session.energy,
        capability=SESSIONS,
        detail=Detail.TOTALS,
    ),
    _money("last_session_cost", _last, lambda session: session.cost),
    _money(
        "last_session_net_cost", _last, lambda session: session.net_cost, enabled=False
    ),
    moment(
        "last_session_start",
        lambda driver: driver.last.started_at if driver.last else None,
        capability=SESSIONS,
        detail=Detail.TOTALS,
    ),
    moment(
        "last_session_end",
        lambda driver: driver.last.ended_at if driver.last else None,
        capability=SESSIONS,
        detail=Detail.TOTALS,
        enabled=True,
    ),
    ChargingSensorDescription[Driver](
        key="last_session_duration",
        translation_key="last_session_duration",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        capability=SESSIONS,
        detail=Detail.TOTALS,
        entity_registry_enabled_default=False,
        value_fn=lambda driver: _duration(driver.last) if driver.last else None,
    ),
    _text("last_session_connector", lambda driver: driver.last_place),
    ChargingSensorDescription[Driver](
        key="invoices",
        translation_key="invoices",
        state_class=SensorStateClass.MEASUREMENT,
        capability=Capability.INVOICES,
        detail=Detail.TOTALS,
        value_fn=lambda driver: driver.invoices,
    ),
    moment(
        "latest_invoice",
        lambda driver: driver.latest_invoice,
        capability=Capability.INVOICES,
        detail=Detail.TOTALS,
    ),
)

KEPT: tuple[KeptSensorDescription[Driver], ...] = (
    lifetime_energy(capability=SESSIONS, detail=Detail.TOTALS),
)
