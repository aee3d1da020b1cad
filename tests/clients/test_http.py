"""Tests of the request path, against the simulator over real sockets."""

import asyncio
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import json
from urllib.parse import quote

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    AddressError,
    InsecureAddressError,
    NotAnAddressError,
    NotSentError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.kempower import (
    DEFAULT_SERVER,
    KempowerClient,
)
from custom_components.ev_charging_cloud.clients.transport.address import (
    parse_server_address,
    path_to,
)
from custom_components.ev_charging_cloud.clients.transport.secrets import clean
from simulator import Simulator


def new_client(session: ClientSession, sim: Simulator) -> KempowerClient:
    """Return a client of the simulator, outside of Home Assistant."""
    return KempowerClient(
        session,
        server=URL(sim.kempower.url),
        refresh_token=sim.kempower.refresh_token,
    )


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[KempowerClient]:
    """Return a client whose connections last."""
    async with ClientSession() as session:
        yield new_client(session, sim)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (DEFAULT_SERVER, "https://kempower.io/api"),
        ("  https://kempower.io/api/ ", "https://kempower.io/api"),
        ("https://kempower.example:8443", "https://kempower.example:8443"),
        ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost/api", "http://localhost/api"),
    ],
)
def test_good_addresses(text: str, url: str) -> None:
    """HTTPS anywhere, plain HTTP on this very machine only."""
    assert str(parse_server_address(text)).rstrip("/") == url


@pytest.mark.parametrize(
    ("id_", "part"),
    [
        ("01H8XG", "01H8XG"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("50%2F", "50%252F"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("v1.2", "v1.2"),
        ("é ", "%C3%A9%20"),
        ("{}", "%7B%7D"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_an_id_is_one_part_of_a_path(id_: str, part: str) -> None:
    """No letter of an id leads elsewhere."""
    assert path_to("/evses/{}/logs/{}", id_, "1") == f"/evses/{part}/logs/1"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotAnAddressError),
        ("kempower.io/api", NotAnAddressError),
        ("https://", NotAnAddressError),
        ("https://kempower.io:port/api", NotAnAddressError),
        ("https://me:secret@kempower.io/api", NotAnAddressError),
        ("https://kempower.io/api?key=1", NotAnAddressError),
        ("https://kempower.io/api#top", NotAnAddressError),
        ("file:///etc/passwd", NotAnAddressError),
        ("https://https://kempower.io", NotAnAddressError),
        (f"https://{'abc.' * 80}example", NotAnAddressError),
        ("http://kempower.io/api", InsecureAddressError),
        ("http://127.0.0.1.example.com/api", InsecureAddressError),
        ("http://192.168.1.2/api", InsecureAddressError),
    ],
)
def test_bad_addresses(text: str, error: type[AddressError]) -> None:
    """Each kind of bad address is told apart, and repeated in no message."""
    with pytest.raises(error) as caught:
        parse_server_address(text)
    assert "secret" not in str(caught.value)


async def test_requests_that_fail_together_renew_once(
    sim: Simulator, client: KempowerClient
) -> None:
    """Twenty requests with a token that ended cost one new token."""
    await client.async_get_live()
    sim.kempower.expire_access_tokens()
    sim.kempower.requests.clear()
    await asyncio.gather(*(client.async_get_live() for _ in range(20)))
    assert len(sim.kempower.requests.matching("/auth/*")) == 1
    assert len(sim.kempower.requests.matching("/stations", status=200)) == 20


async def test_connections_that_are_closed(sim: Simulator) -> None:
    """Whoever still asks when Home Assistant has stopped is told that nothing was sent."""
    async with ClientSession() as session:
        client = new_client(session, sim)
        await client.async_get_live()
    sim.kempower.requests.clear()
    with pytest.raises(NotSentError):
        await client.async_get_live()
    assert not sim.kempower.requests


async def test_redirect_is_not_followed(sim: Simulator, client: KempowerClient) -> None:
    """A vendor's answer cannot send our token elsewhere."""
    async with Simulator(stations=1, speed=0, quiet=True) as elsewhere:
        sim.kempower.faults.add(
            "/stations", redirect=f"{elsewhere.kempower.url}/stations"
        )
        with pytest.raises(UnexpectedAnswerError):
            await client.async_get_live()
        assert not elsewhere.kempower.requests


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", 120),
        ("-5", 0),
        (timedelta(hours=1), 3600),
        ("soon", None),
        (None, None),
    ],
    ids=["seconds", "negative", "date", "nonsense", "none"],
)
async def test_retry_after(
    sim: Simulator,
    client: KempowerClient,
    freezer: FrozenDateTimeFactory,
    header: str | timedelta | None,
    wait: float | None,
) -> None:
    """The vendor's pause is read as seconds or as a date, or is not told."""
    if isinstance(header, timedelta):
        header = format_datetime(datetime.now(UTC) + header, usegmt=True)
    sim.kempower.faults.add("/stations", status=429, retry_after=header)
    with pytest.raises(RateLimitedError) as caught:
        await client.async_get_live()
    assert caught.value.retry_after == (
        None if wait is None else pytest.approx(wait, abs=1)
    )


@pytest.mark.parametrize("ahead", [-900, 0, 900])
async def test_pause_until_a_date_by_the_vendors_clock(
    sim: Simulator, client: KempowerClient, freezer: FrozenDateTimeFactory, ahead: int
) -> None:
    """However far a vendor's clock is off, its own dates tell how long a pause is."""
    now = datetime.now(UTC) + timedelta(seconds=ahead)
    sim.kempower.faults.add(
        "/stations",
        status=429,
        retry_after=format_datetime(now + timedelta(minutes=10), usegmt=True),
        headers={"Date": format_datetime(now, usegmt=True)},
    )
    with pytest.raises(RateLimitedError) as caught:
        await client.async_get_live()
    assert caught.value.retry_after == 600


@pytest.mark.parametrize(
    ("pause", "asked"), [(None, 2), (0, 2), (1, 2), ("-5", 2), (3, 1), (600, 1)]
)
async def test_outage_with_a_pause(
    sim: Simulator,
    client: KempowerClient,
    monkeypatch: pytest.MonkeyPatch,
    pause: int | str | None,
    asked: int,
) -> None:
    """A read is made once more where the vendor wants no more than a moment for it."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    sim.kempower.faults.add("/stations", status=503, retry_after=pause, times=1)
    if asked == 2:
        assert (await client.async_get_live()).stations
        assert pauses == [1 if pause == 1 else 0]
    else:
        with pytest.raises(UnavailableError):
            await client.async_get_live()
    assert len(sim.kempower.requests.matching("/stations")) == asked


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda secret: quote(secret, safe=""),
        lambda secret: quote(quote(secret, safe=""), safe=""),
        lambda secret: b64encode(secret.encode()).decode(),
        lambda secret: urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    ],
    ids=["plain", "address", "address twice", "basic", "address-safe", "JSON", "UTF-8"],
)
@pytest.mark.parametrize(
    "secret", ["a+b/c=d&~'é-?>", "ÿþ?ÿþ>zz", 'é"\\ö', "plain-words"]
)
def test_a_secret_in_any_spelling_is_redacted(
    secret: str, spell: Callable[[str], str]
) -> None:
    """What a server repeats of what it was sent stands in no message."""
    spelled = spell(secret)
    assert spelled.rstrip("=") not in clean(f"got {spelled}, and no more", [secret])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"errorMessage": "own words", "detail": "others"}', "own words"),
        ('{"status": 500, "title": "Oh", "detail": "Out of order"}', "Out of order"),
        ('{"title": "Oh", "detail": [7]}', "Oh"),
        ('{"message": "no route"}', "no route"),
        ('{"error": "x", "error_description": "far too busy"}', "far too busy"),
        ('{"error": {"code": 5}}', "HTTP status 500"),
        ("[]", "HTTP status 500"),
        ("<html>Out of order</html>", "HTTP status 500"),
    ],
)
async def test_words_of_a_refusal(
    sim: Simulator, client: KempowerClient, body: str, words: str
) -> None:
    """Those of the vendor, else those of whoever stands before it."""
    sim.kempower.faults.add("/stations", status=500, body=body)
    with pytest.raises(UnavailableError) as caught:
        await client.async_get_live()
    assert caught.value.message == words


async def test_requests_are_counted(sim: Simulator, client: KempowerClient) -> None:
    """Every request counts, those for tokens and second tries too."""
    await client.async_get_live()
    sim.kempower.expire_access_tokens()
    await client.async_get_live()
    assert client.requests.last_hour == len(sim.kempower.requests) == 5
