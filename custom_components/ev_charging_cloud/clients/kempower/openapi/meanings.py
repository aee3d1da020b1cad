"""What a parameter or a field stands for, by its name and by what it may hold.

Ids are named as the vendor names them elsewhere (``stationId``, ``connectorId`` or
``evseId``, ``txId``, ``locationUid``); an ``id`` is that of what it stands under. An id is a
text: ChargEye's connectors have numbers of other kinds too, and a number that is taken
for another one commands another connector. A power limit is one only where its unit is
known, from its name, its description or a field beside it.
"""

from collections.abc import Mapping
import re

from msgspec import Struct

from .kinds import Meaning
from .schema import Shape

NAMES: Mapping[str, Meaning] = {
    "stationid": Meaning.STATION,
    "station": Meaning.STATION,
    "chargingstationid": Meaning.STATION,
    "chargingstation": Meaning.STATION,
    "connectorid": Meaning.CONNECTOR,
    "connector": Meaning.CONNECTOR,
    "evseid": Meaning.CONNECTOR,
    "evse": Meaning.CONNECTOR,
    "txid": Meaning.SESSION,
    "transactionid": Meaning.SESSION,
    "transaction": Meaning.SESSION,
    # Not locationId: that is a customer's own reference.
    "locationuid": Meaning.LOCATION,
    "exclusivestartkey": Meaning.PAGE,
}
OWN_IDS = frozenset({"id", "uid"})
UNDER: Mapping[str, Meaning] = {
    "stations": Meaning.STATION,
    "station": Meaning.STATION,
    "chargingstations": Meaning.STATION,
    "chargingstation": Meaning.STATION,
    "connectors": Meaning.CONNECTOR,
    "connector": Meaning.CONNECTOR,
    "evses": Meaning.CONNECTOR,
    "evse": Meaning.CONNECTOR,
    "transactions": Meaning.SESSION,
    "transaction": Meaning.SESSION,
    "locations": Meaning.LOCATION,
    "location": Meaning.LOCATION,
}
IDS = frozenset({Meaning.STATION, Meaning.CONNECTOR, Meaning.SESSION, Meaning.LOCATION})
IN_SERVICE = frozenset({"available", "operative", "inservice", "enabled", "enable"})
OUT_OF_SERVICE = frozenset(
    {"unavailable", "inoperative", "outofservice", "disabled", "disable"}
)
# The first one that can be chosen: what runs is to end by itself (OCPP 2.0.1, 1.6).
RESTARTS = ("onidle", "soft", "immediate")
RESTART_WORDS = frozenset({*RESTARTS, "hard", "immediateandresume"})
LIMITS = frozenset(
    {
        *("limit", "powerlimit", "maxpower", "maxpowerlimit", "power", "maximumpower"),
        *("limitvalue", "powerlimitvalue", "value", "chargingpower", "maxchargepower"),
    }
)
# Longer ones first: a limit's name ends with its unit, and the unit's with another.
UNITS: Mapping[str, float] = {
    "kilowatts": 1000.0,
    "kilowatt": 1000.0,
    "watts": 1.0,
    "watt": 1.0,
    "kw": 1000.0,
    "w": 1.0,
}
IN_WORDS = re.compile(r"\b(kilowatts?|watts?|kw|w)\b", re.IGNORECASE)


class Read(Struct, frozen=True, kw_only=True):
    """What a field stands for, and what is sent for it; ``watts`` are in one unit."""

    meaning: Meaning
    value: str | None = None
    yes: str | bool = True
    no: str | bool = False
    watts: float | None = None


def plain(name: str) -> str:
    """Return a name without case, and without what is between its words."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def meaning_of(name: str, shape: Shape, *, under: str = "") -> Read | None:
    """Return what a parameter or a field stands for; None where that is not known.

    Args:
        name: as the file has it.
        shape: of its value.
        under: what it stands under: the part of a path before it, or an object's name.
    """
    if not shape.is_clear:
        return None
    if shape.type in (None, "string"):
        return _word(shape) if shape.words else _id(plain(name), under)
    if shape.words is not None:
        return None
    if shape.type == "boolean":
        return _flag(plain(name))
    if shape.type in ("number", "integer"):
        return _limit(plain(name), shape.text)
    return None


def _id(name: str, under: str) -> Read | None:
    found = UNDER.get(plain(under)) if name in OWN_IDS else NAMES.get(name)
    return None if found is None else Read(meaning=found)


def _flag(name: str) -> Read | None:
    name = name.removeprefix("is")
    if name in IN_SERVICE:
        return Read(meaning=Meaning.AVAILABLE)
    if name in OUT_OF_SERVICE:
        return Read(meaning=Meaning.AVAILABLE, yes=False, no=True)
    return None


def _word(shape: Shape) -> Read | None:
    """Return what a field stands for by the words that it may hold."""
    words = {plain(word): word for word in shape.words or () if isinstance(word, str)}
    if len(words) != len(shape.words or ()):
        return None
    yes, no = words.keys() & IN_SERVICE, words.keys() & OUT_OF_SERVICE
    if len(yes) == len(no) == 1:
        return Read(meaning=Meaning.AVAILABLE, yes=words[yes.pop()], no=words[no.pop()])
    if words.keys() <= RESTART_WORDS:
        chosen = next((words[word] for word in RESTARTS if word in words), None)
        return None if chosen is None else Read(meaning=Meaning.RESTART, value=chosen)
    if words.keys() & {"kw", "w"} and words.keys() <= {"kw", "w", "a"}:
        unit = "kw" if "kw" in words else "w"
        return Read(meaning=Meaning.UNIT, value=words[unit], watts=UNITS[unit])
    return None


def _limit(name: str, text: str) -> Read | None:
    if name in LIMITS:
        units = {UNITS[unit.lower()] for unit in IN_WORDS.findall(text)}
        watts = units.pop() if len(units) == 1 else None
        return Read(meaning=Meaning.LIMIT, watts=watts)
    for unit, watts in UNITS.items():
        if name.endswith(unit) and name.removesuffix(unit) in LIMITS:
            return Read(meaning=Meaning.LIMIT, watts=watts)
    return None
