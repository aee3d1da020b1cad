"""Keeping secrets out of messages, in every spelling in which they are sent."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
import json
from urllib.parse import quote, quote_plus

from yarl import URL

REDACTED = "**REDACTED**"
MAX_MESSAGE = 200
# Shorter ones would take harmless words along.
SHORTEST = 4


def clean(message: str, secrets: Iterable[str]) -> str:
    """Return a vendor's message without secrets, in one line of bounded length."""
    for spelling in sorted(_spellings(secrets), key=len, reverse=True):
        message = message.replace(spelling, REDACTED)
    return " ".join(message.split())[:MAX_MESSAGE]


def holds(text: str, secrets: Iterable[str]) -> bool:
    """Tell whether a secret stands in a text, in whatever spelling."""
    return any(spelling in text for spelling in _spellings(secrets))


def basic(user: str, password: str) -> str:
    """Return the credentials of HTTP Basic, which are as secret as the password."""
    return b64encode(f"{user}:{password}".encode(errors="surrogatepass")).decode()


def _spellings(secrets: Iterable[str]) -> Iterator[str]:
    """Yield secrets as they stand in headers, addresses, forms, JSON and GraphQL."""
    found: set[str] = set()
    for secret in secrets:
        if len(secret) < SHORTEST:
            continue
        # What is no text, half a surrogate pair, must not keep the rest from view.
        encoded = secret.encode(errors="surrogatepass")
        found |= {
            secret,
            quote(encoded, safe=""),
            quote(encoded),
            quote_plus(encoded),
            # An address within an address.
            quote(quote(encoded, safe="")),
            quote(quote_plus(encoded)),
            # As our own requests spell it in a query.
            URL.build(query={"": secret}).raw_query_string[1:],
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            # Some leave out what fills up the end.
            b64encode(encoded).decode().rstrip("="),
            urlsafe_b64encode(encoded).decode().rstrip("="),
        }
    yield from found
