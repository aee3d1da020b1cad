"""Ids of entities are made name by name, and as Home Assistant makes them of both."""

from itertools import product
import random

import pytest

from custom_components.ev_charging_cloud.slugs import joined_slug
from homeassistant.util import slugify

NAMES = (
    "Depot 1",
    "",
    " ",
    "--",
    "_",
    "__a__",
    "'",
    "'s",
    "Ola's",
    "unknown",
    "x",
    "1,",
    ",5",
    "1,5",
    "Zürich Süd",
    "Ὀδυσσεύς",
    "ΟΔΟΣ",
    "Σ",
    "\N{COMBINING ACUTE ACCENT}e",
    "e\N{COMBINING ACUTE ACCENT}",
    "充电站",
    "مكة",
    "İstanbul",
    "ß",
    "½",
    "\N{HIGH VOLTAGE SIGN}",
    "A & B",
    "A &amp",
    "amp; B",
    "&amp;",
    "&#65;",
    "&#769;e",
    "&#x41;",
    "&#931;",
    "#65;",
    "Ⅷ",
    "a\tb\nc",
    "\N{ZERO WIDTH SPACE}",
    "\N{NO-BREAK SPACE}Hof",
    "50 kW/2",
)


@pytest.mark.parametrize(("device", "entity"), product(NAMES, NAMES))
def test_is_the_slug_of_both(device: str, entity: str) -> None:
    """An id is the one that the two names give together."""
    assert joined_slug(device, entity) == slugify(f"{device} {entity}")


def test_any_characters() -> None:
    """What the names are made of plays no part."""
    chance = random.Random(20261128)
    signs = "aZ0,'&#;x-_. \t½ßΣςİ\N{COMBINING ACUTE ACCENT}中م&amp;&#65;"
    for _ in range(5000):
        device, entity = (
            "".join(chance.choices(signs, k=chance.randrange(7))) for _ in range(2)
        )
        assert joined_slug(device, entity) == slugify(f"{device} {entity}"), (
            device,
            entity,
        )


def test_nothing_of_an_entity() -> None:
    """An entity that is called as its device adds nothing."""
    assert joined_slug("Depot 1", None) == slugify("Depot 1 ")
    assert joined_slug(None, None) == slugify("None ")
