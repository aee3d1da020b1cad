"""Tests of the house: who may know whom."""

import ast
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path
import subprocess
import sys

import pytest

from custom_components.ev_charging_cloud.vendors import VENDORS

from .house import (
    CLIENTS,
    INTEGRATION,
    PACKAGE,
    VENDOR_WORDS,
    dotted,
    imported,
    modules,
    name_of,
    sources,
)

# Beside the modules of vendors: the tables of them and of their dialogs, and the one
# module whose name Home Assistant prescribes.
MAY_NAME_VENDORS = {
    "application_credentials.py",
    "flows/__init__.py",
    "vendors/__init__.py",
}

LEDGER = INTEGRATION / "ledger"
# All that the ledger knows of the integration besides itself.
LEDGER_KNOWS = ("ledger", "clients.enums", "clients.model", "clients.money")

LOAD_ALL_CLIENTS = """
import importlib, importlib.util, pathlib, sys
sys.modules["homeassistant"] = None
folder = pathlib.Path(sys.argv[1], "clients")
# Not by way of sys.path: the integration's calendar.py would stand for Python's own.
spec = importlib.util.spec_from_file_location(
    "clients", folder / "__init__.py", submodule_search_locations=[str(folder)]
)
sys.modules["clients"] = importlib.util.module_from_spec(spec)
paths = list(folder.rglob("*.py"))
for path in paths:
    parts = path.relative_to(folder.parent).with_suffix("").parts
    importlib.import_module(".".join(parts).removesuffix(".__init__"))
print(len(paths))
"""


def is_of_vendor(path: Path) -> bool:
    """Tell whether a module belongs to one vendor: by its name, or its folder's."""
    return any(part in VENDORS for part in path.with_suffix("").parts)


def test_clients_run_without_home_assistant() -> None:
    """Every client module loads where there is no Home Assistant at all."""
    loaded = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", LOAD_ALL_CLIENTS, str(INTEGRATION)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(loaded.stdout) == len(modules(CLIENTS))


@pytest.mark.parametrize("path", modules(CLIENTS), ids=name_of)
def test_clients_import_nothing_above_them(path: Path) -> None:
    """A client imports neither Home Assistant nor the integration around it."""
    for name in imported(path):
        assert name.split(".")[0] != "homeassistant"
        if name.startswith("custom_components"):
            assert name.startswith(f"{PACKAGE}.clients"), f"{name} is above clients/"


@pytest.mark.parametrize("path", modules(LEDGER), ids=name_of)
def test_ledger_stands_by_itself(path: Path) -> None:
    """The ledger knows the model of sessions; no coordinator, no Home Assistant."""
    for name in imported(path):
        assert name.split(".")[0] != "homeassistant"
        if name.startswith("custom_components"):
            room = name.removeprefix(f"{PACKAGE}.")
            known = (
                room == each or room.startswith(f"{each}.") for each in LEDGER_KNOWS
            )
            # A package is named on the way to what is in it.
            assert any(known) or room == "clients", name


@pytest.mark.parametrize("key", VENDORS)
def test_vendors_know_nothing_of_each_other(key: str) -> None:
    """No vendor's package imports another's, nor names it in any module."""
    others = {other for other in VENDORS if other != key}
    mine = [path for path in sources() if key in path.with_suffix("").parts]
    assert mine
    for path in mine:
        for name in imported(path):
            if name.startswith(PACKAGE):
                assert not others & set(name.split(".")), f"{name_of(path)}: {name}"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_vendors_are_named_in_few_places(path: Path) -> None:
    """Only a vendor's own modules and the table of vendors know its name."""
    named = VENDOR_WORDS.findall(path.read_text().replace("ev_charging_cloud", ""))
    allowed = is_of_vendor(path) or name_of(path) in MAY_NAME_VENDORS
    assert allowed or not named


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_imports_are_seen_at_run_time(path: Path) -> None:
    """No module imports for types only: that would hide a circle."""
    names = {
        node.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name)
    }
    assert "TYPE_CHECKING" not in names


def test_imports_run_one_way() -> None:
    """No modules import each other in a circle."""
    names = {dotted(path): path for path in sources()}
    arrows: dict[str, set[str]] = {}
    for name, path in names.items():
        own = {
            found.removeprefix(f"{PACKAGE}.")
            for found in imported(path)
            if found.startswith(f"{PACKAGE}.")
        }
        # A package's own rooms import it in passing; what counts is what it hands on.
        arrows[name] = {
            found for found in own & names.keys() if not name.startswith(f"{found}.")
        }
    assert sum(map(len, arrows.values())) > 200
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as err:
        pytest.fail(" → ".join(err.args[1]))


@pytest.mark.parametrize("key", VENDORS)
def test_packages_are_entered_by_the_door(key: str) -> None:
    """From outside, a vendor's client is known by what its package hands on."""
    room = f"{PACKAGE}.clients.{key}"
    handed_on = {f"{room}.{name}" for name in import_module(room).__all__}
    for path in sources():
        if key in path.parent.parts:
            continue
        used = {name for name in imported(path) if name.startswith(f"{room}.")}
        assert used <= handed_on, name_of(path)
