"""The quality scale, the brand, and what HACS asks of a repository and installs from it."""

from collections.abc import Iterator
import json
from pathlib import Path
import struct
import subprocess
import tempfile
from zipfile import ZipFile

import voluptuous as vol

from homeassistant.util.yaml import load_yaml_dict

from .rules import RULES

HACS = vol.Schema(
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
SQUARE = {"icon": 256, "icon@2x": 512}
# The shorter side of a logo may have from so many pixels to so many.
LOGOS = {"logo": (128, 256), "logo@2x": (256, 512)}
PNG = b"\x89PNG\r\n\x1a\n"
VERSION = "9.8.7"


def scale_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the quality scale: every rule, done or exempt for a reason."""
    rules = load_yaml_dict(str(folder / "quality_scale.yaml"))["rules"]
    for name in sorted(RULES - rules.keys()):
        yield f"{name} is missing"
    for name in sorted(rules.keys() - RULES):
        yield f"{name} is no rule"
    for name, value in rules.items():
        told = value if isinstance(value, dict) else {"status": value}
        if told.get("status") not in {"done", "exempt"}:
            yield f"{name} is {told.get('status')!r}"
        if told.get("status") == "exempt" and not told.get("comment"):
            yield f"{name} is exempt without a reason"


def brand_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the pictures of the brand."""
    brand = folder / "brand"
    for path in sorted(brand.iterdir()):
        name = path.stem.removeprefix("dark_")
        if path.suffix != ".png" or name not in SQUARE.keys() | LOGOS.keys():
            yield f"{path.name} is not asked for"
            continue
        head = path.read_bytes()[:26]
        if head[:8] != PNG:
            yield f"{path.name} is no PNG"
            continue
        width, height = struct.unpack(">II", head[16:24])
        if name in SQUARE and not width == height == SQUARE[name]:
            yield f"{path.name} is {width} by {height}, not {SQUARE[name]} square"
        if name in LOGOS and not LOGOS[name][0] <= min(width, height) <= LOGOS[name][1]:
            yield f"{path.name} is {width} by {height}"
    for name in SQUARE:
        if not (brand / f"{name}.png").exists():
            yield f"{name}.png is missing"


def hacs_problems(root: Path, folder: Path) -> Iterator[str]:
    """Yield what HACS would not like of the repository."""
    try:
        hacs = HACS(json.loads((root / "hacs.json").read_text()))
    except vol.MultipleInvalid as err:
        yield from map(str, err.errors)
        return
    if hacs.get("zip_release") and hacs.get("filename") != f"{folder.name}.zip":
        yield "a file is released, and it is not called after the integration"
    folders = sorted(
        path.name
        for path in (root / "custom_components").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    )
    if folders != [folder.name]:
        yield f"custom_components has to hold one integration: {', '.join(folders)}"
    if not (root / "README.md").exists():
        yield "there is no README.md"
    licence = root / "LICENSE"
    if not licence.exists() or not licence.read_text().startswith("MIT License"):
        yield "there is no licence that GitHub would know"


def zip_problems(root: Path, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the file that a release has, which HACS unpacks into the integration's folder."""
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "packed.zip"
        command = [str(root / "script/package"), VERSION, str(packed)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a script of our own
        if made.returncode:
            yield made.stderr.strip()
            return
        with ZipFile(packed) as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
            manifest = json.loads(archive.read("manifest.json"))
    if manifest["version"] != VERSION:
        yield f"the packed manifest says {manifest['version']}, not {VERSION}"
    have = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for name in sorted(names ^ have):
        yield f"{name} is not in the folder and in the file"
