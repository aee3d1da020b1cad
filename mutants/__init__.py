"""Faults put into the integration one at a time, to see whether a test notices.

The tool is Cosmic Ray: its session file, its operators and a few of our own, its way of changing a file and of putting it
back. This package says what may be changed (`pool`), which tests come by (`cover`) and runs them (`run`, `warm`).
"""
