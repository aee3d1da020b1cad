"""Our own entities as plain entities of a coordinator: what nearly all integrations are."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from custom_components.ev_charging_cloud import planner
from custom_components.ev_charging_cloud.coordinator import LiveCoordinator

from .least import reading_anew

# More objects than any account has.
ALL_AT_ONCE = 1_000_000


@contextmanager
def plain_entities() -> Iterator[None]:
    """Have every poll read all bytes anew and call every entity, and all entities be added in one go."""

    def tell_all(coordinator: LiveCoordinator) -> None:
        for follower, _ in tuple(coordinator._listeners.values()):  # noqa: SLF001 - what its base class does
            follower()
        coordinator.async_notify(tuple(coordinator._followers))  # noqa: SLF001 - all that follow anything

    with (
        reading_anew(),
        patch.object(LiveCoordinator, "async_update_listeners", tell_all),
        patch.object(planner, "OBJECTS_AT_ONCE", ALL_AT_ONCE),
    ):
        yield
