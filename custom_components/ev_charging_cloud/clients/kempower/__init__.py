"""Kempower ChargEye (REST)."""

from .about import KEY, NAME
from .client import DEFAULT_SERVER, KempowerClient

__all__ = ["DEFAULT_SERVER", "KEY", "NAME", "KempowerClient"]
