"""Tests of the arguments of a list: what each may be called, of what type, and where."""

import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    CHARGELOGS,
    STATIONS,
    Operations,
)
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
    StationChoice,
)

from .client import assert_valid, operations_of

CIRCLE = Around(latitude=48.25, longitude=-16.5, radius=4999.5)
PAGE = Page(limit=7, offset=14, after="x")
TYPES = """
    scalar Decimal scalar Latitude scalar Longitude scalar Metres
    enum Mood { GOOD }
    type S { id: ID }
    input Near { lat: Float, lng: Float, radiusKm: Float }
    input Demanding { lat: Float, lng: Float, mood: Mood! }
    input Indulgent { lat: Float, lng: Float, mood: Mood! = GOOD }
    input Deep1 { next: Deep2 } input Deep2 { next: Deep3 } input Deep3 { next: Deep4 }
    input Deep4 { search: String, next: Deep5 } input Deep5 { onlyFavourites: Boolean }
"""


def known_of(arguments: str) -> Operations:
    """Return the operations of an operator whose stations are asked for so."""
    schema, known = operations_of(
        f"type Query {{ cpsPaged({arguments}): [S] }} {TYPES}"
    )
    choices: tuple[StationChoice, ...] = (CIRCLE, Favourites(), Listed(text="a"))
    documents = (known.stations(choice, PAGE) for choice in choices)
    assert_valid(schema, filter(None, documents))
    return known


def asked(arguments: str, choice: StationChoice) -> str | None:
    """Return the arguments with which a choice is asked for."""
    document = known_of(arguments).stations(choice, PAGE)
    if document is None:
        return None
    begin, end = "query { cpsPaged(", ") { id } }"
    assert document.startswith(begin)
    assert document.endswith(end)
    return document.removeprefix(begin).removesuffix(end)


def test_the_arguments_of_a_page() -> None:
    """A limit, and where the page begins, by its place rather than by a cursor."""
    favourites = "favourites: true"
    tables = {
        "limit: Int": "limit: 7, favourites: true",
        "first: Int": "first: 7, favourites: true",
        "first: Int, limit: Int": "limit: 7, favourites: true",
        "offset: Int": "favourites: true, offset: 14",
        "after: String": 'favourites: true, after: "x"',
        "after: ID": 'favourites: true, after: "x"',
        "after: ID, offset: Int": "favourites: true, offset: 14",
        "limit: String": favourites,
        "limit: [Int]": favourites,
        "offset: Float": favourites,
        "after: Int": favourites,
    }
    assert {
        it: asked(f"{it}, favourites: Boolean", Favourites()) for it in tables
    } == tables


def test_which_lists_have_pages() -> None:
    """A limit alone turns no page; only a place can be read from the end."""
    tables = {
        "limit: Int, offset: Int": (True, True),
        "first: Int, after: ID": (True, False),
        "limit: Int": (False, False),
        "offset: Int": (False, True),
        "after: ID": (False, False),
        "x: Int": (False, False),
    }
    found = {
        it: (known_of(it).is_paged(STATIONS), known_of(it).has_offset(STATIONS))
        for it in tables
    }
    assert found == tables
    assert not known_of("x: Int").is_paged(CHARGELOGS)
    assert not known_of("x: Int").has_offset(CHARGELOGS)


def test_the_arguments_of_a_place() -> None:
    """Latitude and longitude belong together; a radius goes with them."""
    tables = {
        "latitude: Float, longitude: Float": "latitude: 48.25, longitude: -16.5",
        "lat: Decimal, lng: Decimal": "lat: 48.25, lng: -16.5",
        "lat: Latitude!, lon: Longitude!": "lat: 48.25, lon: -16.5",
        "lat: Float, latitude: Float, lng: Float, longitude: Float, lon: Float": (
            "latitude: 48.25, longitude: -16.5"
        ),
        "lat: Float, lon: Float, lng: Float": "lat: 48.25, lng: -16.5",
        "lat: Float, lng: Float, radius: Float": "lat: 48.25, lng: -16.5, radius: 4999.5",
        "lat: Float, lng: Float, radius: Decimal": (
            "lat: 48.25, lng: -16.5, radius: 4999.5"
        ),
        "lat: Float, lng: Float, radius: Int": "lat: 48.25, lng: -16.5, radius: 5000",
        "lat: Float, lng: Float, radiusKm: Float": (
            "lat: 48.25, lng: -16.5, radiusKm: 4.9995"
        ),
        "lat: Float, lng: Float, radiusKm: Int": "lat: 48.25, lng: -16.5, radiusKm: 5",
        "lat: Float, lng: Float, radius_m: Int": (
            "lat: 48.25, lng: -16.5, radius_m: 5000"
        ),
        "lat: Float, lng: Float, radiusInKm: Int": (
            "lat: 48.25, lng: -16.5, radiusInKm: 5"
        ),
        "lat: Float, lng: Float, radiusInM: Int": (
            "lat: 48.25, lng: -16.5, radiusInM: 5000"
        ),
        "lat: Float, lng: Float, radius: Metres": "lat: 48.25, lng: -16.5",
        "lat: Float, lng: Float, radius: [Int]": "lat: 48.25, lng: -16.5",
        "lat: Float, lng: Float, mood: Mood! = GOOD": "lat: 48.25, lng: -16.5",
        "near: Near": "near: {lat: 48.25, lng: -16.5, radiusKm: 4.9995}",
        "near: Near, lat: Float, lng: Float": (
            "lat: 48.25, lng: -16.5, near: {radiusKm: 4.9995}"
        ),
        "near: Indulgent": "near: {lat: 48.25, lng: -16.5}",
        # Otherwise it cannot be asked for.
        "near: [Near]": None,
        "near: Demanding": None,
        "lat: Float, radius: Float": None,
        "lng: Float, radius: Float": None,
        "lat: [Float], lng: Float": None,
        "lat: Float, lng: String": None,
        "radius: Float": None,
        "lat: Float, lng: Float, mood: Mood!": None,
    }
    assert {it: asked(it, CIRCLE) for it in tables} == tables


def test_the_argument_of_favourites() -> None:
    """By any of its names, of yes or no."""
    tables = {
        "favourites: Boolean": "favourites: true",
        "onlyFavourites: Boolean": "onlyFavourites: true",
        "onlyFavorites: Boolean!": "onlyFavorites: true",
        "onlyFavourites: Boolean, favourites: Boolean": "favourites: true",
        "favourites: Int": None,
        "favourites: [Boolean]": None,
        "favorite: Boolean": None,
    }
    assert {it: asked(it, Favourites()) for it in tables} == tables
    assert asked("deep: Deep1", Favourites()) is None


def test_the_argument_of_a_text() -> None:
    """However deep it stands, down to the fifth name; with the place, where there is one."""
    tables = {
        "search: String": 'search: "a"',
        "search: ID": None,
        "search: [String]": None,
        "text: String": None,
        "deep: Deep1": 'deep: {next: {next: {next: {search: "a"}}}}',
        "deep: Deep1, search: String": 'search: "a"',
        "deep: Deep1, more: Deep1": None,
    }
    assert {it: asked(it, Listed(text="a")) for it in tables} == tables
    both = Listed(text="a", around=CIRCLE)
    assert asked("lat: Float, lng: Float, search: String", both) == (
        'lat: 48.25, lng: -16.5, search: "a"'
    )
    assert asked("lat: Float, lng: Float", both) == "lat: 48.25, lng: -16.5"
    assert asked("search: String", both) == 'search: "a"'
    assert asked("search: String", Listed(around=CIRCLE)) is None
    assert asked("search: String", Listed(text="")) is None
    assert asked("search: String", Favourites()) is None


def test_what_is_told_of_arguments() -> None:
    """Each by the names that lead to it: what it was taken for, and what was not."""
    known = known_of(
        "near: Near, page: Int, deep: Deep1, limit: Int, offset: Int,"
        ' "In miles" radius: Float'
    )
    told = known.recognition
    assert {it: ground for it, ground in told.recognised.items() if "(" in it} == {
        "cpsPaged(limit)": "limit (recognised)",
        "cpsPaged(offset)": "offset (recognised)",
        "cpsPaged(near.lat)": "latitude (recognised)",
        "cpsPaged(near.lng)": "longitude (recognised)",
        "cpsPaged(radius)": "radius (recognised)",
        "cpsPaged(deep.next.next.next.search)": "text (recognised)",
    }
    assert {it: kind for it, kind in told.left_out.items() if "(" in it} == {
        "cpsPaged(page)": "Int",
        "cpsPaged(near.radiusKm)": "Float",
    }
    assert told.notes == ["cpsPaged: the radius has no unit, and is sent as m"]
    assert known.choices == {Around, Listed}
    assert known_of("near: Near").recognition.notes == []
    _, without = operations_of(
        "type Query { cpsPaged(limit: Int): [S] } type S { name: String }"
    )
    assert without.recognition.notes == ["cpsPaged: things without an id are not read"]
    assert STATIONS not in without


@pytest.mark.parametrize(
    ("said", "radius"),
    [
        ('"kilometres" radius: Float', "4.9995"),
        ('"in km" radius: Float', "4.9995"),
        ('"m" radius: Float', "4999.5"),
        ('"metern" radius: Float', "4999.5"),
        ('"mm" radius: Float', "4999.5"),
    ],
)
def test_what_is_said_of_a_radius(said: str, radius: str) -> None:
    """A description's word for the unit; nothing else is taken for one."""
    wanted = f"lat: 48.25, lng: -16.5, radius: {radius}"
    assert asked(f"lat: Float, lng: Float, {said}", CIRCLE) == wanted
    notes = known_of(f"lat: Float, lng: Float, {said}").recognition.notes
    assert bool(notes) is ("mm" in said)


@pytest.mark.parametrize(
    ("arguments", "asked_for"),
    [
        (
            "status: Status",
            [
                "chargelogsPaged(limit: 7)",
                "running0: chargelogsPaged(limit: 7, status: started)",
                "running1: chargelogsPaged(limit: 7, status: roaming_start)",
            ],
        ),
        (
            "where: Where",
            [
                "chargelogsPaged(limit: 7)",
                (
                    "running0: chargelogsPaged(limit: 7,"
                    " where: {statuses: [started, roaming_start]})"
                ),
            ],
        ),
        ("state: Status", ["chargelogsPaged(limit: 7)"]),
        ("status: Other", ["chargelogsPaged(limit: 7)"]),
        ("status: String", ["chargelogsPaged(limit: 7)"]),
        ("where: Demanding", ["chargelogsPaged(limit: 7)"]),
    ],
)
def test_sessions_that_run(arguments: str, asked_for: list[str]) -> None:
    """Beside the list itself, by a status that has the words for it."""
    schema, known = operations_of(
        f"""
        type Query {{ chargelogsPaged({arguments}, limit: Int): [Log] }}
        type Log {{ id: ID }} enum Status {{ roaming_start stopped started }}
        enum Other {{ start }} input Where {{ statuses: [Status!] }}
        input Demanding {{ status: Status, other: Other! }}
        """
    )
    page = Page(limit=7)
    whole = " ".join(f"{it} {{ id }}" for it in asked_for)
    document = known.page(CHARGELOGS, page, running=True)
    assert document == f"query {{ {whole} }}"
    assert_valid(schema, [document])
    assert known.page(CHARGELOGS, page) == "query { chargelogsPaged(limit: 7) { id } }"
    assert known.page("accountDocumentsPaged", page) is None


def test_a_list_that_demands_what_nobody_knows() -> None:
    """It is not asked for, with or without what runs."""
    _, known = operations_of(
        "type Query { chargelogsPaged(mood: Int!, limit: Int): [Log] } type Log { id: ID }"
    )
    assert known.page(CHARGELOGS, PAGE) is None
    assert known.page(CHARGELOGS, PAGE, running=True) is None
