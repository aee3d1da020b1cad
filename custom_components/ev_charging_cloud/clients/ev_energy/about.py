"""How the vendor is named: its key, and what users call it."""

KEY = "ev_energy"
NAME = "ev.energy"
