"""The pictures of README.md and docs/: how each is taken, and of what it is made."""
