"""When what a vendor lists no more is gone for good, and when that proves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from .clients.home_energy import HomeEnergy
from .clients.model import Connector, Location, Station, Vehicle
from .clients.snapshot import Kind, Snapshot

# A listing that lacks a station once may be a vendor's hiccup, and three of them in
# half a minute are no more than that.
LISTINGS_UNTIL_GONE = 3
TIME_UNTIL_GONE = timedelta(hours=1)
# How the paths of references begin, by what is listed.
KINDS: Mapping[Kind, tuple[str, ...]] = {
    Location: ("location",),
    Station: ("location", "station", "connector"),
    Connector: ("connector",),
    Vehicle: ("vehicle",),
    HomeEnergy: ("home_energy",),
}
# What a kind's own paths begin with; locations come and go with their stations.
OWN_PREFIX: Mapping[Kind, str] = {
    Station: "station",
    Connector: "connector",
    Vehicle: "vehicle",
    HomeEnergy: "home_energy",
}


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Since when, and in how many listings, a device is missing."""

    since: datetime
    listings: int = 1

    @property
    def is_final(self) -> bool:
        """Whether the device is gone for good."""
        return (
            self.listings >= LISTINGS_UNTIL_GONE
            and dt_util.utcnow() - self.since >= TIME_UNTIL_GONE
        )


def unlisted(snapshot: Snapshot) -> frozenset[Kind]:
    """Return the kinds of which it is not known what there is."""
    return snapshot.unlisted | snapshot.uncertain
