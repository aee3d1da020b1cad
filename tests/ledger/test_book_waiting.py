"""Tests of what is known in memory, and of what waits there: how much of it, and what goes first."""

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import Change, SessionRecord, Source
from custom_components.ev_charging_cloud.ledger.book import AccountBook
from custom_components.ev_charging_cloud.ledger.lifetime import Lifetimes
from custom_components.ev_charging_cloud.ledger.waiting import Waiting

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    START,
    VEHICLE,
    ended,
    record,
    running,
    sighting,
)


def over(number: int, account_id: str = ACCOUNT) -> SessionRecord:
    """Return one of many sessions that ended one after the other."""
    start = START + number * HOUR
    session = ended(1.0, id_=str(number), start=start, end=start + HOUR)
    return replace(record(session), account_id=account_id)


def test_what_waits() -> None:
    """By account, each session once, in the order in which it came."""
    waiting = Waiting(4)
    assert (len(waiting), waiting.accounts()) == (0, ())
    assert waiting.add([over(0), over(1, "other"), over(2)]) == ()
    assert len(waiting) == 3
    assert waiting.accounts() == (ACCOUNT, "other")
    assert waiting.of_account(ACCOUNT) == (over(0), over(2))
    assert waiting.of_account("nobody") == ()
    newer = replace(over(0), energy=2.0)
    waiting.add([newer])
    assert waiting.of_account(ACCOUNT) == (newer, over(2))
    # What was written is not what waits by now.
    waiting.remove([over(0), over(9), over(9, "nobody")])
    assert waiting.of_account(ACCOUNT) == (newer, over(2))
    waiting.remove([newer, *waiting.of_account("other")])
    assert waiting.accounts() == (ACCOUNT,)
    waiting.forget(ACCOUNT)
    waiting.forget("nobody")
    assert (len(waiting), waiting.dropped) == (0, 0)


def test_too_much_that_waits() -> None:
    """The oldest are dropped, and some more; those that run are the last to go."""
    waiting = Waiting(40)
    runs = replace(record(running(1.0, id_="now", start=START - HOUR)), last_seen=START)
    assert waiting.add([runs, *map(over, range(39))]) == ()
    dropped = waiting.add([over(39, "other")])
    assert dropped == [over(0), over(1), over(2)]
    assert (len(waiting), waiting.dropped) == (38, 3)
    assert waiting.of_account(ACCOUNT)[0] == runs
    dropped = waiting.add([over(40), over(41), over(42)])
    assert dropped == [over(3), over(4), over(5)]
    assert (len(waiting), waiting.dropped) == (38, 6)


def test_how_much_waits() -> None:
    """Ten thousand sessions; of one more, the twentieth part makes room."""
    waiting = Waiting()
    one = over(0)
    assert waiting.add(replace(one, session_id=str(n)) for n in range(10_000)) == ()
    assert len(waiting.add([replace(one, session_id="more")])) == 501


def test_what_memory_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many sessions those that are over, the longest known first."""
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.ledger.book.MOST_KNOWN", 20
    )
    book = AccountBook(ACCOUNT)
    runs = record(running(1.0, id_="now"))
    some = [runs, *map(over, range(19))]
    book.take(some, (), remember=True)
    assert book.records == tuple(some)
    book.take([over(19)], (), remember=True)
    assert book.records == (runs, *map(over, range(3, 20)))
    # Of the history only what is known already.
    book.take([over(20), replace(over(19), energy=2.0)], (), remember=False)
    assert book.records == (
        runs,
        *map(over, range(3, 19)),
        replace(over(19), energy=2.0),
    )
    book.take([record(running(2.0, id_="new"))], (), remember=False)
    assert [one.session_id for one in book.running] == ["now", "new"]
    assert book.find(["now", "3", "0"]) == {"now": runs, "3": over(3)}


def test_how_much_memory_knows() -> None:
    """Ten thousand sessions; of one more, the tenth part makes room."""
    book = AccountBook(ACCOUNT)
    one = over(0)
    some = [replace(one, session_id=str(n)) for n in range(10_001)]
    book.take(some[:-1], (), remember=True)
    assert len(book.records) == 10_000
    book.take(some[-1:], (), remember=True)
    assert len(book.records) == 9_000


def test_what_is_not_written_of_sights() -> None:
    """When what runs was last seen, where that is later than it was."""
    book = AccountBook(ACCOUNT)
    runs, same = running(1.0), running(1.0, id_="same")
    book.take([record(runs), record(same), over(0)], (), remember=True)
    assert book.unwritten_sights == {}
    at = START + 5 * HOUR
    seen = [sighting(session) for session in (runs, ended(1.0, id_="0"))]
    book.news(seen, Source.LIVE, at)
    assert book.unwritten_sights == {"s1": at}
    assert [one.last_seen for one in book.running] == [at, START + HOUR]
    # What is shown late was not seen later.
    book.news(seen, Source.LIVE, START)
    assert book.unwritten_sights == {"s1": at}


def test_what_is_held_is_forgotten_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written does not fill memory either."""
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.ledger.book.MOST_KNOWN", 20
    )
    book = AccountBook(ACCOUNT)
    changes = book.hold(map(over, range(21)))
    assert changes == tuple(Change(before=None, after=over(n)) for n in range(21))
    assert book.records == tuple(map(over, range(3, 21)))
    assert book.hold([over(20)]) == ()
    # As long as nothing was read, nobody knows what the meters show.
    assert book.readings == {}


def test_meters_of_memory_never_fall() -> None:
    """What was shown is shown until there is more."""
    book = AccountBook(ACCOUNT)
    book.set_lifetimes(Lifetimes({CONNECTOR: 5000, VEHICLE: 10}, {CONNECTOR: 7000}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.01}
    book.set_lifetimes(Lifetimes({CONNECTOR: 6000, VEHICLE: 20}, {}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.02}
    book.set_lifetimes(Lifetimes({DRIVER: 500}, {}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.02, DRIVER: 0.5}
