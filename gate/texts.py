"""Texts, icons and actions: their forms, and that they belong together."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

import voluptuous as vol

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import TargetSelector, validate_selector
from homeassistant.util.yaml import load_yaml_dict

KEY = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
# Where a browser, or a broker, would go; a database's address is an example.
URL = re.compile(
    r"(?:(?:ftps?|scp|https?|mqtts?|socket|socks5)://|www\.)[a-z0-9]", re.IGNORECASE
)


def _key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise vol.Invalid(f"{value!r} is no key: small letters, digits, single _ or -")
    return value


def _text(value: Any) -> str:
    text: str = cv.string_with_no_html(value)
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as err:
        raise vol.Invalid(f"{text!r}: {err}") from err
    if not all(name.isidentifier() for name in names):
        raise vol.Invalid(f"{text!r} has a placeholder that is no name")
    if re.search(r"'{\w+}'", text):
        raise vol.Invalid(f"{text!r} has a placeholder in single quotes")
    if text != text.strip():
        raise vol.Invalid(f"{text!r} begins or ends with a blank")
    if URL.search(text) or "[%" in text:
        raise vol.Invalid(f"{text!r} has an address or a reference")
    return text


def _plain(value: Any) -> str:
    if "{" in (text := _text(value)):
        raise vol.Invalid(f"{text!r} may have no placeholder")
    return text


def _icon(value: Any) -> str:
    if not re.fullmatch(r"mdi:[a-z0-9-]+", str(value)):
        raise vol.Invalid(f"{value!r} is no icon")
    return str(value)


def _optional(**fields: Any) -> dict[Any, Any]:
    return {vol.Optional(name): value for name, value in fields.items()}


TEXTS = {str: _text}
STATES = {_key: _plain}
NAMED = {
    vol.Required("name"): _text,
    vol.Required("description"): _text,
    vol.Optional("fields"): {
        _key: {
            vol.Required("name"): _text,
            vol.Required("description"): _text,
            vol.Optional("example"): _text,
        }
    },
    vol.Optional("sections"): {
        _key: {vol.Required("name"): _text, vol.Optional("description"): _text}
    },
}
STEP = _optional(
    title=_text,
    description=_text,
    data=TEXTS,
    data_description=TEXTS,
    menu_options=TEXTS,
    menu_option_descriptions=TEXTS,
    submit=_text,
    sections={
        str: _optional(
            name=_text, description=_text, data=TEXTS, data_description=TEXTS
        )
    },
)


def _described(flow: dict[str, Any]) -> dict[str, Any]:
    for name, step in flow["step"].items():
        for form in (step, *step.get("sections", {}).values()):
            if extra := form.get("data_description", {}).keys() - form.get("data", {}):
                raise vol.Invalid(f"step {name} describes what it has not: {extra}")
    return flow


FLOW = vol.All(
    vol.Schema(
        {
            vol.Required("step"): {str: STEP},
            **_optional(
                flow_title=_text,
                error=TEXTS,
                abort=TEXTS,
                progress=TEXTS,
                create_entry=TEXTS,
                initiate_flow=TEXTS,
            ),
        }
    ),
    _described,
)
ISSUE = vol.All(
    cv.has_at_least_one_key("description", "fix_flow"),
    vol.Schema(
        {
            vol.Required("title"): _text,
            vol.Exclusive("description", "fixable"): _text,
            vol.Exclusive("fix_flow", "fixable"): FLOW,
        }
    ),
)
ENTITY = _optional(
    name=_text,
    state=STATES,
    state_attributes={_key: _optional(name=_plain, state=STATES)},
    unit_of_measurement=_plain,
)
TRANSLATIONS = vol.Schema(
    _optional(
        title=_text,
        config=FLOW,
        options=FLOW,
        selector={cv.slug: _optional(options={_key: _text}, choices={_key: _text})},
        system_health=_optional(info={_key: _text}),
        application_credentials=_optional(description=_text),
        issues={str: ISSUE},
        device={_key: _optional(name=_text)},
        entity={cv.slug: {_key: ENTITY}},
        exceptions={cv.slug: {vol.Required("message"): _text}},
        services={_key: NAMED},
        common={cv.slug: _text},
    )
)
ICONS = vol.Schema(
    _optional(
        services={_key: {vol.Required("service"): _icon}},
        entity={
            cv.slug: {
                _key: _optional(
                    default=_icon,
                    state={_key: _icon},
                    state_attributes={
                        _key: _optional(default=_icon, state={_key: _icon})
                    },
                )
            }
        },
    )
)
FIELD = _optional(
    required=bool,
    default=object,
    example=vol.NotIn([None]),
    advanced=bool,
    selector=validate_selector,
    filter=dict,
)
ACTIONS = vol.Schema(
    {
        cv.slug: _optional(
            target=TargetSelector.CONFIG_SCHEMA,
            fields={
                str: vol.Any(
                    FIELD,
                    {
                        vol.Required("fields"): {str: FIELD},
                        vol.Optional("collapsed"): bool,
                    },
                )
            },
        )
    }
)


def _checked(schema: vol.Schema, name: str, content: Any) -> Iterator[str]:
    try:
        schema(content)
    except vol.MultipleInvalid as err:
        for each in err.errors:
            place = ".".join(map(str, each.path))
            yield f"{name}: {place}: {each.msg}"


def json_problems(folder: Path) -> Iterator[str]:
    """Yield which files of an integration are no JSON."""
    for path in sorted(folder.rglob("*.json")):
        try:
            json.loads(path.read_text())
        except ValueError as err:
            yield f"{path.relative_to(folder)}: {err}"


def text_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the texts, in each language, and with the icons."""
    if (folder / "strings.json").exists():
        yield "strings.json is read for built-in integrations only"
    english = folder / "translations/en.json"
    if not english.exists():
        yield "there are no English texts"
    for path in sorted((folder / "translations").glob("*.json")):
        yield from _checked(TRANSLATIONS, path.name, json.loads(path.read_text()))
    icons = json.loads((folder / "icons.json").read_text())
    yield from _checked(ICONS, "icons.json", icons)
    texts = json.loads(english.read_text())
    for platform, keys in icons.get("entity", {}).items():
        for key in keys.keys() - texts["entity"].get(platform, {}):
            yield f"icons.json: no {platform} is called {key}"


def action_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the actions, and which have no texts or no icon."""
    try:
        actions = load_yaml_dict(str(folder / "services.yaml"))
    except (FileNotFoundError, HomeAssistantError) as err:
        yield f"services.yaml: {err}"
        return
    yield from _checked(ACTIONS, "services.yaml", actions)
    texts = json.loads((folder / "translations/en.json").read_text())
    icons = json.loads((folder / "icons.json").read_text())
    worded, drawn = texts.get("services", {}), icons.get("services", {})
    for name in sorted(actions.keys() ^ worded.keys()):
        yield f"{name} is not in services.yaml and in the texts"
    for name in sorted(actions.keys() ^ drawn.keys()):
        yield f"{name} is not in services.yaml and in icons.json"
    for name in sorted(actions.keys() & worded.keys()):
        fields = actions[name].get("fields", {})
        for field in sorted(fields.keys() ^ worded[name].get("fields", {}).keys()):
            yield f"{name}: {field} is not in services.yaml and in the texts"
        for field in fields.values():
            select = field.get("selector", {}).get("select") or {}
            key = select.get("translation_key")
            if key is not None and key not in texts.get("selector", {}):
                yield f"{name}: the choices of {key} have no texts"
