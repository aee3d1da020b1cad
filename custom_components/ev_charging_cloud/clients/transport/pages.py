"""Lists that come in pages: followed to the end, as long as they bring something new."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
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
LINKS = 1024
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


class _Added(Struct, frozen=True):
    """A page, whether it brought anything new, and how many items there are up to it."""

    page: Sequence[Raw]
    is_new: bool
    count: int


class PageItems:
    """The items of a list's pages, each once.

    Whoever reads the list again and again keeps this, and begins anew each time: of the
    very same pages it is the very same list once more, with next to nothing to do.
    """

    def __init__(self, path: str) -> None:
        """Begin without any; the path is for messages."""
        self._path = path
        self._added: list[_Added] = []
        # How many of these were read this time: the others are those of the time before.
        self._place = 0
        self._seen: set[ItemKey] = set()
        self._all: list[Raw] = []
        self._is_lent = False

    def begin(self) -> None:
        """Begin to read the list from its first page."""
        self._place = 0

    @property
    def count(self) -> int:
        """How many items the pages so far have."""
        return self._added[self._place - 1].count if self._place else 0

    @property
    def all(self) -> list[Raw]:
        """The items of the pages so far, which nobody must change."""
        self._forget_the_rest()
        self._is_lent = True
        return self._all

    def has_all(self, page: Sequence[Raw]) -> bool:
        """Tell whether a page brings nothing new."""
        if (known := self._known(page)) is not None:
            return not known.is_new
        self._forget_the_rest()
        return all(_key(raw) in self._seen for raw in page)

    def add(self, page: Sequence[Raw]) -> bool:
        """Add a page, and tell whether it brought anything new.

        What moved from one page to the next while we read counts once.

        Raises:
            UnexpectedAnswerError: there are too many items.
        """
        added = self._known(page)
        if added is None:
            self._forget_the_rest()
            added = _Added(page, self._take(page), len(self._all))
            self._added.append(added)
        self._place += 1
        if added.count > MAX_ITEMS:
            raise UnexpectedAnswerError(f"{self._path} does not end")
        return added.is_new

    def _known(self, page: Sequence[Raw]) -> _Added | None:
        """Return what is known of the page to come, if it is that of the time before."""
        if self._place == len(self._added):
            return None
        known = self._added[self._place]
        return known if known.page is page else None

    def _take(self, page: Sequence[Raw]) -> bool:
        found = {_key(raw): raw for raw in page}
        fresh = {key: raw for key, raw in found.items() if key not in self._seen}
        self._seen.update(fresh)
        if self._is_lent:
            self._all, self._is_lent = [*self._all], False
        self._all.extend(fresh.values())
        return bool(fresh)

    def _forget_the_rest(self) -> None:
        """Forget the pages of the time before that were not read this time."""
        if self._place == len(self._added):
            return
        pages = [added.page for added in self._added[: self._place]]
        del self._added[self._place :]
        self._seen, self._all, self._is_lent = set(), [], False
        for page in pages:
            self._take(page)


async def read_linked(
    http: HttpClient,
    path: str,
    *,
    query: Query = None,
    headers: Mapping[str, str] | None = None,
    inside: str | None = None,
    items: PageItems | None = None,
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
        items: takes the items; None where the list is read now and then.

    Raises:
        UnexpectedAnswerError: a page is no list, or the pages never end.
        ClientError: any other of its subclasses, see :mod:`~..errors`.
    """
    items = items or PageItems(path)
    items.begin()
    where = http.address_of(path)
    options: RequestOptions = {"query": query, "headers": headers or {}}
    while True:
        request = where, *(options["query"] or ())
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
        if (address := _next_in(header)) is not None:
            return address
    return None


@lru_cache(maxsize=LINKS)
def _next_in(header: str) -> str | None:
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
