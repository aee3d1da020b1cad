"""Tests of what surrounds the code: manifest, HACS, translations, icons, quality scale.

Home Assistant's own checker looks at some of this for core only, and needs a checkout
of core; these checks need nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import fields
import json
from pathlib import Path
import re
import struct
from typing import Any

import pytest
import voluptuous as vol

from custom_components.ev_charging_cloud import TABLES
from custom_components.ev_charging_cloud.clients.enums import MaintenanceRule
from custom_components.ev_charging_cloud.config_flow import EvChargingCloudConfigFlow
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.coordinator import MESSAGES
from custom_components.ev_charging_cloud.entity import ChargingEntityDescription
from custom_components.ev_charging_cloud.probe import PROBE_ERRORS
from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / DOMAIN
LANGUAGES = sorted(path.stem for path in (INTEGRATION / "translations").glob("*.json"))

BRONZE = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow-test-coverage",
    "config-flow",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
]
SILVER = [
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
]
GOLD = [
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
]
PLATINUM = ["async-dependency", "inject-websession", "strict-typing"]

# Home Assistant imports modules of these names by itself.
RESERVED_MODULES = [
    "backup",
    "condition",
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


COMMAND_ERRORS = {
    "command_conflict",
    "command_gone",
    "command_not_delivered",
    "command_not_permitted",
    "no_such_window",
    "window_recurs",
    *(f"maintenance_{rule}" for rule in MaintenanceRule),
}


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
    assert set(rules) == {*BRONZE, *SILVER, *GOLD, *PLATINUM}
    assert len(rules) == 54
    for name, value in rules.items():
        status = value["status"] if isinstance(value, dict) else value
        assert status in {"done", "todo", "exempt"}, name
        if status == "exempt":
            assert value["comment"], name


def test_modules_are_named_freely() -> None:
    """No module has a name that Home Assistant would load for its own purposes."""
    for name in RESERVED_MODULES:
        assert not (INTEGRATION / f"{name}.py").exists()
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
    assert {"de", "en", "fi"} <= set(LANGUAGES)


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
    assert {platform: set(keys) for platform, keys in named.items()} == used


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
    probe_errors = {key for _, key in PROBE_ERRORS} | {"refused"}
    assert set(config["error"]) == probe_errors
    told = probe_errors - {"not_an_address", "insecure_address"}
    assert set(config["abort"]) == told | {
        "already_configured",
        "missing_configuration",
        "wrong_account",
    }
    assert set(_translations()["options"]["abort"]) == told | {"no_locations"}
    exceptions = {key for _, key in MESSAGES} | {"invalid_auth"} | COMMAND_ERRORS
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


def test_issues_are_worded() -> None:
    """Every repair issue that the code can raise has a title and a description."""
    issues = _translations()["issues"]
    source = "\n".join(path.read_text() for path in INTEGRATION.glob("*.py"))
    for key, texts in issues.items():
        assert texts["title"]
        assert texts.get("description") or texts["fix_flow"]
        stem = key.removesuffix("_essential").removesuffix("_totals")
        assert stem in source


HA_ERRORS = re.compile(
    r"(HomeAssistantError|ServiceValidationError|UpdateFailed|ConfigEntry\w+)$"
)


@pytest.mark.parametrize("path", sorted(INTEGRATION.glob("*.py")), ids=lambda p: p.name)
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
