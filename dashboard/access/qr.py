"""``/api/qr.svg?to=/…``: an address of this board as a picture that a phone reads."""

from base64 import b64encode
from io import BytesIO

import segno
from flask import Flask, Response, make_response, request
from segno.encoder import DataOverflowError

from dashboard.access.sign_in import own_address
from dashboard.access.way import Way

QR = "/api/qr.svg"


class QrApi:
    """Draws addresses; a board that only its own machine reaches has none that a phone could open."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def register(self, server: Flask) -> None:
        """Add the address to ``server``."""
        server.add_url_rule(QR, QR, self.drawn, methods=["GET"])

    def drawn(self) -> Response:
        """Answer with the picture."""
        if not self._way.url:
            return make_response(b"", 204, {"Cache-Control": "no-store"})
        try:
            drawn = picture(f"{self._way.url}{own_address(request.args.get('to', '/'))}")
        except DataOverflowError:
            return make_response(b"", 400, {"Cache-Control": "no-store"})
        return make_response(drawn, 200, {"Content-Type": "image/svg+xml", "Cache-Control": "private, max-age=3600"})


def picture(address: str) -> bytes:
    """Return an address as an SVG picture, black on white with its quiet margin.

    >>> picture("https://board.example.com/").startswith(b"<svg")
    True
    """
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
    return drawn.getvalue()


def inline(address: str) -> str:
    """Return the same picture as an address of its own, for who may fetch nothing else."""
    return f"data:image/svg+xml;base64,{b64encode(picture(address)).decode()}"
