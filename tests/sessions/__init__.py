"""Tests of charging sessions in Home Assistant."""
