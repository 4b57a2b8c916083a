"""Whole heads from the fractions of a relaxed program."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.staff import Staff

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def whole_heads(
    heads: FloatArray, cover: PoolCover, span: tuple[int, int], placed: IntArray
) -> IntArray:
    """Return whole heads ``[days, shifts]`` near fractional ones, within the pool's limits.

    The running total over the day's shifts, by start, is rounded, so that no stretch of a day is
    more than one head from the relaxation; what a day rounds away, the next day gets. ``placed``
    are the heads of earlier days ``[D]``.
    """
    totals = np.cumsum(heads.ravel())
    whole = np.diff(np.floor(totals + 0.5 + 1e-9), prepend=0.0).astype(np.int64)
    whole = np.maximum(whole, 0).reshape(heads.shape)
    respect_limits(whole, heads, cover, span, placed)
    return whole


def respect_limits(
    whole: IntArray,
    heads: FloatArray,
    cover: PoolCover,
    span: tuple[int, int],
    placed: IntArray,
) -> None:
    """Take heads off, those furthest above the relaxation first, until every limit holds."""
    paid = np.array([shift.paid_hours for shift in cover.shifts])
    agents = cover.heads_a_day[span[0] : span[1]]
    for d in range(len(whole)):
        while whole[d].sum() > agents[d]:
            _take_one(whole[d : d + 1], heads[d : d + 1])
    for d in range(len(whole)):
        for shifts, most in cover.groups_on(span[0] + d):
            _take_until(whole, heads, (np.array([d]), np.array(shifts)), most)
    if cover.staff is not None:
        _respect_days(whole, heads, cover.staff, span)
    for start, stop, most in cover.runs(span):
        first, last = max(start - span[0], 0), stop - span[0]
        before = placed[start : span[0]].sum()
        while before + whole[first:last].sum() > most:
            _take_one(whole[first:last], heads[first:last])
    on_notice = whole[: cover.days_on_notice(span)]
    while (on_notice @ paid).sum() > cover.ordered_hours(span) + 1e-9:
        _take_one(on_notice, heads[: len(on_notice)])
    for newer, most in cover.days_limits(span) if cover.staff is None else ():
        while np.maximum(whole.sum(axis=1) - newer, 0).sum() > most:
            over = whole.sum(axis=1) > newer
            taken = whole[over]
            _take_one(taken, heads[over])
            whole[over] = taken
    hours = cover.hours_limit(span) + cover.overtime_limit(span)
    while (whole @ paid).sum() > hours + 1e-9:
        _take_one(whole, heads)


def _respect_days(whole: IntArray, heads: FloatArray, staff: Staff, span: tuple[int, int]) -> None:
    """Take heads off until agents by name have the days for those left."""
    for days in staff.day_sets(span):
        here = np.array(days) - span[0]
        _take_until(whole, heads, (here, np.arange(whole.shape[1])), staff.most_heads(span, days))


def _take_until(
    whole: IntArray, heads: FloatArray, where: tuple[IntArray, IntArray], most: int
) -> None:
    some = np.ix_(*where)
    taken, wanted = whole[some], heads[some]
    while taken.sum() > most:
        _take_one(taken, wanted)
    whole[some] = taken


def respect_shares_of_hours(
    whole: Sequence[IntArray], heads: Sequence[FloatArray], covers: Sequence[PoolCover]
) -> None:
    """Take heads off pools that have more than their share of a week's hours until none has.

    Those furthest above the relaxation go first; arrays are ``[days, shifts]`` per pool.
    """
    paid = [np.array([shift.paid_hours for shift in cover.shifts]) for cover in covers]
    limited = [
        p
        for p, cover in enumerate(covers)
        if cover.pool.max_share_of == "hours" and cover.pool.max_share < 1.0
    ]
    while limited:
        hours = np.array([(w @ lengths).sum() for w, lengths in zip(whole, paid, strict=True)])
        most = [covers[p].pool.max_share * hours.sum() for p in limited]
        over = [p for p, limit in zip(limited, most, strict=True) if hours[p] > limit + 1e-9]
        for p in over:
            _take_one(whole[p], heads[p])
        if not over:
            return


def _take_one(whole: IntArray, heads: FloatArray) -> None:
    excess = np.where(whole > 0, whole - heads, -np.inf)
    at = np.unravel_index(int(np.argmax(excess)), whole.shape)
    whole[at] -= 1
