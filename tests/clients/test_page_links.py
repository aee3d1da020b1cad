"""Tests of how pages of a list are put together, and where their links lead."""

from collections.abc import AsyncIterator, Mapping, Sequence
import json

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from msgspec import Raw
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    ResponseError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient
from custom_components.ev_charging_cloud.clients.transport.pages import (
    Listing,
    PageItems,
    next_link,
    read_linked,
    read_page,
)

from .test_requests import Noting

LAST = "the next page is one that was read"


class Lists:
    """Answers with pages by their address, and notes which were asked for."""

    def __init__(self) -> None:
        """Begin without any."""
        self.pages: dict[str, tuple[object, str | None]] = {}
        self.asked: list[str] = []
        self.url = URL()

    async def answer(self, request: web.Request) -> web.Response:
        """Give a page, with the link that it has."""
        self.asked.append(request.path_qs)
        body, link = self.pages.get(request.path_qs, ({"error": "no page"}, None))
        status = 404 if isinstance(body, Mapping) and "error" in body else 200
        headers = {} if link is None else {"Link": link}
        return web.json_response(body, status=status, headers=headers)


@pytest.fixture
def lists() -> Lists:
    """Return what answers."""
    return Lists()


@pytest.fixture
async def http(lists: Lists, socket_enabled: None) -> AsyncIterator[Noting]:
    """Return a client of it."""
    application = web.Application()
    application.router.add_get("/{path:.*}", lists.answer)
    async with TestServer(application) as server, ClientSession() as session:
        lists.url = server.make_url("")
        noting = Noting(session, lists.url, read_error=lambda body: None)
        noting.options = []
        yield noting


def plain(items: list[Raw]) -> list[object]:
    """Return items as plain objects."""
    return [json.loads(bytes(item)) for item in items]


def next_(address: str) -> str:
    """Return a header that leads there."""
    return f'<{address}>; rel="next"'


@pytest.mark.parametrize(
    ("headers", "link"),
    [
        ([], None),
        ([""], None),
        (['<a>; rel="next"'], "a"),
        (["<a>;rel=next"], "a"),
        (["<a>; REL = NEXT"], "a"),
        (['<a>; title="x"; rel="next"'], "a"),
        (['<a>; rel="prev next"'], "a"),
        (['<a>; rel="prev", <b>; rel="next"'], "b"),
        (['<a>; rel="prev"', '<b>; rel="next"'], "b"),
        (['<a>; rel="next", <b>; rel="next"'], "a"),
        (['<about:blank>; rel="next", <b>; rel="next"'], "b"),
        (['<a>; rel="nextpage"'], None),
        (['<a>; rel="prev"; title="next"'], None),
        (['<a>; xrel="next"'], None),
        (['<>; rel="next"'], ""),
        (['a; rel="next"'], None),
    ],
)
def test_links(headers: list[str], link: str | None) -> None:
    """The first that leads to a next page, however it is written (RFC 8288)."""
    assert next_link(headers) == link


def test_items_are_taken_once() -> None:
    """By their id, a text or a number; those without one by all of what they say."""
    items = PageItems("/list")
    first = [Raw(b'{"id":"1"}'), Raw(b'{"id":1}'), Raw(b'{"no":1}'), Raw(b"7")]
    assert not items.has_all(first)
    assert items.has_all([])
    assert items.add([*first, Raw(b'{"no":1}')])
    assert plain(items.all) == [{"id": "1"}, {"id": 1}, {"no": 1}, 7]
    again = [Raw(b'{"id":"1","new":true}'), Raw(b"7")]
    assert items.has_all(again)
    assert not items.has_all([*again, Raw(b"8")])
    assert not items.add(again)
    assert not items.add([])
    assert items.add([*again, Raw(b'{"no": 1}')])
    assert plain(items.all)[4:] == [{"no": 1}]


def test_the_longest_list() -> None:
    """Two hundred thousand items are one; with one more it does not end."""
    items = PageItems("/list")
    assert items.add([Raw(b"%d" % number) for number in range(200_000)])
    with pytest.raises(UnexpectedAnswerError) as caught:
        items.add([Raw(b"-1")])
    assert str(caught.value) == "/list does not end"


def test_what_tells_items_apart() -> None:
    """Odd JSON has an id as well; what is said last of one counts."""
    items = PageItems("/list")
    page = [
        *(Raw(b'{"id":"a","x":NaN}'), Raw(b'{"id":"\xff"}'), Raw(b'{"id":null}')),
        *(Raw(b'{"id":"b","x":1}'), Raw(b'{"id":"b","x":2}')),
        Raw(b'{"id":["c"]}'),
    ]
    assert items.add(page)
    assert items.all == [*page[:3], *page[4:]]
    assert items.count == 5
    assert not items.add([Raw(b'{"id":"a"}'), Raw(b'{"id":"\xff"}')])
    deep = Raw(b'{"x":' + b"[" * 100_000)
    assert items.add([deep, deep])
    assert items.all[5:] == [deep]


def pages_of(*pages: Sequence[int]) -> list[list[Raw]]:
    """Return pages of numbers."""
    return [[Raw(b"%d" % number) for number in page] for page in pages]


def read_again(items: PageItems, pages: Sequence[list[Raw]]) -> list[Raw]:
    """Read a list once more, as those do that poll it; return all of it."""
    items.begin()
    for number, page in enumerate(pages):
        assert items.count == sum(map(len, pages[:number]))
        assert items.has_all(page) is False
        assert items.add(page)
    return items.all


def test_a_list_that_is_read_again() -> None:
    """Of the very same pages it is the very same list; of others it has what they have."""
    items = PageItems("/list")
    pages = pages_of([1, 2], [3], [4])
    whole = read_again(items, pages)
    assert plain(whole) == [1, 2, 3, 4]
    assert read_again(items, pages) is whole
    for other, expected in (
        # A page is otherwise, one is gone, one comes, all are equal but others.
        ([pages[0], *pages_of([5]), pages[2]], [1, 2, 5, 4]),
        (pages[:2], [1, 2, 3]),
        ([*pages, *pages_of([6, 7])], [1, 2, 3, 4, 6, 7]),
        (pages_of([1, 2], [3], [4]), [1, 2, 3, 4]),
        ([], []),
    ):
        found = read_again(items, other)
        assert plain(found) == expected
        assert found is not whole
        assert read_again(items, other) is found
    # Whoever was lent it still has it as it was.
    assert plain(whole) == [1, 2, 3, 4]


def test_a_list_that_goes_round_again() -> None:
    """A page that brings nothing new brings nothing new the next time either."""
    items = PageItems("/list")
    first, second = pages_of([1, 2], [2, 1])
    for _ in range(2):
        items.begin()
        assert items.add(first)
        assert items.has_all(second)
        assert not items.add(second)
        assert items.count == 2
    items.begin()
    assert not items.has_all(second)
    assert items.add(second)
    assert plain(items.all) == [2, 1]


@pytest.mark.parametrize("inside", [None, "data"])
async def test_a_list_of_three_pages(
    lists: Lists, http: HttpClient, inside: str | None
) -> None:
    """Each page is asked for once, the query goes with the first, and all is there."""

    def page(*ids: int) -> object:
        items = [{"id": id_} for id_ in ids]
        return items if inside is None else {"data": items, "more": 1}

    lists.pages = {
        "/a/list?n=2": (page(1, 2), next_("list?n=2&p=2")),
        "/a/list?n=2&p=2": (page(2, 3), next_(str(lists.url / "b") + "?p=3")),
        "/b?p=3": (page(4), '<list>; rel="prev"'),
    }
    found = await read_linked(http, "/a/list", query=[("n", "2")], inside=inside)
    assert plain(found.items) == [{"id": id_} for id_ in (1, 2, 3, 4)]
    assert found.missing is None
    assert lists.asked == [*lists.pages]


@pytest.mark.parametrize(
    ("page", "link", "missing"),
    [
        ([1], None, None),
        ([1], next_("/list"), LAST),
        ([1], next_("https://other.example/"), "a link of the answer leads to another"),
        ([1], next_("http://[::1"), "a link of the answer is no address"),
        ([], next_("/list"), None),
    ],
)
async def test_where_a_list_ends(
    lists: Lists, http: HttpClient, page: list[int], link: str, missing: str | None
) -> None:
    """Without a link, with an empty page; and where a link is no good, it says so."""
    lists.pages = {"/list": (page, link)}
    found = await read_linked(http, "/list")
    assert plain(found.items) == page
    assert (found.missing or "").startswith(missing or "")
    assert (found.missing is None) is (missing is None)
    assert len(lists.asked) == (2 if found.missing == LAST else 1)
    assert (missing == LAST) is (found.missing == LAST)


async def test_an_object_without_its_list(lists: Lists, http: HttpClient) -> None:
    """It has none of it; a page that is none is an error, and so is a refusal."""
    lists.pages = {"/list": ({"more": 1}, None), "/odd": ({"data": 7}, None)}
    assert await read_linked(http, "/list", inside="data") == Listing([], None)
    with pytest.raises(UnexpectedAnswerError) as odd:
        await read_linked(http, "/odd", inside="data")
    assert str(odd.value) == "/odd answered oddly: expected a list, got a number"
    for reading in (read_linked(http, "/gone"), read_page(http, "/gone")):
        with pytest.raises(ResponseError) as caught:
            await reading
        assert (str(caught.value), caught.value.status) == ("no page", 404)


async def test_the_same_pages_once_more(lists: Lists, http: Noting) -> None:
    """Pages that are the same byte for byte are made of the very same items."""
    lists.pages = {
        "/list?n=1": ([{"id": 1}], next_("/list?n=1&p=2")),
        "/list?n=1&p=2": ([{"id": 2}], None),
        "/list?n=3": ([{"id": 3}], None),
    }
    first = await read_linked(http, "/list", query=[("n", "1")])
    other = await read_linked(http, "/list", query=[("n", "3")])
    again = await read_linked(http, "/list", query=[("n", "1")])
    assert plain(other.items) == [{"id": 3}]
    before = [json.loads(it["before"] or b"0") for it in http.options]
    assert before == [0, 0, 0, [{"id": 1}], [{"id": 2}]]
    assert [one is two for one, two in zip(first.items, again.items, strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize(
    ("page", "link", "following"),
    [
        ([1], None, None),
        ([1], next_("/a/list?p=2"), "/a/list?p=2"),
        ([1], next_("?p=2"), "/a/list?p=2"),
        ([1], next_("http://[::1"), None),
        ([1], next_(""), None),
        ([], next_("/a/list?p=2"), None),
    ],
)
async def test_one_page(
    lists: Lists,
    http: HttpClient,
    page: list[int],
    link: str | None,
    following: str | None,
) -> None:
    """Its items, and the whole address of the next page, if there is one."""
    lists.pages = {"/a/list?n=1": (page, link)}
    items, more = await read_page(http, "/a/list", query=[("n", "1")])
    assert plain(items) == page
    whole = None if following is None else str(lists.url.join(URL(following)))
    assert more == whole


async def test_one_page_after_another(lists: Lists, http: HttpClient) -> None:
    """A link brings its own query; one to its own page, or to elsewhere, is an error."""
    lists.pages = {
        "/list?p=2": ([2], next_("/list?p=3")),
        "/list?p=3": ([3], next_("/list?p=3")),
        "/list?p=4": ([4], next_("https://other.example/list")),
    }
    items, more = await read_page(http, "/list", query=[("n", "1")], link="/list?p=2")
    assert plain(items) == [2]
    assert more == str(lists.url.join(URL("/list?p=3")))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await read_page(http, "/list", link=more)
    assert str(caught.value) == "/list repeats a page"
    for link in ("/list?p=4", "https://other.example/list"):
        with pytest.raises(UnexpectedAnswerError) as caught:
            await read_page(http, "/list", link=link)
        assert str(caught.value) == "a link of the answer leads to another server"
    assert lists.asked == ["/list?p=2", "/list?p=3", "/list?p=4"]
