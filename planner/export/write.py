"""Files of a plan that appear all together or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.archive import ARCHIVE, pack
from planner.errors import PlannerError
from planner.export.activity_rows import activities_table
from planner.export.axes import queue_axes
from planner.export.paths import paths_table
from planner.export.periods import service_table
from planner.export.report import report_html
from planner.export.summary import summary_json
from planner.export.tables import csv_bytes, plan_tables
from planner.export.tour_tables import (
    breaches_of,
    lines_of,
    rules_table,
    tours_table,
    unplaced_rows,
)
from planner.export.verified import audit_table, verification_table
from planner.export.worth_rows import worth_rows, worth_table

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan
    from planner.verification import Verification

#: Every file that a plan, or a stage of it, may write.
PLAN_FILES = (
    "forecast.csv",
    "forecast_days.csv",
    "requirement.csv",
    "allocation.csv",
    "coverage.csv",
    "roster.csv",
    "tours.csv",
    "rules.csv",
    "unplaced.csv",
    "changes.csv",
    "activities.csv",
    "projection.csv",
    "service.csv",
    "verification.csv",
    "audit.csv",
    "paths.csv",
    "costs.csv",
    "worth.csv",
    "summary.json",
    "report.html",
    ARCHIVE,
)

#: Every file that a backtest writes.
BACKTEST_FILES = ("backtest.csv", "backtest_scores.csv", "backtest.html")

#: Every file that sourcing writes.
SOURCING_FILES = (
    "sourcing.csv",
    "sourcing_rates.csv",
    "sourcing_frontier.csv",
    "sourcing_headcount.csv",
    "sourcing.html",
)


#: Tables of a plan's roster by name: what agents hold, bend, leave to nobody, and do.
ROSTER_TABLES: Mapping[str, Callable[[Plan], pd.DataFrame]] = {
    "tours": lambda plan: tours_table(lines_of(plan)),
    "rules": lambda plan: rules_table(breaches_of(plan)),
    "unplaced": unplaced_rows,
    "activities": activities_table,
}


def tables_of(plan: Plan) -> dict[str, bytes]:
    """Return the bytes of every table of a plan by file name."""
    files = {name: csv_bytes(table) for name, table in plan_tables(plan).items()}
    more = {f"{name}.csv": table_of(plan) for name, table_of in ROSTER_TABLES.items()}
    more["service.csv"] = service_table(plan)
    return files | {name: csv_bytes(table) for name, table in more.items()}


def files_of(
    plan: Plan,
    verified: Verification | None = None,
    tables: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Return the bytes of every file of a plan by name.

    What its simulation found, where there was one, is ``verification.csv``, and what its audit
    found ``audit.csv``; what it costs on several demand paths, where it is made against them,
    ``paths.csv``. ``tables`` are its ``tables_of``, where the caller has them already.
    The same plan gives the same bytes, save for the times in ``summary.json``.
    """
    files = dict(tables_of(plan) if tables is None else tables)
    if verified is not None:
        files["verification.csv"] = csv_bytes(verification_table(plan, verified))
        files["audit.csv"] = csv_bytes(audit_table(verified.counts))
    by_path = paths_table(plan)
    if by_path is not None:
        files["paths.csv"] = csv_bytes(by_path)
    if plan.allocation.worth is not None:
        rows = worth_rows(plan, queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s))
        files["worth.csv"] = csv_bytes(worth_table(rows))
    files["summary.json"] = summary_json(plan, verified).encode()
    files["report.html"] = report_html(plan).encode()
    files[ARCHIVE] = pack(plan)
    return files


def write_plan(
    plan: Plan,
    out: Path,
    verified: Verification | None = None,
    tables: Mapping[str, bytes] | None = None,
) -> tuple[Path, ...]:
    """Return the paths of all files of a plan, ``files_of``, written into a folder."""
    return write_files(files_of(plan, verified, tables), out)


def check_out(out: Path, inputs: Iterable[Path] = (), ours: Sequence[str] = PLAN_FILES) -> None:
    """Raise unless ``ours`` can be written into a folder, before any work is done for them.

    Raises
    ------
    PlannerError
        If the folder is a file or cannot be written, holds a folder where one of the files goes,
        or holds one of the ``inputs`` under the name of such a file.
    """
    out = Path(out).absolute()
    place = next(folder for folder in (out, *out.parents) if folder.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        message = f"{out} must be a folder that can be written, got one that cannot"
        raise PlannerError(message)
    for name in ours:
        if (out / name).is_dir():
            message = f"{out / name} must be free for a file of the plan, got a folder"
            raise PlannerError(message)
    for path in inputs:
        if path.name in ours and path.absolute().parent.resolve() == out.resolve():
            message = f"{path} must not be overwritten by the plan: name another folder"
            raise PlannerError(message)


def write_files(
    files: Mapping[str, bytes], out: Path, ours: Sequence[str] = PLAN_FILES
) -> tuple[Path, ...]:
    """Return the paths of files, by name, written into a folder all together or not at all.

    A new folder, and one that holds nothing but an earlier plan, appears in one step, whole; the
    earlier plan is gone. Where the folder holds other things they stay, the earlier plan's files
    are replaced one by one, and put back if a step fails. ``ours`` are the names that such an
    earlier result may have left.

    Raises
    ------
    PlannerError
        If the folder cannot be written; it then holds what it held before.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     paths = write_files({"a.csv": b"x"}, Path(place) / "plan")
    ...     paths[0].read_bytes(), sorted(p.name for p in Path(place).iterdir())
    (b'x', ['plan'])
    """
    out = Path(out).absolute()
    check_out(out, ours=ours)
    names = (*ours, *files)
    alone = _holds_nothing_else(out, names)
    scratch = (out.parent if alone else out) / f".{out.name}.{os.getpid()}.partial"
    draft, former = scratch / "draft", scratch / "former"
    try:
        draft.mkdir(parents=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
        if alone:
            _swap_folder(draft, out, former)
        else:
            former.mkdir()
            _swap_files(tuple(files), names, draft, out, former)
    except OSError as error:
        message = f"{out} must be a folder that can be written, got: {error.strerror or error}"
        raise PlannerError(message) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return tuple(out / name for name in files)


def _holds_nothing_else(out: Path, ours: Sequence[str]) -> bool:
    """Whether a folder may be replaced whole: absent, or nothing in it but such files."""
    if not out.exists():
        return True
    renamable = os.access(out.parent, os.W_OK | os.X_OK) and not (
        out.is_symlink() or os.path.ismount(out) or out == Path.cwd()
    )
    return renamable and all(entry.name in ours and entry.is_file() for entry in out.iterdir())


def _swap_folder(draft: Path, out: Path, former: Path) -> None:
    if out.exists():
        out.rename(former)
    try:
        draft.rename(out)
    except BaseException:
        if former.exists():
            former.rename(out)
        raise


def _swap_files(
    names: Sequence[str], ours: Sequence[str], draft: Path, out: Path, former: Path
) -> None:
    """Move files into a folder that exists; those they replace come back if one cannot move."""
    gone = [name for name in set(ours) if (out / name).is_file()]
    try:
        for name in gone:
            (out / name).rename(former / name)
        for name in names:
            (draft / name).rename(out / name)
    except BaseException:
        for name in names:
            if not (draft / name).exists():
                (out / name).unlink(missing_ok=True)
        for name in gone:
            if (former / name).exists():
                (former / name).replace(out / name)
        raise
