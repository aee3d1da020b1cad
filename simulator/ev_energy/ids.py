"""Ids as ev.energy writes them: four letters that name the collection, then a ULID."""

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONG_AGO = datetime(2024, 3, 2, 9, 14, 55, tzinfo=UTC)


@lru_cache(maxsize=50_000)
def vendor_id(prefix: str, text: str, at: datetime = LONG_AGO) -> str:
    """Return the id of a thing which came into being at a moment; the same text gives the same id."""
    milliseconds = int(at.timestamp() * 1000)
    digest = int.from_bytes(
        blake2b(f"{prefix}/{text}".encode(), digest_size=10).digest()
    )
    return prefix + _digits(milliseconds, 10) + _digits(digest, 16)


def _digits(number: int, length: int) -> str:
    """Return a number in Crockford's base 32."""
    return "".join(
        ALPHABET[number >> 5 * place & 31] for place in reversed(range(length))
    )


def stamp(moment: datetime) -> str:
    """Return a moment as ev.energy writes it; a whole second has no fraction."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stamp_or_none(moment: datetime | None) -> str | None:
    """Return a moment as ev.energy writes it, or None."""
    return None if moment is None else stamp(moment)
