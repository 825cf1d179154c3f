"""Who is let in: by domain, address or group, never against ``never``, and nobody by accident."""

import pytest
from pydantic import ValidationError

from dashboard.access.rules import Access
from dashboard.store.sessions import Person


def person(email: str, *groups: str) -> Person:
    return Person("sub", email, "somebody", groups)


RULES = Access(
    domains=("Example.com",),
    emails=("Guest@Partner.example",),
    groups=("board-viewers",),
    never=("Gone@example.com", "out@partner.example"),
    operators=("Olga@Example.com",),
)


@pytest.mark.parametrize(
    "email",
    [
        *("mia@example.com", "MIA@EXAMPLE.COM", "mia+board@example.com", "o'neill@example.com"),
        *("guest@partner.example", "GUEST@Partner.Example"),
    ],
)
def test_who_is_named_is_let_in_in_whatever_letters(email: str) -> None:
    assert RULES.why_not(person(email)) == ""


LOOKS_ALIKE = (
    *("mia@evil-example.com", "mia@example.com.evil.org", "user@example.com@evil.org", "user@evil.org@example.com"),
    *(
        "mia@sub.example.com",
        "mia@example.com.",
        "mia@.example.com",
        "mia@example.co",
        "mia@examplexcom",
        "example.com",
    ),
    *("@example.com", "mia@", "", "mia@exаmple.com", "mia@example.com\n", "x@evil.org, mia@example.com"),
    *("x@evil.org mia@example.com", '"x@evil.org"@example.com', "<mia@example.com>", "mia@evil.org;@example.com"),
    *("guest@partner.example.evil.org", "guest@evil.partner.example", "notguest@partner.example", "mia@@example.com"),
    *("mia@example。com", "mia\t@example.com", "mia@example.com\x00", "mia@xn--example.com"),
)


@pytest.mark.parametrize("email", LOOKS_ALIKE)
def test_who_only_looks_like_somebody_named_is_not(email: str) -> None:
    assert "one of those who may see this board: ask whoever runs it" in RULES.why_not(person(email))


def test_a_member_of_a_named_group_is_let_in_and_groups_are_called_exactly() -> None:
    assert RULES.why_not(person("", "board-viewers")) == ""
    assert RULES.why_not(person("who@else.example", "others", "board-viewers")) == ""
    for group in ("Board-Viewers", "board-viewers ", "board", "board-viewers,others", ""):
        assert RULES.why_not(person("who@else.example", group))


@pytest.mark.parametrize("email", ["gone@example.com", "GONE@Example.COM", "out@partner.example"])
def test_never_is_stronger_than_everything_else(email: str) -> None:
    assert "may not see this board" in RULES.why_not(person(email, "board-viewers"))
    assert "may not" in Access(everyone=True, never=("gone@example.com", "out@partner.example")).why_not(person(email))


def test_everyone_is_everyone_whom_the_provider_knows() -> None:
    assert Access(everyone=True).why_not(person("")) == ""
    assert Access().why_not(person("mia@example.com"))


def test_operators_are_those_who_are_named_and_all_where_nobody_is() -> None:
    assert RULES.operates(person("OLGA@example.com"))
    assert not RULES.operates(person("mia@example.com"))
    assert not RULES.operates(person(""))
    assert Access(domains=("example.com",)).operates(person("mia@example.com"))


UNFIT: dict[str, tuple[dict[str, object], str]] = {
    "a domain with an at": ({"domains": ["@example.com"]}, "is no e-mail domain"),
    "a top domain": ({"domains": ["com"]}, "is no e-mail domain"),
    "a dot before": ({"domains": [".example.com"]}, "is no e-mail domain"),
    "a dot behind": ({"domains": ["example.com."]}, "is no e-mail domain"),
    "a star": ({"domains": ["*.example.com"]}, "is no e-mail domain"),
    "a star alone": ({"domains": ["*"]}, "is no e-mail domain"),
    "nothing": ({"domains": [""]}, "is no e-mail domain"),
    "a blank": ({"domains": ["example.com "]}, "is no e-mail domain"),
    "two domains in one": ({"domains": ["example.com,example.org"]}, "is no e-mail domain"),
    "everybody's domain": ({"domains": ["GMail.com"]}, "lets in everybody in the world"),
    "an address without an at": ({"emails": ["example.com"]}, "is no e-mail address"),
    "half an address": ({"emails": ["@example.com"]}, "is no e-mail address"),
    "two ats": ({"emails": ["mia@example.com@evil.org"]}, "is no e-mail address"),
    "never nobody": ({"never": ["gone"]}, "is no e-mail address"),
    "operators by name": ({"operators": ["Olga"]}, "is no e-mail address"),
    "an empty group": ({"groups": [""]}, "called as the provider calls it"),
    "a group with blanks": ({"groups": [" viewers"]}, "called as the provider calls it"),
    "everyone, and some": ({"everyone": True, "domains": ["example.com"]}, "keep one"),
    "no network": ({"screens_from": ["hall"]}, "write networks like"),
    "one network that is no list": ({"screens_from": "10.0.0.0/8"}, "write a list of networks"),
    "no hours": ({"hours": 0}, "greater than or equal to 1"),
    "a word that is none": ({"domain": ["example.com"]}, "domain"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_rules_that_would_let_in_nobody_or_everybody_by_accident_are_refused(name: str) -> None:
    told, why = UNFIT[name]
    with pytest.raises(ValidationError, match=why):
        Access.model_validate(told)
