"""The manifest, and whether the code keeps what it says."""

import ast
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version as version_of
import json
from pathlib import Path
from urllib.parse import urlparse

from awesomeversion import AwesomeVersion, AwesomeVersionException
from awesomeversion.strategy import AwesomeVersionStrategy
from packaging.requirements import InvalidRequirement, Requirement
import voluptuous as vol

from homeassistant import components
from homeassistant.const import Platform

COMPONENTS = Path(components.__path__[0])
TYPES = ("device", "hub", "service", "helper")
IOT_CLASSES = (
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
)
VERSIONS = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]
# Always there, so that nobody has to name them.
ALWAYS_THERE = {
    *(platform.value for platform in Platform),
    "automation",
    "conversation",
    "device_automation",
    "frontend",
    "group",
    "homeassistant",
    "media_source",
    "onboarding",
    "persistent_notification",
    "person",
    "script",
    "sun",
    "system_health",
    "system_log",
    "webhook",
    "websocket_api",
    "zone",
}


def _version(value: str) -> str:
    try:
        AwesomeVersion(value, ensure_strategy=VERSIONS)
    except AwesomeVersionException as err:
        raise vol.Invalid(f"{value!r} is no version") from err
    return value


def _requirement(value: str) -> str:
    try:
        requirement = Requirement(value)
    except InvalidRequirement as err:
        raise vol.Invalid(f"{value!r} is no requirement") from err
    if requirement.url:
        raise vol.Invalid(f"{value!r} comes from somewhere else than the registry")
    try:
        installed = version_of(requirement.name)
    except PackageNotFoundError as err:
        raise vol.Invalid(f"{requirement.name} is not installed") from err
    if installed not in requirement.specifier:
        raise vol.Invalid(f"{requirement.name} {installed} is not {value!r}")
    return value


def _address(value: str) -> str:
    if urlparse(value).scheme != "https":
        raise vol.Invalid(f"{value!r} does not begin with https")
    return value


def _documentation(value: str) -> str:
    if urlparse(_address(value)).netloc == "www.home-assistant.io":
        raise vol.Invalid("the documentation is that of a built-in integration")
    return value


# Whatever it does not name is refused, too.
SCHEMA = vol.Schema(
    {
        vol.Required("domain"): str,
        vol.Required("name"): str,
        vol.Optional("after_dependencies"): [str],
        vol.Required("codeowners"): vol.All([vol.Match(r"^@")], vol.Length(min=1)),
        vol.Required("config_flow"): bool,
        vol.Optional("dependencies"): [str],
        vol.Required("documentation"): _documentation,
        vol.Required("integration_type"): vol.In(TYPES),
        vol.Required("iot_class"): vol.In(IOT_CLASSES),
        vol.Required("issue_tracker"): _address,
        vol.Optional("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(
            ("bronze", "silver", "gold", "platinum", "custom")
        ),
        vol.Optional("requirements"): [_requirement],
        vol.Required("version"): _version,
    }
)


def problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the manifest of an integration in a folder."""
    manifest = json.loads((folder / "manifest.json").read_text())
    try:
        SCHEMA(manifest)
    except vol.MultipleInvalid as err:
        yield from map(str, err.errors)
        return
    keys = list(manifest)
    if keys != ["domain", "name", *sorted(keys[2:])]:
        yield "keys have to be: domain, name, then all others by the alphabet"
    if manifest["domain"] != folder.name:
        yield f"the domain is {manifest['domain']!r}, the folder {folder.name!r}"
    if (COMPONENTS / manifest["domain"]).exists():
        yield f"{manifest['domain']!r} is a built-in integration"
    if manifest["config_flow"] != (folder / "config_flow.py").exists():
        yield "config_flow has to say whether there is a config_flow.py"
    yield from _dependencies(folder, manifest)


def _dependencies(folder: Path, manifest: dict[str, list[str]]) -> Iterator[str]:
    first = set(manifest.get("dependencies", ()))
    later = set(manifest.get("after_dependencies", ()))
    for name in sorted(first & later):
        yield f"{name} is in dependencies and in after_dependencies"
    for name in sorted(first | later):
        if not (COMPONENTS / name / "manifest.json").exists():
            yield f"there is no integration {name}"
    has_credentials = (folder / "application_credentials.py").exists()
    if has_credentials != ("application_credentials" in first):
        yield "application_credentials has to be a dependency where there is such a module, and only there"
    for path in sorted(folder.rglob("*.py")):
        # A platform of another integration may use that integration.
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        for name in sorted(_used(path) - first - later - ALWAYS_THERE - {own}):
            if not _is_platform(folder, name):
                yield f"{path.relative_to(folder)} uses {name}, which is no dependency"


def _is_platform(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").exists() or (folder / name).is_dir()


def _used(path: Path) -> set[str]:
    """Return the built-in integrations that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    begin = "homeassistant.components."
    return {
        name.removeprefix(begin).partition(".")[0]
        for name in names
        if name.startswith(begin)
    }


def code_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the module that Home Assistant sets up."""
    tree = ast.parse((folder / "__init__.py").read_text())
    functions = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if "async_setup" in functions and "CONFIG_SCHEMA" not in assigned:
        yield "there is an async_setup and no CONFIG_SCHEMA"
    if "async_unload_entry" not in functions:
        yield "there is no async_unload_entry"
