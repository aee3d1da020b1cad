"""Which addresses credentials may be sent to, and which a person may open."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
import re
from urllib.parse import quote

from yarl import URL

from ..errors import InsecureAddressError, NotAnAddressError
from .secrets import holds

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
# Names as DNS has them (RFC 1123), or an IP address.
HOST = re.compile(rf"{LABEL}(\.{LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
LONGEST_HOST = 253
LONGEST_LINK = 4096
# So many addresses are kept, of which polls ask the same again and again.
ADDRESSES = 1024
# A tenant's has a dot in it, or is this machine's.
TENANT_HOST = re.compile(r"localhost|.+\..+|[0-9a-f:]+", re.IGNORECASE)
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


def parse_server_address(text: str) -> URL:
    """Return a server address as a URL without a trailing slash.

    Raises:
        NotAnAddressError: it is not an http(s) address of a host, or carries a user
            name, a query or a fragment.
        InsecureAddressError: it is not HTTPS, and not this very machine.
    """
    text = text.strip()
    if not text.isprintable() or any(letter.isspace() for letter in text):
        raise NotAnAddressError("blanks inside an address")
    try:
        url = URL(text)
        host = url.raw_host or ""
        if url.scheme not in {"http", "https"} or not host or url.port is None:
            raise NotAnAddressError("no http(s) address")
    except ValueError as err:
        raise NotAnAddressError("not an address") from err
    if len(host) > LONGEST_HOST or url.path.startswith("//"):
        raise NotAnAddressError("no name of a server")
    if not HOST.fullmatch(host):
        raise NotAnAddressError("no name of a server")
    if url.user or url.password or url.query_string or url.fragment:
        raise NotAnAddressError("more than an address")
    if url.scheme == "http" and not _is_loopback(host):
        raise InsecureAddressError("not encrypted")
    return url.with_path(url.path.rstrip("/"))


def parse_tenant(text: str, domain: str) -> URL:
    """Return the address of a vendor's customer, named by a word or by an address.

    Args:
        text: the word that sets the customer apart, or any address there.
        domain: what follows the word in such addresses.

    Raises:
        AddressError: it is neither.
    """
    text = text.strip().partition("?")[0].partition("#")[0].rstrip("/")
    if SLUG.fullmatch(text):
        return URL(f"https://{text.lower()}.{domain}")
    if "://" not in text:
        text = f"https://{text}"
    url = parse_server_address(text).origin()
    if not TENANT_HOST.fullmatch(url.host or ""):
        raise NotAnAddressError("no name of a server")
    return url


def web_link(text: str | None, secrets: Iterable[str]) -> str | None:
    """Return an address that a person can open in a browser; None for any other.

    Args:
        text: what the vendor sent.
        secrets: what must not be in it: a link is shown and passed on.
    """
    text = (text or "").strip()
    if not text.isprintable() or len(text) > LONGEST_LINK or holds(text, secrets):
        return None
    try:
        url = URL(text)
        is_web = url.scheme == "https" and bool(url.host) and url.port is not None
    except ValueError:
        return None
    return text if is_web and not url.user and not url.password else None


def path_to(template: str, *ids: str) -> str:
    """Return the path of something that is named by ids of the vendor's.

    Args:
        template: a path with ``{}`` for each id.
        ids: whatever letters are in them, each is one part of the path.
    """
    return template.format(*map(_quoted, ids))


def _quoted(id_: str) -> str:
    quoted = quote(id_, safe="", errors="surrogatepass")
    # These two have a meaning of their own in a path.
    return quoted.replace(".", "%2E") if id_ in {".", ".."} else quoted


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@lru_cache(maxsize=ADDRESSES)
def below(server: URL, path: str) -> URL:
    """Return where a path of a server is, the path as it stands in a request."""
    return server.with_path(path, encoded=True)


@lru_cache(maxsize=ADDRESSES)
def joined(base: URL, link: str | URL) -> tuple[URL, URL]:
    """Return where a link leads, and the origin of that.

    Raises:
        ValueError: it is no address.
    """
    url = base.join(URL(link))
    return url, url.origin()
