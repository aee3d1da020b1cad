"""Tests of the blueprints: each is imported, and runs."""
