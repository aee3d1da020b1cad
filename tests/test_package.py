"""Tests of what surrounds the code: manifest, HACS, translations, icons, quality scale.

Home Assistant's own checker looks at some of this for core only, and needs a checkout
of core; these checks need nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
import json
from pathlib import Path
import re
from string import Formatter
import struct
from typing import Any
from unittest.mock import Mock

import pytest
import voluptuous as vol

from custom_components.ev_charging_cloud import services
from custom_components.ev_charging_cloud.clients.enums import MaintenanceRule
from custom_components.ev_charging_cloud.clients.errors import ClientError
from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    FileProblem,
    Kind,
    Refusal,
)
from custom_components.ev_charging_cloud.config_flow import EvChargingCloudConfigFlow
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.entity import (
    CHOICES,
    ChargingEntityDescription,
)
from custom_components.ev_charging_cloud.flows import OPTIONS_FLOWS
from custom_components.ev_charging_cloud.flows.options import LocationsOptionsFlow
from custom_components.ev_charging_cloud.flows.sessions import OTHER, WORDS
from custom_components.ev_charging_cloud.flows.stations import (
    AROUND,
    FAVOURITES,
    LISTED,
    NONE,
)
from custom_components.ev_charging_cloud.ledger import Measure, SessionRecord, Total
from custom_components.ev_charging_cloud.ledger.export import session_row, total_row
from custom_components.ev_charging_cloud.sessions.actions import SESSION_ACTIONS
from custom_components.ev_charging_cloud.tables import TABLES
from custom_components.ev_charging_cloud.vendors import VENDORS
from gate.rules import RULES
from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceRegistry
from homeassistant.helpers import service
from homeassistant.helpers.selector import TargetSelector, validate_selector
from homeassistant.util.yaml import load_yaml_dict

from .house import INTEGRATION, ROOT, name_of, source_text, sources

LANGUAGES = sorted(path.stem for path in (INTEGRATION / "translations").glob("*.json"))

# Home Assistant imports modules of these names by itself.
RESERVED_MODULES = [
    "condition",
    "config",
    "energy",
    "group",
    "hardware",
    "intent",
    "llm",
    "logbook",
    "media_source",
    "recorder",
    "significant_change",
    "trigger",
]

HACS_SCHEMA = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("content_in_root"): bool,
        vol.Optional("country"): [str],
        vol.Optional("filename"): str,
        vol.Optional("hacs"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): str,
        vol.Optional("persistent_directory"): str,
        vol.Optional("render_readme"): bool,
        vol.Optional("zip_release"): bool,
    }
)
MANIFEST_SCHEMA = vol.Schema(
    {
        vol.Required("domain"): DOMAIN,
        vol.Required("name"): str,
        vol.Optional("after_dependencies"): [str],
        vol.Required("codeowners"): vol.All([vol.Match(r"^@")], vol.Length(min=1)),
        vol.Required("config_flow"): True,
        vol.Optional("dependencies"): [str],
        vol.Required("documentation"): vol.Match(r"^https://(?!www\.home-assistant)"),
        vol.Required("integration_type"): "hub",
        vol.Required("iot_class"): "cloud_polling",
        vol.Required("issue_tracker"): vol.Match(r"^https://"),
        vol.Required("loggers"): [str],
        vol.Optional("quality_scale"): str,
        vol.Required("requirements"): [str],
        vol.Required("version"): vol.Match(r"^\d+\.\d+\.\d+$"),
    }
)
# Names and descriptions stand in the translations only.
ACTIONS_SCHEMA = vol.Schema(
    {
        vol.Match(r"^[a-z_]+$"): {
            vol.Optional("target"): TargetSelector.CONFIG_SCHEMA,
            vol.Required("fields"): {
                vol.Match(r"^[a-z_]+$"): {
                    vol.Optional("required"): True,
                    vol.Optional("default"): object,
                    vol.Optional("example"): str,
                    vol.Required("selector"): validate_selector,
                }
            },
        }
    }
)

COMMAND_ERRORS = {
    "no_connector_prices",
    "no_documents",
    "not_a_station",
    "no_forecasts",
    "time_too_long",
    "already_charging",
    "command_gone",
    "command_just_given",
    "command_sent",
    "command_unconfirmed",
    "command_under_way",
    "no_card_needed",
    "no_remote_commands",
    "no_such_window",
    "nothing_to_start",
    "nothing_to_stop",
    "plug_in_to_start",
    "window_recurs",
    "wrong_device",
    *(f"maintenance_{rule}" for rule in MaintenanceRule),
}
LEDGER_ERRORS = {
    "cannot_write_file",
    "ledger_unavailable",
    "month_or_time",
    "no_maintenance_calendar",
    "no_recorder",
    "not_our_device",
    "no_sessions_of_device",
    "path_not_allowed",
    "time_ends_before_start",
}
# The steps in which stations are chosen, at set-up and in the options.
STATION_STEPS = ("beenergised_driver_stations", "beenergised_driver_pick")
# By the key of a select's texts, what it offers.
SELECTS = {"detail": set(CHOICES), "station_choice": {AROUND, FAVOURITES, LISTED, NONE}}


def _json(path: Path) -> dict[str, Any]:
    loaded = json.loads(path.read_text())
    assert isinstance(loaded, dict)
    return loaded


def _translations(language: str = "en") -> dict[str, Any]:
    return _json(INTEGRATION / "translations" / f"{language}.json")


def _texts(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _descriptions() -> Iterator[tuple[Platform, ChargingEntityDescription[Any]]]:
    for platform, table in TABLES.items():
        for field in fields(table):
            for description in getattr(table, field.name):
                yield platform, description


def _error_classes(
    kind: type[ClientError] = ClientError,
) -> Iterator[type[ClientError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _error_classes(narrower)


def test_manifest() -> None:
    """The manifest has the keys that a custom integration may have, sorted."""
    manifest = _json(INTEGRATION / "manifest.json")
    MANIFEST_SCHEMA(manifest)
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]


def test_requirements_are_ranges() -> None:
    """A pinned library would fight with other integrations that pin it too."""
    for requirement in _json(INTEGRATION / "manifest.json")["requirements"]:
        assert re.fullmatch(r"[a-z0-9-]+>=[\d.]+,<[\d.]+", requirement)


def test_hacs() -> None:
    """HACS accepts the repository's description of itself."""
    hacs = _json(ROOT / "hacs.json")
    HACS_SCHEMA(hacs)
    assert hacs["homeassistant"] == "2026.10.0"
    assert hacs["zip_release"] is True
    assert hacs["filename"] == f"{DOMAIN}.zip"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    folders = [
        path.name
        for path in (ROOT / "custom_components").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    ]
    assert folders == [DOMAIN]


@pytest.mark.parametrize(
    ("name", "size"), [("icon.png", (256, 256)), ("icon@2x.png", (512, 512))]
)
def test_icons_of_the_brand(name: str, size: tuple[int, int]) -> None:
    """The icon is a square PNG of the size that Home Assistant wants."""
    head = (INTEGRATION / "brand" / name).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == size


def test_logo_of_the_brand() -> None:
    """There is a logo too, for light and for dark pages."""
    for name in ("logo", "logo@2x", "dark_logo", "dark_logo@2x"):
        assert (INTEGRATION / "brand" / f"{name}.png").stat().st_size > 1000


def test_quality_scale_is_whole() -> None:
    """All rules are there; each exemption says why; nothing else is claimed."""
    rules = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
    assert rules.keys() == RULES
    assert len(rules) == 54
    for name, value in rules.items():
        status = value["status"] if isinstance(value, dict) else value
        assert status in {"done", "todo", "exempt"}, name
        if status == "exempt":
            assert value["comment"], name


def test_modules_are_named_freely() -> None:
    """No module has a name that Home Assistant would load for its own purposes.

    A platform's name is for that platform alone, whether or not it is a package.
    """
    platforms = {platform.value for platform in Platform} - set(TABLES)
    for name in (*RESERVED_MODULES, *platforms):
        assert not (INTEGRATION / f"{name}.py").exists(), name
        assert not (INTEGRATION / name).exists(), name
    assert not (INTEGRATION / "strings.json").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_complete(language: str) -> None:
    """Every language has every text, with the same placeholders."""
    english = dict(_texts(_translations()))
    texts = dict(_texts(_translations(language)))
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(
            re.findall(r"{\w+}", english[key])
        ), key
        assert text == text.strip(), key
        assert not re.search(r"'{\w+}'|<\w+>|https?://", text), key


def test_shipped_languages() -> None:
    """The languages that we promise are there."""
    promised = {"da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv"}
    assert promised <= set(LANGUAGES)


def test_entities_are_named() -> None:
    """Every translation key has a name and every state a text, and none is left over."""
    named = _translations()["entity"]
    used: dict[str, set[str]] = {}
    for platform, description in _descriptions():
        key = description.translation_key
        if key is None:
            assert description.device_class is not None
            continue
        used.setdefault(platform, set()).add(key)
        assert named[platform][key]["name"]
        if isinstance(description, SensorEntityDescription) and description.options:
            states = named[platform][key]["state"]
            assert set(states) == set(description.options)
        if isinstance(description, EventEntityDescription):
            types = named[platform][key]["state_attributes"]["event_type"]["state"]
            assert set(types) == set(description.event_types or ())
    assert {platform: set(keys) for platform, keys in named.items()} == used


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_read_by_the_server(language: str) -> None:
    """Home Assistant's server takes texts apart by Python's rules, and leaves out others."""
    texts = [*_leaves(_json(INTEGRATION / f"translations/{language}.json"))]
    assert len(texts) > 700
    for text in texts:
        for _, name, form, conversion in Formatter().parse(text):
            assert (form or "", conversion) == ("", None), text
            assert name is None or name.isidentifier(), text


def _leaves(tree: dict[str, Any]) -> Iterator[str]:
    for value in tree.values():
        if isinstance(value, dict):
            yield from _leaves(value)
        else:
            yield value


def test_icons_belong_to_entities() -> None:
    """Icons are given to entities that exist, where no device class brings one."""
    icons = _json(INTEGRATION / "icons.json")["entity"]
    described = {
        (str(platform), description.translation_key): description
        for platform, description in _descriptions()
    }
    for platform, keys in icons.items():
        for key, icon in keys.items():
            description = described[platform, key]
            assert description.device_class in {None, "enum"}
            assert icon["default"].startswith("mdi:")
            if isinstance(description, SensorEntityDescription):
                assert set(icon.get("state", {})) <= set(description.options or ())
    for (platform, key), description in described.items():
        if description.device_class in {None, "enum"}:
            assert key in icons[platform], f"{key} has no icon"


def test_errors_are_worded() -> None:
    """Every error, abort and exception that can happen has a text."""
    config = _translations()["config"]
    options = _translations()["options"]
    kinds = set(_error_classes())
    assert len(kinds) > 20
    form_errors = {kind.form_word or kind.word for kind in kinds}
    assert set(config["error"]) == form_errors | {
        "no_stations_found",
        "required",
        "invalid_characters",
        "location_twice",
    }
    told = form_errors - {"not_an_address", "insecure_address"}
    assert set(config["abort"]) == told | {
        "already_configured",
        "credential_replaced",
        "missing_configuration",
        "wrong_account",
    }
    assert "abort" not in options
    assert set(options["error"]) == told | {
        "not_loaded",
        "no_stations_found",
        "location_twice",
        "database_not_copied",
        OTHER,
        *WORDS.values(),
        *(f"api_file_{problem}" for problem in FileProblem),
    }
    exceptions = {kind.word for kind in kinds} | COMMAND_ERRORS | LEDGER_ERRORS
    exceptions |= {kind.command_word or kind.word for kind in kinds}
    # The text of a notice, which nobody raises.
    exceptions.add("history_read")
    assert set(_translations()["exceptions"]) == exceptions


def test_vendors_are_worded() -> None:
    """Each vendor has a place in the menu and forms to sign in, again and anew."""
    steps = _translations()["config"]["step"]
    assert set(steps["user"]["menu_options"]) == set(VENDORS)
    assert set(steps["user"]["menu_option_descriptions"]) == set(VENDORS)
    for vendor in VENDORS:
        assert {vendor, f"{vendor}_reauth", f"{vendor}_reconfigure"} <= set(steps)
    flow = EvChargingCloudConfigFlow
    handled = {name.removeprefix("async_step_") for name in dir(flow)}
    assert set(steps) <= handled


@pytest.mark.parametrize("language", LANGUAGES)
def test_options_are_worded(language: str) -> None:
    """Each step of the options has a text; the same form says the same as at set-up."""
    texts = _translations(language)
    steps = texts["options"]["step"]
    assert set(steps) == {
        "init",
        "confirm",
        "sessions",
        "operations",
        "without_cloud",
        *STATION_STEPS,
    }
    for name in STATION_STEPS:
        shared = {key: text for key, text in steps[name].items() if key != "sections"}
        # How many entities there would be is known only once the account runs.
        for told in (shared["data"], shared["data_description"]):
            assert ("detail" in told) is (name == "beenergised_driver_stations")
            told.pop("detail", None)
        assert shared == texts["config"]["step"][name]
    # Where sessions are kept is said by the same words in each form.
    forms = [step["sections"] for step in steps.values() if "sections" in step]
    assert len(forms) == 4
    assert all(form["sessions"] == forms[0]["sessions"] for form in forms)
    # Where a file can be taken, too.
    of_file = [form["operations"] for form in forms if "operations" in form]
    assert len(of_file) == 3
    assert all(form == of_file[0] for form in of_file)
    flows = (LocationsOptionsFlow, *OPTIONS_FLOWS.values())
    handled = {name for flow in flows for name in dir(flow)}
    assert {f"async_step_{name}" for name in steps} <= handled


def test_selects_are_worded() -> None:
    """Each choice of a form's select has a text, and none is left over."""
    texts = _translations()["selector"]
    assert {key: set(told["options"]) for key, told in texts.items()} == SELECTS
    assert all(set(told) == {"options"} for told in texts.values())
    source = source_text()
    named = re.findall(r'SelectSelectorConfig\([^)]*translation_key="(\w+)"', source)
    assert set(named) == set(SELECTS)


def test_files_and_statistics_are_worded() -> None:
    """Columns of exports, statistics and the dashboard have texts; none is left over."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    record = SessionRecord(account_id="", session_id="", first_seen=now, last_seen=now)
    total = Total(
        month=now.date(),
        driver=None,
        currency=None,
        sessions=0,
        energy=0,
        cost=None,
        co2=None,
    )
    columns = session_row(record, UTC).keys() | total_row(total).keys()
    files = {
        *(f"column_{column}" for column in columns),
        *(f"statistic_{measure}" for measure in Measure),
    }
    said = _said_by_dashboard()
    assert {word for word in said if not word.startswith("dashboard_")} <= files
    of_api_file = {
        *(f"operation_{kind}" for kind in Kind),
        *(f"refusal_{reason}" for reason in Refusal),
    }
    assert set(_translations()["common"]) == files | said | of_api_file


def _said_by_dashboard() -> set[str]:
    """Return the keys of the texts that the dashboard's modules ask for."""
    modules = list((INTEGRATION / "frontend").rglob("*.js"))
    assert modules
    return {
        key
        for path in modules
        for key in re.findall(r'"((?:dashboard|column)_[a-z_]+)"', path.read_text())
    }


type Registered = dict[str, dict[str, Any]]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Registered:
    """Return the actions as Home Assistant is told of them, by name."""
    found: Registered = {}

    def add(domain: str, name: str, told: dict[str, Any]) -> None:
        assert domain == DOMAIN
        assert name not in found
        found[name] = told

    def register(domain: str, name: str, _: object, **told: Any) -> None:
        add(domain, name, told | {"schema": told["schema"].schema})

    def register_entity(_: HomeAssistant, domain: str, name: str, **told: Any) -> None:
        add(domain, name, told)

    monkeypatch.setattr(
        service, "async_register_platform_entity_service", register_entity
    )
    hass = Mock(HomeAssistant, services=Mock(ServiceRegistry, async_register=register))
    services.async_setup_services(hass)
    return found


@pytest.fixture
def actions() -> dict[str, Any]:
    """Return the actions as the user interface is told of them, by name."""
    loaded: dict[str, Any] = load_yaml_dict(str(INTEGRATION / "services.yaml"))
    return loaded


def test_actions_are_described(registered: Registered, actions: dict[str, Any]) -> None:
    """Each action is registered, described, worded and has an icon; none is left over."""
    ACTIONS_SCHEMA(actions)
    texts = _translations()["services"]
    icons = _json(INTEGRATION / "icons.json")["services"]
    assert set(registered) == {
        *(name for name, *_ in services.ACTIONS),
        *(name for name, *_ in services.DEVICE_ACTIONS),
        *(name for name, *_ in SESSION_ACTIONS),
        services.GET_WINDOWS,
    }
    assert set(registered) == set(actions) == set(texts) == set(icons)
    for icon in icons.values():
        assert set(icon) == {"service"}
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon["service"])


def test_parameters_of_actions(registered: Registered, actions: dict[str, Any]) -> None:
    """Each parameter is offered as it is registered; the examples are accepted."""
    for name, action in actions.items():
        schema = registered[name]["schema"]
        assert {str(marker): isinstance(marker, vol.Required) for marker in schema} == {
            key: "required" in field for key, field in action["fields"].items()
        }
        for marker, validator in schema.items():
            if (example := action["fields"][str(marker)].get("example")) is not None:
                vol.Schema(validator)(example)


def test_actions_are_worded(actions: dict[str, Any]) -> None:
    """Each action and each of its parameters has a name and a description."""
    texts = _translations()["services"]
    for name, action in actions.items():
        assert set(texts[name]) == {"name", "description", "fields"}
        assert set(texts[name]["fields"]) == set(action["fields"])
        for told in (texts[name], *texts[name]["fields"].values()):
            assert told["name"]
            assert told["description"]
        for field in texts[name]["fields"].values():
            assert set(field) == {"name", "description"}


def test_targets_of_actions(registered: Registered, actions: dict[str, Any]) -> None:
    """Only what is ours is offered: entities with the features needed, or devices."""
    for name, action in actions.items():
        if "target" not in action:
            selector = action["fields"]["device_id"]["selector"]["device"]
            assert selector["filter"]["integration"] == DOMAIN
            continue
        entity = action["target"]["entity"]
        assert entity["integration"] == DOMAIN
        assert entity["domain"] == registered[name]["entity_domain"]
        needs_features = bool(registered[name].get("required_features"))
        assert needs_features is ("supported_features" in entity)


def test_issues_are_worded() -> None:
    """Every repair issue that the code can raise has a title and a description."""
    issues = _translations()["issues"]
    source = source_text()
    for key, texts in issues.items():
        assert texts["title"]
        assert texts.get("description") or texts["fix_flow"]
        stem = re.sub(r"_(common|essential|totals)$", "", key)
        assert stem in source


HA_ERRORS = re.compile(
    r"(HomeAssistantError|ServiceValidationError|UpdateFailed|ConfigEntry\w+)$"
)


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_exceptions_are_translated(path: Path) -> None:
    """No error is raised in Home Assistant with a text that cannot be translated."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and isinstance(node.exc.func, ast.Name)
            and HA_ERRORS.match(node.exc.func.id)
        ):
            assert not node.exc.args
            assert "translation_key" in {word.arg for word in node.exc.keywords}


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every picture and page that a document names is there."""
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text()):
        if not re.match(r"https?://|mailto:", target):
            assert (path.parent / target).exists(), target


def test_actions_are_documented(actions: dict[str, Any]) -> None:
    """Some page names each action, and below its name every parameter."""
    sections = [
        section
        for path in DOCUMENTS
        for section in re.split(r"^#+ ", path.read_text(), flags=re.MULTILINE)
    ]
    for name, action in actions.items():
        told = "".join(
            section for section in sections if f"`{DOMAIN}.{name}`" in section
        )
        for parameter in (*({"target"} & action.keys()), *action["fields"]):
            assert f"| `{parameter}` |" in told, f"{name}: {parameter}"
