"""The week solved plainly: pattern counts pooled over groups, and groups by day and length."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_weeks import (
    DEAR_SHORT,
    FULL,
    GROUPS,
    HOURS,
    LARGEST_SHARE_B,
    LENGTHS,
    MAY_WORK,
    PAID_HOURS,
    PART,
    PRICES,
    SHIFTS_A_WEEK,
    SMALL_SHORT,
    VENDOR_A,
    VENDOR_B,
    WeekAnswer,
    WeekInstance,
)
from staffing.solver import Program, Status

IntArray = npt.NDArray[np.int64]
_MOST = 100_000.0
_DAYS = 7
_NEAR = 1e-3  # of the cost: heads by day and length that near the best are good enough to begin
_NODES, _WORTH = 50, 0.5  # of a day's search: nodes of its tree, money that a better one must save


@dataclass(frozen=True, slots=True)
class _Variables:
    """Numbers of the variables: pooled counts ``[S]`` and heads ``[G, D, L]``, -1 where none."""

    counts: IntArray
    heads: IntArray


def solve_week(instance: WeekInstance, gap: float, seconds: float) -> WeekAnswer:
    """Return the cheapest week that is found: within ``gap`` of the bound, or after ``seconds``."""
    began = time.perf_counter()
    program, variables, nonzeros = build(instance)
    build_s = time.perf_counter() - began
    began = time.perf_counter()
    if program.solve("simplex") is not Status.OPTIMAL:
        message = f"{instance.name}: the relaxation must have an answer"
        raise RuntimeError(message)
    bound = program.dual_bound(_MOST)
    relaxed_s = time.perf_counter() - began
    began = time.perf_counter()
    _make_whole(program, variables, instance)
    _search(program, variables, instance, bound * (1 + gap), began + seconds)
    whole_s = time.perf_counter() - began
    counts = np.rint(program.values(variables.counts)).astype(np.int64)
    known = np.where(variables.heads >= 0, program.values(variables.heads), 0.0)
    heads = shared_out(counts, np.rint(known).astype(np.int64), instance)
    cost = program.objective
    return WeekAnswer(heads, cost, bound, build_s, relaxed_s, whole_s, nonzeros)


def _make_whole(program: Program, variables: _Variables, instance: WeekInstance) -> None:
    """Make heads by day and length whole, then the counts of each day and length, in their sum."""
    program.solve("whole", gap=_NEAR)
    counts, shifts = program.values(variables.counts), instance.patterns
    whole = np.zeros(len(counts))
    for day, length in sorted(set(_days_lengths(instance))):
        those = (shifts.day == day) & (shifts.length == length)
        whole[those] = np.diff(np.floor(np.cumsum(counts[those]) + 0.5 + 1e-9), prepend=0.0)
    program.fix(variables.counts, whole)
    program.solve("whole", gap=_NEAR)


def _search(
    program: Program, variables: _Variables, instance: WeekInstance, enough: float, end: float
) -> None:
    """Search one day's patterns after the other for better ones, heads free on all days.

    It ends when every day was searched since the last that brought something, when the cost is
    ``enough``, or when time is over.
    """
    counts, heads = variables.counts, variables.heads[variables.heads >= 0]
    program.bound(counts, np.zeros(len(counts)), np.full(len(counts), np.inf))
    day, since = 0, 0

    def over() -> bool:
        return time.perf_counter() >= end

    while since < _DAYS and program.objective > enough and not over():
        here = instance.patterns.day == day
        whole = np.concatenate([counts[here], heads])
        found = program.search(counts[~here], whole, nodes=_NODES, gap=_WORTH, stop=over)
        since = 0 if found else since + 1
        day = (day + 1) % _DAYS


def build(instance: WeekInstance) -> tuple[Program, _Variables, int]:
    """Return the program of a week, its variables, and how many numbers it is made of."""
    program, shifts = Program(instance.name), instance.patterns
    names = [f"{d}_{LENGTHS[k]}_{s}" for s, (d, k) in enumerate(_days_lengths(instance))]
    counts = program.variables("count", names)
    heads = np.full((len(GROUPS), 7, len(LENGTHS)), -1)
    for g, lengths in enumerate(MAY_WORK):
        for k in np.flatnonzero(lengths).tolist():
            keys = [f"{GROUPS[g]}_{d}_{LENGTHS[k]}" for d in range(7)]
            cost = PRICES[g] * PAID_HOURS[k]
            heads[g, :, k] = program.variables("heads", keys, cost=cost, whole=True)
    unused = program.variables("unused", ["vendor_a"], cost=PRICES[VENDOR_A])
    keys = [str(i) for i in range(len(instance.need))]
    few = instance.small.astype(np.float64)
    small = program.variables("short", keys, cost=SMALL_SHORT * HOURS, upper=few)
    dear = program.variables("very_short", keys, cost=DEAR_SHORT * HOURS)
    size = 0
    for i, needed in enumerate(instance.need):
        on = counts[shifts.covers[:, i]]
        terms = [*((int(v), 1.0) for v in on), (int(small[i]), 1.0), (int(dear[i]), 1.0)]
        program.at_least(f"need_{i}", terms, float(needed))
        size += len(terms)
    for d in range(7):
        for k, length in enumerate(LENGTHS):
            given = heads[:, d, k]
            pooled = counts[(shifts.day == d) & (shifts.length == k)]
            terms = [*((int(v), 1.0) for v in pooled), *((int(v), -1.0) for v in given if v >= 0)]
            program.equal(f"pooled_{d}_{length}", terms, 0.0)
            size += len(terms)
    _groups(program, instance, heads, unused)
    return program, _Variables(counts, heads), size


def _groups(program: Program, instance: WeekInstance, heads: IntArray, unused: IntArray) -> None:
    """Add each group's own rules."""
    for g, most in ((FULL, instance.full), (PART, instance.part)):
        for d in range(7):
            terms = [(int(v), 1.0) for v in heads[g, d] if v >= 0]
            program.at_most(f"heads_{GROUPS[g]}_{d}", terms, float(most))
        week = [(int(v), 1.0) for v in heads[g].ravel() if v >= 0]
        rule = program.equal if g == FULL else program.at_most
        rule(f"week_{GROUPS[g]}", week, float(SHIFTS_A_WEEK * most))
    billed = [*_hours(heads[VENDOR_A]), (int(unused[0]), 1.0)]
    program.at_least("minimum_vendor_a", billed, instance.minimum_hours)
    others = [_hours(heads[g], -LARGEST_SHARE_B) for g in (FULL, PART, VENDOR_A)]
    own = _hours(heads[VENDOR_B], 1.0 - LARGEST_SHARE_B)
    program.at_most("share_vendor_b", [*own, *(term for group in others for term in group)], 0.0)


def _hours(heads: IntArray, factor: float = 1.0) -> list[tuple[int, float]]:
    hours = np.broadcast_to(PAID_HOURS, heads.shape)
    pairs = zip(heads.ravel(), hours.ravel(), strict=True)
    return [(int(v), factor * float(h)) for v, h in pairs if v >= 0]


def _days_lengths(instance: WeekInstance) -> Sequence[tuple[int, int]]:
    shifts = instance.patterns
    return list(zip(shifts.day.tolist(), shifts.length.tolist(), strict=True))


def shared_out(counts: IntArray, heads: IntArray, instance: WeekInstance) -> IntArray:
    """Return heads by group and pattern ``[G, S]`` from pooled counts and heads ``[G, D, L]``."""
    found = np.zeros((len(GROUPS), len(counts)), dtype=np.int64)
    left = heads.copy()
    for s, (d, k) in enumerate(_days_lengths(instance)):
        open_heads = int(counts[s])
        for g in range(len(GROUPS)):
            taken = min(open_heads, int(left[g, d, k]))
            found[g, s] = taken
            left[g, d, k] -= taken
            open_heads -= taken
        found[FULL, s] += open_heads  # what nobody is left for: the recheck tells
    return found
