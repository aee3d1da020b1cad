"""An operation as it was understood, in a form that can be kept."""

from collections.abc import Mapping
from enum import StrEnum
import re
from typing import Literal

from msgspec import Struct

from ...transport.address import path_to
from .kinds import Kind, Meaning

# Letters that mean nothing but themselves in a path, and ids in places of their own.
SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
PLACE = r"\{(?:station|connector|session|location)\}"
PATH = re.compile(rf"(?:/(?:{SEGMENT}|{PLACE})){{1,16}}")
PLACES = re.compile(PLACE)
MAX_PATH = 500

type Scalar = str | bool | int | float


class Refusal(StrEnum):
    """Why an operation is not used; ``detail`` is what it is about."""

    MISSING = "missing"
    SEVERAL = "several"
    SHARED = "shared"
    METHOD = "method"
    PATH = "path"
    PARAMETER = "parameter"
    FIELD = "field"
    BODY = "body"
    UNIT = "unit"
    TARGET = "target"
    REFERENCE = "reference"
    ANSWER = "answer"


class Refused(Struct, frozen=True):
    """That an operation is not used, and why."""

    reason: Refusal
    detail: str = ""


class Fill(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that is filled in.

    ``name`` is of a parameter of the query, or the way to a field of the body.
    ``value`` is sent whatever is asked for. ``yes`` and ``no`` are what is sent for a
    yes or no, ``per_watt`` is what is sent for one W, ``least`` and ``most`` bound what
    is sent, and ``is_whole`` tells that it has no fraction.
    """

    meaning: Meaning
    where: Literal["query", "body"]
    name: tuple[str, ...]
    value: str | None = None
    yes: str | bool = True
    no: str | bool = False
    per_watt: float = 1.0
    is_whole: bool = False
    least: float | None = None
    most: float | None = None

    def send(self, values: Mapping[Meaning, Scalar]) -> Scalar:
        """Return what is sent for what was asked, a power in W.

        Raises:
            ValueError: it is more or less than the file allows.
        """
        if self.value is not None:
            return self.value
        value = values[self.meaning]
        if self.meaning is Meaning.AVAILABLE:
            return self.yes if value else self.no
        if self.meaning is not Meaning.LIMIT:
            return value
        number = round(float(value) * self.per_watt, 6)
        if self.is_whole:
            number = int(number)
        if (self.least is not None and number < self.least) or (
            self.most is not None and number > self.most
        ):
            raise ValueError(f"{number:g} is not between {self.least} and {self.most}")
        return number


class Operation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request that the file describes, all of which is understood.

    ``path`` has a place in braces for each id. ``items`` is the answer's field with the
    list (an object of things by their ids, where that is so), ``more`` those with further
    lists of the same, and ``page`` its field that says where the next page begins.
    """

    kind: Kind
    method: Literal["GET", "POST", "PUT", "PATCH"]
    path: str
    fills: tuple[Fill, ...] = ()
    has_body: bool = False
    items: str | None = None
    more: tuple[str, ...] = ()
    page: str | None = None

    def __post_init__(self) -> None:
        """Check what leads somewhere, also of what was kept."""
        if len(self.path) > MAX_PATH or not PATH.fullmatch(self.path):
            raise ValueError("no path that can be meant")

    @property
    def meanings(self) -> frozenset[Meaning]:
        """What has to be known to make the request."""
        return frozenset(
            {
                *(Meaning(place[1:-1]) for place in PLACES.findall(self.path)),
                *(fill.meaning for fill in self.fills if fill.value is None),
            }
        )

    def address(self, values: Mapping[Meaning, Scalar]) -> str:
        """Return the path with ids in it, each of which stays one part of it."""
        ids = [str(values[Meaning(p[1:-1])]) for p in PLACES.findall(self.path)]
        return path_to(PLACES.sub("{}", self.path), *ids)

    def query(self, values: Mapping[Meaning, Scalar]) -> list[tuple[str, str]]:
        """Return the parameters of the query; what has no value is left out."""
        return [
            (fill.name[-1], _text(fill.send(values)))
            for fill in self.fills
            if fill.where == "query"
            and (fill.value is not None or fill.meaning in values)
        ]

    def body(self, values: Mapping[Meaning, Scalar]) -> dict[str, object] | None:
        """Return the body; None for a request without one."""
        if not self.has_body:
            return None
        body: dict[str, object] = {}
        for fill in self.fills:
            if fill.where != "body":
                continue
            inner = body
            for name in fill.name[:-1]:
                inner = _inside(inner, name)
            inner[fill.name[-1]] = fill.send(values)
        return body


def _inside(body: dict[str, object], name: str) -> dict[str, object]:
    """Return an object inside another, made where it is not there yet."""
    inner = body.setdefault(name, {})
    # Fields that are a value and an object were refused as the file was read.
    return inner if isinstance(inner, dict) else {}


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
