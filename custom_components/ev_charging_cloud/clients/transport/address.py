"""Which server addresses credentials may be sent to."""

from ipaddress import ip_address
import re

from yarl import URL

from ..errors import InsecureAddressError, NotAnAddressError

# A name with a dot, this machine, or an IP address.
HOST = re.compile(r"localhost|[a-z0-9.-]+\.[a-z0-9-]+|[0-9a-f:]+", re.IGNORECASE)
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


def parse_server_address(text: str) -> URL:
    """Return a server address as a URL without a trailing slash.

    Raises:
        NotAnAddressError: it is not an http(s) address of a host, or carries a user
            name, a query or a fragment.
        InsecureAddressError: it is not HTTPS, and not this very machine.
    """
    try:
        url = URL(text.strip())
        if url.scheme not in {"http", "https"} or not url.host or url.port is None:
            raise NotAnAddressError("no http(s) address")
    except ValueError as err:
        raise NotAnAddressError("not an address") from err
    if url.user or url.password or url.query_string or url.fragment:
        raise NotAnAddressError("more than an address")
    if url.scheme == "http" and not _is_loopback(url.host):
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
    if not re.fullmatch(HOST, url.host or ""):
        raise NotAnAddressError("no name of a server")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
