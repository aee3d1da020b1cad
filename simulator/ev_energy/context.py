"""What the answer to one request depends on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from simulator.homes import Homes, HomeSession, Part

from .ids import vendor_id
from .options import EvEnergyOptions
from .problems import ProblemError


@dataclass(frozen=True, slots=True)
class Context:
    """The world, who asks, and what may be seen."""

    origin: str
    homes: Homes
    now: datetime
    people: tuple[str, ...]
    me: str | None
    scopes: frozenset[str]
    options: EvEnergyOptions

    def demand(self, scopes: Iterable[str]) -> None:
        """Raise 403 unless all of some scopes are there."""
        if not self.scopes.issuperset(scopes):
            raise ProblemError(403)

    def url(self, *parts: str) -> str:
        """Return the address of a thing."""
        return "/".join((f"{self.origin}/v2", *parts))

    def charger_id(self, vendor: str) -> str:
        """Return the world's id of a charger; raise 404 if it cannot be seen."""
        return _found(self.homes.charger_ids(self.people), evse_id, vendor)

    def car_id(self, vendor: str) -> str:
        """Return the world's id of a car; raise 404 if it cannot be seen."""
        return _found(self.homes.car_ids(self.people), vehicle_id, vendor)

    def person_id(self, vendor: str) -> str:
        """Return the world's id of a user, whom `me` stands for too; raise 404 if they cannot be seen."""
        if vendor == "me":
            if self.me is None:
                raise ProblemError(404)
            return self.me
        return _found(self.people, user_id, vendor)

    def session(self, vendor: str) -> HomeSession:
        """Return a session; raise 404 if it cannot be seen."""
        for session in self.homes.sessions(self.people):
            if session_id(session) == vendor:
                return session
        raise ProblemError(404)

    def part(self, vendor: str) -> tuple[HomeSession, Part]:
        """Return a part of a session; raise 404 if it cannot be seen."""
        for session in self.homes.sessions(self.people):
            for part in session.parts:
                if part_id(part) == vendor:
                    return session, part
        raise ProblemError(404)


def user_id(person: str) -> str:
    """Return the id of a user."""
    return vendor_id("user", person)


def evse_id(charger: str) -> str:
    """Return the id of a charger."""
    return vendor_id("evse", charger)


def vehicle_id(car: str) -> str:
    """Return the id of a car."""
    return vendor_id("vhcl", car)


def session_id(session: HomeSession) -> str:
    """Return the id of a session."""
    return vendor_id("cses", session.id, session.start)


def part_id(part: Part) -> str:
    """Return the id of a part of a session."""
    return vendor_id("csub", part.id, part.start)


def _found(ids: Iterable[str], name: Callable[[str], str], vendor: str) -> str:
    """Return the one whose vendor's id it is, or raise 404."""
    for it in ids:
        if name(it) == vendor:
            return it
    raise ProblemError(404)
