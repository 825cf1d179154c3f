"""By which way people come in: chosen in the environment, and refused at the start where it would let in anybody."""

from collections.abc import Sequence
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
)  # fmt: skip
"""Words that stand in examples, and so are known to everybody, once or again and again."""
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
    if told.debug.strip().lower() not in ("", "0", "false", "no", "off"):
        raise Refused("debugging is on (FLASK_DEBUG, DASH_DEBUG), which lets who asks run programs here: take it out")
    choice = _choice(told)
    if choice == "open":
        return _open(told)
    url, proxies = _url(told.url), _networks(told.proxies)
    probe = _secret("SMARKETING_PROBE_TOKEN", told.probe_token) if told.probe_token else ""
    if choice == "proxy":
        return Way("proxy", url, "", None, _proxy(told, proxies), proxies, probe)
    if not rules.names_somebody:
        raise Refused(
            'smarketing.toml does not say who may sign in: add [access] with domains = ["example.com"], emails or '
            "groups (or everyone = true, where the provider knows nobody but the company)"
        )
    key = _secret("SMARKETING_SECRET_KEY", told.secret_key)
    return Way("sign-in", url, key, _provider(told), None, proxies, probe)


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


def _open(told: Told) -> Way:
    refuse_open_elsewhere([told.host])
    return OPEN


def refuse_open_elsewhere(hosts: Sequence[str]) -> None:
    """Raise ``Refused`` where an open board would listen beyond this machine."""
    for host in hosts:
        if not is_local(host):
            raise Refused(
                "SMARKETING_ACCESS=open is for this machine alone, and the server would listen on "
                f"{host or 'every address'}: listen on 127.0.0.1, or choose a sign-in"
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
    if len(text.encode()) < LEAST_SECRET or len(set(text)) < 8:
        raise Refused(f"{name} is too short to be a secret ({LEAST_SECRET} random characters at least); {MAKE_ONE}")
    if any(text.lower() == (word * 64)[: len(text)] for word in KNOWN):
        raise Refused(f"{name} stands in examples and is known to everybody; {MAKE_ONE}")
    return text


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
