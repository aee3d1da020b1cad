"""The be.ENERGISED CPO API's objects, as far as documents show them.

Source: the CPO API's reference (pagination, maintenance windows). Lists follow
jsonapi.org: items of ``type``, ``id`` and ``attributes``. Which attributes stations,
connectors and locations have is mostly not documented; :mod:`.names` knows what to make
of them.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct

from ..reading.bounds import Id
from ..reading.lenient import Reader

type Count = Annotated[int, Meta(ge=0)]


class Problem(Struct, frozen=True, gc=False):
    """One error of jsonapi.org; the API's own error bodies are not documented."""

    title: str | None = None
    detail: str | None = None


class Problems(Struct, frozen=True, gc=False):
    """Body of an error, as jsonapi.org has it."""

    errors: tuple[Problem, ...] = ()


class Pagination(Struct, frozen=True, rename="camel", gc=False):
    """Where a page stands in its list: how many items that has, and if it ends here."""

    total: Count | None = None
    last_page: bool | None = None


class PageMeta(Struct, frozen=True, gc=False):
    """What is said of a page."""

    pagination: Pagination | None = None


class Link(Struct, frozen=True, gc=False):
    """A link of jsonapi.org that is told as an object."""

    href: str | None = None


class Links(Struct, frozen=True, gc=False):
    """Addresses of pages; ``next`` is missing, null or false on the last one."""

    next: str | Link | bool | None = None


class Page(Struct, frozen=True, gc=False):
    """A page of a list."""

    data: list[Raw]
    meta: PageMeta | None = None
    links: Links | None = None


class Item(Struct, frozen=True, gc=False):
    """An item of a list whose attributes are not documented."""

    id: Id | int
    # An empty object can come as an empty list, where PHP wrote it.
    attributes: dict[str, object] | list[object] | None = None
    relationships: dict[str, object] | list[object] | None = None


class WindowAttributes(Struct, frozen=True, rename="camel", gc=False):
    """A maintenance window as it is read; it is written under other names."""

    cp_id: Id
    start_date: datetime | None = None
    end_date: datetime | None = None
    connector_id: str | None = None
    comment: str | None = None


class WindowItem(Struct, frozen=True, gc=False):
    """An item of the list of maintenance windows."""

    id: Id | int
    attributes: WindowAttributes


class WindowBody(Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """What is written of a maintenance window; what is None is not sent."""

    start_date: str | None = None
    end_date: str | None = None
    comment: str | None = None
    cp_uuid: str | None = None
    connector_uuid: str | None = None


PROBLEMS = Reader(Problems)
PAGE = Reader(Page)
ITEM = Reader(Item)
WINDOW = Reader(WindowItem)
