"""What stands behind a proxy in its tests: it says what it was asked with, streams, and knows who is signed in."""

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "board.example.com"
BEATS, APART = 3, 0.5
"""How many signs of life the stream sends, and the seconds between two."""


class Board(BaseHTTPRequestHandler):
    """Says the headers that came; its stream beats; who says ``signed=1`` is signed in."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer whatever is asked."""
        if self.path == "/stream":
            self._stream()
        elif self.path == "/oauth2/auth":
            self._known()
        else:
            self._say({name.lower(): self.headers.get_all(name) for name in self.headers}, self.path)

    def _known(self) -> None:
        fine = "signed=1" in (self.headers.get("Cookie") or "")
        self.send_response(202 if fine else 401)
        if fine:
            self.send_header("X-Auth-Request-Email", "mia@example.com")
            self.send_header("X-Auth-Request-Groups", "board,sales")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, headers: Mapping[str, Any], path: str) -> None:
        body = json.dumps({"path": path, "headers": headers}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(BEATS):
            self.wfile.write(f"data: {number}\n\n".encode())
            self.wfile.flush()
            time.sleep(APART)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def board() -> Iterator[int]:
    """Yield the port at which it answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def running(words: list[str], port: int) -> Iterator[None]:
    """Run a proxy until the block ends; it is there when its port answers."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            ends = time.monotonic() + 20
            while not answers(port):
                assert process.poll() is None and time.monotonic() < ends, process.stdout and process.stdout.read()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(10)


def answers(port: int) -> bool:
    """Return whether somebody listens at a port of this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True


class Said(NamedTuple):
    """An answer: its status, its headers, its body, and when each line of it came that begins with ``data:``."""

    status: int
    headers: Message
    body: bytes
    came: list[float]


def ask(port: int, path: str, headers: Mapping[str, str] | None = None, tls: bool = True) -> Said:
    """Return what a proxy answers at this port; its certificate is one that the test has made."""
    context = ssl._create_unverified_context()
    made = partial(HTTPSConnection, context=context) if tls else HTTPConnection
    with closing(made("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": HOST, **(headers or {})})
        with connection.getresponse() as said:
            lines, came = [], []
            while line := said.readline():
                lines.append(line)
                came += [time.monotonic()] * line.startswith(b"data:")
            return Said(said.status, said.headers, b"".join(lines), came)


def seen(port: int, path: str, headers: Mapping[str, str] | None = None, tls: bool = True) -> dict[str, list[str]]:
    """Return the headers with which the board behind the proxy was asked."""
    said = ask(port, path, headers, tls)
    assert said.status == 200, said
    found: dict[str, list[str]] = json.loads(said.body)["headers"]
    return found


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of the board's host; return its file, and that of its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    files = folder / "board.pem", folder / "board.key"
    files[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files
