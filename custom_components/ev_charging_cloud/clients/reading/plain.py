"""JSON that is not quite JSON, as plain objects: what cannot be read of it is None.

Vendors send what their languages write: a byte order mark, ``NaN``, half a surrogate
pair, a byte that is not UTF-8, a line break inside a text. Each of these costs the value
it stands in, and nothing beside it.
"""

import json
import math

# Python refuses to read longer ones; no vendor's number has as many digits.
MAX_DIGITS = 300


def read_plain(data: bytes) -> object:
    """Return the value that a text stands for, with None for what cannot be read.

    Raises:
        ValueError: it is no JSON at all, or too deep to be meant.
    """
    try:
        text = _decode(data)
        value = json.loads(text, strict=False, parse_int=_integer)
        return _readable(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _decode(data: bytes) -> str:
    encoding = json.detect_encoding(data)
    if encoding.startswith("utf-8"):
        # What is not UTF-8 becomes half a surrogate pair, which no text may hold.
        return data.decode(encoding, "surrogateescape")
    return data.decode(encoding)


def _integer(digits: str) -> int | float | None:
    return int(digits) if len(digits) < MAX_DIGITS else None


def _readable(value: object) -> object:
    """Return a value with None for texts and numbers that cannot be represented."""
    match value:
        case str():
            return value if _is_text(value) else None
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_readable(item) for item in value]
        case dict():
            return {
                key: _readable(item) for key, item in value.items() if _is_text(key)
            }
    return value


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
