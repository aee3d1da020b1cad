"""Tests of be.ENERGISED for drivers."""
