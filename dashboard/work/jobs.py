"""A plan at work as a page tells it: its stage, how far it is, how good it is till now."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.screen import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.store.plans import PlanRecord

STAGES = {
    "history": 0.03, "forecast": 0.17, "requirement": 0.05, "allocation": 0.45, "roster": 0.2,
    "projection": 0.05, "report": 0.05,
}  # fmt: skip
"""Stages of a plan in their order, each with its share of the time, about."""

_TOLD = re.compile(r"(\S.*?) (\d+)/(\d+)(?: (.*))?")
_JUST = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Job:
    """How far a plan is: a fraction of the whole, the stage, its steps done, and a note on it."""

    share: float
    stage: str
    steps: tuple[int, int] | None
    note: str


def job_of(progress: str) -> Job:
    """Return how far a plan is by what its worker told the store.

    Examples
    --------
    >>> job_of("allocation 2/4 gap 0.4%")
    Job(share=0.475, stage='Allocating, week by week', steps=(2, 4), note='gap 0.4%')
    >>> job_of("")
    Job(share=0.0, stage='Beginning', steps=None, note='')
    """
    told = _TOLD.fullmatch(progress)
    if told is None:
        return Job(0.0, progress or "Beginning", None, "")
    stage, done, of, note = told[1], int(told[2]), int(told[3]), told[4] or ""
    words = STAGE_NAMES.get(stage, stage)
    before = 0.0
    for name, part in STAGES.items():
        if name == stage:
            before += part * (done / of if of else 1.0)
            break
        before += part
    else:
        before = 0.0
    steps = (done, of) if of > 1 else None
    return Job(round(min(before, 1.0), 3), words, steps, note)


def at_work(records: Sequence[PlanRecord]) -> list[PlanRecord]:
    """Return the plans that wait or run, the oldest first."""
    return [one for one in reversed(records) if one.status in ("queued", "running")]


def just_ended(records: Sequence[PlanRecord], now: dt.datetime) -> list[PlanRecord]:
    """Return the plans that ended a short while ago, the newest first, three at most."""
    ended = [one for one in records if one.ended_at is not None and now - one.ended_at < _JUST]
    return sorted(ended, key=lambda one: one.ended_at or now, reverse=True)[:3]
