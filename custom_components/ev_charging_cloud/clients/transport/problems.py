"""What a refusal says of itself where it is not in the vendor's own shape.

Source: RFC 9457 (problem details), RFC 6749 (5.2), and the ``message`` that gateways in
front of an API have.
"""

import msgspec
from msgspec import Struct

from ..reading.lenient import Reader


class _Problem(Struct, frozen=True):
    detail: str | None = None
    title: str | None = None
    message: str | None = None
    error_description: str | None = None
    error: str | None = None


_PROBLEM = Reader(_Problem)


def read_usual(body: bytes) -> str | None:
    """Return the most that a refusal says, for people; None where it says nothing."""
    try:
        said = _PROBLEM.read(body)
    except msgspec.MsgspecError:
        return None
    return (
        said.detail
        or said.title
        or said.message
        or said.error_description
        or said.error
    )
