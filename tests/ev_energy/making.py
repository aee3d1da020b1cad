"""Makes our objects of ev.energy's, without any request."""

from datetime import UTC, datetime
from typing import Any

from msgspec import convert

from custom_components.ev_charging_cloud.clients.ev_energy import wire
from custom_components.ev_charging_cloud.clients.ev_energy.mapping import (
    EvEnergyMapping,
    KnownDetails,
)
from custom_components.ev_charging_cloud.clients.ev_energy.sessions import (
    SessionMapping,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Station,
    StationDetails,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)


class Account:
    """Makes our objects of the vendor's."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.report = ReadingReport("ev.energy")
        self.mapping = EvEnergyMapping(self.report)
        self.sessions = SessionMapping(self.report)

    def charger(
        self,
        session: ChargingSession | None = None,
        details: StationDetails | None = None,
        *,
        now: datetime = NOW,
        lifecycle: str | None = None,
        lock: str | None = None,
        **log: Any,
    ) -> tuple[Station, Connector]:
        """Return a charger whose log says some things."""
        evse = wire.Evse(
            id="evse1",
            latest_status_log=wire.EvseStatusLog(**({"sampled_at": NOW} | log)),
            lifecycle_state=lifecycle,
            lock_mode=lock,
        )
        stations, connectors = self.mapping.chargers(
            [evse],
            {evse.id: session} if session else {},
            KnownDetails(stations={evse.id: details} if details else {}),
            now,
        )
        return stations[0], connectors[0]

    def vehicle(self, *, link: str | None = None, **log: Any) -> Vehicle:
        """Return a vehicle whose log says some things."""
        vehicle = wire.Vehicle(
            id="vhcl1",
            integrated=link,
            latest_status_log=wire.VehicleStatusLog(**({"sampled_at": NOW} | log)),
        )
        return self.mapping.vehicles([vehicle], {}, KnownDetails(), NOW)[0]

    def session(
        self, *parts: Any, planned: tuple[Any, ...] = (), **session: Any
    ) -> ChargingSession:
        """Return a session of some parts, and what is planned in the first of them."""
        found = wire.Session(
            id="cses1",
            sub_sessions=[
                it
                if isinstance(it, str)
                else wire.SubSession(**({"id": f"csub{number}"} | it))
                for number, it in enumerate(parts)
            ],
            **session,
        )
        schedules = convert({"schedules": planned}, wire.Schedules)
        return self.sessions.read(found, {"csub0": schedules}, NOW)
