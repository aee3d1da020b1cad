"""The world's words in OCPP's and OCPI's, which a rich tenant uses for its connectors."""

from datetime import datetime

from simulator.world.model import (
    ConnectorStatus,
    ConnectorType,
    ConnectorView,
    Phase,
    Session,
    StopReason,
)

STATUS = {
    ConnectorStatus.AVAILABLE: "Available",
    ConnectorStatus.PREPARING: "Preparing",
    ConnectorStatus.CHARGING: "Charging",
    ConnectorStatus.FINISHING: "Finishing",
    ConnectorStatus.RESERVED: "Reserved",
    ConnectorStatus.UNAVAILABLE: "Unavailable",
    ConnectorStatus.FAULTED: "Faulted",
}
PLUG = {
    ConnectorType.CCS: "IEC_62196_T2_COMBO",
    ConnectorType.CHADEMO: "CHADEMO",
    ConnectorType.TYPE2: "IEC_62196_T2",
    ConnectorType.AC: None,
    ConnectorType.PANTOGRAPH: "PANTOGRAPH_BOTTOM_UP",
}


def connector_status(view: ConnectorView) -> str:
    """Return a connector's status in OCPP 1.6's words."""
    # a vehicle that is full keeps its transaction until the cable is pulled
    if (
        view.status is ConnectorStatus.FINISHING
        and view.session is not None
        and view.session.stop_reason is StopReason.EV_STOPPED
    ):
        return "SuspendedEV"
    return STATUS[view.status]


def status_since(view: ConnectorView) -> datetime | None:
    """Return since when a connector has its status; the world does not know when it broke or was closed."""
    if view.session is None or view.status in {
        ConnectorStatus.FAULTED,
        ConnectorStatus.UNAVAILABLE,
    }:
        return None
    return _phase_since(view.session)


def _phase_since(session: Session) -> datetime | None:
    """Return when a session entered its phase."""
    match session.phase:
        case Phase.AUTHORIZED:
            return session.authorized_at
        case Phase.PLUGGED_IN | Phase.INSULATION_TEST:
            return session.plugged_at
        case Phase.CHARGING:
            return session.charging_start
        case Phase.FINISHED:
            # what never charged has no end of charging
            return session.charging_end or session.updated
        case Phase.ENDED:
            return session.end
