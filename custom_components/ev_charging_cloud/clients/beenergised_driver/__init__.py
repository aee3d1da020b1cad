"""be.ENERGISED for drivers (GraphQL)."""

from .about import KEY, NAME
from .auth import PskSignIn, SessionPair, subject
from .client import DOMAIN, BeenergisedDriverClient

__all__ = [
    "DOMAIN",
    "KEY",
    "NAME",
    "BeenergisedDriverClient",
    "PskSignIn",
    "SessionPair",
    "subject",
]
