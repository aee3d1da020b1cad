"""How the vendor is named: its key, and what users call it."""

KEY = "beenergised_driver"
NAME = "be.ENERGISED"
