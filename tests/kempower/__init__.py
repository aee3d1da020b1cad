"""Tests of Kempower ChargEye."""
