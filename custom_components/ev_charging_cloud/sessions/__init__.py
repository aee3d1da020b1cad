"""Charging sessions in Home Assistant: what polls show goes into the ledger and back."""
