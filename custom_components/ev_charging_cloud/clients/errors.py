"""The one error tree of all vendors.

``message`` is what the vendor said, cleared of secrets and bounded in length, or a
short technical reason where the vendor said nothing. It never holds a credential.
"""

from typing import override

from .enums import MaintenanceRule


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


class UnknownClientError(AuthenticationError):
    """The vendor knows no application with this client id."""


class WrongSecretError(AuthenticationError):
    """The vendor knows the client id, but the secret is another one."""


class WrongKeyError(AuthenticationError):
    """The vendor refuses the key of the application itself, whoever signs in."""


class WrongPasswordError(AuthenticationError):
    """The vendor knows the application, but not this user with this password."""


class UnprovenRefusalError(AuthenticationError):
    """Something refused the credential, but not in the words that the vendor documents.

    Who typed it gets to see it; an account that worked before has an outage.
    """


class NotPermittedError(ClientError):
    """The credential is good, but does not allow this request."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status; None where the answer itself says it."""
        super().__init__(message)
        self.status = status


class MissingScopeError(NotPermittedError):
    """The credential has no scope of this API at all."""


class RateLimitedError(ClientError):
    """The vendor asks us to slow down."""

    def __init__(self, message: str, retry_after: float | None) -> None:
        """Keep the vendor's wait in seconds; None where it named none."""
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(ClientError):
    """The vendor's cloud did not give a whole answer; it may the next time.

    ``is_local`` tells that nothing was sent, so that repeating it at once is in vain.
    """

    is_local = False

    def __init__(
        self,
        message: str,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep the HTTP status (None: no answer) and the vendor's wait in seconds."""
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class UnconfirmedRefusalError(UnavailableError):
    """The credential was refused once; whether that is meant, the next time will tell."""

    is_local = True


class NotReachedError(UnavailableError):
    """No connection came about, so that nothing was sent."""


class HostNotFoundError(NotReachedError):
    """No server of this name was found."""


class ResponseError(ClientError):
    """The vendor refused the request for a reason of its own."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status; None where the answer was read but made no sense."""
        super().__init__(message)
        self.status = status


class SchemaChangedError(ResponseError):
    """The vendor's schema has not, or no longer, what was asked for.

    ``missing`` are the fields that it lacks, where it named them, each with its type.
    """

    def __init__(
        self,
        message: str,
        status: int | None = None,
        missing: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        """Keep what is missing beside the message."""
        super().__init__(message, status)
        self.missing = missing


class ConflictError(ResponseError):
    """What was asked for makes no sense as things are."""


class NotDeliveredError(UnavailableError):
    """The vendor could not reach what was to be told something; nothing was changed."""


class CommandRefusedError(ResponseError):
    """The vendor understood a command and did not carry it out."""


class StartRefusedError(CommandRefusedError):
    """A session was not started: by the vendor, or by the station."""


class NoCardError(ResponseError):
    """None of the driver's cards, or not the one that was named, may charge there."""


class SessionOverError(ResponseError):
    """The session is over already; nothing was sent."""


class UnexpectedAnswerError(ResponseError):
    """The answer is not one that this vendor's documents describe."""


class UnknownTenantError(UnexpectedAnswerError):
    """The server answers, but not for a customer of this vendor."""


class MaintenanceRuleError(ClientError):
    """A maintenance window is not one that the vendor takes; nothing was sent."""

    def __init__(self, rule: MaintenanceRule) -> None:
        """Keep the rule that it breaks."""
        super().__init__(rule.value)
        self.rule = rule
