"""The command `planner capacity` without its screen: read, find, write the files, say it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from planner.capacity import find_capacity
from planner.check import read_question
from planner.clock import Progress
from planner.export.capacity_page import capacity_html
from planner.export.capacity_tables import (
    CAPACITY_FILES,
    capacity_document,
    decisions_table,
    pools_table,
    queues_table,
    weeks_table,
)
from planner.export.capacity_words import capacity_words
from planner.export.tables import csv_bytes
from planner.export.write import check_out, write_files
from planner.run import inputs_of


def capacity_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    first_day: dt.date | None = None,
    weeks: int | None = None,
    time_limit_s: float | None = None,
    as_json: bool = False,
) -> str:
    """Return what to print after writing who to hire and order, and when."""
    progress("history", 0, 1)
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario), CAPACITY_FILES)
    progress("history", 1, 1)
    found = find_capacity(scenario, table, progress, first_day=first_day, weeks=weeks,
                          time_limit_s=time_limit_s)  # fmt: skip
    progress("report", 0, 1)
    document = json.dumps(capacity_document(found), indent=2, ensure_ascii=False, allow_nan=False)
    files = {
        "capacity.csv": csv_bytes(pools_table(found)),
        "capacity_weeks.csv": csv_bytes(weeks_table(found)),
        "capacity_queues.csv": csv_bytes(queues_table(found)),
        "capacity_hires.csv": csv_bytes(decisions_table(found)),
        "capacity.json": f"{document}\n".encode(),
        "capacity.html": capacity_html(found).encode(),
    }
    write_files(files, out, CAPACITY_FILES)
    progress("report", 1, 1)
    return document if as_json else capacity_words(found, out, len(files))
