"""By which way people come in: chosen in the environment, and refused at the start where it would let in anybody."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from dashboard.access.addresses import Network, is_local, network, within
from dashboard.access.rules import Access
from queries.faults import Refused

Choice: TypeAlias = Literal["", "open", "sign-in", "proxy"]
LEAST_SECRET = 32
"""Characters below which a secret can be guessed."""
KNOWN = (
    "change-me", "changeme", "change_me", "change this", "secret", "secret-key", "secret_key", "supersecret",
    "super-secret", "super_secret_key", "password", "passw0rd", "default", "development", "dev", "test", "testing",
    "example", "insecure", "django-insecure", "flask", "dash", "your-secret-key", "your_secret_key",
    "my-secret-key", "mysecretkey", "notasecret", "not-so-secret", "topsecret", "keyboard cat", "letmein", "qwerty",
    "admin", "root", "12345678", "0123456789abcdef", "0123456789", "abcdefgh", "deadbeef", "replace-me", "todo",
    "xxx", "smarketing", "a-very-long-secret-key", "this-is-a-secret", "do-not-use-in-production", "generate-me",
    "your_own_random_generated_secret_key", "change_me_to_a_complex_random_secret", "change-me-in-production",
    "change_this_in_production", "please-change-me", "replace-with-a-secure-random-string", "replace_this_secret",
    "a-random-string-of-32-characters", "this-should-be-changed", "this_is_a_very_secret_key", "my_super_secret_key",
    "insert-random-secret-key-here", "insert_your_secret_key_here", "put-your-secret-key-here", "enter-secret-here",
    "you-will-never-guess", "hard to guess string", "hard-to-guess-string", "super secret key", "the quick brown fox",
    "not_a_real_secret", "not-a-real-secret-key", "fake-secret-key-for-testing", "dummy-secret-key", "sample-secret",
    "example-secret-key", "secret-key-for-development", "development-secret-key", "dev-secret-key", "test-secret-key",
    "temporary_key", "temporary-secret-key", "default-secret-key", "some-secret-key", "some_random_string",
    "random-secret-key", "session-secret", "cookie-secret", "jwt-secret", "jwt_secret_key", "flask-secret-key",
    "thisisasecret", "thisismyscretkey", "thisisnotasecret", "ch4ng3m3", "s3cr3t", "p@ssw0rd", "iloveyou", "welcome",
    "abcdefghijklmnopqrstuvwxyz", "c292a0a3aa32397cdb050e233733900f", "oidc-client-secret", "proxy-secret",
)  # fmt: skip
"""Words that stand in examples, and so are known to everybody, once or again and again."""
OPEN_TO_ALL = (
    "https://accounts.google.com", "https://login.microsoftonline.com/common", "https://gitlab.com",
    "https://login.microsoftonline.com/consumers", "https://login.microsoftonline.com/organizations",
    "https://appleid.apple.com", "https://www.facebook.com", "https://login.yahoo.com", "https://login.live.com",
)  # fmt: skip
"""Providers at which everybody in the world can have an account."""
LEAST_KINDS, LONGEST_PART = 8, 16
"""Of so many different characters a secret consists at least; and none repeats so short a part again and again."""
MAKE_ONE = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
WIDEST = {4: 8, 6: 16}
"""Networks wider than these are not one's own proxies, but half of the world."""


class Provider(NamedTuple):
    """The OpenID Connect provider: where it is found, and who this board is to it."""

    issuer: str
    client: str
    secret: str


class Proxy(NamedTuple):
    """The trusted reverse proxy: by what it is known, and in which headers it names who asks."""

    secret: str
    user: str = "x-forwarded-email"
    name: str = "x-forwarded-preferred-username"
    groups: str = "x-forwarded-groups"


class Way(NamedTuple):
    """The way in that was chosen."""

    choice: Choice
    url: str = ""
    """The address by which people reach the board, without a slash at its end; nothing where it is open."""
    key: str = ""
    """What cookies are signed with."""
    provider: Provider | None = None
    proxy: Proxy | None = None
    proxies: tuple[Network, ...] = ()
    """From where a reverse proxy speaks."""
    probe: str = ""
    """By which monitoring is known."""

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by TLS."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """The name, with its port where there is one, that a browser asks for; nothing where any local one does."""
        return urlsplit(self.url).netloc.lower() if self.url else ""


OPEN = Way("open")


class Told(NamedTuple):
    """What the environment says of it, as it stands there."""

    access: str = ""
    url: str = ""
    secret_key: str = ""
    issuer: str = ""
    client: str = ""
    client_secret: str = ""
    proxy_secret: str = ""
    proxies: str = ""
    user_header: str = ""
    probe_token: str = ""
    host: str = "127.0.0.1"
    debug: str = ""


def chosen(told: Told, rules: Access) -> Way:
    """Return the way in that the environment chooses; raise ``Refused`` with the remedy where it is none, or unsafe."""
    found = _chosen(told, rules)
    refuse_elsewhere(found, [told.host])
    return found


def _chosen(told: Told, rules: Access) -> Way:
    if told.debug.strip().lower() not in ("", "0", "false", "no", "off"):
        raise Refused("debugging is on (FLASK_DEBUG, DASH_DEBUG), which lets who asks run programs here: take it out")
    choice = _choice(told)
    if choice == "open":
        return OPEN
    url, proxies = _url(told.url), _networks(told.proxies)
    probe = _secret("SMARKETING_PROBE_TOKEN", told.probe_token) if told.probe_token else ""
    if choice == "proxy":
        return Way("proxy", url, "", None, _proxy(told, proxies), proxies, probe)
    if not rules.names_somebody:
        raise Refused(
            'smarketing.toml does not say who may sign in: add [access] with domains = ["example.com"], emails or '
            "groups (or everyone = true, where the provider knows nobody but the company)"
        )
    key, provider = _secret("SMARKETING_SECRET_KEY", told.secret_key), _provider(told)
    if rules.everyone and provider.issuer.lower().startswith(OPEN_TO_ALL):
        raise Refused(
            f"smarketing.toml: everyone = true lets in everybody in the world who has an account at {provider.issuer}: "
            'name domains = ["example.com"], emails or groups under [access] instead'
        )
    return Way("sign-in", url, key, provider, None, proxies, probe)


def _choice(told: Told) -> Choice:
    said = told.access.strip().lower()
    named: list[Choice] = []
    if told.issuer:
        named.append("sign-in")
    if told.proxy_secret:
        named.append("proxy")
    if said in ("open", "sign-in", "proxy"):
        if said == "open" and named:
            raise Refused("SMARKETING_ACCESS=open and a sign-in are both asked for: take one of them out")
        return said  # type: ignore[return-value]
    if said:
        raise Refused(f"SMARKETING_ACCESS: {said[:40]!r} is none of open, sign-in, proxy")
    if len(named) == 1:
        return named[0]
    raise Refused(
        "two ways in are asked for, SMARKETING_OIDC_ISSUER and SMARKETING_PROXY_SECRET: take one of them out"
        if named
        else "nobody has said who may see the board. SMARKETING_ACCESS=open shows it to everybody at this machine, and "
        "to nobody else; SMARKETING_OIDC_ISSUER lets people sign in; SMARKETING_PROXY_SECRET trusts a reverse proxy "
        "(README, Who may see it)"
    )


def refuse_elsewhere(way: Way, hosts: Sequence[str]) -> None:
    """Raise ``Refused`` where a board that is open, or has no proxy before it, would listen beyond this machine."""
    host = next((one for one in hosts if not is_local(one)), None)
    if host is not None and way.choice == "open":
        raise Refused(
            "SMARKETING_ACCESS=open is for this machine alone, and the server would listen on "
            f"{host or 'every address'}: listen on 127.0.0.1, or choose a sign-in"
        )
    if host is not None and not way.proxies:
        raise Refused(
            f"SMARKETING_PROXIES is missing: the server would listen on {host or 'every address'}, without the proxy "
            "that speaks TLS before it: say from which addresses that one asks, or listen on 127.0.0.1"
        )


def _url(text: str) -> str:
    """Return the board's own address; it is where cookies belong, and where a provider sends people back."""
    try:
        parts = urlsplit(text.strip())
        fine = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    if not text.strip():
        raise Refused(
            "SMARKETING_URL is missing: the address by which people reach the board, https://board.example.com"
        )
    if not fine or parts.path.strip("/") or parts.query or parts.fragment:
        raise Refused(
            f"SMARKETING_URL: {text[:80]!r} is no address of a board; write it like https://board.example.com"
        )
    if parts.scheme == "http" and not is_local(parts.netloc):
        raise Refused("SMARKETING_URL: is http, where sign-ins can be read on their way: serve the board by https")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _networks(text: str) -> tuple[Network, ...]:
    found = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(network(one))
        except ValueError:
            raise Refused(f"SMARKETING_PROXIES: {one[:60]!r} is no address and no network, such as 10.0.0.7") from None
        if found[-1].prefixlen < WIDEST[found[-1].version]:
            raise Refused(f"SMARKETING_PROXIES: {one} trusts half of the world: name the reverse proxy's own address")
    return tuple(found)


def _secret(name: str, text: str) -> str:
    if not text:
        raise Refused(f"{name} is missing; {MAKE_ONE}")
    if len(text.encode()) < LEAST_SECRET:
        raise Refused(f"{name} is too short to be a secret ({LEAST_SECRET} random characters at least); {MAKE_ONE}")
    if any(text.lower() == (word * 64)[: len(text)] for word in KNOWN):
        raise Refused(f"{name} stands in examples and is known to everybody; {MAKE_ONE}")
    if is_plain(text):
        raise Refused(f"{name} can be guessed, it repeats itself or counts up; {MAKE_ONE}")
    return text


def is_plain(text: str) -> bool:
    """Return whether a text only looks long: few different signs, one part again and again, or signs in a row.

    >>> is_plain("ab" * 20), is_plain("correct horse" * 4), is_plain("abcdefghijklmnopqrstuvwxyz0123456789")
    (True, True, True)
    >>> is_plain("wUz1Yk0q3Vb8sXn5Rj7LtPc2GdMfHaEo9iK4")
    False
    """
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    repeats = any(text == (text[:long] * len(text))[: len(text)] for long in range(1, LONGEST_PART + 1))
    return repeats or len(set(text)) < LEAST_KINDS or len(steps) < LEAST_KINDS


def _provider(told: Told) -> Provider:
    lacking = [
        name
        for name, text in (
            ("SMARKETING_OIDC_ISSUER", told.issuer),
            ("SMARKETING_OIDC_CLIENT", told.client),
            ("SMARKETING_OIDC_SECRET", told.client_secret),
        )
        if not text.strip()
    ]
    if lacking:
        raise Refused(f"to sign people in, say {', '.join(lacking)}, too (the provider tells them)")
    try:
        parts = urlsplit(told.issuer.strip())
        fine = parts.scheme == "https" or (parts.scheme == "http" and is_local(parts.netloc))
    except ValueError:
        fine = False
    if not fine or not parts.hostname or parts.username:
        raise Refused(
            "SMARKETING_OIDC_ISSUER: write the provider's address, https://… (what its discovery page stands under)"
        )
    return Provider(told.issuer.strip().rstrip("/"), told.client.strip(), told.client_secret)


def _proxy(told: Told, proxies: Sequence[Network]) -> Proxy:
    if not proxies:
        raise Refused("SMARKETING_PROXIES is missing: the addresses from which the trusted reverse proxy asks")
    secret = _secret("SMARKETING_PROXY_SECRET", told.proxy_secret)
    user = told.user_header.strip().lower() or "x-forwarded-email"
    if not user.replace("-", "").isalnum() or not user.isascii():
        raise Refused(f"SMARKETING_PROXY_USER_HEADER: {user[:40]!r} is no header's name")
    return Proxy(secret, user)


def trusts(way: Way, peer: str) -> bool:
    """Return whether a connection comes from the trusted reverse proxy."""
    return within(peer, way.proxies)
