"""What holds for the project as a whole: no hidden clock, no long file, and papers that say what is true."""

import ast
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dashboard import commands
from tests.conftest import ROOT
from tests.layers import LEAVES, imports, module_name

LONGEST = 400
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# the edge, where an instant and a setting enter and become arguments
EDGE = ("dashboard.settings", "dashboard.commands", "queries.demo.__main__")

ASKING = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
    *("os.environ", "os.getenv", "os.environb"),
    *("func.now", "func.current_timestamp", "func.current_date", "func.localtimestamp"),
}


def asked(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words where a program asks the clock or the environment."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            words = ".".join(ast.unparse(node).split(".")[-2:])
            if words in ASKING:
                yield node.lineno, words
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, said) for name in node.names if (said := f"{node.module}.{name.name}") in ASKING)


def sources(*folders: str) -> list[Path]:
    """Return the Python files of the folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def at_the_edge(path: Path) -> bool:
    """Return whether this file is one of those that may ask."""
    name = module_name(ROOT, path)
    return any(name == edge or name.startswith(f"{edge}.") for edge in EDGE)


def test_nobody_but_the_edge_asks_the_clock_or_the_environment() -> None:
    core = [path for path in sources(*LEAVES) if not at_the_edge(path)]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words}" for path in core for line, words in asked(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.datetime.now(datetime.UTC)",
        "from datetime import datetime as dt, date\nx = date.today()",
        "import time\nx = time.time()",
        "from time import time",
        "import os\nx = os.environ['PORT']",
        "from os import getenv",
        "from sqlalchemy import func\nx = func.now()",
    ],
)
def test_a_hidden_clock_is_seen(text: str) -> None:
    assert list(asked(text))


def test_a_deadline_may_use_the_clock_that_only_counts() -> None:
    assert list(asked("import time\nends = time.monotonic() + 5")) == []


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(*LEAVES, "tests")}
    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    changes = README.partition("\n## What changed\n")[2]
    newest = re.search(r"^### (\S+)", changes, re.MULTILINE)
    assert newest is not None
    assert newest[1] == PROJECT["version"]


def test_the_readme_names_every_command_and_no_other() -> None:
    table = re.findall(r"^\| `smarketing (\w+)", README, re.MULTILINE)
    assert sorted(table) == sorted(found.name for found in pkgutil.iter_modules(commands.__path__))


def test_the_files_the_readme_links_to_are_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_console_script_starts() -> None:
    script = Path(sys.executable).with_name("smarketing")
    told = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert "marketing and sales" in told.stdout


def locked() -> dict[str, list[str]]:
    """Return every package of the lock with its versions (more than one where the Python decides)."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,.-]+\])?==(\S+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def test_the_lock_holds_what_the_project_asks_for() -> None:
    wanted = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"])]
    versions = locked()
    lacking = [
        str(wish)
        for wish in wanted
        if not (held := versions.get(canonicalize_name(wish.name))) or not all(map(wish.specifier.contains, held))
    ]
    assert lacking == [], "refresh the lock: the command is in the README"


def test_the_lock_names_every_extra_that_a_package_of_it_asks_for() -> None:
    """An older pip takes the newest release for an extra that is not named, and then refuses it for want of a hash."""
    named = {
        canonicalize_name(name): set(extras.strip("[]").split(","))
        for name, extras in re.findall(r"^([\w.-]+)(\[[\w,.-]+\])?==", LOCK, re.MULTILINE)
    }
    here = [one for one in distributions() if canonicalize_name(one.name) in named]
    asked_for = [Requirement(line) for one in here for line in one.requires or () if "extra ==" not in line]
    lacking = [str(wish) for wish in asked_for if wish.extras - named.get(canonicalize_name(wish.name), wish.extras)]
    assert any(wish.extras for wish in asked_for)
    assert lacking == [], "refresh the lock: the command is in the README"


def test_everything_in_the_lock_has_its_hashes_and_no_address() -> None:
    entries = re.split(r"^(?=[\w.,[\]-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?:|file:|^--(?!hash)\S+", LOCK, re.MULTILINE) == []


def test_the_test_command_needs_nothing_installed() -> None:
    first = [ROOT / "tests" / name for name in ("__init__.py", "__main__.py", "browsers.py")]
    needed = {name for path in first for _, name in imports(ROOT, path)} - {"tests.browsers"}
    assert {name for name in needed if name.partition(".")[0] not in sys.stdlib_module_names} == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built here without asking any index, and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_both_leaves_whole_and_nothing_of_the_tests(wheel: Path) -> None:
    packed = {str(path.relative_to(wheel)) for path in wheel.rglob("*.py")}
    assert packed == {str(path.relative_to(ROOT)) for path in sources(*LEAVES)}


def test_the_wheel_holds_the_assets_the_procfile_and_the_licence(wheel: Path) -> None:
    ours = {path.relative_to(ROOT / "assets") for path in (ROOT / "assets").rglob("*") if path.is_file()}
    packed = {
        path.relative_to(wheel / "dashboard" / "assets") for path in (wheel / "dashboard" / "assets").rglob("*.*")
    }
    assert ours
    assert ours <= packed
    assert (wheel / "dashboard" / "Procfile").read_text() == (ROOT / "Procfile").read_text()
    assert list(wheel.glob("*.dist-info/licenses/LICENSE"))


def test_what_serves_an_installed_board_is_found_in_the_wheel_itself(wheel: Path) -> None:
    asking = "from dashboard import serving; print(serving.procfile())"
    alone = {**os.environ, "PYTHONPATH": str(wheel)}
    told = subprocess.run(
        [sys.executable, "-c", asking], cwd=wheel, env=alone, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(wheel / "dashboard" / "Procfile")


def test_every_package_the_board_imports_is_one_it_asks_for() -> None:
    """What only a dependency's dependency brings may be gone with its next release."""
    asks = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    brought = {"flask": "dash", "werkzeug": "dash"}
    used = {name.partition(".")[0] for path in sources(*LEAVES) for _, name in imports(ROOT, path)}
    others = {name for name in used if name not in sys.stdlib_module_names and name not in LEAVES}
    assert {name for name in others if canonicalize_name(brought.get(name, name)) not in asks} == set()
