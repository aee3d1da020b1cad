"""Starting and stopping a driver's own sessions, by button or by action."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import ServiceValidationError

from .clients.client import ChargingCommands
from .clients.enums import ConnectorStatus, StartOutcome
from .clients.model import Card, Connector
from .const import DOMAIN
from .coordinator import LiveCoordinator, translated_command_errors
from .entity import reachable

# From these a session may begin; what a vendor does not tell is worth a try.
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
    """Tell whether a session may begin on a connector."""
    return (
        reachable(connector)
        and connector.status in STARTABLE
        and not has_running_session(connector)
    )


def has_running_session(connector: Connector) -> bool:
    """Tell whether the driver's own session is on a connector."""
    return connector.session is not None and connector.session.is_running


async def async_start(
    coordinator: LiveCoordinator, connector_id: str, card: str | None = None
) -> StartOutcome:
    """Start a session, and read what came of it.

    Raises:
        ServiceValidationError: the account cannot start anything.
        HomeAssistantError: it was refused; the message says by whom and why.
    """
    with _commands(coordinator) as commands:
        outcome = await commands.async_start(connector_id, card)
    await coordinator.async_follow_command()
    return outcome


async def async_stop(coordinator: LiveCoordinator, session_id: str) -> None:
    """Stop a session, and read what came of it.

    Raises:
        ServiceValidationError: the account cannot stop anything.
        HomeAssistantError: it was refused, or the session is over already.
    """
    with _commands(coordinator) as commands:
        await commands.async_stop(session_id)
    await coordinator.async_follow_command()


async def async_get_cards(
    coordinator: LiveCoordinator, connector_id: str
) -> tuple[Card, ...]:
    """Return the cards that may charge on a connector."""
    with _commands(coordinator) as commands:
        return await commands.async_get_cards(connector_id)


@contextmanager
def _commands(coordinator: LiveCoordinator) -> Iterator[ChargingCommands]:
    """Lend what starts and stops sessions, and translate what may go wrong."""
    commands = coordinator.client.charging
    if commands is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_remote_commands"
        )
    with translated_command_errors(coordinator):
        yield commands
