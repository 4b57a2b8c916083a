"""A week's instances solved, counted again and set beside what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.allocation_plain import solve_week
from benchmarks.allocation_recheck import recheck
from benchmarks.allocation_weeks import GROUPS, KNOWN, Known, WeekInstance, known_week
from benchmarks.staffing_table import Progress, Reached

GAP = 1e-4
_RELAXED_S = 1.0
_USUAL_S = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A week to solve, within how long, and what is known of it."""

    instance: WeekInstance
    seconds: float
    known: Known | None = None


def known_weeks() -> list[Asked]:
    """Return the published weeks."""
    return [Asked(known_week(name), known.within_s, known) for name, known in KNOWN.items()]


def other_week(instance: WeekInstance) -> Asked:
    """Return a week of which nothing is known."""
    return Asked(instance, _USUAL_S)


def measure(weeks: Sequence[Asked], progress: Progress, *, quick: bool) -> list[Reached]:
    """Print how each week is solved."""
    print(
        f"{'week':<14} {'build s':>8} {'bound':>12} {'LP s':>6} {'cost':>12} {'s':>6} "
        f"{'gap %':>7} {'hours: ' + ', '.join(GROUPS):>36} {'short h':>8}  counted again"
    )
    reached = []
    for asked in weeks:
        progress(f"week {asked.instance.name}")
        reached += _measure(asked, 5.0 if quick else asked.seconds)
    return reached


def _measure(asked: Asked, seconds: float) -> list[Reached]:
    instance, known = asked.instance, asked.known
    # Building and the relaxation count too, and the last step may run over a little.
    found = solve_week(instance, GAP, 0.85 * seconds)
    again = recheck(instance, found.heads, found.cost)
    gap = (again.cost - found.bound) / found.bound
    hours = ", ".join(f"{h:,.1f}" for h in again.hours)
    print(
        f"{instance.name:<14} {found.build_s:>8.2f} {found.bound:>12,.2f} {found.relaxed_s:>6.2f} "
        f"{again.cost:>12,.2f} {found.whole_s:>6.1f} {100 * gap:>7.3f} {hours:>36} "
        f"{again.short_hours:>8.2f}  {'; '.join(again.faults) or 'agrees'}",
        flush=True,
    )
    name = instance.name
    built = found.build_s + found.relaxed_s
    lines = [
        Reached(f"{name}: counted again", "agrees", "agrees" if not again.faults else "NOT",
                not again.faults),
        Reached.at_most(f"{name}: building and relaxation", _RELAXED_S, built, "s"),
    ]  # fmt: skip
    took = built + found.whole_s
    if known is None:
        told = f"{100 * gap:.3f} % in {took:.1f} s"
        return [*lines, Reached(f"{name}: over the bound", "-", told, None)]
    told = f"{again.cost:,.2f} in {took:.1f} s"
    target = f"{known.at_most:,.0f} in {known.within_s:.0f} s"
    met = again.cost <= known.at_most and took <= known.within_s
    print(
        f"{'':<14} known: bound {known.bound:,.2f}, best {known.best:,.2f}; "
        f"this is {100 * (again.cost / known.best - 1):+.3f} % of the best"
    )
    return [*lines, Reached(f"{name}: cost", target, told, met)]
