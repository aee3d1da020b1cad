"""Reading values whose types no document tells.

Each reader returns None for a value that is not of its kind.
"""

from collections.abc import Mapping
from datetime import datetime

from .lenient import Reader
from .moments import read_moment, utc

_NUMBER, _FLAG = Reader(float), Reader(bool)


def text(value: object) -> str | None:
    """Read a text; a number, such as of a model, is one as well."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def number(value: object) -> float | None:
    """Read a number, also one that is written as a text."""
    return _NUMBER.convert(value)


def flag(value: object) -> bool | None:
    """Read a yes or no, also one that is written as 1 or as a text."""
    return _FLAG.convert(value)


def moment(value: object) -> datetime | None:
    """Read a time; one without a zone is in UTC."""
    return utc(read_moment(value))


def identifier(value: object) -> str | None:
    """Read an id, also that of an object that is told whole."""
    if isinstance(value, Mapping):
        return next((text(value[key]) for key in ("id", "uuid") if key in value), None)
    return text(value)


def identifiers(value: object) -> tuple[str, ...] | None:
    """Read several ids, or one."""
    if isinstance(value, list | tuple):
        return tuple(found for item in value if (found := identifier(item)))
    return (found,) if (found := identifier(value)) else None


def mapping(value: object) -> Mapping[str, object] | None:
    """Read an object; an empty one can come as an empty list, where PHP wrote it."""
    if isinstance(value, dict):
        return value
    return {} if value == [] else None


def kilo(value: float | None) -> float | None:
    """Return kW as W, or kWh as Wh, without the noise of binary fractions."""
    return None if value is None else round(value * 1000, 3)
