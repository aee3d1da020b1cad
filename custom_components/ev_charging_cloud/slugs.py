"""Names as parts of ids."""

from functools import lru_cache

from homeassistant.util import slugify

# Something that stays as it is, and a space.
_FIRST = "x "
# So many names are remembered: those of an account's devices and of their entities.
_NAMES = 4096


def joined_slug(device: str | None, entity: str | None) -> str:
    """Return what Home Assistant makes of two names with a space between, for an id.

    A space ends everything that could turn on what stands beside it, so each name is
    worked out by itself, and once for all that bear it: an account has thousands of
    entities, some devices for ten of them, and some names for a thousand.
    """
    parts = (_slug(f"{device}"), _slug(entity or ""))
    return "_".join(filter(None, parts)) or slugify(" ")


@lru_cache(maxsize=_NAMES)
def _slug(name: str) -> str:
    """Return a name for an id; empty where there is nothing in it that an id can have.

    Of that alone Home Assistant makes a word of its own.
    """
    return slugify(f"{_FIRST}{name}")[len(_FIRST) :]
