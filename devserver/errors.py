"""What keeps the house from opening."""


class StartError(Exception):
    """The start cannot go on; the message says what the person at the terminal can do."""
