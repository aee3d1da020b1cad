"""How the vendor is named: its key, and what users call it."""

KEY = "kempower"
NAME = "Kempower ChargEye"
