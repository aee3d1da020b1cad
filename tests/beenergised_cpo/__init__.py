"""Tests of the be.ENERGISED CPO API."""
