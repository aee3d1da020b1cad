"""The be.ENERGISED CPO API's objects, as far as documents show them.

Source: the CPO API's quickstart guide (token, list of stations) and its reference
(pagination, maintenance windows). Lists follow jsonapi.org: items of ``type``, ``id``
and ``attributes``. Which attributes stations, connectors and locations have is mostly
not documented; :mod:`.names` knows what to make of them.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.json import Decoder

type Id = Annotated[str, Meta(min_length=1)]


class TokenAnswer(Struct, frozen=True):
    """Answer of the token endpoint (quickstart guide)."""

    access_token: Id
    expires_in: float | None = None


class TokenError(Struct, frozen=True):
    """Error of the token endpoint (RFC 6749, 5.2)."""

    error: str | None = None
    error_description: str | None = None


class Problem(Struct, frozen=True):
    """One error of jsonapi.org; the API's own error bodies are not documented."""

    title: str | None = None
    detail: str | None = None


class Problems(Struct, frozen=True):
    """Body of an error, in the spellings that are likely."""

    errors: tuple[Problem, ...] = ()
    message: str | None = None
    error: str | None = None


class Pagination(Struct, frozen=True, rename="camel"):
    """Where a page stands in its list; ``limit`` is the one really used."""

    total: int | None = None
    offset: int | None = None
    limit: int | None = None
    last_page: bool | None = None


class PageMeta(Struct, frozen=True):
    """What is said of a page."""

    pagination: Pagination | None = None


class Links(Struct, frozen=True):
    """Addresses of other pages; ``next`` is missing or null on the last one."""

    next: str | None = None


class Page(Struct, frozen=True):
    """A page of a list."""

    data: list[Raw]
    # An empty object can come as an empty list, where PHP wrote it.
    meta: PageMeta | list[Raw] | None = None
    links: Links | list[Raw] | None = None

    @property
    def pagination(self) -> Pagination:
        """Return where the page stands, as far as it tells."""
        meta = self.meta if isinstance(self.meta, PageMeta) else None
        return (meta.pagination if meta else None) or Pagination()

    @property
    def next(self) -> str | None:
        """Return the next page's address, if one is told."""
        return (self.links.next or None) if isinstance(self.links, Links) else None


class Named(Struct, frozen=True):
    """What every item of a list has."""

    id: Id | int


class Item(Struct, frozen=True):
    """An item of a list whose attributes are not documented."""

    id: Id | int
    attributes: dict[str, object] | list[object] | None = None
    relationships: dict[str, object] | list[object] | None = None


class WindowAttributes(Struct, frozen=True, rename="camel"):
    """A maintenance window as it is read; it is written under other names."""

    cp_id: Id
    start_date: datetime
    end_date: datetime
    connector_id: str | None = None
    comment: str | None = None


class WindowItem(Struct, frozen=True):
    """An item of the list of maintenance windows."""

    id: Id | int
    attributes: WindowAttributes


class WindowBody(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is written of a maintenance window; what is None is not sent."""

    start_date: str | None = None
    end_date: str | None = None
    comment: str | None = None
    cp_uuid: str | None = None
    connector_uuid: str | None = None


TOKEN = Decoder(TokenAnswer)
TOKEN_ERROR = Decoder(TokenError)
PROBLEMS = Decoder(Problems)
PAGE = Decoder(Page)
NAMED = Decoder(Named)
ITEM = Decoder(Item)
WINDOW = Decoder(WindowItem)
