"""What this program refuses, in words a person can act on."""

from rich.markup import escape


class Refused(Exception):
    """Something the user gave is wrong: the text says what, where, and what to do. Shown without a traceback."""

    @property
    def markup(self) -> str:
        """Return the text, safe to print with rich's markup on."""
        return escape(str(self))
