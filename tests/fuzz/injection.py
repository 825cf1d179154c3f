"""Five hundred payloads in every filter of every address: what the warehouse is sent are parameters, in known texts.

``python -m tests.fuzz.injection`` puts all of them into all of it, on SQLite and on PostgreSQL, whose own log is read;
the test puts each payload into some. The statements that harmless words lead to are the known ones.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from rich.console import Console
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL

from dashboard.asked import MOST_FILTERS, OPERATIONS
from queries.listing import DEALS, LEADS
from tests import postgres
from tests.dashboard.company import filled, settings
from tests.fuzz.apart import apart
from tests.fuzz.board import Asked, Board, board
from tests.results import written

MARK = "zq7"
"""Stands in every payload, and nowhere else."""
CORES = (
    "' OR '1'='1",
    "'; DROP TABLE leads; --",
    '" OR ""="',
    "\\'; DELETE FROM leads; --",
    "') UNION SELECT email FROM reps --",
    "1 OR 1=1",
    "1; SELECT pg_sleep(10)",
    "' || (SELECT email FROM reps) || '",
    "%' OR lead_id LIKE '%",
    "_%_/%/_",
    "x",
    "$1 :label %(label)s ? ?? %s {0}",
    'x\' COLLATE "C" --',
    "E'\\x27 OR 1=1'",
    "%27%20OR%201=1",
    "／＇ OR １＝１",
    "/* */ OR /* */ 1=1",
    "\\",
    "''",
    "';;",
    "0x27",
    "CHR(39)",
    "$$x$$",
    "$a$x$a$",
    "\u02bc OR 1=1",
    "admin'--",
    "' AND SLEEP(5)--",
    "'; COPY leads TO PROGRAM 'id'; --",
    "'; ATTACH DATABASE '/tmp/x' AS x; --",
    "1e0e1",
    "') OR load_extension('x') --",
    "\u202e' OR 1",
)
BEFORE = ("", "'", '"', "%", "\\", "a ", ")", "é")
AFTER = ("", "'", '"', "--", ";", "/*")
PAYLOADS = [f"{before}{MARK}{core}{after}" for core in CORES for before in BEFORE for after in AFTER][::3][:500]
HARMLESS = ("harmless", "hàrmless", "àáâäçèé", "àáâäçèéàáâäçèéàáâäçèé")
"""With no letter beyond A to Z, and with as many as make the folding another one."""
NUMBERS = {"marketing.month.done": LEADS, "sales.week.done": DEALS, "followup.first_attempt.in_time": LEADS}
SALES = {"number": "sales.week.done"}
OTHERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/api/rows", "number", {}),
    ("/api/rows", "as_of", SALES),
    *(("/api/rows", name, SALES) for name in ("sort", "side", "reason", "start", "count", "filter")),
    *(("/api/rows.csv", name, SALES) for name in ("sort", "side", "reason")),
    *(("/api/data/rows", name, {}) for name in ("finding", "as_of", "start")),
    *(("/api/today/picture", name, {}) for name in ("rep", "as_of")),
    *(("/api/meeting/picture", name, {}) for name in ("week", "as_of")),
    ("/api/meeting/ledger", "week", {}),
    ("/api/board", "as_of", {}),
)  # fmt: skip
"""Everything else that an address takes: where, which word, and what is said beside it."""


@dataclass
class Sent:
    """What the warehouse was sent."""

    texts: set[str] = field(default_factory=set)
    asked: int = 0
    answers: dict[int, int] = field(default_factory=dict)

    @property
    def marked(self) -> list[str]:
        """The texts in which a payload stands."""
        return [one for one in self.texts if MARK in one.lower()]


@contextmanager
def listening() -> Iterator[Sent]:
    """Yield what the warehouse, and the store beside it, are sent from now on."""
    sent = Sent()

    def note(_: Any, __: Any, said: str, *___: Any) -> None:
        sent.texts.add(said)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def filters(number: str) -> list[list[tuple[str, str]]]:
    """Return every filter that takes a text, ten by ten as one address holds them."""
    every = [
        (one.name, op)
        for one in NUMBERS[number]
        if one.kind == "text"
        for op in OPERATIONS["text"]
        if op not in ("blank", "filled")
    ]
    return [every[at : at + MOST_FILTERS] for at in range(0, len(every), MOST_FILTERS)]


def questions(payload: str) -> list[tuple[str, dict[str, str]]]:
    """Return every address in which a payload can stand: in each filter, and in every other word."""
    found = [
        ("/api/rows", {"number": number, "count": "5", "filter": json.dumps([[*one, payload] for one in some])})
        for number in NUMBERS
        for some in filters(number)
    ]
    return found + [(path, {**beside, name: payload}) for path, name, beside in OTHERS]


async def put(one: Board, sent: Sent, asked: Sequence[tuple[str, dict[str, str]]]) -> None:
    """Ask these questions."""
    for path, words in asked:
        told = await one.ask(Asked(target=f"{path}?{urlencode(words)}".encode()))
        sent.asked += 1
        sent.answers[told.status] = sent.answers.get(told.status, 0) + 1


def run(url: URL, folder: Path, share: int) -> tuple[Sent, Sent, list[str]]:
    """Return what harmless words led to, what the payloads led to, each in one of ``share`` questions, and faults."""

    async def both() -> tuple[Sent, Sent, list[str]]:
        async with board(settings(url), folder) as one:
            with listening() as known:
                for words in HARMLESS:
                    await put(one, known, questions(words))
            with listening() as sent:
                for number, payload in enumerate(PAYLOADS):
                    await put(one, sent, questions(payload)[number % share :: share])
            return known, sent, one.faults.found

    filled(url, 40).dispose()
    return apart(both())


def logged(log: Path) -> tuple[int, list[str]]:
    """Return how many statements PostgreSQL's log holds, and those of them in whose text a payload stands."""
    said = log.read_text(errors="replace")
    found = re.findall(r"LOG:  (?:execute|statement)[^:]*: (.*?)(?=\n\d{4}-\d\d-\d\d|\Z)", said, re.DOTALL)
    return len(found), [one[:300] for one in found if MARK in one.split("DETAIL:")[0]]


def main(everything: bool) -> None:
    """Put every payload into everything, on both engines, and write down what the warehouses were sent."""
    lines = [f"`python -m tests.fuzz.injection`: {len(PAYLOADS)} payloads in every text filter and every other word;"]
    lines.append("on SQLite each in a quarter of them (all with `--everything`), on PostgreSQL in an eighth.")
    with TemporaryDirectory() as folder:
        lines += told(
            "SQLite", *run(URL.create("sqlite", database=f"{folder}/crm.db"), Path(folder), 1 if everything else 4)
        )
    with TemporaryDirectory() as folder, postgres.running() as server, server.empty() as url:
        engine = create_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET log_statement = 'all'"))
            connection.execute(text("SELECT pg_reload_conf()"))
            log = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "log"
        lines += told("PostgreSQL", *run(url, Path(folder), 8))
        engine.dispose()
        count, marked = logged(log)
        lines.append(
            f"- PostgreSQL's own log: {count:,} statements, a payload in the text of {len(marked)}. {marked[:3]}"
        )
    Console().print(written("injection", "\n".join(lines)))


def told(engine: str, known: Sent, sent: Sent, faults: list[str]) -> list[str]:
    """Return in words what one engine was sent."""
    return [
        "",
        f"## {engine}",
        "",
        f"- {sent.asked:,} questions, answers {dict(sorted(sent.answers.items()))}",
        f"- {len(sent.texts)} texts of statements; {len(sent.texts - known.texts)} that harmless words do not lead to",
        f"- {len(sent.marked)} texts with a payload in them; {len(faults)} faults",
    ]


if __name__ == "__main__":
    main("--everything" in sys.argv)
