"""ev.energy, simulated as far as version 2 of its API is documented and a household needs it."""

from .cloud import EvEnergyCloud
from .options import EvEnergyOptions
from .scopes import USUAL

__all__ = ["USUAL", "EvEnergyCloud", "EvEnergyOptions"]
