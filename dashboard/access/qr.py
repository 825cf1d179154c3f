"""``/api/qr.svg?to=/…``: an address of this board as a picture that a phone reads."""

from io import BytesIO

import segno
from flask import Flask, Response, make_response, request

from dashboard.access.sign_in import own_address
from dashboard.access.way import Way

QR = "/api/qr.svg"


class QrApi:
    """Draws addresses; a board that only its own machine reaches has none that a phone could open."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def register(self, server: Flask) -> None:
        """Add the address to ``server``."""
        server.add_url_rule(QR, QR, self.picture, methods=["GET"])

    def picture(self) -> Response:
        """Answer with the picture, black on white with its quiet margin, as SVG."""
        if not self._way.url:
            return make_response(b"", 404, {"Cache-Control": "no-store"})
        drawn = BytesIO()
        code = segno.make(f"{self._way.url}{own_address(request.args.get('to', '/'))}", error="m", micro=False)
        code.save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
        headers = {"Content-Type": "image/svg+xml", "Cache-Control": "private, max-age=3600"}
        return make_response(drawn.getvalue(), 200, headers)
