"""The OpenID Connect provider, by Authlib: found by its discovery address, asked for a code, its answer verified."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests.exceptions import RequestException

from dashboard.access import way
from dashboard.store.sessions import Person
from queries.faults import Refused

PATIENCE = 8
"""Seconds that the provider has to answer."""
AT_ONCE, FOR_A_TURN, QUIET = 3, 1.0, 5.0
"""So many sign-ins may wait for the provider at a time, the next so many seconds for a turn: what else the board has to
answer does not wait behind a provider that hangs. One that did not answer is left alone for some seconds."""
REMEMBERED, LEAST_REMEMBERED = 3600.0, 30.0
"""Seconds for which its metadata and keys are kept; and within which they are not asked for anew, whoever wants it."""
CLOCKS_APART = 60
"""Seconds by which its clock may differ from ours."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures of keys that only the provider has."""
SCOPE = "openid email profile"


class ProviderSilent(Refused):
    """The provider does not answer, or not as its standard says; trying again may help."""


class SignInRefused(Refused):
    """The provider's answer does not prove who somebody is; it says why."""


class Begun(NamedTuple):
    """A sign-in that has begun: where to send the browser, and what proves later that it is the same one."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider, for any number of threads."""

    def __init__(self, told: way.Provider, back: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._told, self._back, self._monotonic = told, back, monotonic
        self._lock, self._turns = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._silence: tuple[float, str] = (float("-inf"), "")
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked = float("-inf")

    def begin(self, state: str, nonce: str, verifier: str, prompt: str = "") -> Begun:
        """Return a sign-in that begins; ``prompt`` is what the provider is to ask first. Raises ``ProviderSilent``."""
        more = {"prompt": prompt} if prompt else {}
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._metadata_now()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, **more
            )
        return Begun(str(address), state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str) -> Person:
        """Return who has signed in; raise ``SignInRefused`` or ``ProviderSilent``."""
        metadata = self._metadata_now()
        try:
            with self._turn(), self._session() as session:
                found = session.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    timeout=PATIENCE,
                    allow_redirects=False,
                )
        except RequestException as silent:
            raise self._silent(silent) from None
        except (AuthlibBaseError, ValueError, KeyError):
            raise SignInRefused("the provider did not confirm this sign-in") from None
        return self._person(self._claims(str(found.get("id_token", "")), nonce, str(found.get("access_token", ""))))

    def ends_at(self) -> str:
        """Return the address at which the provider ends its own sign-in; nothing where it has none."""
        try:
            return str(self._metadata_now().get("end_session_endpoint", ""))
        except ProviderSilent:
            return ""

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._told.client,
            self._told.secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            token_endpoint_auth_method=self._method(),
        )

    def _method(self) -> str:
        """Return how we show our secret: as the standard has it, unless the provider only knows another way."""
        known = self._metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"

    def _metadata_now(self) -> dict[str, Any]:
        if self._metadata and self._monotonic() - self._asked <= REMEMBERED:
            return self._metadata
        with self._turn(), self._lock:
            if not self._metadata or self._monotonic() - self._asked > REMEMBERED:
                self._learn()
            return self._metadata

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn to ask the provider; raise ``ProviderSilent`` where too many wait."""
        if not self._turns.acquire(timeout=FOR_A_TURN):
            raise ProviderSilent("the sign-in provider takes long to answer: try again")
        try:
            yield
        finally:
            self._turns.release()

    def _learn(self) -> None:
        """Ask the provider for its metadata and its keys, unless it was silent a moment ago."""
        since, why = self._silence
        if self._monotonic() - since < QUIET:
            raise ProviderSilent(why)
        try:
            self._learn_now()
        except ProviderSilent as silent:
            self._silence = (self._monotonic(), str(silent))
            raise

    def _learn_now(self) -> None:
        address = f"{self._told.issuer}/.well-known/openid-configuration"
        try:
            with self._session() as session:
                found = _map(session.get(address, withhold_token=True, timeout=PATIENCE, allow_redirects=False))
                self._check(found)
                keys = _map(
                    session.get(str(found["jwks_uri"]), withhold_token=True, timeout=PATIENCE, allow_redirects=False)
                )
            known = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        except (ValueError, KeyError, TypeError):
            raise ProviderSilent("the provider's discovery page is none: is SMARKETING_OIDC_ISSUER right?") from None
        except (RequestException, AuthlibBaseError, JoseError) as silent:
            raise self._silent(silent) from None
        self._metadata, self._keys, self._asked = found, known, self._monotonic()

    def _check(self, found: Mapping[str, Any]) -> None:
        """Raise ``ProviderSilent`` where the metadata are another's, or lead to where others could listen."""
        if str(found.get("issuer", "")).rstrip("/") != self._told.issuer:
            raise ProviderSilent("the provider calls itself by another address than SMARKETING_OIDC_ISSUER says")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not str(found.get(name, "")).startswith(("https://", f"{self._told.issuer}/")):
                raise ProviderSilent(f"the provider's {name} is no address that is safe to use")

    def _claims(self, text: str, nonce: str, access_token: str) -> Mapping[str, Any]:
        """Return what an ID token says, signed by the provider, for this board, now, and for this very sign-in."""
        try:
            found = self._decoded(text)
            options = {"iss": {"values": [self._metadata["issuer"]]}, "aud": {"values": [self._told.client]}}
            params = {"nonce": nonce, "client_id": self._told.client, "access_token": access_token}
            claims: Mapping[str, Any] = CodeIDToken(found.claims, found.header, options, params)
            claims.validate(leeway=CLOCKS_APART)  # type: ignore[attr-defined]
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as wrong:
            raise SignInRefused(f"the provider's word is not valid here ({type(wrong).__name__})") from None
        return claims

    def _decoded(self, text: str) -> Any:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(text, self._keys, registry=registry)  # type: ignore[arg-type]
        except (JoseError, ValueError):
            # keys are changed from time to time: they are asked for anew, but not with every forged token
            with self._lock:
                if self._monotonic() - self._asked < LEAST_REMEMBERED:
                    raise
                self._learn()
            return jwt.decode(text, self._keys, registry=registry)  # type: ignore[arg-type]

    def _person(self, claims: Mapping[str, Any]) -> Person:
        """Return who the claims are about; raise ``SignInRefused`` for an address that nobody has confirmed."""
        email = str(claims.get("email") or "").strip().lower()[:320]
        if email and str(claims.get("email_verified", "")).lower() == "false":
            raise SignInRefused(f"the provider has not confirmed that {email} is yours")
        groups = claims.get("groups") or claims.get("roles") or ()
        named = tuple(str(one)[:200] for one in groups)[:500] if isinstance(groups, list | tuple) else ()
        name = str(claims.get("name") or claims.get("preferred_username") or email or "somebody")[:200]
        return Person(str(claims["sub"])[:300], email, name, named)

    def _silent(self, silent: Exception) -> ProviderSilent:
        return ProviderSilent(f"the sign-in provider does not answer ({type(silent).__name__}): try again")


def _map(answer: Any) -> dict[str, Any]:
    """Return the JSON object of an answer; raise ``ValueError`` where it is none."""
    if answer.status_code != 200:
        raise ValueError(f"status {answer.status_code}")
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
