"""The pure cover of a week, day by day: ours beside pyworkforce's MinRequiredResources."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_weeks import COVER_PRICES, DAY, WeekInstance, known_week
from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Progress, Reached
from staffing.solver import Program, Status

BoolArray = npt.NDArray[np.bool_]
PROVED = 387_222
TIMES_FASTER = 10.0
_RUNS = 3
_PATIENCE_S = 600.0  # pyworkforce searches no longer; it says whether it was done


def day_shifts(instance: WeekInstance) -> tuple[BoolArray, npt.NDArray[np.int64]]:
    """Return a day's shifts, past midnight wrapped round to its own morning, and their prices."""
    first = instance.patterns.day == 0
    covers = instance.patterns.covers[first].reshape(int(first.sum()), 7, DAY).any(axis=1)
    return covers, COVER_PRICES[instance.patterns.length[first]]


def cover_day(name: str, need: npt.NDArray[np.int64], instance: WeekInstance) -> tuple[int, float]:
    """Return the least cost of whole shifts that leave nothing missing, and the bound below it.

    Raises
    ------
    RuntimeError
        When the answer is not proved the cheapest.
    """
    covers, prices = day_shifts(instance)
    program = Program(name)
    money = prices.astype(np.float64)
    names = [str(s) for s in range(len(covers))]
    counts = program.variables("count", names, cost=money, whole=True)
    for i, needed in enumerate(need):
        terms = [(int(v), 1.0) for v in counts[covers[:, i]]]
        program.at_least(f"need_{i}", terms, float(needed))
    program.solve()
    bound = program.objective
    ended = program.solve("whole", gap=0.0)
    found = np.rint(program.values(counts)).astype(np.int64)
    if ended is not Status.OPTIMAL or (found @ covers.astype(np.int64) < need).any():
        message = f"{name}: no proved cover, ended {ended.value}"
        raise RuntimeError(message)
    return int(found @ prices), bound


def measure(peers: Path, progress: Progress) -> list[Reached]:
    """Print both covers' costs and times."""
    instance = known_week("week_peak120")
    days = instance.need.reshape(7, DAY)
    progress("cover: ours")
    times, cpu, cost, bound = [], [], 0, 0.0
    for _ in range(_RUNS):
        began, began_cpu = time.perf_counter(), time.process_time()
        found = [cover_day(f"day_{d}", need, instance) for d, need in enumerate(days)]
        times.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
        cost, bound = sum(c for c, _ in found), sum(b for _, b in found)
    print(f"{'pure cover of week_peak120':<28} {'cost':>9} {'bound':>12} {'s':>8} {'cpu s':>8}")
    print(
        f"{'this planner, day by day':<28} {cost:>9,} {bound:>12,.2f} {min(times):>8.2f} "
        f"{min(cpu):>8.2f}   (least of {_RUNS})"
    )
    reached = [
        Reached("pure cover of week_peak120", f"{PROVED:,}", f"{cost:,}", cost == PROVED),
    ]
    progress("cover: pyworkforce")
    try:
        theirs = ask(
            "pyworkforce", "benchmarks.peers.run_pyworkforce_cover", _question(instance), peers
        )
    except PeerError as error:
        print(f"pyworkforce {error}")
        return [*reached, Reached("times faster than pyworkforce", "10", "did not run", False)]
    print(
        f"{'pyworkforce, ' + theirs['status'].lower():<28} {theirs['cost']:>9,.0f} {'-':>12} "
        f"{theirs['seconds']:>8.2f} {theirs['cpu_s']:>8.2f}"
    )
    faster, in_cpu = theirs["seconds"] / min(times), theirs["cpu_s"] / min(cpu)
    told = f"{faster:.0f} (of the processor {in_cpu:.0f})"
    met = min(faster, in_cpu) >= TIMES_FASTER
    return [*reached, Reached("times faster than pyworkforce", "at least 10", told, met)]


def _question(instance: WeekInstance) -> dict[str, object]:
    covers, prices = day_shifts(instance)
    names = [f"shift_{s}" for s in range(len(covers))]
    return {
        "required": instance.need.reshape(7, DAY).tolist(),
        "shifts": dict(zip(names, covers.astype(int).tolist(), strict=True)),
        "prices": dict(zip(names, prices.tolist(), strict=True)),
        "seconds": _PATIENCE_S,
        "workers": 2,
    }
