"""The be.ENERGISED CPO API, simulated as far as it is documented, and in the ways it might be where it is not."""

from .cloud import BeenergisedCpoCloud
from .options import BeenergisedCpoOptions
from .windows import Window, Windows

__all__ = ["BeenergisedCpoCloud", "BeenergisedCpoOptions", "Window", "Windows"]
