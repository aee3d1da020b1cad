"""Forms: what may be typed, what becomes of it, and where an error belongs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
import unicodedata

import voluptuous as vol
from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_PASSWORD
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..clients.errors import AddressError, ClientError, HostNotFoundError, NotSentError
from ..clients.transport.address import parse_server_address
from ..const import (
    CONF_ADVANCED,
    CONF_AUTHORIZATION_SERVER,
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_TENANT,
    CONF_VENDOR,
)
from ..errors import form_error

TEXT = TextSelector()
SECRET = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
ADDRESS = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))

BASE = "base"
# Which field each error is about, by its word: the first that the form has.
SERVER_FIELDS = (CONF_TENANT, CONF_AUTHORIZATION_SERVER, CONF_ADVANCED)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "host_not_found": SERVER_FIELDS,
    "insecure_address": SERVER_FIELDS,
    "invalid_auth": (
        CONF_REFRESH_TOKEN,
        CONF_CLIENT_SECRET,
        CONF_PASSWORD,
        CONF_PSK,
        CONF_CLIENT_ID,
    ),
    "not_an_address": SERVER_FIELDS,
    "unknown_client": (CONF_CLIENT_ID, CONF_CLIENT_SECRET),
    "unknown_tenant": (CONF_TENANT,),
    "wrong_key": (CONF_PSK,),
    "wrong_password": (CONF_PASSWORD,),
    "wrong_secret": (CONF_CLIENT_SECRET,),
}


def server_section(server: str) -> dict[vol.Marker, section]:
    """Return the collapsed section with the server's address."""
    return {
        vol.Required(CONF_ADVANCED): section(
            vol.Schema({vol.Required(CONF_SERVER, default=server): ADDRESS}),
            {"collapsed": True},
        )
    }


def entry_data(vendor: str, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data of a form; a field left empty is left out."""
    server = user_input.get(CONF_ADVANCED, {}).get(CONF_SERVER, "").strip().rstrip("/")
    fields = {
        # A password may begin or end with a blank; nothing else does.
        key: value if key == CONF_PASSWORD else value.strip()
        for key, value in user_input.items()
        if isinstance(value, str)
    }
    fields |= {CONF_VENDOR: vendor, CONF_SERVER: server}
    return {key: value for key, value in fields.items() if value}


def with_default_server(schema: vol.Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data with the form's own server where the field was emptied."""
    default = _default_server(schema)
    return {CONF_SERVER: default, **data} if default else dict(data)


def typed_errors(
    schema: vol.Schema, user_input: Mapping[str, Any], forbidden: Mapping[str, str]
) -> dict[str, str]:
    """Return what is wrong with what was typed, by field, before anybody is asked.

    Args:
        schema: the form.
        user_input: what was typed.
        forbidden: letters that a field must not have, by field.
    """
    errors: dict[str, str] = {}
    for marker in schema.schema:
        value = user_input.get(marker.schema)
        if isinstance(value, Mapping):
            nested = _odd_letters(value.values())
            errors |= {marker.schema: "not_an_address"} if nested else {}
        elif isinstance(marker, vol.Required) and _is_blank(marker.schema, value):
            errors[marker.schema] = "required"
        elif isinstance(value, str) and (
            _odd_letters([value.strip()])
            or set(value) & set(forbidden.get(marker.schema, ""))
        ):
            is_address = marker.schema in SERVER_FIELDS
            errors[marker.schema] = (
                "not_an_address" if is_address else "invalid_characters"
            )
    return errors


def failure_errors(
    schema: vol.Schema, data: Mapping[str, Any], failure: ClientError
) -> dict[str, str]:
    """Return an error at the field it is about; at the top where it is about none."""
    word = form_error(failure)
    fields = FIELDS.get(word, ())
    if isinstance(failure, NotSentError) and failure.server is not None:
        fields = _fields_of(failure, failure.server, schema, data)
    elif fields is SERVER_FIELDS and _is_server_wrong(data):
        fields = (CONF_ADVANCED, *SERVER_FIELDS)
    names = {marker.schema for marker in schema.schema}
    return {next((field for field in fields if field in names), BASE): word}


def _fields_of(
    failure: NotSentError, server: URL, schema: vol.Schema, data: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the fields that a server may be named in.

    That nobody answers at the form's own server is no fault of what was typed.
    """
    tenant = data.get(CONF_TENANT, "")
    if _origin(data.get(CONF_SERVER)) != server or _origin(tenant) == server:
        return SERVER_FIELDS
    is_typed = data[CONF_SERVER] != _default_server(schema)
    is_missing = isinstance(failure, HostNotFoundError)
    return (CONF_ADVANCED,) if is_typed or is_missing or tenant else ()


def _origin(address: str | None) -> URL | None:
    """Return the server that is meant by an address; None where it is none."""
    try:
        return parse_server_address(address or "").origin()
    except AddressError:
        return None


def shown_again(
    schema: vol.Schema, user_input: Mapping[str, Any], errors: Mapping[str, str]
) -> tuple[vol.Schema, dict[str, Any]]:
    """Return a form to be shown again, and what is already in it.

    What was typed stays, but for a secret that was refused. A section that holds the
    server's address is open if the error is there, or may be there.
    """
    refused = {
        marker.schema
        for marker, selector in schema.schema.items()
        if selector is SECRET and marker.schema in errors
    }
    typed = {key: value for key, value in user_input.items() if key not in refused}
    server = user_input.get(CONF_ADVANCED, {}).get(CONF_SERVER, "")
    is_own = bool(server) and server.strip().rstrip("/") != _default_server(schema)
    if CONF_ADVANCED in errors or (BASE in errors and is_own):
        schema = _opened(schema)
    return schema, typed


def _opened(schema: vol.Schema) -> vol.Schema:
    return vol.Schema(
        {
            marker: section(value.schema, {"collapsed": False})
            if isinstance(value, section)
            else value
            for marker, value in schema.schema.items()
        }
    )


def _default_server(schema: vol.Schema) -> str | None:
    defaults: Iterator[str] = (
        marker.default()
        for value in schema.schema.values()
        if isinstance(value, section)
        for marker in value.schema.schema
    )
    return next(defaults, None)


def _is_server_wrong(data: Mapping[str, Any]) -> bool:
    try:
        parse_server_address(data.get(CONF_SERVER, "https://example.com"))
    except AddressError:
        return True
    return False


def _is_blank(field: str, value: object) -> bool:
    # What is missing altogether, Home Assistant has refused already.
    return isinstance(value, str) and not (
        value if field == CONF_PASSWORD else value.strip()
    )


def _odd_letters(texts: Iterable[object]) -> bool:
    """Tell whether any text has letters that no credential or address can have."""
    return any(
        isinstance(text, str)
        and any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)
        for text in texts
    )
