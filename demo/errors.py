"""What the demo says when something goes wrong."""


class DemoError(Exception):
    """A failure that a person can act on; its text is all that is shown."""


class ProcessEnded(DemoError):
    """A process that should be running is not."""
