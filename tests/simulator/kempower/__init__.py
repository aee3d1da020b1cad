"""Tests of the simulated Kempower ChargEye."""
