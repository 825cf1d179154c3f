"""The table of a campaign: what was done, what was seen, what held."""

from datetime import UTC, datetime

from tests.faults.campaign import Result
from tests.faults.judge import PATIENCE
from tests.faults.served import DEADLINE, R

HEAD = """# Faults, {when:%Y-%m-%d}

{machine}.

Made by `python -m tests.faults --results`. The refresh is {r:g} s and a reading's deadline {deadline:g} s, so that "in
time" is {patience:g} s until the screen says a fault and {heal:g} s (and what the fault's line in the code allows a
process to start) until it is live again. "Held" means I1 to I6 of `tests/faults/judge.py` and `campaign.py`: no fresh
lie beside the oracle, never blank, one snapshot and none older than the last, healed untouched, bounded, said once.

| fault | engine | what | state | words seen | said after | healed after | samples | invariants |
|---|---|---|---|---|---|---|---|---|
"""


def table(results: list[Result], machine: str, before: str = "") -> str:
    """The whole table, as Markdown; of the same day's table before it, it keeps the lines that were not run again."""
    head = HEAD.format(when=datetime.now(UTC), machine=machine, r=R, deadline=DEADLINE, patience=PATIENCE, heal=2 * R)
    lines = {_key(one): one for one in [*filter(_is_line, before.splitlines()), *map(line, results)]}
    held = sum(one.endswith(" held |") for one in lines.values())
    samples = sum(int(one.split(" | ")[-2]) for one in lines.values())
    return head + "\n".join(lines.values()) + f"\n\n{held} of {len(lines)} held; {samples:,} samples of the screen.\n"


def _is_line(text: str) -> bool:
    return text.startswith(("| F", "| C"))


def _key(line: str) -> tuple[str, ...]:
    """Fault, engine and title."""
    return tuple(line.split(" | ")[:3])


def line(one: Result) -> str:
    """One fault's line."""
    words = one.words.replace("|", "/") or "—"
    cells = [one.fault.name, one.engine, one.fault.title, one.seen, words, _seconds(one.shown_after)]
    cells += [_seconds(one.healed_after), str(one.samples), "; ".join(one.broken).replace("|", "/") or "held"]
    return f"| {' | '.join(cells)} |"


def _seconds(some: float | None) -> str:
    return "—" if some is None else f"{some:.1f} s"
