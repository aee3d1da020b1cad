"""Choices where the CPO API's documents leave room, contradict each other, or depend on the tenant."""

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class BeenergisedCpoOptions:
    """How the simulated CPO API behaves; may be changed while it runs."""

    # ---- signing in

    #: where tokens are made: the documents write the first path, the identity provider behind it usually has the second
    token_path: Literal["/token", "/oauth2/token", "both"] = "both"  # noqa: S105 - a path, not a token
    #: where a client's parameters may be: the documents put them into the query, the identity provider takes a form
    client_parameters: Literal["query", "form", "both"] = "both"
    #: for how many seconds a token is good
    token_lifetime: int = 86_400
    #: how the header is spelt: the documents show `Bearer <token>` in prose and `<token>` in their samples
    authorization: Literal["bearer", "bare", "both"] = "both"
    #: whether the client has a scope that starts with cpoapi; without one everything is 403, which is our reading
    scope: bool = True
    #: whether there is a tenant of this name; without one everything below /api is 404 with an HTML page
    tenant_known: bool = True

    # ---- pages

    #: a larger page[limit] is silently lowered to this
    page_cap: int = 500
    #: the limit when none is asked for; the real one is not documented
    default_limit: int = 100
    #: locations on a page; they are read by a cursor and the documents name no limit
    location_page: int = 100
    #: another origin, such as "https://elsewhere.example", in every `links.next`
    links_next_host: str | None = None
    #: whether every page is the first page again and never the last: with the very same next link, or ever new ones
    repeat_pages: Literal["none", "same_link", "fresh_links"] = "none"
    #: by how much the announced total is wrong
    total_skew: int = 0

    # ---- attributes

    #: which attributes things have: those of the documents' sample, hardly any, or far more than is documented
    attributes: Literal["documented", "sparse", "rich"] = "documented"
    #: whether and how a connector names its station; the documents show neither
    connector_parent: Literal["none", "attribute", "relationship"] = "none"
    #: seconds without a word from a station until its rich `status` is pending, then offline: the vendor's usual ones
    pending_after: int = 1_800
    offline_after: int = 3_600

    # ---- writing

    #: whether a maintenance window can be deleted; that it can is documented, the path is not
    delete_supported: bool = True
    #: whether a write answers with the window or with 204 and nothing
    write_answer: Literal["item", "empty"] = "item"

    # ---- load

    #: so many requests of the API may run at once; one more is 429
    parallel_limit: int = 10
    #: real seconds which each request of the API takes
    latency: float = 0.0


def add_arguments(parser: ArgumentParser) -> None:
    """Add to a command line how much is on a page, and what things have."""
    usual = BeenergisedCpoOptions()
    parser.add_argument(
        "--cpo-page-cap",
        type=int,
        default=usual.page_cap,
        help="how much the CPO API has on a page at most",
    )
    parser.add_argument(
        "--cpo-attributes",
        choices=("documented", "sparse", "rich"),
        default=usual.attributes,
        help="which attributes stations, connectors and locations have there",
    )
