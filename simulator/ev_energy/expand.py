"""Which references of an answer are replaced by what they point at."""

from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from simulator.world.model import Json

from .problems import ProblemError

#: expanding these needs the scope of another family
SCOPE_OF = {
    "tariff": "tariff:read",
    "default_location.tariff": "tariff:read",
    "prices": "tariff:prices:read",
    "carbon_feed": "carbon:read",
    "grid_feeds": "grid:read",
    "assessment": "debug:read",
    "debug_metadata": "debug:read",
}


class Expand:
    """The expanded fields of one object, and through `below` those of the objects in it."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        """Take dotted paths; one that goes deep expands what lies on its way."""
        self._paths = frozenset(paths)

    def __contains__(self, name: str) -> bool:
        """Return whether a field is expanded."""
        return any(it == name or it.startswith(f"{name}.") for it in self._paths)

    def below(self, name: str) -> Expand:
        """Return what is expanded inside a field."""
        start = f"{name}."
        return Expand(
            it.removeprefix(start) for it in self._paths if it.startswith(start)
        )

    def either(
        self, name: str, url: str, make: Callable[[Expand], Mapping[str, Json]]
    ) -> Json:
        """Return a field's URL, or what it points at if that is asked for."""
        return make(self.below(name)) if name in self else url


def of_request(
    request: web.Request, allowed: Iterable[str], scopes: frozenset[str]
) -> Expand:
    """Return what a request wants expanded.

    Raises:
        ProblemError: 400 for a field that cannot be expanded, 403 for one that needs another scope.
    """
    wanted = request.query.getall("expand", [])
    if unknown := set(wanted) - set(allowed):
        raise ProblemError(
            400,
            f"Cannot expand: {', '.join(sorted(unknown))}",
            title="Invalid expand parameter",
        )
    expand = Expand(wanted)
    if any(name in expand and scope not in scopes for name, scope in SCOPE_OF.items()):
        raise ProblemError(403)
    return expand
