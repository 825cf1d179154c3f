"""Who of those that a provider knows is let in, from ``[access]`` of ``smarketing.toml``."""

import re
from typing import Any

from pydantic import Field, field_validator, model_validator

from dashboard.access.addresses import Network, network
from dashboard.signed import Signed
from dashboard.store.sessions import Person

DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
EMAIL = re.compile(r"[^\s@,;<>\"]+@([^\s@,;<>\"]+)")
OF_EVERYBODY = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
    "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "t-online.de",
    "mail.com", "mail.ru", "yandex.ru", "qq.com", "163.com", "zoho.com",
})  # fmt: skip
"""Domains at which everybody in the world can have an address."""


class Access(Signed):
    """Who may see the board, and which of them look after its screens."""

    domains: tuple[str, ...] = Field(default=(), description="E-mail domains whose people are let in.")
    emails: tuple[str, ...] = Field(default=(), description="Single people who are let in.")
    groups: tuple[str, ...] = Field(default=(), description="Groups of the provider's whose members are let in.")
    everyone: bool = Field(default=False, description="Whether everybody is let in whom the provider signs in.")
    never: tuple[str, ...] = Field(default=(), description="People who are not let in, whatever else is said.")
    operators: tuple[str, ...] = Field(
        default=(), description="People who pair and shut out screens; nobody named: everybody who is let in."
    )
    screens_from: tuple[Network, ...] = Field(
        default=(), description="Networks from which screens are served; none named: from everywhere."
    )
    hours: int = Field(default=24, ge=1, le=720, description="Hours after which one has to sign in again.")
    idle_hours: int = Field(default=4, ge=1, le=720, description="Hours without use after which a sign-in ends.")

    @field_validator("domains", mode="after")
    @classmethod
    def _domains(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            if not DOMAIN.fullmatch(one.lower()):
                raise ValueError(f"{one!r} is no e-mail domain; write it like example.com")
            if one.lower() in OF_EVERYBODY:
                raise ValueError(f"{one!r} lets in everybody in the world who has an address there; name single emails")
        return tuple(one.lower() for one in given)

    @field_validator("emails", "never", "operators", mode="after")
    @classmethod
    def _emails(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            if not EMAIL.fullmatch(one):
                raise ValueError(f"{one!r} is no e-mail address; write it like ann@example.com")
        return tuple(one.lower() for one in given)

    @field_validator("groups", mode="after")
    @classmethod
    def _groups(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if not all(one and one == one.strip() for one in given):
            raise ValueError("a group is called as the provider calls it, without blanks around it")
        return given

    @model_validator(mode="after")
    def _either(self) -> "Access":
        if self.everyone and (self.domains or self.emails or self.groups):
            raise ValueError(
                "everyone = true lets in everybody, and the domains, emails or groups nobody more: keep one"
            )
        return self

    @field_validator("screens_from", mode="before")
    @classmethod
    def _networks(cls, given: Any) -> tuple[Network, ...]:
        if not isinstance(given, list | tuple):
            raise ValueError('write a list of networks, such as ["10.0.0.0/8"]')
        try:
            return tuple(network(str(one)) for one in given)
        except ValueError:
            raise ValueError('write networks like "10.0.0.0/8", or single addresses') from None

    @property
    def names_somebody(self) -> bool:
        """Whether it says at all who is let in."""
        return bool(self.everyone or self.domains or self.emails or self.groups)

    def why_not(self, person: Person) -> str:
        """Return why somebody is not let in; nothing for who is."""
        email = person.email.lower()
        if email and email in self.never:
            return "your account may not see this board: ask whoever runs it"
        # an address with two @, or two addresses, is nobody's
        written = EMAIL.fullmatch(email)
        known = written is not None and (email in self.emails or written[1] in self.domains)
        if known or self.everyone or set(self.groups) & set(person.groups):
            return ""
        account = f"your account ({email})" if email else "your account"
        return f"{account} is not one of those who may see this board: ask whoever runs it"

    def operates(self, person: Person) -> bool:
        """Return whether somebody looks after the screens."""
        return not self.operators or person.email.lower() in self.operators
