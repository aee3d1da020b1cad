"""Tests of ev.energy."""
