"""What every language's texts have in common with the English ones.

That no key and no placeholder is missing is held in ``test_package.py``; what names look
like on devices in ``test_names.py``.
"""

from collections.abc import Iterator
from itertools import combinations
import json
from pathlib import Path
import re

import pytest

from custom_components.ev_charging_cloud import const

TRANSLATIONS = Path(const.__file__).parent / "translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
OTHERS = [language for language in LANGUAGES if language != "en"]
# What a text has besides its words, the same in each language: gaps and what fills them
# in plurals, targets of links, code, bold, the parts of a word's plural, paragraphs.
MARKS = (
    r"\{\w+",
    r"\]\([^)]*\)",
    r"`[^`]*`",
    r"\*\*",
    r"\b(?:one|other) \{",
    r"\n\n",
)
# Names and states stand in one line of a card; titles at the top of a dialog.
LONGEST = {"name": 25, "state": 40, "title": 75}
# Terms such as Status and Server, and names of products, are the same in many languages.
SAME = 0.12

type Tree = dict[str, str | Tree]


def texts(language: str) -> dict[str, str]:
    """Return a language's texts by their dotted keys, in the order of the file."""
    tree: Tree = json.loads((TRANSLATIONS / f"{language}.json").read_text())
    return dict(_walk(tree))


def _walk(tree: Tree, path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from _walk(value, f"{path}{key}.")


def marks(text: str) -> list[list[str]]:
    """Return what of a text is no word, by kind."""
    return [sorted(re.findall(pattern, text)) for pattern in MARKS]


def names(told: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what entities are called by their keys, by platform."""
    found: dict[str, dict[str, str]] = {}
    for key, text in told.items():
        if match := re.fullmatch(r"entity\.(\w+)\.(\w+)\.name", key):
            found.setdefault(match[1], {})[match[2]] = text
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_marks_are_kept(language: str) -> None:
    """Links lead to the same places; gaps, code and paragraphs are where they should be."""
    english, told = texts("en"), texts(language)
    assert list(told) == list(english)
    changed = [key for key in english if marks(told[key]) != marks(english[key])]
    assert changed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_lengths(language: str) -> None:
    """Nothing is empty, nor so long that it is cut off, nor only half translated."""
    english, told = texts("en"), texts(language)
    for key, text in told.items():
        assert re.search(r"\w", text), key
        kind = "state" if ".state." in key else key.rpartition(".")[2]
        limit = (
            LONGEST.get(kind, 1000) if key.startswith(("entity.", "config.")) else 1000
        )
        assert len(text) <= limit, key
        if len(english[key]) >= 40:
            assert 0.6 <= len(text) / len(english[key]) <= 1.8, key


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_that_language(language: str) -> None:
    """Hardly a text is the English one, and no sentence is."""
    english, told = texts("en"), texts(language)
    same = [key for key, text in told.items() if text == english[key]]
    assert len(same) < SAME * len(told)
    assert [key for key in same if english[key].endswith((".", "?"))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_names_are_told_apart(language: str) -> None:
    """Entities that have different names in English have different ones here too."""
    told = names(texts(language))
    alike = [
        (platform, one, other)
        for platform, english in names(texts("en")).items()
        for one, other in combinations(english, 2)
        if english[one] != english[other]
        and told[platform][one] == told[platform][other]
    ]
    assert alike == []
