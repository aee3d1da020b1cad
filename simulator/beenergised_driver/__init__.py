"""be.ENERGISED for drivers, simulated: the GraphQL API of one operator, in front of the shared world."""

from .cloud import BeenergisedDriverCloud
from .operations import Operation
from .options import BeenergisedDriverOptions

__all__ = ["BeenergisedDriverCloud", "BeenergisedDriverOptions", "Operation"]
