"""What SECURITY.md says: its examples are tried, its role is made, and every event of the log stands there."""

import ast
import re
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from dashboard.settings import AccessEnvironment, Environment
from queries.access import access
from queries.warehouse import reader, reading
from tests.access.behind import APART, BEATS, HOST, ask, board, certificate, running, seen
from tests.conftest import ROOT
from tests.dashboard.company import filled
from tests.dashboard.live import free_port

PAPER = ROOT / ".github" / "SECURITY.md"
TEXT = PAPER.read_text("utf-8")
FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Smarketing-Proxy": "a secret",
    "X-Forwarded-Email": "olga@example.com",
    "X_Forwarded_Email": "olga@example.com",
    "X-Forwarded-User": "olga",
    "X-Forwarded-Preferred-Username": "olga",
    "X-Forwarded-Groups": "board",
    "Forwarded": "for=6.6.6.6",
}


def block(kind: str, number: int = 0) -> str:
    """Return an example of a kind, as it stands there."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[number]


# the log


def events(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the events that a file logs; a name that is held in a variable by what is put into it."""
    for node in ast.walk(tree):
        is_log = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if not is_log or ast.unparse(node.func) not in ("log.info", "log.warning", "log.error", "log.critical"):
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant):
            yield str(first.value)
        else:
            yield from _put_into(tree, ast.unparse(first))


def _put_into(tree: ast.Module, name: str) -> Iterator[str]:
    """Yield what is put into a variable: in one go with others, or by whoever calls a function that takes it."""
    places = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and name in (taken := [one.arg for one in node.args.args]):
            places[node.name] = [one for one in taken if one != "self"].index(name)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            pairs = zip(node.targets[0].elts, node.value.elts, strict=True)
            yield from (str(ast.literal_eval(value)) for target, value in pairs if ast.unparse(target) == name)
        elif isinstance(node, ast.Call) and (called := ast.unparse(node.func).rpartition(".")[2]) in places:
            given = node.args[places[called]]
            yield from [str(given.value)] if isinstance(given, ast.Constant) else []


def test_every_event_of_the_log_stands_in_the_papers_and_no_other() -> None:
    files = (ROOT / "dashboard").rglob("*.py")
    logged = {name for path in files for name in events(ast.parse(path.read_text("utf-8")))}
    table = TEXT.partition("| event | what has happened | what to do |")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    assert sorted(told) == sorted(logged)
    assert len(told) > 30


def test_an_event_that_is_held_in_a_variable_is_seen() -> None:
    text = 'x, event = 1, "one"\ny, event = 2, "two"\nlog.info(event, who=who)\nlog.debug("never told")'
    assert list(events(ast.parse(text))) == ["one", "two"]
    text = 'def told(self, event):\n    log.warning(event)\nself.told("three")\nself.told(event)'
    assert list(events(ast.parse(text))) == ["three"]


# what it names


def test_the_files_it_links_to_are_there_and_the_variables_it_names_are_known() -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", TEXT)
    assert [link for link in links if not (PAPER.parent / link).exists()] == []
    of_access = {f"SMARKETING_{name.upper()}" for name in AccessEnvironment.model_fields}
    known = of_access | {str(one.validation_alias) for one in Environment.model_fields.values()}
    assert {one.rstrip("_") for one in re.findall(r"SMARKETING_\w+", TEXT)} - known <= {"SMARKETING_OIDC"}


def test_the_role_of_the_example_reads_the_contract_and_changes_nothing(postgresql_url: URL) -> None:
    pen, role = filled(postgresql_url), "board_of_the_papers"
    with pen.begin() as connection:
        connection.execute(text(re.sub(r"\bboard\b", role, block("sql")).replace("…", "a password")))
    engine = reader(postgresql_url.set(username=role, password="a password"))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM leads")).scalar() == 3
        assert access(connection) == (role, [])
        assert connection.execute(text("SHOW default_transaction_read_only")).scalar() == "on"
    engine.dispose()
    with pen.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}; DROP ROLE {role}"))
    pen.dispose()


# the proxies, as they stand there


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def nginx(folder: Path, behind: int, sign_in: bool = False) -> tuple[Path, int, int]:
    """Write the example for nginx, on loopback; return its file, and its ports without and with TLS."""
    plain, tls = free_port(), free_port()
    written, (pem, key) = block("nginx"), certificate(folder)
    if sign_in:
        before, _, _ = written.partition("    location / {\n        proxy_pass")
        written = f"{block('nginx', 2)}\n{before}{block('nginx', 1)}}}\n"
        (folder / "secret").write_text('proxy_set_header X-Smarketing-Proxy "the secret";\n')
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"),
        ("127.0.0.1:8050", f"127.0.0.1:{behind}"),
        ("/etc/ssl/private/board.example.com.key", str(key)),
        ("/etc/ssl/board.example.com.pem", str(pem)),
        ("/var/log/nginx/board.log", str(folder / "access.log")),
        *((("127.0.0.1:4180", f"127.0.0.1:{behind}"), ("/etc/nginx/board-secret", str(folder / "secret"))) * sign_in),
    ):
        assert old in written, old
        written = written.replace(old, new)
    temporary = "".join(f"{one}_temp_path {folder}/{one};" for one in TEMPORARY)
    file = folder / "nginx.conf"
    begin = f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
    file.write_text(f"{begin} events {{}} http {{ access_log off; {temporary}\n{written} }}")
    return file, plain, tls


has_nginx = pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="there is no nginx")


@pytest.mark.alone
@has_nginx
def test_the_proxy_of_the_example_strips_sets_and_streams(tmp_path: Path) -> None:
    with board() as behind:
        file, plain, tls = nginx(tmp_path, behind)
        with running(["/usr/sbin/nginx", "-e", str(tmp_path / "error.log"), "-c", str(file)], tls):
            headers = seen(tls, "/api/me?filter=a+name", FORGED)
            assert headers["host"] == [HOST] and headers["x-forwarded-for"] == ["127.0.0.1"]
            assert "olga" not in str(headers) and "6.6.6.6" not in str(headers) and "secret" not in str(headers)
            came = ask(tls, "/stream").came
            assert len(came) == BEATS and came[-1] - came[0] > 1.5 * APART, "each when it was sent, not all in the end"
            for path, status in (("/api/board", 403), ("/stream", 403), ("/metrics", 403), ("/data", 301)):
                said = ask(plain, path, tls=False)
                assert (said.status, said.headers["Location"]) == (
                    status,
                    f"https://{HOST}{path}" if status == 301 else None,
                )
            assert said.headers["Server"] == "nginx"
            with pytest.raises(ssl.SSLError):
                older(tls)
        log = (tmp_path / "access.log").read_text()
        assert '"GET /api/me" 200' in log and "filter" not in log


def older(port: int) -> None:
    """Connect by TLS 1.1, which nobody should answer any more."""
    context = ssl._create_unverified_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        context.wrap_socket(line, server_hostname=HOST)


@pytest.mark.alone
@has_nginx
def test_behind_oauth2_proxy_the_proxy_alone_says_who_asks_and_a_screen_is_let_through(tmp_path: Path) -> None:
    with board() as behind:
        file, _, tls = nginx(tmp_path, behind, sign_in=True)
        with running(["/usr/sbin/nginx", "-e", str(tmp_path / "error.log"), "-c", str(file)], tls):
            led = ask(tls, "/data", FORGED)
            assert (led.status, led.headers["Location"]) == (302, f"https://{HOST}/oauth2/sign_in?rd=/data")
            headers = seen(tls, "/data", {**FORGED, "Cookie": "signed=1"})
            told = {name: headers.get(f"x-{name}") for name in ("smarketing-proxy", "forwarded-email", "forwarded-for")}
            assert told == {
                "smarketing-proxy": ["the secret"],
                "forwarded-email": ["mia@example.com"],
                "forwarded-for": ["127.0.0.1"],
            }
            assert headers["x-forwarded-groups"] == ["board,sales"] and "olga" not in str(headers)
            screen = seen(tls, "/data", {**FORGED, "Cookie": "__Host-smarketing-screen=a-token"})
            assert "x-forwarded-email" not in screen and "olga" not in str(screen)
            waiting = seen(tls, "/api/screen", FORGED)
            assert not {"x-smarketing-proxy", "x-forwarded-email"} & set(waiting)
            both = ask(tls, "/data", {"Cookie": "_oauth2_proxy=ended; __Host-smarketing-screen=a-token"})
            assert both.status == 302, "who signs in at a screen is that person"
            came = ask(tls, "/stream", {"Cookie": "signed=1"}).came
            assert len(came) == BEATS and came[-1] - came[0] > 1.5 * APART


@pytest.mark.alone
@pytest.mark.skipif(not shutil.which("caddy"), reason="there is no caddy")
def test_caddys_example_strips_sets_and_streams(tmp_path: Path) -> None:
    port = free_port()
    here = ("env", f"XDG_CONFIG_HOME={tmp_path}", f"XDG_DATA_HOME={tmp_path}")
    with board() as behind:
        written = block("caddy").replace("127.0.0.1:8050", f"127.0.0.1:{behind}")
        file = tmp_path / "Caddyfile"
        begin = "{\n    admin off\n    auto_https off\n}\n"
        file.write_text(begin + written.replace("board.example.com {", f"http://{HOST}:{port} {{\n    bind 127.0.0.1"))
        with running([*here, "caddy", "run", "--config", str(file), "--adapter", "caddyfile"], port):
            headers = seen(port, "/api/me", FORGED, tls=False)
            assert headers["host"] == [HOST] and headers["x-forwarded-for"] == ["127.0.0.1"]
            without = {name: value for name, value in headers.items() if name != "x_forwarded_email"}
            assert not re.search("olga|6.6.6.6|secret", str(without))
            came = ask(port, "/stream", tls=False).came
            assert len(came) == BEATS and came[-1] - came[0] > 1.5 * APART
