"""Times in the spellings that vendors use."""

from datetime import UTC, datetime, timedelta
from functools import partial

# Before these times nobody charged, and no vendor plans beyond them.
FIRST_YEAR, LAST_YEAR = 1990, 2199
# Seconds and milliseconds since 1970, from 2001 to 2199.
SECONDS = range(1_000_000_000, 7_226_582_400)
MILLISECONDS = range(SECONDS.start * 1000, SECONDS.stop * 1000)
# Shorter, an ISO 8601 text is a day without a time.
SHORTEST = len("2025-03-27T07:36")

# Bound once: whoever freezes the time replaces what is called datetime.
_from_iso = datetime.fromisoformat
_from_seconds = partial(datetime.fromtimestamp, tz=UTC)


def read_moment(value: object) -> datetime | None:
    """Return the time that a value stands for; None where that is not certain.

    Read are ISO 8601 with a time of day, and seconds or milliseconds since 1970. A text
    without a zone gives a time without one, see :func:`utc`.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _since_1970(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isdecimal():
        return _since_1970(int(text)) if len(text) <= 15 else None
    if len(text) < SHORTEST:
        return None
    try:
        return _from_iso(text)
    except ValueError:
        return None


def _since_1970(number: float) -> datetime | None:
    if SECONDS.start <= number < SECONDS.stop:
        return _from_seconds(number)
    if MILLISECONDS.start <= number < MILLISECONDS.stop:
        return _from_seconds(number / 1000)
    return None


def is_plausible(moment: datetime) -> bool:
    """Tell whether a time can be meant."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC; one without a zone is in UTC, an impossible one is None."""
    if moment is None or not is_plausible(moment):
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def after(start: datetime, seconds: float) -> datetime | None:
    """Return the time some seconds later; None where there is no such time."""
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError, ValueError:
        return None
