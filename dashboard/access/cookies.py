"""The cookies: names that no other site of the domain can set, signed where people carry them, hidden from scripts."""

import hashlib
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from werkzeug.http import dump_cookie

from dashboard.access.way import Way

A_SIGN_IN = 600
"""Seconds that the way to the provider and back may take."""
A_SCREEN = 400 * 86_400
"""Seconds that a screen's cookie is kept; browsers keep none for longer, and it is set anew while it is used."""
LONGEST = 4000
SIGNED: dict[str, Any] = {"digest_method": hashlib.sha256}
"""How cookies are signed: by HMAC-SHA-256."""


class Cookies:
    """Makes and reads the cookies of one board."""

    def __init__(self, way: Way) -> None:
        self._secure = way.is_secure
        before = "__Host-" if way.is_secure else ""
        self.session, self.flow = f"{before}smarketing", f"{before}smarketing-flow"
        self.screen, self.waiting = f"{before}smarketing-screen", f"{before}smarketing-waiting"
        # a way in without sign-ins has no key, and reads no signature as true
        self._signer = TimestampSigner(way.key, "session", **SIGNED) if way.key else None
        self._flows = URLSafeTimedSerializer(way.key, "flow", signer_kwargs=SIGNED) if way.key else None

    def set(self, name: str, value: str, seconds: int) -> str:
        """Return the header that sets a cookie for so many seconds."""
        return dump_cookie(name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def clear(self, name: str) -> str:
        """Return the header that takes a cookie away."""
        return self.set(name, "", 0)

    def signed(self, token: str) -> str:
        """Return a token as a browser carries it; nothing where nobody signs in."""
        return self._signer.sign(token).decode() if self._signer else ""

    def token(self, text: str) -> str:
        """Return the token of a browser's cookie; nothing where it was not signed here."""
        if not self._signer or not text or len(text) > LONGEST or not text.isascii():
            return ""
        try:
            return self._signer.unsign(text).decode()
        except (BadData, UnicodeDecodeError):
            return ""

    def packed(self, told: dict[str, str]) -> str:
        """Return what is remembered on the way to the provider and back, signed; nothing where nobody signs in."""
        return str(self._flows.dumps(told)) if self._flows else ""

    def unpacked(self, text: str) -> dict[str, Any]:
        """Return what was remembered; nothing where it was not signed here, or too long ago."""
        if not self._flows or not text or len(text) > LONGEST or not text.isascii():
            return {}
        try:
            found = self._flows.loads(text, max_age=A_SIGN_IN)
        except (BadData, UnicodeDecodeError):
            return {}
        return found if isinstance(found, dict) else {}
