"""Tests of which mutations mark favourites, by their names and arguments alone."""

import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.favourites import (
    is_about_favourites,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    Operations,
    is_wanted,
)

from .client import NASTY, assert_valid, operations_of

TYPES = """
    scalar UUID
    enum Mood { GOOD }
    type Result { status: String, code: String, message: String, other: Int }
    type Other { mood: Mood }
    input Mark { cpId: ID!, favourite: Boolean }
    input Cp { id: ID! }
"""


def known_of(mutations: str, told: str = "isFavourite: Boolean") -> Operations:
    """Return the operations of an operator with these mutations."""
    schema, known = operations_of(
        f"""
        type Query {{ cpsPaged(limit: Int): [S] }} type S {{ id: ID, {told} }} {TYPES}
        extend type Mutation {{ {mutations} }}
        """
    )
    documents = (known.favourite(NASTY, on=on) for on in (True, False))
    assert_valid(schema, filter(None, documents))
    return known


def marked(mutations: str) -> tuple[str | None, str | None]:
    """Return what marks a station, and what unmarks it."""
    known = known_of(mutations)
    found = known.favourite("s", on=True), known.favourite("s", on=False)
    assert known.marks_favourites is (found != (None, None))
    return found


def test_names() -> None:
    """A verb, perhaps a station, a favourite, perhaps a station: in any spelling."""
    for name in (
        *("setFavourite", "addFavorite", "markFavourites", "createFavourite"),
        *("saveFavorites", "remove_favourite", "unmarkFavourite", "deleteFavourite"),
        *("unsaveFavourite", "addCpToFavourites", "addChargePointToFavourites"),
        *("removeChargingStationFromMyFavourites", "markStationAsFavourite"),
        *("addFavouriteCp", "addFavouriteChargePoint", "addFavouriteChargingStation"),
        *("addFavouriteStation", "setFavouriteOfStation", "setFavouriteAsStation"),
        "ADD-MY-FAVOURITE",
    ):
        assert is_about_favourites(name), name
        assert is_wanted(name), name
    for name in (
        *("favourite", "addFavour", "toggleFavourite", "addFavouriteCard", "add"),
        *("addCardToFavourites", "addFavouritesList", "myFavourites", "resetFavourite"),
        *("addCpWithFavourites", "removeAllFavourites", "addCp", ""),
    ):
        assert not is_about_favourites(name), name
        assert not is_wanted(name), name
    for name in (
        *("cpsPaged", "chargelog", "chargelogsPaged", "accountDocumentsPaged"),
        *("availableCardsForChargingProcess", "attemptRemoteStart", "remoteStart"),
        *("remoteStartAttemptStatus", "remoteStop"),
    ):
        assert is_wanted(name), name
        assert not is_about_favourites(name), name


@pytest.mark.parametrize("verbs", ["add remove", "mark unmark", "create delete"])
@pytest.mark.parametrize("thing", ["cp", "chargePoint", "chargingStation", "station"])
def test_a_pair(verbs: str, thing: str) -> None:
    """One marks, the other takes it back; of a number or a word nothing is inside."""
    add, remove = (f"{verb}Favourite" for verb in verbs.split())
    for argument in (f"{thing}Id", f"{thing}Uuid"):
        assert marked(
            f"{add}({argument}: ID!): Boolean {remove}({argument}: String!): Mood"
        ) == (
            f'mutation {{ {add}({argument}: "s") }}',
            f'mutation {{ {remove}({argument}: "s") }}',
        )


@pytest.mark.parametrize(
    ("mutations", "found"),
    [
        (
            "saveCpFavourite(id: ID!): Result unsaveFavouriteCp(uuid: UUID): Other",
            (
                'saveCpFavourite(id: "s") { status code message }',
                'unsaveFavouriteCp(uuid: "s") { __typename }',
            ),
        ),
        (
            "setFavourite(stationId: ID!, favourite: Boolean!): Boolean",
            (
                'setFavourite(stationId: "s", favourite: true)',
                'setFavourite(stationId: "s", favourite: false)',
            ),
        ),
        (
            "setFavorite(mark: Mark!, mood: Mood! = GOOD): Result",
            (
                'setFavorite(mark: {cpId: "s", favourite: true}) { status code message }',
                'setFavorite(mark: {cpId: "s", favourite: false}) { status code message }',
            ),
        ),
        (
            "setFavouriteCp(id: ID!, isFavorite: Boolean): Boolean",
            (
                'setFavouriteCp(id: "s", isFavorite: true)',
                'setFavouriteCp(id: "s", isFavorite: false)',
            ),
        ),
        (
            "addCpFavourite(cp: Cp, tags: [Int]): Mood removeCpFavourite(id: ID): Mood",
            ('addCpFavourite(cp: {id: "s"})', 'removeCpFavourite(id: "s")'),
        ),
        # What is about to go does not count, and makes no doubt.
        (
            """addFavourite(cpId: ID): Mood removeFavourite(cpId: ID): Mood
            addCpFavourite(cpId: ID): Mood @deprecated(reason: "old")""",
            ('addFavourite(cpId: "s")', 'removeFavourite(cpId: "s")'),
        ),
    ],
)
def test_what_is_sent(mutations: str, found: tuple[str, str]) -> None:
    """The station by its id, yes or no where it is asked for, and what a result has."""
    assert marked(mutations) == tuple(f"mutation {{ {it} }}" for it in found)


ADD = "addFavourite(cpId: ID): Mood"


@pytest.mark.parametrize(
    "mutations",
    [
        ADD,
        "removeFavourite(cpId: ID): Mood",
        ADD + " removeFavourite(id: ID): Mood",
        ADD + " removeFavourite(cpId: Int): Mood",
        ADD + " removeFavourite(cpId: Float): Mood",
        ADD + " removeFavourite(cpId: Boolean): Mood",
        ADD + " removeFavourite(cpId: Mood): Mood",
        ADD + " removeFavourite(cpId: [ID]): Mood",
        ADD + " removeFavourite(cpName: String): Mood",
        ADD + " removeFavourite(cpId: ID, stationId: ID): Mood",
        ADD + " removeFavourite(cpId: ID, mood: Mood!): Mood",
        ADD + " removeFavourite(cpId: ID, favourite: Boolean): Mood",
        ADD + " removeFavourite(cpId: ID): [Mood]",
        ADD + " removeFavourite(cpId: ID): Mood @deprecated",
        ADD + " removeFavourite(cpId: ID): Mood deleteFavourite(cpId: ID): Mood",
        ADD + " removeFavourite(cpId: ID): Mood markFavourite(cpId: ID): Mood",
        "setFavourite(cpId: ID): Mood",
        "setFavourite(cpId: ID, yes: Boolean): Mood",
        "setFavourite(cpId: ID, favourite: Int): Mood",
        "setFavourite(cpId: ID, favourite: [Boolean]): Mood",
        "setFavourite(cpId: ID, favourite: Boolean, isFavourite: Boolean): Mood",
    ],
)
def test_what_leaves_a_doubt(mutations: str) -> None:
    """Neither is offered then."""
    assert marked(mutations) == (None, None)


def test_what_is_told_of_them() -> None:
    """They are named for what they are; without a list that tells them they are not."""
    pair = ADD + " removeFavourite(cpId: ID): Result addMood: Mood"
    told = known_of(pair).recognition
    assert told.recognised["addFavourite"] == "favourites (recognised)"
    assert told.recognised["removeFavourite"] == "favourites (recognised)"
    assert told.left_out["addMood"] == "Mood: GOOD"
    assert "addFavourite" not in told.left_out
    without = known_of(pair, told="label: String")
    assert not without.marks_favourites
    assert without.favourite("s", on=True) is None
    assert without.recognition.left_out["addFavourite"] == "Mood: GOOD"
    assert "addFavourite" not in without.recognition.recognised
