"""A line in the simulator's list of clouds."""

from typing import Protocol, Self, cast, overload

from .facade import Facade


class HasClouds(Protocol):
    """What runs clouds, by key."""

    clouds: dict[str, Facade]


class Cloud[F: Facade]:
    """A simulated cloud: the name of the attribute is its key, and `kind` is what answers there."""

    def __init__(self, kind: type[F]) -> None:
        """Remember what to make."""
        self.kind = kind

    def __set_name__(self, owner: type, key: str) -> None:
        """Take the attribute's name as the key."""
        self._key = key

    @overload
    def __get__(self, simulator: None, owner: type) -> Self: ...

    @overload
    def __get__(self, simulator: HasClouds, owner: type) -> F: ...

    def __get__(self, simulator: HasClouds | None, owner: type) -> Self | F:
        """Return the façade that a simulator has made of this line."""
        if simulator is None:
            return self
        return cast("F", simulator.clouds[self._key])


def clouds_of(owner: type) -> dict[str, type[Facade]]:
    """Return the clouds that a class lists, by key, those of its base classes first."""
    return {
        key: line.kind
        for base in reversed(owner.__mro__)
        for key, line in vars(base).items()
        if isinstance(line, Cloud)
    }
