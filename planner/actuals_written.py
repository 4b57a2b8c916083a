"""A plan's folder and what came so far in, the review's files and words out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from planner.actuals import read_actuals
from planner.archive import unpack
from planner.errors import Fault, InputError
from planner.export.actuals_page import actuals_html
from planner.export.actuals_tables import (
    actuals_table,
    days_table,
    moves_table,
    reforecast_table,
    rest_table,
    review_document,
)
from planner.export.actuals_words import review_words
from planner.export.tables import csv_bytes
from planner.export.write import check_out, write_files
from planner.kept_plans import keep_read_in
from planner.plan_files import archive_bytes, is_number, nonsense_refused
from planner.review import review

if TYPE_CHECKING:
    from planner.reforecast import Rest

FILES = (
    "actuals.csv", "actuals_days.csv", "reforecast.csv", "rest.csv", "moves.csv", "actuals.json",
    "actuals.html",
)  # fmt: skip


def review_and_write(
    place: Path, table: Path, at: str | None, rest: Rest, out: Path, *, as_json: bool = False
) -> str:
    """Return what to print after holding a plan against what came, and writing what to do now.

    Parameters
    ----------
    place
        A plan's folder, its archive, or its number in the store.
    table
        What came, a table as a history is; kept beside a plan of the store.
    at
        Now, see ``planner.actuals.read_actuals``.
    rest
        Whether the rest of the day or of the week is looked at.

    Raises
    ------
    InputError
        If there is no such plan, the table is wrong, or now is no time of the plan; nothing is
        then written.
    """
    file, content = archive_bytes(place)
    plan = unpack(content, str(file))
    if out.resolve() in {place.resolve(), file.parent.resolve()}:
        message = f"must be another folder than the plan's own, got {out}"
        raise InputError([Fault(str(file), None, "--out", message)])
    check_out(out, [table], FILES)
    actuals = read_actuals(plan, table, at)
    with nonsense_refused(file, "reviewed"):
        seen = review(plan, actuals, rest)
        document = json.dumps(review_document(seen), indent=2, ensure_ascii=False, allow_nan=False)
        files = {
            "actuals.csv": csv_bytes(actuals_table(seen)),
            "actuals_days.csv": csv_bytes(days_table(seen)),
            "reforecast.csv": csv_bytes(reforecast_table(seen)),
            "rest.csv": csv_bytes(rest_table(seen)),
            "moves.csv": csv_bytes(moves_table(seen)),
            "actuals.html": actuals_html(seen).encode(),
        }
        if as_json:
            files["actuals.json"] = document.encode()
        words = review_words(seen, out, len(files))
    write_files(files, out, FILES)
    if is_number(place):
        keep_read_in(place.name, actuals)
    return document if as_json else words
