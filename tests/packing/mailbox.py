"""A real mail server on this machine, which keeps what it is handed and refuses what it is told to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.browser.real import free_port

PASSWORD = "s3cr3t/@:"


class Mailbox:
    """What a server was handed, and what it answers instead of taking it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.readers: list[list[str]] = []
        self.users: list[bytes] = []
        self.refuses: dict[str, str] = {}
        """By address, what its reader is refused with: ``550 no such reader``."""
        self.refuses_all = ""
        self.verdict = "250 OK"
        """What it says once it has a mail; without a word, it ends the connection."""
        self.farewell = "221 Bye"
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a reader, or refuse it."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or refuse it."""
        if self.refuses_all:
            return self.refuses_all
        content = envelope.content
        assert isinstance(content, bytes)
        found = message_from_bytes(content, policy=default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        self.readers.append(list(envelope.rcpt_tos))
        if not self.verdict:
            server.transport.abort()
        return self.verdict

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say goodbye."""
        return self.farewell

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
        """Let in whoever knows the password."""
        self.users.append(told.login)
        # not handled: the server says no by itself
        return AuthResult(success=told.password == PASSWORD.encode(), handled=False)


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None, signs_in: bool = False) -> Iterator[Mailbox]:
    """Serve a mailbox on this machine until the block ends."""
    found = Mailbox()
    signing = {"authenticator": found.authenticate, "auth_require_tls": False}
    found.port = free_port()
    server = Controller(found, hostname="127.0.0.1", port=found.port, tls_context=tls, **(signing if signs_in else {}))
    server.start()
    try:
        yield found
    finally:
        server.stop()
