"""Change a decoded JSON answer at a path such as `stations.2.maxPowerKw` or `stations.*.status`."""

from collections.abc import Iterator, Mapping, Sequence

from simulator.world.model import Json

type Parent = dict[str, Json] | list[Json]


def replace(document: Json, changes: Mapping[str, Json]) -> None:
    """Put values at paths; a key that is not there yet is added."""
    for path, value in changes.items():
        for parent, key in _places(document, path):
            _put(parent, key, value)


def remove(document: Json, paths: Sequence[str]) -> None:
    """Take what is at the paths away."""
    for path in paths:
        for parent, key in _places(document, path):
            if isinstance(parent, dict):
                parent.pop(key, None)
            elif _holds(parent, key):
                del parent[int(key)]


def stringify(document: Json, paths: Sequence[str]) -> None:
    """Turn what is at the paths into text: 240 into "240"."""
    for path in paths:
        for parent, key in _places(document, path):
            if isinstance(parent, dict) and key in parent:
                parent[key] = str(parent[key])
            elif isinstance(parent, list) and _holds(parent, key):
                parent[int(key)] = str(parent[int(key)])


def _put(parent: Parent, key: str, value: Json) -> None:
    """Set one value."""
    if isinstance(parent, dict):
        parent[key] = value
    elif _holds(parent, key):
        parent[int(key)] = value


def _holds(parent: list[Json], key: str) -> bool:
    """Return whether a list has an item of that number."""
    return key.isdecimal() and int(key) < len(parent)


def _places(document: Json, path: str) -> Iterator[tuple[Parent, str]]:
    """Find the containers and keys which a path names; what does not exist is passed over."""
    head, _, tail = path.partition(".")
    if not isinstance(document, dict | list):
        return
    for key in _keys(document, head):
        if not tail:
            yield document, key
        elif isinstance(document, dict):
            yield from _places(document.get(key), tail)
        elif _holds(document, key):
            yield from _places(document[int(key)], tail)


def _keys(document: Parent, key: str) -> list[str]:
    """Return the keys which one step of a path names."""
    if key != "*":
        return [key]
    return (
        list(document)
        if isinstance(document, dict)
        else [str(index) for index in range(len(document))]
    )
