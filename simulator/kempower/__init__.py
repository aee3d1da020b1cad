"""Kempower ChargEye, simulated as far as its REST API is documented."""

from .cloud import KempowerCloud
from .options import KempowerOptions

__all__ = ["KempowerCloud", "KempowerOptions"]
