"""What a customer's own OpenAPI file says of the operations that no public page shows.

ChargEye offers its definitions to its customers (quickstart guide, Tooling). An operation
is taken only where it is named as the vendor names it, and where all that it demands is
understood: nothing is guessed, and nothing is asked for that is not in the file.
"""

from .finder import Findings, find_operations
from .kinds import COMMANDS, Kind, Meaning
from .operation import Operation, Refusal, Refused, Scalar
from .text import MAX_BYTES, FileProblem, OpenApiFileError

__all__ = [
    "COMMANDS",
    "MAX_BYTES",
    "FileProblem",
    "Findings",
    "Kind",
    "Meaning",
    "OpenApiFileError",
    "Operation",
    "Refusal",
    "Refused",
    "Scalar",
    "find_operations",
]
