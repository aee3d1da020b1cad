"""The one error tree of all vendors.

``message`` is what the vendor said, cleared of secrets and bounded in length, or a
short technical reason where the vendor said nothing. It never holds a credential.
"""

from typing import override


class ClientError(Exception):
    """Something between us and the vendor's cloud went wrong."""

    def __init__(self, message: str) -> None:
        """Keep the message apart from the exception's arguments."""
        super().__init__(message)
        self.message = message

    @override
    def __str__(self) -> str:
        """Return the message."""
        return self.message


class AddressError(ClientError):
    """A server address is not usable at all."""


class NotAnAddressError(AddressError):
    """The text is not the address of a web server."""


class InsecureAddressError(AddressError):
    """The address would send credentials over an unencrypted connection."""


class AuthenticationError(ClientError):
    """The vendor refuses the credential itself; signing in again is needed."""


class NotPermittedError(ClientError):
    """The credential is good, but does not allow this request."""


class RateLimitedError(ClientError):
    """The vendor asks us to slow down."""

    def __init__(self, message: str, retry_after: float | None) -> None:
        """Keep the vendor's wait in seconds; None where it named none."""
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(ClientError):
    """The vendor's cloud did not give a whole answer; it may the next time."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status; None where there was no answer at all."""
        super().__init__(message)
        self.status = status


class ResponseError(ClientError):
    """The vendor refused the request for a reason of its own."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status; None where the answer was read but made no sense."""
        super().__init__(message)
        self.status = status


class UnexpectedAnswerError(ResponseError):
    """The answer is not one that this vendor's documents describe."""
