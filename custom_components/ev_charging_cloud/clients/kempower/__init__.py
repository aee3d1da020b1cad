"""Kempower ChargEye (REST)."""

from .about import KEY, NAME
from .auth import DEFAULT_SERVER
from .client import KempowerClient
from .openapi import (
    COMMANDS,
    MAX_BYTES,
    FileProblem,
    Findings,
    OpenApiFileError,
    Refused,
    find_operations,
)

__all__ = [
    "COMMANDS",
    "DEFAULT_SERVER",
    "KEY",
    "MAX_BYTES",
    "NAME",
    "FileProblem",
    "Findings",
    "KempowerClient",
    "OpenApiFileError",
    "Refused",
    "find_operations",
]
