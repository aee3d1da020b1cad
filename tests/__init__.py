"""Tests of EV Charging Cloud."""
