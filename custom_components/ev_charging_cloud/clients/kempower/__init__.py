"""Kempower ChargEye (REST)."""

from .about import KEY, NAME
from .auth import DEFAULT_SERVER
from .client import KempowerClient

__all__ = ["DEFAULT_SERVER", "KEY", "NAME", "KempowerClient"]
