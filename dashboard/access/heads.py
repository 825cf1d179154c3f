"""The headers that every answer bears: what a browser may load, run and tell others, and for how long it keeps it."""

from collections.abc import Iterable

POLICY = "content-security-policy"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'none'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; form-action 'self'"
)
"""What our own pages run and load: nothing but what this server sends; styles that scripts set are no danger here."""
FEATURES = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-permitted-cross-domain-policies", b"none"),
    (b"permissions-policy", ", ".join(f"{one}=()" for one in FEATURES).encode()),
)
TWO_YEARS = b"max-age=63072000; includeSubDomains"
DATA = (b"application/json", b"text/csv")
"""What holds the company's numbers: no browser keeps it either, and the pages' own scripts know what they have."""
DROPPED = frozenset({b"server", b"x-powered-by"})
Headers = list[tuple[bytes, bytes]]


class Heads:
    """Adds what is missing; what an answer says itself stays, but for what must not be said."""

    def __init__(self, secure: bool) -> None:
        self._more = [*ALWAYS, (POLICY.encode(), STRICT.encode())]
        if secure:
            self._more.append((b"strict-transport-security", TWO_YEARS))

    def added(self, headers: Iterable[tuple[bytes, bytes]], private: bool) -> Headers:
        """Return the headers of an answer as they are sent; what only some may see is kept by no shared cache."""
        found = [(name.lower(), value) for name, value in headers if name.lower() not in DROPPED]
        there = {name for name, _ in found}
        found += [pair for pair in self._more if pair[0] not in there]
        if private and b"cache-control" not in there:
            found.append((b"cache-control", b"no-store"))
        elif private:
            kind = next((value for name, value in found if name == b"content-type"), b"")
            found = [_privately(pair, kind.startswith(DATA)) for pair in found]
        return found


def _privately(pair: tuple[bytes, bytes], is_data: bool) -> tuple[bytes, bytes]:
    name, value = pair
    if name != b"cache-control" or b"no-store" in value:
        return pair
    if is_data:
        return name, b"no-store"
    return name, b"private, " + value.replace(b"public, ", b"").replace(b"public", b"")
