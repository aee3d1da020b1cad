"""What the tests of the house look at: the integration's modules, folder by folder."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

from custom_components.ev_charging_cloud.vendors import VENDORS

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "ev_charging_cloud"
CLIENTS = INTEGRATION / "clients"
PACKAGE = "custom_components.ev_charging_cloud"


def modules(folder: Path) -> list[Path]:
    """Return the Python modules below a folder, at any depth.

    Raises:
        AssertionError: there are none: a check of nothing must not pass.
    """
    found = sorted(folder.rglob("*.py"))
    assert found, f"{folder} has no modules"
    return found


def sources() -> list[Path]:
    """Return all modules of the integration."""
    found = modules(INTEGRATION)
    # Fewer would mean that some folder is not looked at any more.
    assert len(found) > 80
    return found


def source_text() -> str:
    """Return the source of the whole integration."""
    return "\n".join(path.read_text() for path in sources())


def name_of(path: Path) -> str:
    """Return a short name of a module, for the ids of tests."""
    return path.relative_to(INTEGRATION).as_posix()


def dotted(path: Path) -> str:
    """Return a module's name below the integration; empty for the integration itself."""
    parts = path.relative_to(INTEGRATION).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield what a module imports, in full: our own modules below :data:`PACKAGE`.

    Of ``from .room import thing`` both ``room`` and ``room.thing`` are named, as either
    can be the module.
    """
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1])
            origin = ".".join(filter(None, (base if node.level else "", node.module)))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def words_of(key: str) -> str:
    """Return a pattern for the ways in which a vendor is named in code and texts."""
    name = VENDORS[key].name
    spellings = {key, key.replace("_", ""), name, *key.split("_"), *name.split()}
    # "Cloud", "CPO" and the like name no vendor by themselves.
    return "|".join(re.escape(word) for word in sorted(spellings) if len(word) > 6)


VENDOR_WORDS = re.compile("|".join(words_of(key) for key in VENDORS), re.IGNORECASE)
