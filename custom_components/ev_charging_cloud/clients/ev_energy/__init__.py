"""ev.energy (REST, version 2)."""

from .about import KEY, NAME
from .auth import AUTHORIZE_PATH, DEFAULT_SERVER, TOKEN_PATH, ClientCredentials
from .client import EvEnergyClient

__all__ = [
    "AUTHORIZE_PATH",
    "DEFAULT_SERVER",
    "KEY",
    "NAME",
    "TOKEN_PATH",
    "ClientCredentials",
    "EvEnergyClient",
]
