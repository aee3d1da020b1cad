"""The ways in which the matrix lets a part fail."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Unpack

from msgspec import Struct

from simulator.server.faults import FaultFields

from .parts import Paged, Part

JSON = "application/json"
ELSEWHERE = "http://127.0.0.1:9/elsewhere"
# Longer than any time-out, in seconds.
FOR_EVER = 7200.0
LARGE = 30_000_000
# More than is read of any answer.
BOMB = 200_000_000
# What a list says it has, which has fewer.
ANNOUNCED = 10_000

type Faults = Callable[[Part], tuple[FaultFields, ...]]


class Trouble(Struct, frozen=True, kw_only=True):
    """A way to fail: the simulator's faults that it is made of.

    ``refuses`` tells that no connection comes about, ``is_for`` whether it can happen
    to a part.
    """

    name: str
    faults: Faults = lambda _: ()
    refuses: bool = False
    is_for: Callable[[Part], bool] = lambda _: True


def _always(**fields: Unpack[FaultFields]) -> Faults:
    """Return a fault that is the same for all parts."""
    return lambda _: (fields,)


def _json(body: str) -> FaultFields:
    return {"body": body, "content_type": JSON}


def _around(content: str) -> Faults:
    """Return an answer that has something else where its content is."""
    return lambda part: (_json((part.around or "%s") % content),)


def _refused(status: int, times: int | None = None) -> Faults:
    """Return a refusal in the vendor's own words."""

    def faults(part: Part) -> tuple[FaultFields, ...]:
        words = _json(part.refusal) if part.refusal else FaultFields()
        return ({"status": status, "times": times, **words},)

    return faults


def _is_single(part: Part) -> bool:
    return part.around is not None


def _on_the_way() -> Iterator[Trouble]:
    """Yield what happens to a connection."""
    yield Trouble(name="refused connection", refuses=True)
    yield Trouble(name="closed without an answer", faults=_always(drop=True))
    yield Trouble(name="reset half-way", faults=_always(truncate=True, reset=True))
    yield Trouble(name="truncated", faults=_always(truncate=True))
    yield Trouble(name="no answer", faults=_always(delay=FOR_EVER))
    yield Trouble(name="one byte a second", faults=_always(drip=True))


def _bodies() -> Iterator[Trouble]:
    """Yield answers of 200 that are not what was asked for."""
    yield Trouble(name="wrong type", faults=_around('"none"'), is_for=_is_single)
    yield Trouble(name="null", faults=_around("null"), is_for=_is_single)
    yield Trouble(
        name="empty list or object",
        faults=lambda part: _around(part.empty)(part),
        is_for=_is_single,
    )
    yield Trouble(name="empty body", faults=_always(body="", content_type=JSON))
    yield Trouble(name="page of HTML", faults=_always(html=True))
    yield Trouble(name="byte order mark", faults=_always(bom=True))
    yield Trouble(
        name="byte that is not UTF-8",
        faults=lambda part: ({"spoil": [part.text]},),
        is_for=lambda part: bool(part.text),
    )
    yield Trouble(name="30 MB of blanks", faults=_always(pad_bytes=LARGE))
    yield Trouble(name="gzip bomb", faults=_always(inflate_bytes=BOMB))
    yield Trouble(name="204", faults=_always(status=204, body=""))


def _statuses() -> Iterator[Trouble]:
    """Yield statuses, in the vendor's own words or as the page of what stands before it."""
    for status in (301, 302, 303, 307, 308):
        fields = _always(status=status, redirect=ELSEWHERE)
        yield Trouble(name=f"{status} elsewhere", faults=fields)
    yield Trouble(name="401 once", faults=_refused(401, times=1))
    yield Trouble(name="403 as a page", faults=_always(status=403, html=True))
    for status in (400, 401, 403):
        yield Trouble(name=f"{status}", faults=_refused(status))
    for status in (404, 409, 500):
        yield Trouble(name=f"{status}", faults=_always(status=status))
    for status in (408, 418, 460, 499, 503, 520, 530):
        yield Trouble(name=f"{status}", faults=_always(status=status, html=True))


def _limits() -> Iterator[Trouble]:
    """Yield all spellings of a wait."""
    yield Trouble(name="429", faults=_always(status=429))
    for text in ("0", "-5", "nan", "soon", "17", "900", "900.5", "1e30"):
        yield Trouble(
            name=f"429 wait {text}", faults=_always(status=429, retry_after=text)
        )
    for name, wait in (
        ("an hour ago", timedelta(hours=-1)),
        ("in 15 minutes", timedelta(minutes=15)),
        ("in 70 years", timedelta(days=70 * 365)),
    ):
        yield Trouble(
            name=f"429 wait until {name}",
            faults=_limited_until(wait),
        )
    yield Trouble(
        name="429 with RetryAfter",
        faults=_always(status=429, headers={"RetryAfter": "900"}),
    )


def _limited_until(wait: timedelta) -> Faults:
    """Return a demand to wait until a time, which is counted from when it is put."""
    return lambda _: ({"status": 429, "retry_after": _date_after(wait)},)


def _date_after(wait: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + wait, usegmt=True)


def _pages() -> Iterator[Trouble]:
    """Yield lists that lead nowhere."""
    yield Trouble(
        name="odd Link", faults=_always(headers={"Link": '<http://[::1>; rel="next"'})
    )
    yield Trouble(
        name="same page for ever",
        faults=_same_page,
        is_for=lambda part: bool(part.paged),
    )
    yield Trouble(
        name="page that shrinks",
        faults=_shrinking,
        is_for=lambda part: bool(part.paged),
    )


def _same_page(part: Part) -> tuple[FaultFields, ...]:
    return ({"repeat": True}, _more(part))


def _shrinking(part: Part) -> tuple[FaultFields, ...]:
    """Return a first page that promises more, and a second one without anything."""
    empty = _json((part.around or "%s") % "[]")
    return (
        (_more(part), {"holds": "more", **empty}) if not part.total else (_more(part),)
    )


def _more(part: Part) -> FaultFields:
    """Return a fault that says that a page is not the last one."""
    match part.paged:
        case Paged.BY_HEADER:
            return {"headers": {"Link": '<?page_after=more>; rel="next"'}}
        case Paged.BY_CURSOR:
            return {"replace": {"links.next": "?page%5Bcursor%5D=more"}}
    return {"replace": {part.total: ANNOUNCED, "meta.pagination.lastPage": False}}


TROUBLES = {
    trouble.name: trouble
    for kind in (_on_the_way, _bodies, _statuses, _limits, _pages)
    for trouble in kind()
}

# What usually comes to the same: a name for each, and what is in it.
GROUPS = {
    "outage": tuple(
        name
        for name in TROUBLES
        if name in {"408", "460", "499", "500", "503", "520", "530"}
        or name in {trouble.name for trouble in _on_the_way()}
    ),
    "redirect": tuple(name for name in TROUBLES if name.endswith("elsewhere")),
    "unreadable": (
        "wrong type",
        "null",
        "empty body",
        "page of HTML",
        "gzip bomb",
        "204",
    ),
    "refused": ("400", "404", "409", "418"),
    "not permitted": ("403 as a page", "401", "403"),
    "429 without a wait that makes sense": (
        "429",
        *(f"429 wait {text}" for text in ("0", "-5", "nan", "soon", "17")),
        "429 wait until an hour ago",
    ),
    "429 with a quarter of an hour": (
        "429 wait 900",
        "429 wait 900.5",
        "429 with RetryAfter",
    ),
    "429 for years": ("429 wait 1e30", "429 wait until in 70 years"),
    "harmless": ("byte order mark", "30 MB of blanks", "odd Link"),
}
