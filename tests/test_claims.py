"""What the README and the quality scale claim has a test, or a command, that shows it."""

import ast
from collections.abc import Iterator
import re

import pytest

from custom_components.ev_charging_cloud.tables import TABLES
from custom_components.ev_charging_cloud.vendors import VENDORS
from gate.rules import RULES
from homeassistant.util.yaml import load_yaml_dict

from .house import CLIENTS, INTEGRATION, ROOT, modules

PAGE = ROOT / "docs" / "claims.md"
README = ROOT / "README.md"
# What the quality scale wants said, as headings of a vendor's page.
SUBJECTS = (
    "Prerequisites",
    "Installation",
    "Installation parameters",
    "Configuration parameters",
    "Supported devices",
    "Supported functions",
    "Data updates",
    "Use cases",
    "Examples",
    "Known limitations",
    "Troubleshooting",
    "Removal",
)


def rows(name: str) -> Iterator[tuple[str, str]]:
    """Yield what is claimed, and what shows it."""
    text = PAGE.read_text()
    table = text.partition(f"<!-- {name}: begin -->")[2].partition("<!-- ")[0]
    for line in table.splitlines()[3:]:
        claim, shown = line.strip("| ").split(" | ")
        yield claim, shown


def plain(text: str) -> str:
    """Return a text without links and line breaks, to find phrases in."""
    return " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).split())


def test_the_readme_says_so() -> None:
    """Each claim of the page stands in the README, and each point of its list is claimed."""
    said = plain(README.read_text())
    claims = [plain(claim) for claim, _ in rows("claims")]
    assert len(claims) > 20
    assert [claim for claim in claims if claim not in said] == []
    points = re.findall(r"^- (.*(?:\n  .*)*)", README.read_text(), re.MULTILINE)
    assert len(points) >= 6
    for point in points:
        assert any(claim in plain(point).replace("**", "") for claim in claims) or any(
            claim in plain(point) for claim in claims
        ), point


def test_no_rule_is_left_out() -> None:
    """Each rule has what shows it, unless it is exempt, and those only."""
    listed = dict(rows("rules"))
    assert listed.keys() == RULES
    scale = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
    exempt = {
        name
        for name, value in scale.items()
        if isinstance(value, dict) and value["status"] == "exempt"
    }
    assert {name for name, shown in listed.items() if shown == "exempt"} == exempt


@pytest.mark.parametrize("name", ["claims", "rules"])
def test_what_shows_it_is_there(name: str) -> None:
    """Each test and each command that is named exists."""
    for claim, shown in rows(name):
        if shown == "exempt":
            continue
        named = re.findall(r"`([^`]+)`", shown)
        assert named, claim
        for each in named:
            path, _, function = each.partition("::")
            file = ROOT / path.split()[0]
            assert file.exists(), each
            if function:
                tree = ast.parse(file.read_text())
                functions = {
                    node.name
                    for node in tree.body
                    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                }
                assert function in functions, each


@pytest.mark.parametrize("key", VENDORS)
def test_pages_have_every_subject(key: str) -> None:
    """A vendor's page says what it is, and all that a person has to know, in the same order."""
    page = (ROOT / f"docs/{key}.md").read_text()
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert [each for each in headings if each in SUBJECTS] == list(SUBJECTS)
    introduction = page.partition("\n- [")[0]
    assert re.search(r"\]\(https://", introduction)
    for heading in SUBJECTS:
        section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        assert len(section.split()) > 15, heading


@pytest.mark.parametrize("platform", TABLES)
def test_platforms_say_how_many_at_a_time(platform: str) -> None:
    """Each platform says how many of its entities may work at a time."""
    paths = (INTEGRATION / f"{platform}.py", INTEGRATION / platform / "__init__.py")
    (path,) = (path for path in paths if path.exists())
    assert re.search(r"^PARALLEL_UPDATES = \d$", path.read_text(), re.MULTILINE)


def test_clients_make_no_session() -> None:
    """Every client uses the session that it is given, and none makes its own."""
    for path in modules(CLIENTS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "ClientSession", path


def test_version() -> None:
    """What is here is the version whose notes are the newest in the changelog."""
    manifest = (INTEGRATION / "manifest.json").read_text()
    found = re.search(r'"version": "([^"]+)"', manifest)
    assert found is not None
    headings = re.findall(
        r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert headings[0] == found[1]
