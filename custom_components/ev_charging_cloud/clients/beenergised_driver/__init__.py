"""be.ENERGISED for drivers (GraphQL)."""

from .about import KEY, NAME
from .arguments import Around, Favourites, Listed, StationChoice
from .auth import PskSignIn, SessionPair, subject
from .client import DOMAIN, BeenergisedDriverClient

__all__ = [
    "DOMAIN",
    "KEY",
    "NAME",
    "Around",
    "BeenergisedDriverClient",
    "Favourites",
    "Listed",
    "PskSignIn",
    "SessionPair",
    "StationChoice",
    "subject",
]
