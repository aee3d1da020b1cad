"""Vendors' EV charging clouds, simulated: one world behind real HTTP APIs, for tests, demo and benchmark."""

from .clock import Clock
from .faults import Fault, Faults
from .request_log import RequestLog, RequestRecord
from .simulator import Simulator
from .world import World

__all__ = [
    "Clock",
    "Fault",
    "Faults",
    "RequestLog",
    "RequestRecord",
    "Simulator",
    "World",
]
