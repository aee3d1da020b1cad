"""The hour of pictures: they are alike whenever they are taken."""

from datetime import datetime

# What clocks show in pictures: enough of the day is over to have sums of.
HOUR = 15


def zone_at(now: datetime) -> str:
    """Return a time zone in which it is the hour of pictures."""
    ahead = (HOUR - now.hour + 10) % 24 - 10
    # the sign of these names is the other way round
    return f"Etc/GMT{-ahead:+d}"
