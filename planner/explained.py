"""A plan's folder and a question about one interval in, the interval's arithmetic out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from planner.archive import ARCHIVE
from planner.errors import Fault, InputError
from planner.export.explain import explain
from planner.plan_files import read_archive
from planner.scenario.telling import shortened

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
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            told = explain(plan, queue, at, str(folder))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # An archive may hold numbers of the right kind and size that no plan has.
        message = (
            f"must be a plan as `planner run` writes it, got one that cannot be explained "
            f"({type(error).__name__}: {shortened(str(error))}); "
            "plan the scenario again with `planner run`"
        )
        file = folder / ARCHIVE if folder.is_dir() else folder
        raise InputError([Fault(str(file), None, "", message)]) from error
    if as_json:
        return json.dumps(told.as_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    return told.text()
