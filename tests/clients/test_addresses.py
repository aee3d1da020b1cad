"""Tests of what is an address that credentials may be sent to, or a person may open."""

import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    AddressError,
    InsecureAddressError,
    NotAnAddressError,
)
from custom_components.ev_charging_cloud.clients.transport.address import (
    parse_server_address,
    parse_tenant,
    web_link,
)
from custom_components.ev_charging_cloud.clients.transport.secrets import (
    basic,
    clean,
    holds,
)

# The longest name of a server that there is (RFC 1035): 253 letters, labels of 63.
LABEL = "a" * 63
LONGEST = f"{LABEL}.{LABEL}.{LABEL}.{'b' * 61}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://a.example/x//", "https://a.example/x"),
        ("https://a.example/X/", "https://a.example/X"),
        ("https://A.Example.", "https://a.example./"),
        ("https://a_b.example/api", "https://a_b.example/api"),
        ("https://_dmarc.a-b.example", "https://_dmarc.a-b.example/"),
        ("https://1.example", "https://1.example/"),
        (f"https://{LABEL}.example", f"https://{LABEL}.example/"),
        (f"https://{LONGEST}", f"https://{LONGEST}/"),
        ("https://[2001:db8::1]:8443/api", "https://[2001:db8::1]:8443/api"),
        ("https://192.0.2.1", "https://192.0.2.1/"),
        ("http://127.8.9.10", "http://127.8.9.10/"),
        ("http://LOCALHOST", "http://localhost/"),
        ("https://a.example:0", "https://a.example:0/"),
    ],
)
def test_servers(text: str, url: str) -> None:
    """Names as DNS has them up to their longest, and IP addresses, without a last slash."""
    found = parse_server_address(text)
    assert found == URL(url)
    assert not found.path.endswith("/") or found.path == "/"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("https://a. example", NotAnAddressError, "blanks inside an address"),
        ("https://a.example/\tx", NotAnAddressError, "blanks inside an address"),
        ("https://a.example/\x07", NotAnAddressError, "blanks inside an address"),
        ("https://a.example/\u2003x", NotAnAddressError, "blanks inside an address"),
        ("ftp://a.example", NotAnAddressError, "no http(s) address"),
        ("a.example", NotAnAddressError, "no http(s) address"),
        ("https:///x", NotAnAddressError, "no http(s) address"),
        ("https://a.example:x", NotAnAddressError, "not an address"),
        ("https://a.example:99999", NotAnAddressError, "not an address"),
        ("https://[::1", NotAnAddressError, "not an address"),
        ("https://a.example//", NotAnAddressError, "no name of a server"),
        ("https://a.example//x", NotAnAddressError, "no name of a server"),
        ("https://-a.example", NotAnAddressError, "no name of a server"),
        ("https://a-.example", NotAnAddressError, "no name of a server"),
        ("https://a..example", NotAnAddressError, "no name of a server"),
        ("https://a!.example", NotAnAddressError, "no name of a server"),
        (f"https://{LABEL}a.example", NotAnAddressError, "no name of a server"),
        (f"https://{LONGEST}b", NotAnAddressError, "no name of a server"),
        ("https://me@a.example", NotAnAddressError, "more than an address"),
        ("https://:pw@a.example", NotAnAddressError, "more than an address"),
        ("https://a.example?x", NotAnAddressError, "more than an address"),
        ("https://a.example#x", NotAnAddressError, "more than an address"),
        ("http://a.example", InsecureAddressError, "not encrypted"),
        ("http://[2001:db8::1]", InsecureAddressError, "not encrypted"),
        ("http://localhost.example", InsecureAddressError, "not encrypted"),
    ],
)
def test_what_is_said_of_an_address(
    text: str, error: type[AddressError], words: str
) -> None:
    """Why it is none that anything can be sent to."""
    with pytest.raises(AddressError) as caught:
        parse_server_address(text)
    assert (type(caught.value), str(caught.value)) == (error, words)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("acme", "https://acme.cloud.example"),
        (" ACME ", "https://acme.cloud.example"),
        ("MAX", "https://max.cloud.example"),
        ("a", "https://a.cloud.example"),
        ("7", "https://7.cloud.example"),
        ("a-2", "https://a-2.cloud.example"),
        ("acme/?x#y", "https://acme.cloud.example"),
        ("acme#y", "https://acme.cloud.example"),
        ("own.example/admin/1", "https://own.example"),
        ("own.example:8443", "https://own.example:8443"),
        ("localhost", "https://localhost.cloud.example"),
        ("http://localhost:8080/x", "http://localhost:8080"),
        ("https://LOCALHOST", "https://localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:DB8::A]", "https://[2001:db8::a]"),
        ("acme-", NotAnAddressError),
        ("-acme", NotAnAddressError),
        ("a_b", NotAnAddressError),
        ("https://acme", NotAnAddressError),
        ("https://acme.", NotAnAddressError),
        ("acme:8443", NotAnAddressError),
    ],
)
def test_tenants(text: str, url: str | type[AddressError]) -> None:
    """A word is a customer of that domain; else it takes a name with a dot, or an IP."""
    if isinstance(url, str):
        assert parse_tenant(text, "cloud.example") == URL(url)
        return
    with pytest.raises(url) as caught:
        parse_tenant(text, "cloud.example")
    assert str(caught.value) == "no name of a server"


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://files.example/a.pdf?sig=1#p", True),
        ("  https://files.example/a.pdf\n", True),
        (f"https://files.example/{'a' * (4096 - 22)}", True),
        (f"https://files.example/{'a' * (4096 - 21)}", False),
        ("http://files.example/a.pdf", False),
        ("http://127.0.0.1/a.pdf", False),
        ("/a.pdf", False),
        ("https:///a.pdf", False),
        ("https://files.example:x/", False),
        ("https://[::1/", False),
        ("https://me@files.example/", False),
        ("https://:pw@files.example/", False),
        ("https://files.example/a\x07", False),
        ("https://files.example/?token=s3cret", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
    ],
)
def test_links_for_people(text: str | None, is_link: bool) -> None:
    """HTTPS, without credentials of any kind, and not endless."""
    found = web_link(text, ["s3cret"])
    assert found == ((text or "").strip() if is_link else None)


@pytest.mark.parametrize(
    ("message", "cleaned"),
    [
        ("of s3cr", "of **REDACTED**"),
        ("of s3cr-and-more", "of **REDACTED**"),
        ("of abc", "of abc"),
        (" two\n lines\t", "two lines"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200),
        ("(a%2Bb%2Fc%3Dd)", "(**REDACTED**)"),
        ("(a%2Bb/c%3Dd)", "(**REDACTED**)"),
        ("(a%252Bb%252Fc%253Dd)", "(**REDACTED**)"),
        ("(a+b/c=d)", "(**REDACTED**)"),
        ("(two+words)", "(**REDACTED**)"),
        ("(two%20words)", "(**REDACTED**)"),
        ("(two%2Bwords)", "(**REDACTED**)"),
        ("(two%2520words)", "(**REDACTED**)"),
        ("(dHdvIHdvcmRz)", "(**REDACTED**)"),
        ("(\\u00fc\\u00fc\\u00fc\\ud83d\\ude97)", "(**REDACTED**)"),
        ("(üüü🚗)", "(**REDACTED**)"),
        ("(\\ud800abcd)", "(**REDACTED**)"),
        ("(ask:me+now)", "(**REDACTED**)"),
        ("(fn5+YWJX)", "(**REDACTED**)"),
        ("(fn5-YWJX)", "(**REDACTED**)"),
        ('(üü\\"ü)', "(**REDACTED**)"),
    ],
)
def test_what_is_cut_out_of_a_message(message: str, cleaned: str) -> None:
    """Secrets of four letters and more, the longer first; then one line of 200 letters."""
    secrets = [
        *("abc", "s3cr", "s3cr-and-more", "a+b/c=d", "two words", "üüü🚗"),
        *("\ud800abcd", "ask:me now", "~~~abW", 'üü"ü'),
    ]
    assert clean(message, secrets) == cleaned
    assert holds(message, secrets) == ("REDACTED" in cleaned)


def test_basic_credentials() -> None:
    """As RFC 7617 has them, in UTF-8, whatever they hold."""
    assert basic("Aladdin", "open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic("me", "\ud800") == "bWU67aCA"
