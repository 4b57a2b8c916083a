"""One price or headcount changed on a week of the florist, as a slider is moved."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.allocation_centres import Question, example_question, some_days
from benchmarks.staffing_table import Progress, Reached

MOST_S = 1.0
WEEKS = {"ordinary week": (0, 7), "peak week": (7, 14)}
_MODULE = "staffing.whatif"
_FACTORS = (0.9, 0.8, 1.0, 1.1, 1.25, 1.0)
_AGAIN = 7  # every so many changes are solved afresh too, to compare
Change = Mapping[str, Mapping[str, float]]


def changes(question: Question, *, quick: bool) -> Iterator[tuple[str, Change]]:
    """Yield one change after another: each pool's price, then each pool's headcount."""
    pools = question.pools[7:8] if quick else question.pools
    for pool, factor in itertools.product(pools, _FACTORS):
        price = factor * (pool.cost_per_hour or pool.cost_per_contact or 0.0)
        yield f"{pool.name} at {price:g}", {"prices": {pool.name: price}}
    for pool, factor in itertools.product(pools, _FACTORS):
        yield f"{pool.name} x {factor:g}", {"agents": {pool.name: factor}}


def measure(kept: Path | None, progress: Progress, *, quick: bool) -> list[Reached]:
    """Print what a change takes, at the median and at worst."""
    if importlib.util.find_spec(_MODULE) is None:
        print(f"{_MODULE} is not there yet: nothing is measured.")
        return [Reached("a price or headcount changed", f"under {MOST_S:g} s", "not there", False)]
    progress("the florist's forecast")
    question = example_question("florist", kept)
    print(
        f"{'florist':<16} {'first s':>8} {'changes':>8} {'median s':>9} {'worst s':>8} "
        f"{'cpu: median':>12} {'worst':>7}  {'worst change':<28} largest difference from afresh"
    )
    reached = []
    for name, days in WEEKS.items():
        reached.append(_week(name, some_days(question, *days), progress, quick=quick))
        if quick:
            break
    return reached


def _kept(question: Question) -> Any:  # noqa: ANN401 - the module may be absent
    return importlib.import_module(_MODULE).WhatIf(
        question.demand(), question.pools, question.days, question.times,
        shortage_price=question.shortage_price,
    )  # fmt: skip


def _week(name: str, question: Question, progress: Progress, *, quick: bool) -> Reached:
    began = time.perf_counter()
    kept = _kept(question)
    kept.solve()
    first = time.perf_counter() - began
    took: list[tuple[float, float, str]] = []
    apart = 0.0
    for number, (what, change) in enumerate(changes(question, quick=quick)):
        progress(f"{name}: {what}")
        began, began_cpu = time.perf_counter(), time.process_time()
        answer = kept.solve(**change)
        took.append((time.perf_counter() - began, time.process_time() - began_cpu, what))
        if number % _AGAIN == _AGAIN - 1 and not quick:
            afresh = _kept(question).solve(**change)
            apart = max(apart, abs(answer.cost / afresh.cost - 1))
    clock = statistics.median(one[0] for one in took)
    cpu = statistics.median(one[1] for one in took)
    worst, worst_cpu = max(took), max(one[1] for one in took)
    print(
        f"{name:<16} {first:>8.2f} {len(took):>8} {clock:>9.3f} {worst[0]:>8.3f} {cpu:>12.3f} "
        f"{worst_cpu:>7.3f}  {worst[2]:<28} {apart:.1e}",
        flush=True,
    )
    told = f"{cpu:.2f} s, worst {worst_cpu:.2f} (clock {worst[0]:.2f})"
    return Reached(
        f"one change, {name}, of the processor", f"under {MOST_S:g} s", told, worst_cpu < MOST_S
    )
