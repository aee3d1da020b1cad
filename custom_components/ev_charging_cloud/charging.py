"""Starting, stopping and boosting sessions, by button or by action."""

from homeassistant.exceptions import ServiceValidationError

from .clients.enums import ConnectorStatus, StartOutcome, StopOutcome
from .clients.model import Card, Connector
from .clients.refs import ConnectorRef
from .commands import BOOST, CHARGING
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .entity import reachable

# From these a session may begin; where the vendor does not say, it is worth a try.
STARTABLE = frozenset(
    {
        None,
        ConnectorStatus.AVAILABLE,
        ConnectorStatus.PREPARING,
        ConnectorStatus.FINISHING,
        ConnectorStatus.RESERVED,
        ConnectorStatus.SUSPENDED_EVSE,
    }
)


def is_startable(connector: Connector) -> bool:
    """Return whether a session may begin on a connector."""
    return (
        connector.has_own_id
        and reachable(connector)
        and connector.status in STARTABLE
        and not has_running_session(connector)
    )


def has_running_session(connector: Connector) -> bool:
    """Return whether the driver's own session is on a connector."""
    return connector.session is not None and connector.session.is_running


async def async_start(
    coordinator: LiveCoordinator, connector: Connector, card: str | None = None
) -> StartOutcome:
    """Start a session.

    Raises:
        ServiceValidationError: the account cannot start anything.
        HomeAssistantError: it was refused; the message says by whom and why.
    """
    if has_running_session(connector):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="already_charging"
        )
    subject = ConnectorRef(connector.station_id, connector.id).path
    outcome = await coordinator.async_command(
        CHARGING,
        subject,
        lambda commands: commands.async_start(connector.id, card),
    )
    if outcome is StartOutcome.WAITING_FOR_CABLE:
        coordinator.async_notice(subject, "plug_in_to_start")
    elif outcome is StartOutcome.REQUESTED:
        coordinator.async_notice(subject, "command_sent")
    return outcome or StartOutcome.REQUESTED


async def async_stop(coordinator: LiveCoordinator, session_id: str) -> None:
    """Stop a session.

    Raises:
        ServiceValidationError: the account cannot stop anything.
        HomeAssistantError: it was refused, or the session is over already.
    """
    subject = f"session/{session_id}"
    outcome = await coordinator.async_command(
        CHARGING, subject, lambda commands: commands.async_stop(session_id)
    )
    if outcome is StopOutcome.REQUESTED:
        coordinator.async_notice(subject, "command_sent")


async def async_set_boost(
    coordinator: LiveCoordinator, session_id: str, *, on: bool
) -> None:
    """Have a session charge at once, or go on as planned.

    Raises:
        ServiceValidationError: the account cannot do that.
        HomeAssistantError: it was refused, or did not reach charger or car.
    """
    await coordinator.async_command(
        BOOST,
        f"session/{session_id}/boost",
        lambda commands: commands.async_set_boost(session_id, on=on),
    )


async def async_get_cards(
    coordinator: LiveCoordinator, connector_id: str
) -> tuple[Card, ...]:
    """Return the cards that may charge on a connector."""
    return await coordinator.async_ask(
        CHARGING,
        lambda commands: commands.async_get_cards(connector_id),
        before_command=True,
    )
