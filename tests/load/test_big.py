"""A file of 200 MB goes through a little memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.load.made import LEADS, rows

MEGABYTE = 1_000_000
RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from queries.load import load, read_mapping
from queries.warehouse import address

folder = Path(sys.argv[1])
loaded = load(read_mapping(folder / "mapping.toml"), folder, address(sys.argv[2]), datetime(2026, 3, 5, tzinfo=UTC))
highest = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(loaded[0].new, int(highest.split()[1]) // 1000)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took")
def test_a_file_of_200_mb_is_streamed(sqlite_url: URL, tmp_path: Path) -> None:
    note = "x" * 4_000
    with (tmp_path / "leads.csv").open("w", encoding="utf-8") as file:
        file.write("id,created,source,note\n")
        count = 0
        while file.tell() < 200 * MEGABYTE:
            file.writelines(f"{number},2024-05-01,web,{note}\n" for number in range(count, count + 2_000))
            count += 2_000
    (tmp_path / "mapping.toml").write_text(LEADS)
    command = [sys.executable, "-c", RUN, str(tmp_path), sqlite_url.render_as_string()]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]).stdout
    new, megabytes = map(int, said.split())
    assert new == count
    # 62 MB were measured, as for a file of 200 MB with 1.3 million rows: nearly all of it is Python and SQLAlchemy
    assert megabytes < 150
    assert len(rows(sqlite_url, "leads", "lead_id")) == count
