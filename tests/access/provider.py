"""A real OpenID Connect provider for the tests: discovery, keys, codes with PKCE, tokens that it signs by RS256.

``misbehaves`` names what it does wrong; each of them a real provider, or somebody in its place, might do one day.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "smarketing-board", "by-which-the-provider-knows-this-very-board"
HANGS = 60.0


class Provider:
    """One provider: who signs in at it, what it does wrong, and what it has been asked."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.misbehaves = ""
        self.asked: list[str] = []
        self.released = threading.Event()
        self._codes: dict[str, dict[str, str]] = {}
        self._number = 1
        self.key = self._key()
        handler = type("Handler", (Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": f"key-{self._number}", "use": "sig", "alg": "RS256"})

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self._number += 1
        self.key = self._key()

    def signs_in(self, email: str, /, **claims: Any) -> None:
        """Have this person sit at the provider from now on; what is None is not said."""
        told = {"sub": f"sub of {email}", "email": email, "email_verified": True, "name": email.partition("@")[0]}
        self.person = {name: value for name, value in (told | claims).items() if value is not None}

    # what it answers

    def metadata(self) -> dict[str, Any]:
        """Return what its discovery page says."""
        other = "http://127.0.0.1:1" if self.misbehaves == "other issuer's page" else self.issuer
        return {
            "issuer": other,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": "http://127.0.0.1:1/keys" if self.misbehaves == "keys elsewhere" else f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/out",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def code(self, asked: dict[str, str]) -> str:
        """Return where to send a browser that asks to be signed in."""
        back = asked["redirect_uri"]
        if self.misbehaves == "disabled user":
            return f"{back}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = f"code-{len(self._codes)}-{time.monotonic_ns()}"
        self._codes[code] = asked
        return f"{back}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], shown: str) -> tuple[int, dict[str, Any]]:
        """Return the answer to a code: once, to this client alone, and to who began it."""
        wanted = "Basic " + base64.b64encode(f"{quote(CLIENT)}:{quote(SECRET)}".encode()).decode()
        if shown != wanted:
            return 401, {"error": "invalid_client"}
        begun = self._codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            begun is None
            or begun.get("code_challenge") != _base64(verifier)
            or begun["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": self.signed(begun)}

    def signed(self, begun: dict[str, str]) -> str:
        """Return the ID token, right or wrong in the one way that was asked for."""
        now, wrong = int(time.time()), self.misbehaves
        claims: dict[str, Any] = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": begun.get("nonce", ""), **self.person}
        claims |= WRONG.get(wrong, {})
        if wrong == "expired token":
            claims |= {"iat": now - 900, "exp": now - 600}
        claims = {name: value for name, value in claims.items() if value is not None}
        if wrong == "alg none":
            return f"{_packed({'alg': 'none'})}.{_packed(claims)}."
        if wrong == "HS256 with the public key":
            told = f"{_packed({'alg': 'HS256', 'kid': self.key.kid})}.{_packed(claims)}"
            signed = hmac.digest(self.key.as_pem(private=False), told.encode(), "sha256")
            return f"{told}.{_base64(signed)}"
        key = RSAKey.generate_key(2048) if wrong == "key of somebody else" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


WRONG: dict[str, dict[str, Any]] = {
    "wrong nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "wrong aud": {"aud": "another-board"},
    "no aud": {"aud": None},
    "two auds, other azp": {"aud": [CLIENT, "another-board"], "azp": "another-board"},
    "wrong iss": {"iss": "http://127.0.0.1:1"},
    "no iss": {"iss": None},
    "no exp": {"exp": None},
    "no sub": {"sub": None},
    "not yet": {"nbf": 2**33, "iat": 2**33},
}
"""What an ID token says wrongly, by the name of the misbehaviour."""
FORGED = (*WRONG, "expired token", "alg none", "HS256 with the public key", "key of somebody else")
"""Every misbehaviour that makes an ID token prove nothing."""


class Handler(BaseHTTPRequestHandler):
    """Answers for the provider."""

    provider: Provider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, _first(urlsplit(self.path).query)
        self.provider.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self._odd() or self._json(200, self.provider.metadata())
        elif path == "/keys":
            self._json(200, {"keys": [self.provider.key.as_dict(private=False)]})
        elif path == "/authorize":
            self._lead(self.provider.code(query))
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        form = _first(self.rfile.read(int(self.headers["Content-Length"])).decode())
        wrong = self.provider.misbehaves
        if wrong == "redirecting token endpoint":
            self._lead(f"{self.provider.issuer}/elsewhere")
        elif not self._odd():
            self._json(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _odd(self) -> bool:
        """Answer as no provider should, if that is asked for."""
        if self.provider.misbehaves == "500":
            self._json(500, {"error": "server_error"})
        elif self.provider.misbehaves == "hang":
            self.provider.released.wait(HANGS)
        elif self.provider.misbehaves == "no JSON":
            self._send(200, "text/html", b"<title>Sign in to the hotel's network</title>")
        else:
            return False
        return True

    def _json(self, status: int, told: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(told).encode())

    def _lead(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _packed(told: dict[str, Any]) -> str:
    return _base64(json.dumps(told).encode())


def _base64(signs: bytes) -> str:
    return base64.urlsafe_b64encode(signs).rstrip(b"=").decode()


def _first(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@contextmanager
def providing() -> Iterator[Provider]:
    """Yield a provider that answers on this machine."""
    one = Provider()
    thread = threading.Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.released.set()
        one.server.shutdown()
        one.server.server_close()
        thread.join(5)
