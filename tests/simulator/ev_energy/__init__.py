"""Tests of the simulated ev.energy."""
