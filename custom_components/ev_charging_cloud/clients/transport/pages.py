"""Lists that come in pages: followed to the end, as long as they bring something new."""

from collections.abc import Hashable, Iterable, Mapping
import re

from aiohttp import hdrs
import msgspec
from msgspec import MsgspecError, Raw, Struct
from yarl import URL

from ..errors import UnexpectedAnswerError
from ..reading.lenient import Reader
from ..reading.same import SameAnswers
from .http import HttpClient, Query, Reply, RequestOptions

ITEMS = Reader(list[Raw])
FIELDS = Reader(dict[str, Raw])
EMPTY = Raw(b"[]")
# Ever new items, for ever, are no list that anybody has.
MAX_ITEMS = 200_000
REPEATED = "the next page is one that was read"
# A link of RFC 8288: an address and what it is.
LINK = re.compile(r"<([^>]*)>([^<]*)")
NEXT = re.compile(r'\brel\s*=\s*"?[^";]*\bnext\b', re.IGNORECASE)


#: What tells an item from others: its id, or all of it.
type ItemKey = str | int | bytes


class _Named(Struct, frozen=True):
    id: str | int


_NAMED = Reader(_Named)
# Nearly all items are read by this one, and all items are read here at every poll.
_NAMED_FAST = msgspec.json.Decoder(_Named)


class Listing(Struct, frozen=True):
    """The items of a list; ``missing`` says why there may be more of them."""

    items: list[Raw]
    missing: str | None = None


class PageItems:
    """The items of the pages so far, each once."""

    def __init__(self, path: str) -> None:
        """Begin without any; the path is for messages."""
        self._path = path
        self._seen: set[ItemKey] = set()
        self.all: list[Raw] = []

    def has_all(self, page: Iterable[Raw]) -> bool:
        """Tell whether a page brings nothing new."""
        return all(_key(raw) in self._seen for raw in page)

    def add(
        self, page: Iterable[Raw], found: Mapping[ItemKey, Raw] | None = None
    ) -> bool:
        """Add a page, and tell whether it brought anything new.

        What moved from one page to the next while we read counts once.

        Args:
            page: its items.
            found: the same by what tells them apart, see :func:`by_key`, where that is
                known from before.

        Raises:
            UnexpectedAnswerError: there are too many items.
        """
        found = by_key(page) if found is None else found
        fresh = {key: raw for key, raw in found.items() if key not in self._seen}
        self._seen.update(fresh)
        self.all.extend(fresh.values())
        if len(self.all) > MAX_ITEMS:
            raise UnexpectedAnswerError(f"{self._path} does not end")
        return bool(fresh)


async def read_linked(
    http: HttpClient,
    path: str,
    *,
    query: Query = None,
    headers: Mapping[str, str] | None = None,
    inside: str | None = None,
) -> Listing:
    """Return the items of a list whose pages follow ``Link`` headers (RFC 8288).

    A next page is followed only on the same origin: no answer takes our token elsewhere.
    Where that, or an odd link, ends the list early, what was read so far stands.

    Args:
        http: makes the requests.
        path: of the list.
        query: the parameters of its first page.
        headers: of every request.
        inside: the field of an object that a page's items stand in; None where a page
            is nothing but a list.

    Raises:
        UnexpectedAnswerError: a page is no list, or the pages never end.
        ClientError: any other of its subclasses, see :mod:`~..errors`.
    """
    items = PageItems(path)
    where = http.address_of(path)
    options: RequestOptions = {"query": query, "headers": headers or {}}
    while True:
        request = str(where), *(options["query"] or ())
        options["before"] = http.answers.body(request)
        reply = await http.fetch(hdrs.METH_GET, where, **options)
        if not reply.is_success:
            raise http.error_of(reply)
        page = _read(path, reply, inside, request, http.answers)
        if not items.add(page):
            return Listing(items.all, REPEATED if page else None)
        link = next_link(reply.headers.getall(hdrs.LINK, ()))
        if link is None:
            return Listing(items.all)
        try:
            where = http.resolve(link, where)
        except UnexpectedAnswerError as err:
            return Listing(items.all, err.message)
        # The address of a next page brings its query along.
        options["query"] = None


async def read_page(
    http: HttpClient, path: str, *, query: Query = None, link: str | None = None
) -> tuple[list[Raw], str | None]:
    """Return one page of a list, and the whole link to the next one; None for the last.

    Args:
        http: makes the request.
        path: of the list.
        query: the parameters of its first page.
        link: to the page; None for the first one.

    Raises:
        UnexpectedAnswerError: the link leads elsewhere, or the next page is this one.
        ClientError: any other of its subclasses.
    """
    where = http.address_of(path)
    if link is not None:
        where, query = http.resolve(link), None
    reply = await http.fetch(hdrs.METH_GET, where, query=query)
    if not reply.is_success:
        raise http.error_of(reply)
    page = _read(path, reply)
    more = next_link(reply.headers.getall(hdrs.LINK, ()))
    following = _follow(http, more, where) if more and page else None
    if following is not None and str(following) == link:
        raise UnexpectedAnswerError(f"{path} repeats a page")
    return page, None if following is None else str(following)


def _follow(http: HttpClient, link: str, page: URL) -> URL | None:
    """Return where a page's link to the next one leads; None where it is no address.

    Raises:
        UnexpectedAnswerError: to another server.
    """
    try:
        return http.resolve(link, page)
    except UnexpectedAnswerError:
        if _is_address(link):
            raise
        return None


def next_link(headers: Iterable[str]) -> str | None:
    """Return the address of the next page as the headers have it; None without one."""
    for header in headers:
        for address, what in LINK.findall(header):
            if NEXT.search(what) and not address.startswith("about:"):
                return str(address)
    return None


def _is_address(link: str) -> bool:
    try:
        return bool(URL(link).host)
    except ValueError:
        return False


def _read(
    path: str,
    reply: Reply,
    inside: str | None = None,
    request: Hashable = None,
    answers: SameAnswers | None = None,
) -> list[Raw]:
    try:
        if inside is None:
            if answers is not None:
                return answers.read(request, reply.body, ITEMS)
            return ITEMS.read(reply.body)
        # One that lacks the list has none of it.
        return ITEMS.read(bytes(FIELDS.read(reply.body).get(inside, EMPTY)))
    except MsgspecError as err:
        raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from None


def by_key(page: Iterable[Raw]) -> dict[ItemKey, Raw]:
    """Return the items of a page by what tells them from others."""
    return {_key(raw): raw for raw in page}


def _key(raw: Raw) -> ItemKey:
    """Return what tells an item from others: its id, or all of it."""
    try:
        return _NAMED_FAST.decode(raw).id
    except MsgspecError, UnicodeDecodeError, RecursionError:
        pass
    try:
        return _NAMED.read(bytes(raw)).id
    except MsgspecError:
        return bytes(raw)
