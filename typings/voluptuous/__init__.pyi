"""Home Assistant runs voluptuous on probatio: its types are what counts."""

from probatio import *
