"""What to decide when: classes, people let go, and hours ordered, each by its last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity_found import Decision

if TYPE_CHECKING:
    from staffing.capacity import CapacityPlan, TeamWeeks, VendorWeeks

_SOME = 0.5  # of a head, or an hour: less is nothing to decide


def decisions(plan: CapacityPlan, weeks: Sequence[dt.date]) -> tuple[Decision, ...]:
    """Return what to decide, in order of its last day.

    Parameters
    ----------
    plan
        What is planned.
    weeks
        First day of each week.
    """
    found = [
        *(one for team in plan.teams for one in _classes(team, weeks, plan.place_worth)),
        *(one for team in plan.teams for one in _releases(team, weeks)),
        *(one for vendor in plan.vendors for one in _orders(vendor, weeks)),
    ]
    return tuple(sorted(found, key=lambda one: (one.by, one.starts, one.pool, one.kind)))


def _before(weeks: Sequence[dt.date], week: int, many: int) -> dt.date:
    return weeks[week] - dt.timedelta(weeks=many)


def _classes(
    done: TeamWeeks, weeks: Sequence[dt.date], worth: dict[tuple[str, int], float]
) -> Iterator[Decision]:
    hiring = done.team.hiring
    for w in np.flatnonzero(done.hires > _SOME).tolist():
        yield Decision(
            by=_before(weeks, w, hiring.lead_weeks),
            kind="class",
            pool=done.team.name,
            amount=float(done.hires[w]),
            starts=weeks[w],
            on_contacts=weeks[w] + dt.timedelta(weeks=hiring.training_weeks),
            worth=worth.get((done.team.name, w), 0.0),
        )


def _releases(done: TeamWeeks, weeks: Sequence[dt.date]) -> Iterator[Decision]:
    notice = done.team.hiring.release_notice_weeks or 0
    for w in np.flatnonzero(done.walk.released > _SOME).tolist():
        by = _before(weeks, w, notice)
        gone = float(done.walk.released[w])
        yield Decision(by, "release", done.team.name, gone, weeks[w])


def _orders(done: VendorWeeks, weeks: Sequence[dt.date]) -> Iterator[Decision]:
    """Return each change of an order, in whole hours; what was ordered before is none."""
    vendor = done.vendor
    before = vendor.ordered
    for w, hours in enumerate(np.rint(done.ordered)):
        if w >= vendor.notice_weeks and abs(hours - before) > _SOME:
            by = _before(weeks, w, vendor.notice_weeks)
            yield Decision(by, "order", vendor.name, float(hours), weeks[w])
        before = hours
