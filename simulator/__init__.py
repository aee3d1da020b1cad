"""Vendors' EV charging clouds, simulated: one world behind real HTTP APIs, for tests, demo and benchmark."""

from .server.faults import Fault, Faults
from .server.request_log import RequestLog, RequestRecord
from .simulator import Simulator
from .world.clock import Clock
from .world.world import World

__all__ = [
    "Clock",
    "Fault",
    "Faults",
    "RequestLog",
    "RequestRecord",
    "Simulator",
    "World",
]
