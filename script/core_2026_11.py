"""Let the test package, made for Home Assistant 2026.10, run on 2026.11.

Loaded before every other pytest plugin: importing Home Assistant first lets it put its own httpx in
place before another plugin imports the real one. Then a helper that has moved is put back.
"""

from homeassistant.components import logger
from homeassistant.components.logger import helpers

MOVED = "_clear_logger_overwrites"

if MOVED in vars(helpers):
    vars(logger).setdefault(MOVED, vars(helpers)[MOVED])
