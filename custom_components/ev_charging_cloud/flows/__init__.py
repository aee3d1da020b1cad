"""The steps of the config flow, a module a vendor."""
