"""What a person did that cannot be done; ``str()`` is a sentence that says why and what to do."""


class HotlineError(Exception):
    """An act on a call that is refused; nothing was written."""
