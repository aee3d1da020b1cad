"""Measures what accounts of many stations cost Home Assistant, beside what they could cost at best."""
