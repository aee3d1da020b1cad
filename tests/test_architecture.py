"""Tests of the house: who may know whom."""

import ast
from pathlib import Path
import re
import subprocess
import sys

import pytest

INTEGRATION = Path(__file__).parent.parent / "custom_components" / "ev_charging_cloud"
CLIENTS = INTEGRATION / "clients"
VENDOR_WORDS = re.compile(
    r"kempower|chargeye|ev[_.]?energy|beenergised|be\.energised", re.IGNORECASE
)
# The table of vendors, and the config flow with its forms and credentials.
MAY_NAME_VENDORS = {
    "application_credentials.py",
    "config_flow.py",
    "flow_beenergised_cpo.py",
    "flow_beenergised_driver.py",
    "flow_ev_energy.py",
    "flow_kempower.py",
    "flow_stations.py",
    "vendors.py",
}

LOAD_ALL_CLIENTS = """
import importlib, importlib.util, pathlib, sys
sys.modules["homeassistant"] = None
folder = pathlib.Path(sys.argv[1], "clients")
# Not by way of sys.path: the integration's calendar.py would stand for Python's own.
spec = importlib.util.spec_from_file_location(
    "clients", folder / "__init__.py", submodule_search_locations=[str(folder)]
)
sys.modules["clients"] = importlib.util.module_from_spec(spec)
for path in folder.glob("*.py"):
    importlib.import_module(f"clients.{path.stem}")
"""


def test_clients_run_without_home_assistant() -> None:
    """Every client module loads where there is no Home Assistant at all."""
    subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", LOAD_ALL_CLIENTS, str(INTEGRATION)], check=True
    )


@pytest.mark.parametrize("path", sorted(CLIENTS.glob("*.py")), ids=lambda p: p.name)
def test_clients_import_nothing_above_them(path: Path) -> None:
    """A client imports neither Home Assistant nor the integration around it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"line {node.lineno} reaches above clients/"
            names = [node.module or ""]
        else:
            continue
        assert not [name for name in names if name.split(".")[0] == "homeassistant"]


@pytest.mark.parametrize("path", sorted(INTEGRATION.glob("*.py")), ids=lambda p: p.name)
def test_vendors_are_named_in_few_places(path: Path) -> None:
    """Above the clients only the table and the config flow know a vendor's name."""
    named = VENDOR_WORDS.findall(path.read_text().replace("ev_charging_cloud", ""))
    assert bool(named) is (path.name in MAY_NAME_VENDORS)


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(CLIENTS.glob("*.py")) if not VENDOR_WORDS.search(p.name)],
    ids=lambda p: p.name,
)
def test_shared_client_modules_name_no_vendor(path: Path) -> None:
    """What all clients share knows none of them."""
    assert not VENDOR_WORDS.search(path.read_text())
