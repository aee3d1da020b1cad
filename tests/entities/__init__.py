"""The tables of entities on the vendors' pages: made from what accounts really have."""
