"""The offline gate: nothing is wrong here, and what goes wrong is noticed."""

from collections.abc import Callable
import json
from pathlib import Path
import shutil
from typing import Any

import pytest

from gate.__main__ import DOMAIN, ROOT, look

FOLDER = f"custom_components/{DOMAIN}"
MANIFEST = f"{FOLDER}/manifest.json"
ENGLISH = f"{FOLDER}/translations/en.json"
ICONS = f"{FOLDER}/icons.json"

type Break = Callable[[Path], None]


def change(name: str, edit: Callable[[dict[str, Any]], object]) -> Break:
    """Return what changes the content of a JSON file."""

    def apply(root: Path) -> None:
        content = json.loads((root / name).read_text())
        edit(content)
        (root / name).write_text(json.dumps(content, indent=2))

    return apply


def write(name: str, edit: Callable[[str], str]) -> Break:
    """Return what changes the text of a file."""

    def apply(root: Path) -> None:
        (root / name).write_text(edit((root / name).read_text()))

    return apply


def shrink(root: Path) -> None:
    """Have the large icon be as small as the small one."""
    brand = root / FOLDER / "brand"
    shutil.copy(brand / "icon.png", brand / "icon@2x.png")


BREAKS: dict[str, tuple[str, Break, str]] = {
    "a key that nobody knows": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it.update(zebra=1)),
        "zebra",
    ),
    "keys out of order": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it.update(loggers=it.pop("loggers"))),
        "alphabet",
    ),
    "no version": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it.update(version="newest")),
        "newest",
    ),
    "a dependency that is not there": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it["dependencies"].append("nowhere")),
        "no integration nowhere",
    ),
    "a dependency that is not named": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it["after_dependencies"].remove("recorder")),
        "uses recorder",
    ),
    "a requirement that is not met": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it.update(requirements=["msgspec>=99"])),
        "msgspec",
    ),
    "a flow that is not announced": (
        "manifest, dependencies, requirements",
        change(MANIFEST, lambda it: it.update(config_flow=False)),
        "config_flow.py",
    ),
    "no schema of the configuration": (
        "config schema",
        write(
            f"{FOLDER}/__init__.py", lambda it: it.replace("CONFIG_SCHEMA =", "OTHER =")
        ),
        "CONFIG_SCHEMA",
    ),
    "a text with an address": (
        "translations, icons",
        change(ENGLISH, lambda it: it["common"].update(a="See https://example.com")),
        "address",
    ),
    "a text with markup": (
        "translations, icons",
        change(ENGLISH, lambda it: it["common"].update(a="<b>No</b>")),
        "common.a",
    ),
    "a state with a placeholder": (
        "translations, icons",
        change(
            ENGLISH,
            lambda it: it["entity"]["sensor"]["lifecycle"]["state"].update(a="{b}"),
        ),
        "no placeholder",
    ),
    "a section of texts that is unknown": (
        "translations, icons",
        change(ENGLISH, lambda it: it.update(poems={})),
        "poems",
    ),
    "no icon": (
        "translations, icons",
        change(ICONS, lambda it: it["services"]["get_prices"].update(service="cash")),
        "no icon",
    ),
    "an action without an icon": (
        "actions",
        change(ICONS, lambda it: it["services"].pop("get_prices")),
        "get_prices",
    ),
    "an action without texts": (
        "actions",
        change(ENGLISH, lambda it: it["services"].pop("get_prices")),
        "get_prices",
    ),
    "a selector that is none": (
        "actions",
        write(
            f"{FOLDER}/services.yaml", lambda it: it.replace("device:", "devize:", 1)
        ),
        "services.yaml",
    ),
    "a rule left out": (
        "quality scale",
        write(
            f"{FOLDER}/quality_scale.yaml",
            lambda it: it.replace("  brands: done\n", ""),
        ),
        "brands is missing",
    ),
    "a rule to do": (
        "quality scale",
        write(
            f"{FOLDER}/quality_scale.yaml",
            lambda it: it.replace("brands: done", "brands: todo"),
        ),
        "brands",
    ),
    "a small icon": ("brand", shrink, "512"),
    "a key of HACS that is none": (
        "HACS",
        change("hacs.json", lambda it: it.update(stars=5)),
        "stars",
    ),
    "two integrations": (
        "HACS",
        lambda root: (root / "custom_components/other").mkdir(),
        "other",
    ),
    "a file that is not packed": (
        "release file",
        write("script/package", lambda it: it.replace('rglob("*")', 'glob("*")')),
        "clients/model.py",
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what the gate looks at."""
    for folder in (FOLDER, "script"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for file in ("hacs.json", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def test_nothing_is_wrong() -> None:
    """By the rules of the Home Assistant that is installed."""
    assert {name: found for name, found in look(ROOT).items() if found} == {}


@pytest.mark.parametrize("fault", BREAKS)
def test_what_goes_wrong_is_noticed(copy: Path, fault: str) -> None:
    """Each fault is noticed where it belongs."""
    where, apply, word = BREAKS[fault]
    apply(copy)
    found = look(copy)
    assert any(word in problem for problem in found[where])


def test_broken_files(copy: Path) -> None:
    """What cannot be read at all ends the look."""
    (copy / ICONS).write_text("{")
    assert [*look(copy)] == ["json"]
