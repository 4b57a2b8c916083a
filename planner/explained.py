"""A plan's folder and a question about one interval in, the interval's arithmetic out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from planner.archive import ARCHIVE
from planner.export.explain import explain
from planner.plan_files import nonsense_refused, read_archive

if TYPE_CHECKING:
    from pathlib import Path


def explained(
    folder: Path, queue: str | None = None, at: str | None = None, *, as_json: bool = False
) -> str:
    """Return what to print of one interval of a plan, from its history to its price.

    Parameters
    ----------
    folder
        What ``planner run`` wrote, or the archive in it.
    queue, at
        Which interval, see ``planner.export.explain.explain``.

    Raises
    ------
    InputError
        If the folder holds no plan, or the plan no such queue or time.
    """
    plan = read_archive(folder)
    file = folder / ARCHIVE if folder.is_dir() else folder
    with (
        nonsense_refused(file, "explained"),
        np.errstate(divide="raise", over="raise", invalid="raise"),
    ):
        told = explain(plan, queue, at, str(folder))
    if as_json:
        return json.dumps(told.as_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    return told.text()
