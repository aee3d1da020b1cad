"""The pictures of the docs: taken by a script, small, used, and of what is so now."""

from datetime import UTC, datetime
from pathlib import Path
import re
import shutil
import struct
from zoneinfo import ZoneInfo

import pytest

from pictures.gallery import INTEGRATION, PICTURES
from pictures.hour import HOUR, zone_at
from pictures.sources import IMAGES, LIST, ROOT, digest, problems

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_BYTES = 200 * 1024


def test_pictures_show_what_is() -> None:
    """What a picture shows has not changed since it was taken, and none was changed by hand."""
    assert problems() == [], "script/screenshots takes them anew"


def test_pictures_are_used() -> None:
    """Each picture stands on a page, and each page's pictures are taken by the script."""
    used = {
        Path(found).stem
        for page in PAGES
        for found in re.findall(r"images/[\w-]+\.png", page.read_text())
    }
    assert used == PICTURES.keys()


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_small(name: str) -> None:
    """A page with pictures is there at once, also on a phone."""
    content = (IMAGES / f"{name}.png").read_bytes()
    assert len(content) <= MOST_BYTES
    width, height = struct.unpack(">II", content[16:24])
    assert min(width, height) >= 400


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of all that pictures are made of."""
    for folder in ("docs", "pictures", "simulator", INTEGRATION):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return tmp_path


def add_to(file: Path, text: str) -> None:
    """Write something at the end of a file."""
    file.write_text(file.read_text() + text)


def test_changes_that_show(copy: Path) -> None:
    """What changes a picture is noticed, at those pictures that it changes."""
    before = problems(copy)
    add_to(copy / f"{INTEGRATION}/frontend/views/overview.js", "\nlet more;\n")
    dashboards = {name for name in PICTURES if name.startswith("dashboard")}
    found = {line.partition(":")[0] for line in problems(copy) if line not in before}
    assert found | {line.partition(":")[0] for line in before} >= dashboards
    page = copy / "docs/kempower.md"
    was = digest("kempower_station", copy)
    page.write_text(page.read_text().replace("| Online | binary", "| Awake | binary"))
    assert digest("kempower_station", copy) != was


def test_changes_that_do_not_show(copy: Path) -> None:
    """A comment, a docstring, or what a table says in words takes no new picture."""
    names = ("dashboard", "kempower_station")
    was = [digest(name, copy) for name in names]
    world = copy / "simulator/world/beginning.py"
    world.write_text(world.read_text().replace('"""', '"""Truly: ', 1))
    add_to(world, "\n# nothing\n")
    page = copy / "docs/kempower.md"
    page.write_text(page.read_text().replace("is connected to ChargEye", "is awake"))
    assert [digest(name, copy) for name in names] == was


def test_pictures_that_were_changed(copy: Path) -> None:
    """A picture that is missing, another's, or one that nobody takes is noticed."""
    images = copy / IMAGES.relative_to(ROOT)
    before = set(problems(copy))
    (images / "energy.png").unlink()
    shutil.copy(images / "dashboard.png", images / "kempower_station.png")
    shutil.copy(images / "dashboard.png", images / "other.png")
    found = {line.partition(":")[0] for line in problems(copy) if line not in before}
    assert {"energy", "other"} <= found
    assert (copy / LIST.relative_to(ROOT)).exists()
    text = "kempower_station: is not what the script has taken"
    assert text in problems(copy)


@pytest.mark.parametrize(
    ("utc", "zone"),
    [("04:10", "Etc/GMT-11"), ("13:59", "Etc/GMT-2"), ("19:00", "Etc/GMT+4")],
)
def test_time_of_day_of_pictures(utc: str, zone: str) -> None:
    """Whenever pictures are taken, their clocks show the same hour."""
    now = datetime.fromisoformat(f"2026-11-24 {utc}").replace(tzinfo=UTC)
    assert zone_at(now) == zone
    assert now.astimezone(ZoneInfo(zone)).hour == HOUR
    for hour in range(24):
        assert (
            now.replace(hour=hour)
            .astimezone(ZoneInfo(zone_at(now.replace(hour=hour))))
            .hour
            == HOUR
        )
