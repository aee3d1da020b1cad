"""Starting, stopping and boosting sessions, by button or by action."""

from homeassistant.exceptions import ServiceValidationError

from .clients.client import Capability
from .clients.enums import ConnectorStatus, StartOutcome, StopOutcome
from .clients.model import Card, Connector
from .clients.refs import ConnectorRef
from .commands import BOOST, CHARGING, OPERATOR_ONCE, start_of
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


# At these a session goes on that can be stopped.
STOPPABLE = frozenset(
    {
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
    }
)


def waits_for_start(connector: Connector) -> bool:
    """Return whether something is plugged in, and nobody has let it charge yet."""
    return (
        connector.has_own_id
        and reachable(connector)
        and connector.status is ConnectorStatus.PREPARING
    )


def is_stoppable(connector: Connector) -> bool:
    """Return whether a session goes on that an operator can stop."""
    return has_running_session(connector) and connector.status in STOPPABLE


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
    if coordinator.client.operator is not None:
        return await _async_start_as_operator(coordinator, connector, card)
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


async def _async_start_as_operator(
    coordinator: LiveCoordinator, connector: Connector, card: str | None
) -> StartOutcome:
    """Let what is plugged in be charged, whoever plugged it in."""
    _demand(coordinator, Capability.OPERATOR_START)
    if card is not None or not waits_for_start(connector):
        key = "nothing_to_start" if card is None else "no_card_needed"
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=key)
    ref = ConnectorRef(connector.station_id, connector.id)
    subject = start_of(ref.path)
    await coordinator.async_command(
        OPERATOR_ONCE, subject, lambda commands: commands.async_start(connector)
    )
    # What came of it was read before that returned.
    seen = ref.find(coordinator.data)
    if seen is not None and seen.is_charging:
        return StartOutcome.STARTED
    return StartOutcome.REQUESTED


async def async_stop_as_operator(
    coordinator: LiveCoordinator, connector: Connector
) -> None:
    """Stop the session on a connector, whoever started it.

    Raises:
        ServiceValidationError: the account cannot stop anything, or nothing charges.
        HomeAssistantError: it was refused, or the session is over already.
    """
    _demand(coordinator, Capability.OPERATOR_STOP)
    session = connector.session
    if session is None or not is_stoppable(connector):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_to_stop"
        )
    await coordinator.async_command(
        OPERATOR_ONCE,
        f"session/{session.id}",
        lambda commands: commands.async_stop(connector),
    )


def _demand(coordinator: LiveCoordinator, capability: Capability) -> None:
    if capability not in coordinator.client.capabilities:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_remote_commands"
        )


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
