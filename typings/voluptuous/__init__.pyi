# Home Assistant runs voluptuous on probatio: its types are what counts.
from probatio import *  # noqa: F403 - all of it, whatever it is
