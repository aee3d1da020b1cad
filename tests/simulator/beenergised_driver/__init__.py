"""Tests of the simulated be.ENERGISED for drivers."""
