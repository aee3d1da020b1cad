"""The page for people: ``docs/reliability.md`` and the table in it, both ways."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
import re

from custom_components.ev_charging_cloud.vendors import VENDORS

from .outcome import Outcome
from .parts import APIS, Api, Part
from .troubles import GROUPS, TROUBLES

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- made by the tests: begin -->", "<!-- made by the tests: end -->"
HEADS = (
    "What happens",
    "Unavailable",
    "Unknown",
    "Log lines",
    "Back after",
    "Told after an hour",
    "Starts meanwhile",
)

# A vendor, a part of its API, and what happens to that.
type Case = tuple[str, str, str]
type Outcomes = Mapping[Case, Outcome]


def cases() -> list[Case]:
    """Return all cases of the matrix."""
    return [
        (api.key, part.name, trouble.name)
        for api in APIS.values()
        for part in api.all()
        for trouble in TROUBLES.values()
        if trouble.is_for(part)
    ]


def render(outcomes: Outcomes) -> str:
    """Return what stands between the markers."""
    return "\n".join(
        [
            "",
            *_legend(),
            *(line for api in APIS.values() for line in _vendor(api, outcomes)),
        ]
    )


def _legend() -> Iterator[str]:
    for name, members in GROUPS.items():
        yield f"- **{name}**: {', '.join(members)}."
    yield ""


def _vendor(api: Api, outcomes: Outcomes) -> Iterator[str]:
    yield f"### {VENDORS[api.key].name}"
    yield ""
    for part in api.all():
        yield f"**{part.name}**"
        yield ""
        yield _row(HEADS)
        yield _row(["---"] * len(HEADS))
        for outcome, names in _rows(api, part, outcomes):
            yield _row([", ".join(_grouped(names)), *_fields(outcome)])
        yield ""


def _rows(
    api: Api, part: Part, outcomes: Outcomes
) -> Iterator[tuple[Outcome, Sequence[str]]]:
    """Yield the outcomes of a part, each with all that leads to it."""
    rows: dict[Outcome, list[str]] = {}
    for name in TROUBLES:
        if (outcome := outcomes.get((api.key, part.name, name))) is not None:
            rows.setdefault(outcome, []).append(name)
    yield from rows.items()


def _grouped(names: Sequence[str]) -> list[str]:
    """Return names, with that of a group where all of it are there."""
    left, found = set(names), list[str]()
    for group, members in GROUPS.items():
        if left.issuperset(members):
            found.append(f"**{group}**")
            left.difference_update(members)
    return [*found, *(name for name in names if name in left)]


def _fields(outcome: Outcome) -> list[str]:
    return [str(getattr(outcome, name)) for name in Outcome.__struct_fields__]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def text_between(page: str) -> str:
    """Return what stands between the markers of the page."""
    return page.partition(BEGIN)[2].partition(END)[0]


def parse(text: str) -> Outcomes:
    """Return the outcomes that the page tells."""
    keys = {vendor.name: key for key, vendor in VENDORS.items()}
    outcomes: dict[Case, Outcome] = {}
    key = part = ""
    for line in text.splitlines():
        if line.startswith("### "):
            key = keys[line.removeprefix("### ")]
        elif found := re.fullmatch(r"\*\*(.+)\*\*", line):
            part = found[1]
        elif line.startswith("|"):
            what, *fields = (cell.strip() for cell in line.strip("|").split("|"))
            if what not in {HEADS[0], "---"}:
                outcome = Outcome(
                    **dict(zip(Outcome.__struct_fields__, fields, strict=True))
                )
                for name in _ungrouped(what):
                    outcomes[key, part, name] = outcome
    return outcomes


def _ungrouped(what: str) -> Iterator[str]:
    for name in what.split(", "):
        yield from GROUPS.get(name.strip("*"), (name,))


def write(outcomes: Outcomes) -> None:
    """Put a table into the page, in place of the one that is there."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{render(outcomes)}{END}{after}")
