"""Tests of every error of a client: what people get to see of it, and what is certain after it."""

from collections.abc import Iterator

import pytest
from yarl import URL

from custom_components.ev_charging_cloud import errors as shown
from custom_components.ev_charging_cloud.clients import errors
from custom_components.ev_charging_cloud.clients.enums import MaintenanceRule
from custom_components.ev_charging_cloud.clients.errors import ClientError
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

VENDOR = VENDORS["kempower"]
SERVER = URL("https://cloud.example:8443")
# Each error with the text of a command, of an answer, and of a form; and whether it is
# certain that a command which ends so was not carried out.
TABLE: list[tuple[ClientError, str, str, str, bool]] = [
    (errors.ClientError("m"), "refused", "refused", "refused", True),
    (errors.AddressError("m"), "refused", "refused", "refused", True),
    (errors.NotAnAddressError("m"), "refused", "refused", "not_an_address", True),
    (
        errors.InsecureAddressError("m"),
        "refused",
        "refused",
        "insecure_address",
        True,
    ),
    (
        errors.AuthenticationError("m"),
        "invalid_auth",
        "invalid_auth",
        "invalid_auth",
        True,
    ),
    (
        errors.UnknownClientError("m"),
        "invalid_auth",
        "invalid_auth",
        "unknown_client",
        True,
    ),
    (
        errors.WrongSecretError("m"),
        "invalid_auth",
        "invalid_auth",
        "wrong_secret",
        True,
    ),
    (errors.WrongKeyError("m"), "invalid_auth", "invalid_auth", "wrong_key", True),
    (
        errors.WrongPasswordError("m"),
        "invalid_auth",
        "invalid_auth",
        "wrong_password",
        True,
    ),
    (
        errors.SignInEndedError("m"),
        "invalid_auth",
        "invalid_auth",
        "invalid_auth",
        True,
    ),
    (
        errors.UnprovenRefusalError("m"),
        "invalid_auth",
        "invalid_auth",
        "invalid_auth",
        True,
    ),
    (
        errors.NotPermittedError("m", 403),
        "command_not_permitted",
        "not_permitted",
        "not_permitted",
        True,
    ),
    (
        errors.MissingScopeError("m"),
        "command_not_permitted",
        "missing_scope",
        "missing_scope",
        True,
    ),
    (
        errors.RateLimitedError("m", 5),
        "rate_limited",
        "rate_limited",
        "rate_limited",
        True,
    ),
    (
        errors.UnavailableError("m"),
        "unavailable",
        "unavailable",
        "cannot_connect",
        False,
    ),
    (errors.NotSentError("m"), "unavailable", "unavailable", "cannot_connect", True),
    (
        errors.UnconfirmedRefusalError("m", 60),
        "unavailable",
        "unavailable",
        "cannot_connect",
        True,
    ),
    (
        errors.HostNotFoundError(SERVER),
        "host_not_found",
        "host_not_found",
        "host_not_found",
        True,
    ),
    (errors.ResponseError("m"), "refused", "refused", "refused", True),
    (errors.SchemaChangedError("m"), "refused", "refused", "refused", True),
    (errors.ConflictError("m"), "command_conflict", "refused", "refused", True),
    (
        errors.NotDeliveredError("m"),
        "command_not_delivered",
        "unavailable",
        "cannot_connect",
        True,
    ),
    (
        errors.UnknownThingError("m"),
        "unknown_thing",
        "unknown_thing",
        "refused",
        True,
    ),
    (errors.CommandRefusedError("m"), "command_refused", "refused", "refused", True),
    (errors.StartRefusedError("m"), "start_refused", "refused", "refused", True),
    (errors.NoCardError("m"), "no_card", "refused", "refused", True),
    (errors.AmbiguousCardError("m"), "which_card", "refused", "refused", True),
    (errors.NoConnectorIdError("m"), "no_connector_id", "refused", "refused", True),
    (errors.OutOfRangeError("m"), "out_of_range", "refused", "refused", True),
    (errors.SessionOverError("m"), "session_over", "refused", "refused", True),
    (
        errors.UnexpectedAnswerError("m"),
        "unexpected_answer",
        "unexpected_answer",
        "unexpected_answer",
        False,
    ),
    (
        errors.UnknownTenantError("m"),
        "unknown_tenant",
        "unknown_tenant",
        "unknown_tenant",
        True,
    ),
]


def _kinds(kind: type[ClientError]) -> Iterator[type[ClientError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def _facts(err: HomeAssistantError) -> tuple[object, ...]:
    """Return the class of an error, and the text that it is shown by."""
    return (
        type(err),
        err.translation_domain,
        err.translation_key,
        err.translation_placeholders,
    )


@pytest.mark.parametrize(
    ("err", "command", "answer", "form", "is_certain"),
    TABLE,
    ids=lambda value: type(value).__name__ if isinstance(value, ClientError) else "",
)
def test_what_is_shown(
    err: ClientError, command: str, answer: str, form: str, is_certain: bool
) -> None:
    """Each has its texts, with the vendor and what it said."""
    message = (
        "there is no server cloud.example"
        if isinstance(err, errors.HostNotFoundError)
        else "m"
    )
    assert str(err) == err.message == message
    assert err.args == (message,)
    told = {"vendor": "Kempower ChargEye", "message": message}
    assert _facts(shown.command_error(err, VENDOR)) == (
        HomeAssistantError,
        DOMAIN,
        command,
        told,
    )
    assert _facts(shown.answer_error(err, VENDOR)) == (
        HomeAssistantError,
        DOMAIN,
        answer,
        told,
    )
    assert shown.form_error(err) == form
    assert err.is_certain is is_certain


def test_no_error_is_missing() -> None:
    """A new error belongs into this table."""
    known = {type(err) for err, *_ in TABLE} | {errors.MaintenanceRuleError}
    ours = {kind for kind in _kinds(ClientError) if kind.__module__ == errors.__name__}
    assert ours == known


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (MaintenanceRule.STARTS_IN_PAST, "maintenance_starts_in_past"),
        (MaintenanceRule.ENDS_BEFORE_START, "maintenance_ends_before_start"),
        (MaintenanceRule.IS_OVER, "maintenance_is_over"),
    ],
)
def test_a_rule_of_maintenance(rule: MaintenanceRule, key: str) -> None:
    """What is not sent for a rule is the person's to mend, and is said as such."""
    err = errors.MaintenanceRuleError(rule)
    assert _facts(shown.command_error(err, VENDOR)) == (
        ServiceValidationError,
        DOMAIN,
        key,
        {"vendor": "Kempower ChargEye"},
    )
    assert shown.form_error(err) == "refused"
    assert (str(err), err.args) == (rule.value, (rule.value,))
    assert err.is_certain


def test_what_errors_keep() -> None:
    """Beside the message there is what decides how to go on."""
    assert errors.NotPermittedError("m").status is None
    assert errors.NotPermittedError("m", 403).status == 403
    assert errors.MissingScopeError("m", 401).status == 401
    assert errors.RateLimitedError("m", 5).retry_after == 5
    away = errors.UnavailableError("m", 503, 7)
    assert (away.status, away.retry_after, away.is_local) == (503, 7, False)
    unsent = errors.NotSentError("m", 502, 8, server=SERVER)
    assert (unsent.status, unsent.retry_after) == (502, 8)
    assert (unsent.server, unsent.is_local) == (SERVER, False)
    assert errors.NotSentError("m").server is None
    doubted = errors.UnconfirmedRefusalError("m", 60)
    assert (doubted.confirm_after, doubted.status, doubted.retry_after) == (
        60,
        None,
        None,
    )
    assert doubted.is_local
    unknown = errors.HostNotFoundError(SERVER)
    assert (unknown.server, unknown.status, unknown.is_local) == (SERVER, None, False)
    refused = errors.ResponseError("m", 422)
    assert refused.status == 422
    changed = errors.SchemaChangedError("m", 400, frozenset({("A", "b")}))
    assert changed.status == 400
    assert changed.missing == {("A", "b")}
    assert errors.SchemaChangedError("m").missing == frozenset()
