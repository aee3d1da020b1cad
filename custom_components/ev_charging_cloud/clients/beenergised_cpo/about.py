"""How the vendor is named: its key, and what users call it."""

KEY = "beenergised_cpo"
NAME = "be.ENERGISED CPO"
