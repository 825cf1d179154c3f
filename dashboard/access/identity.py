"""Who somebody is, as everything behind the door sees them."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from dashboard.store.screens import Screen
from dashboard.store.sessions import Person

Kind: TypeAlias = Literal["nobody", "local", "person", "screen", "probe"]
NAME = "smarketing.identity"
"""Under which name an identity goes with a request."""
RULE = "smarketing.rule"
"""Under which name goes the rule by which it was let in."""


class Identity(NamedTuple):
    """Who asks: nobody, whoever sits at this machine, a person, a paired screen, or monitoring."""

    kind: Kind = "nobody"
    person: Person | None = None
    screen: Screen | None = None
    """The paired screen; of people, the one that their browser is besides."""
    operator: bool = False
    """Whether it may pair, move and shut out screens."""
    why: str = ""
    """Of nobody: why what they showed does not let them in."""
    known: bool = False
    """Of nobody: whether they did say who they are, so that signing in once more would not help."""
    said: str = ""
    """Of nobody: who they are to the provider, for the log."""
    address: str = ""
    """Where they ask from."""

    @property
    def key(self) -> str:
        """What limits go by: the person or the screen, and the address of everybody else."""
        if self.person:
            return f"person {self.person.email or self.person.subject}"
        return (
            f"screen {self.screen.screen_id}"
            if self.screen and self.kind == "screen"
            else f"{self.kind} {self.address}"
        )

    @property
    def called(self) -> str:
        """What a log and a list call them."""
        if self.person:
            return self.person.email or self.person.subject
        return f"screen {self.screen.name}" if self.screen and self.kind == "screen" else self.said or self.kind


NOBODY = Identity()


def of(environ: Mapping[str, Any]) -> Identity:
    """Return who asks, of a WSGI request, whichever door it came in by; nobody where there was no door."""
    found = environ.get(NAME) or environ.get("asgi.scope", {}).get(NAME)
    return found if isinstance(found, Identity) else NOBODY


def rule(environ: Mapping[str, Any]) -> str:
    """Return by which rule a WSGI request was let in; nothing where there was no door."""
    return str(environ.get(RULE) or environ.get("asgi.scope", {}).get(RULE) or "")
