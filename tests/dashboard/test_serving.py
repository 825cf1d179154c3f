"""The line of the Procfile starts a real server, and stops when told."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from dashboard import serving


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(process: subprocess.Popen[bytes], port: int) -> str:
    """Return what the server says, once it says something."""
    ends = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as said:
                return said.read().decode()
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError(f"no answer; exit status {process.poll()}")


def test_the_procfiles_line_serves_on_the_port_asked_for_and_stops_when_told(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text(
        "async def app(scope, receive, send):\n"
        "    assert scope['type'] == 'http'\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'4')]})\n"
        "    await send({'type': 'http.response.body', 'body': b'here'})\n"
    )
    port = free_port()
    *words, app = serving.command(port)
    assert app == "dashboard.front:app"
    with subprocess.Popen([*words, "small:app"], cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        try:
            assert answer(process, port) == "here"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_shell_reads_the_procfiles_line_as_we_do() -> None:
    """Foreman and its kin hand the line to a shell; without PORT and HOST it serves this machine alone, on 8050."""
    line = serving.web_line(serving.procfile().read_text())
    bare = {name: value for name, value in os.environ.items() if name not in ("PORT", "HOST")}
    said = subprocess.run(["sh", "-c", f"echo {line}"], env=bare, capture_output=True, text=True, check=True).stdout
    _, *ours = serving.command(8050)
    assert ["-m", *said.split()] == ours


def test_the_server_runs_under_the_python_that_asks() -> None:
    assert serving.command(9000)[:3] == [sys.executable, "-m", "gunicorn"]
    assert "127.0.0.1:9000" in serving.command(9000)
    assert "0.0.0.0:9000" in serving.command(9000, "0.0.0.0")
