"""Tests of the simulated CPO API of be.ENERGISED."""
