"""What a person did that cannot be done; ``str()`` is a sentence that says why and what to do."""


class ProtectionError(Exception):
    """An act on a report or a case that is refused; nothing was written."""
