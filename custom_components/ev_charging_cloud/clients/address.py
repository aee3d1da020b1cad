"""Which server addresses credentials may be sent to."""

from ipaddress import ip_address

from yarl import URL

from .errors import InsecureAddressError, NotAnAddressError


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


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
