"""Files of a plan that appear all together or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.export.report import report_html
from planner.export.summary import summary_json
from planner.export.tables import csv_bytes, plan_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan


def write_plan(plan: Plan, out: Path) -> tuple[Path, ...]:
    """Return the paths of all files of a plan, written into a folder.

    The same plan gives the same bytes, save for the times in ``summary.json``. Files of an earlier
    plan are replaced, others in the folder stay.

    Raises
    ------
    PlannerError
        If the folder cannot be written; it then holds what it held before.
    """
    files = {name: csv_bytes(table) for name, table in plan_tables(plan).items()}
    files["summary.json"] = summary_json(plan).encode()
    files["report.html"] = report_html(plan).encode()
    return write_files(files, out)


def write_files(files: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Return the paths of files, by name, written into a folder all together or not at all.

    They are written beside the folder and renamed: a new folder in one step, an old one file by
    file, and back again if a step fails.

    Raises
    ------
    PlannerError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     paths = write_files({"a.csv": b"x"}, Path(place) / "plan")
    ...     paths[0].read_bytes(), sorted(p.name for p in Path(place).iterdir())
    (b'x', ['plan'])
    """
    out = Path(out).absolute()
    scratch = out.with_name(f".{out.name}.{os.getpid()}.partial")
    draft, former = scratch / "draft", scratch / "former"
    try:
        draft.mkdir(parents=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
        if out.exists():
            former.mkdir()
            _swap(tuple(files), draft, out, former)
        else:
            draft.rename(out)
    except OSError as error:
        message = f"{out} must be a folder that can be written, got: {error.strerror or error}"
        raise PlannerError(message) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return tuple(out / name for name in files)


def _swap(names: tuple[str, ...], draft: Path, out: Path, former: Path) -> None:
    """Move files into a folder that exists; those they replace come back if one cannot move."""
    moved: list[str] = []
    try:
        for name in names:
            moved.append(name)
            if (out / name).exists():
                (out / name).rename(former / name)
            (draft / name).rename(out / name)
    except BaseException:
        for name in moved:
            if not (draft / name).exists():
                (out / name).unlink(missing_ok=True)
            if (former / name).exists():
                (former / name).rename(out / name)
        raise
