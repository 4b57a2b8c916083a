"""Twice the weeks and twice the markets: how the time grows."""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import allocation_run
from benchmarks.allocation_apart import Apart, apart
from benchmarks.allocation_centres import (
    Question,
    doubled,
    example_question,
    some_days,
    some_markets,
)
from benchmarks.staffing_table import Progress, Reached

MOST = 2.5
_FEW = ("fr", "it", "es")
_Sized = tuple[str, int, Question]


def by_weeks(question: Question, *, quick: bool) -> list[_Sized]:
    """Return the first week, two and four, each with how many it is."""
    weeks = (1, 2) if quick else (1, 2, 4)
    return [(f"{w} week{'s' * (w > 1)}", w, some_days(question, 0, 7 * w)) for w in weeks]


def by_markets(question: Question, *, quick: bool) -> list[_Sized]:
    """Return a week of three markets, all seven and all of them twice, with how many."""
    week = some_days(question, 0, 7)
    sizes = [("3 markets", 3, some_markets(week, _FEW)), ("7 markets", 7, week)]
    return sizes if quick else [*sizes, ("14 markets", 14, doubled(week))]


def of_a_doubling(ratio: float, factor: float) -> float:
    """Return the ratio of times that a doubling has, when ``factor`` times the size has ``ratio``.

    Examples
    --------
    >>> of_a_doubling(9.0, 4.0)
    3.0
    """
    return float(ratio ** (1 / math.log2(factor)))


def measure(kept: Path | None, progress: Progress, *, quick: bool) -> list[Reached]:
    """Print the times by weeks and by markets, and what a doubling multiplies them by."""
    progress("the florist's forecast")
    question = example_question("florist", kept)
    print(
        "Seconds of the program and the names on its shifts, without the forecast.\n"
        f"{'florist':<14} {'s':>8} {'cpu s':>8} {'x a doubling':>14} {'(cpu)':>8} {'MiB':>7} "
        f"{'own gap %':>10}"
    )
    reached = _series("weeks", by_weeks(question, quick=quick), progress)
    return [*reached, *_series("markets", by_markets(question, quick=quick), progress)]


def _series(what: str, sizes: Sequence[_Sized], progress: Progress) -> list[Reached]:
    took: list[tuple[int, Apart]] = []
    for name, size, question in sizes:
        progress(f"scaling: {name}")
        with tempfile.TemporaryDirectory() as place:
            asked = question.save(Path(place) / "question.pkl")
            took.append((size, apart(allocation_run.MODULE, {"question": str(asked)})))
        told = took[-1][1].answer
        ratios = f"{'':>14} {'':>8}"
        if len(took) > 1:
            clock, cpu = (_ratio(took[-2], took[-1], unit) for unit in ("seconds", "cpu_s"))
            ratios = f"{clock:>14.2f} {cpu:>8.2f}"
        print(
            f"{name:<14} {told['seconds']:>8.1f} {told['cpu_s']:>8.1f} {ratios} "
            f"{took[-1][1].peak_mib:>7,.0f} {100 * told['gap']:>10.2f}",
            flush=True,
        )
    pairs = list(itertools.pairwise(took))
    worst = max(_ratio(*pair, "cpu_s") for pair in pairs)
    clock = max(_ratio(*pair, "seconds") for pair in pairs)
    told_as = f"{clock:.2f} times (processor {worst:.2f})"
    # Machines are shared: judged by the processor.
    met = worst <= MOST
    return [Reached(f"twice the {what}: time", f"at most {MOST:g} times", told_as, met)]


def _ratio(less: tuple[int, Apart], more: tuple[int, Apart], unit: str) -> float:
    ratio = more[1].answer[unit] / less[1].answer[unit]
    return of_a_doubling(ratio, more[0] / less[0])
