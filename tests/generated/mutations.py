"""Ways in which a part of an answer is not what the documents say."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
import json
import math

from hypothesis import strategies as st
from msgspec import Struct

from .values import Value

# What stands in a text for bytes that no JSON library writes, and the bytes.
BAD_BYTE, HALF = "\ue000", "\ue001"
ODD_BYTES = {BAD_BYTE: b"\xff", HALF: rb"\ud83d"}

NUMBERS: tuple[Value, ...] = (
    *(0, -1, -0.02, 1e308, -1e308, 10**12, 10**400),
    *(float("nan"), float("inf")),
)
TEXTS: tuple[Value, ...] = (
    *("", "   ", "n/a", "238.4", "true", "Quantum-Flux 7", "\x00\x1f"),
    *("\u202eabc\u2066", "\ufeffx", "🔌" * 40, "x" * 5000),
    *(f"a{BAD_BYTE}b", f"a{HALF}b"),
)
DATES: tuple[Value, ...] = (
    *("0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-05:00"),
    *("2025-02-30T00:00:00Z", "2025-03-27T07:36Z", "27.03.2025 07:36"),
    *("2025-03-27T07:36:00", 1743060960, 1743060960000, -(10**15)),
)
OTHERS: tuple[Value, ...] = (
    None,
    True,
    [],
    {},
    [[]],
    ["x"],
    {"x": {}},
    [None],
    {"id": "other"},
)
ODD_VALUES = (*NUMBERS, *TEXTS, *DATES, *OTHERS)
# What no field is for that holds one text, number, time or flag.
MISFIT: Value = [[]]

type Path = tuple[str | int, ...]
type Items = Mapping[str, Sequence[Value]]


class Mutation(Struct, frozen=True, kw_only=True):
    """A change of one item of a list: at a place, or of all of it where that is empty.

    ``value`` is what comes there; with ``is_missing`` nothing does, and with
    ``is_twice`` the item is there twice.
    """

    feed: str
    index: int
    place: Path = ()
    value: Value = None
    is_missing: bool = False
    is_twice: bool = False


def places(value: Value, path: Path = ()) -> Iterator[Path]:
    """Yield the places of a value: of all of it, and of all that is in it."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def at(value: Value, place: Path) -> Value:
    """Return what is at a place."""
    for key in place:
        if isinstance(value, dict):
            value = value[str(key)]
        else:
            assert isinstance(value, list) and isinstance(key, int)
            value = value[key]
    return value


@st.composite
def mutated(draw: st.DrawFn, items: Items) -> Mutation:
    """Draw a change of any item."""
    feed = draw(st.sampled_from(sorted(items)))
    index = draw(st.integers(0, len(items[feed]) - 1))
    place = draw(st.sampled_from(list(places(items[feed][index]))))
    kind = draw(st.sampled_from(("value", "value", "value", "missing", "twice")))
    return Mutation(
        feed=feed,
        index=index,
        place=place,
        value=draw(st.sampled_from(ODD_VALUES)),
        is_missing=kind == "missing" and bool(place),
        is_twice=kind == "twice",
    )


def apply(items: Items, changes: Sequence[Mutation]) -> Items:
    """Return the items as they are changed."""
    changed = {
        feed: [deepcopy(item) for item in listed] for feed, listed in items.items()
    }
    for change in changes:
        listed = changed[change.feed]
        if change.is_twice:
            listed.append(deepcopy(listed[change.index]))
        elif not change.place:
            listed[change.index] = change.value
        else:
            _put(listed[change.index], change)
    return changed


def _put(item: Value, change: Mutation) -> None:
    """Change what is inside an item, unless another change took it away."""
    *before, last = change.place
    try:
        parent = at(item, tuple(before))
    except KeyError, IndexError, AssertionError:
        return
    if isinstance(parent, dict) and last in parent:
        if change.is_missing:
            del parent[str(last)]
        else:
            parent[str(last)] = change.value
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        if change.is_missing:
            del parent[last]
        else:
            parent[last] = change.value


def encode(value: Value) -> bytes:
    """Return JSON, with the bytes that no library would write."""
    body = json.dumps(value, ensure_ascii=False).encode()
    for character, odd in ODD_BYTES.items():
        body = body.replace(character.encode(), odd)
    return body


def is_id(value: Value) -> bool:
    """Tell whether a value can name an object: a text with something in it, or a number."""
    if isinstance(value, str):
        return bool(value) and not set(value) & ODD_BYTES.keys()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Python reads no number of so many digits.
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 10**4300
