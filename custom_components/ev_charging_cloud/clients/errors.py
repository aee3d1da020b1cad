"""The one error tree of all vendors.

Each class carries the word by which texts for people are found. ``word`` holds wherever
nothing else is said; ``command_word`` holds after a command, ``form_word`` in a form
where somebody enters credentials. A class has its parent's words unless it has its own.

``message`` is what the vendor said, cleared of secrets and bounded in length, or a
short technical reason where the vendor said nothing. It never holds a credential.
"""

from typing import ClassVar, override

from yarl import URL

from .enums import MaintenanceRule


class ClientError(Exception):
    """Something between us and the vendor's cloud went wrong."""

    word: ClassVar[str] = "refused"
    command_word: ClassVar[str | None] = None
    form_word: ClassVar[str | None] = None
    # Whether it is certain that a command which ends so was not carried out.
    is_certain: ClassVar[bool] = True

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

    form_word = "not_an_address"


class InsecureAddressError(AddressError):
    """The address would send credentials over an unencrypted connection."""

    form_word = "insecure_address"


class AuthenticationError(ClientError):
    """The vendor refuses the credential itself; signing in again is needed."""

    word = "invalid_auth"


class UnknownClientError(AuthenticationError):
    """The vendor knows no application with this client id."""

    form_word = "unknown_client"


class WrongSecretError(AuthenticationError):
    """The vendor knows the client id, but the secret is another one."""

    form_word = "wrong_secret"


class WrongKeyError(AuthenticationError):
    """The vendor refuses the key of the application itself, whoever signs in."""

    form_word = "wrong_key"


class WrongPasswordError(AuthenticationError):
    """The vendor knows the application, but not this user with this password."""

    form_word = "wrong_password"


class SignInEndedError(AuthenticationError):
    """The sign-in is over by its own terms; nobody needs to be asked about it."""


class UnprovenRefusalError(AuthenticationError):
    """Something refused the credential, but not in the words that the vendor documents.

    Who typed it gets to see it; an account that worked before has an outage.
    """


class NotPermittedError(ClientError):
    """The credential is good, but does not allow this request."""

    word = "not_permitted"
    command_word = "command_not_permitted"

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status; None where the answer itself says it."""
        super().__init__(message)
        self.status = status


class MissingScopeError(NotPermittedError):
    """The credential has no scope of this API at all."""

    word = "missing_scope"


class RateLimitedError(ClientError):
    """The vendor asks us to slow down."""

    word = "rate_limited"

    def __init__(self, message: str, retry_after: float | None) -> None:
        """Keep the vendor's wait in seconds; None where it named none."""
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(ClientError):
    """The vendor's cloud did not give a whole answer; it may the next time.

    ``is_local`` tells that nothing was sent, so that repeating it at once is in vain.
    """

    word = "unavailable"
    form_word = "cannot_connect"
    is_certain = False
    is_local: ClassVar[bool] = False

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


class NotSentError(UnavailableError):
    """Nothing was sent: no connection came about, or what has to come before failed.

    ``server`` is the origin that could not be reached, where it was that.
    """

    is_certain = True

    def __init__(
        self,
        message: str,
        status: int | None = None,
        retry_after: float | None = None,
        *,
        server: URL | None = None,
    ) -> None:
        """Keep the server beside what else is known."""
        super().__init__(message, status, retry_after)
        self.server = server


class UnconfirmedRefusalError(NotSentError):
    """The credential was refused once; whether that is meant, the next time will tell.

    ``confirm_after`` is in how many seconds it may be sent for that.
    """

    is_local = True

    def __init__(self, message: str, confirm_after: float) -> None:
        """Keep when the next time may be."""
        super().__init__(message)
        self.confirm_after = confirm_after


class HostNotFoundError(NotSentError):
    """No server of this name was found."""

    word = "host_not_found"
    form_word = "host_not_found"

    def __init__(self, server: URL) -> None:
        """Name the server that was looked for."""
        super().__init__(f"there is no server {server.host}", server=server)


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

    command_word = "command_conflict"


class NotDeliveredError(UnavailableError):
    """The vendor could not reach what the command is for; nothing was changed."""

    command_word = "command_not_delivered"
    is_certain = True


class UnknownThingError(ResponseError):
    """The vendor does not know, or no longer, what was asked about."""

    word = "unknown_thing"
    # No form asks about a single thing.
    form_word = "refused"


class CommandRefusedError(ResponseError):
    """The vendor understood a command and did not carry it out."""

    command_word = "command_refused"


class StartRefusedError(CommandRefusedError):
    """A session was not started: by the vendor, or by the station."""

    command_word = "start_refused"


class NoCardError(ResponseError):
    """None of the driver's cards, or not the one that was named, may charge there."""

    command_word = "no_card"


class AmbiguousCardError(NoCardError):
    """Several of the driver's cards have the name that was given; nothing was sent."""

    command_word = "which_card"


class NoConnectorIdError(ResponseError):
    """The vendor tells no id of the connector, so that nothing can be sent there."""

    command_word = "no_connector_id"


class OutOfRangeError(ResponseError):
    """A value is not one that the vendor takes; nothing was sent."""

    command_word = "out_of_range"


class SessionOverError(ResponseError):
    """The session is over already; nothing was sent."""

    command_word = "session_over"


class UnexpectedAnswerError(ResponseError):
    """The answer is not one that this vendor's documents describe."""

    word = "unexpected_answer"
    is_certain = False


class UnknownTenantError(UnexpectedAnswerError):
    """The server answers, but not for a customer of this vendor."""

    word = "unknown_tenant"
    is_certain = True


class MaintenanceRuleError(ClientError):
    """A maintenance window is not one that the vendor takes; nothing was sent."""

    def __init__(self, rule: MaintenanceRule) -> None:
        """Keep the rule that it breaks."""
        super().__init__(rule.value)
        self.rule = rule
