"""Tests of the integration in a browser, against a real Home Assistant."""
