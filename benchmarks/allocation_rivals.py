"""Ours beside what a planner does today: an ordinary week and the peak week, both simulated."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from benchmarks import allocation_judged
from benchmarks.allocation_apart import apart
from benchmarks.allocation_centres import (
    Question,
    example_question,
    over,
    some_days,
    some_markets,
)
from benchmarks.staffing_table import Progress, Reached
from staffing.queues import Promise, Target

LESS = 0.12
WEEKS = {"ordinary week": (0, 7), "peak week": (7, 14)}
_REPLICATIONS = 20
_LEVELS = (0.85, 0.90, 0.95, 0.98)
_NEAR = 0.005  # shares of contacts: service within so little counts as equal

_FLOOR = f"  {'live %':>6} {'met':>7} {'wr. %':>6} {'met':>7} {'left':>5}"
HEADING = (
    f"{'':<44} {'total':>9} {'as sched.':>9} {'hours':>7} {'missing':>7}"
    f"  {'shared floor':<34}  each queue alone\n{'':<79}{_FLOOR}{_FLOOR}"
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to plan.

    Parameters
    ----------
    title, how
        What the table calls it; "ours", "today" or "as they come".
    period
        What calls and chats keep their share over.
    level
        The share that calls and chats are planned for; None: what they promise.
    haste
        Part of the promised hours within which written work is planned to be done.
    """

    title: str
    how: str
    period: Literal["interval", "day"] = "interval"
    level: float | None = None
    haste: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A plan judged: costs, and the service of the shared floor and of each queue alone."""

    way: Way
    total: float
    scheduled: float
    hours: float
    missing_hours: float
    shared: dict[str, float]
    alone: dict[str, float]

    @property
    def missed(self) -> int:
        """Queues' days whose target is missed on the shared floor, beyond chance."""
        floor = self.shared
        days = floor["days_live"] + floor["days_written"]
        return int(days - floor["met_live"] - floor["met_written"])

    def line(self) -> str:
        """Return a line of the table."""
        told = [
            f"{self.way.title:<44} {self.total:>9,.0f} {self.scheduled:>9,.0f} {self.hours:>7,.0f} "
            f"{self.missing_hours:>7.1f}"
        ]
        for floor in (self.shared, self.alone):
            live = f"{floor['met_live']:.0f}/{floor['days_live']:.0f}"
            written = f"{floor['met_written']:.0f}/{floor['days_written']:.0f}"
            told.append(
                f"  {100 * floor['live']:>6.1f} {live:>7} {100 * floor['written']:>6.1f} "
                f"{written:>7} {floor['left']:>5.0f}"
            )
        return "".join(told)


TODAY = Way("today: Erlang C, written spread evenly", "today")
AS_THEY_COME = Way("today: Erlang C, written as it comes", "as they come")
OURS = (
    Way("ours, as the scenario says", "ours"),
    Way("ours, in 3/4 of the promised hours", "ours", haste=0.75),
    Way("ours, share over the day", "ours", "day"),
    Way("ours, over the day, in 3/4 of the hours", "ours", "day", haste=0.75),
    Way("ours, over the day, in half of the hours", "ours", "day", haste=0.5),
)


def planned(question: Question, way: Way) -> Question:
    """Return the question as a way of planning asks it."""
    queues = []
    for queue in over(question, way.period).queues:
        target = queue.target
        if isinstance(target, Promise):
            hours = way.haste * target.reply_within_hours
            queues.append(replace(queue, target=replace(target, reply_within_hours=hours)))
        elif isinstance(target, Target) and way.level is not None:
            queues.append(replace(queue, target=replace(target, service_level=way.level)))
        else:
            queues.append(queue)
    return replace(question, queues=tuple(queues))


def as_scheduled(question: Question) -> Question:
    """Return the question with all hours paid only when scheduled, and no minimum billed."""
    pools = tuple(
        replace(pool, contract=replace(pool.contract, paid="scheduled"), minimum_hours_per_week=0.0)
        for pool in question.pools
    )
    return replace(question, pools=pools)


def judged(question: Question, way: Way) -> Row:
    """Return a plan of a question, judged by the question as it is."""
    with tempfile.TemporaryDirectory() as place:
        task = {
            "question": str(planned(question, way).save(Path(place) / "asked.pkl")),
            "judged_by": str(question.save(Path(place) / "real.pkl")),
            "how": way.how,
            "replications": _REPLICATIONS,
        }
        told = apart(allocation_judged.MODULE, task).answer
    return Row(
        way,
        told["total"],
        told["scheduled"],
        told["hours"],
        told["missing_hours"],
        told["shared"],
        told["alone"],
    )


def measure(kept: Path | None, progress: Progress, *, quick: bool) -> list[Reached]:
    """Print both weeks' plans, paid as contracted and as scheduled, and their costs."""
    progress("the florist's forecast")
    question = example_question("florist", kept)
    if quick:
        question = some_markets(question, ("pt", "dk"))
    print(_LEGEND)
    reached = []
    for name, days in WEEKS.items():
        if quick and name == "peak week":
            continue
        week = some_days(question, *days)
        for paid, asked in (("contracted", week), ("scheduled", as_scheduled(week))):
            title = f"{name}, hours paid as {paid}"
            print(f"\n{title}\n{HEADING}", flush=True)
            reached += _compare(title, asked, progress, ordinary=name == "ordinary week")
    return reached


def _compare(
    title: str, question: Question, progress: Progress, *, ordinary: bool
) -> list[Reached]:
    """Print the plans of one week and return what is less."""

    def row(way: Way) -> Row:
        progress(f"{title}: {way.title}")
        found = judged(question, way)
        print(found.line(), flush=True)
        return found

    today = row(TODAY)
    row(AS_THEY_COME)
    ours = [row(way) for way in OURS]
    kept = [found for found in ours if found.missed <= today.missed]
    best = min(kept or ours, key=lambda found: found.total)
    less = 1 - best.total / today.total
    missed = f"missed {best.missed}, {today.missed} queues' days"
    met = less >= LESS and best.missed <= today.missed if ordinary else None
    lines = [
        Reached(f"{title}: less than today", f"{100 * LESS:g} %" if ordinary else "-",
                f"{100 * less:.1f} %", met),
        Reached(f"  its own: {best.way.title}", "-", missed, None),
    ]  # fmt: skip
    same = _as_good(today, ours, row)
    if same is None:
        return [*lines, Reached("  at equal simulated service", "-", "none was as good", None)]
    told = f"{100 * (1 - same.total / today.total):.1f} %"
    return [*lines, Reached(f"  at equal service: {same.way.title}", "-", told, None)]


def _as_good(today: Row, ours: Sequence[Row], row: Callable[[Way], Row]) -> Row | None:
    """Return the cheapest of ours that serves as today's plan does, planned for more if need be."""
    found = [one for one in ours if _reaches(one, today)]
    for level in () if found else _LEVELS:
        hasty = replace(OURS[-1], title=f"ours, {level:.0%} over the day, half the hours",
                        level=level)  # fmt: skip
        one = row(hasty)
        if _reaches(one, today):
            found = [one]
            break
    return min(found, key=lambda one: one.total, default=None)


def _reaches(one: Row, today: Row) -> bool:
    return all(one.shared[what] >= today.shared[what] - _NEAR for what in ("live", "written"))


_LEGEND = """\
Total: what is billed, penalties left out: contracted hours worked or not, minimums too. As sched.:
the hours scheduled alone, at their price. Missing: position hours short in the plan. Then the
simulated share in time of calls and chats (live) and of written work (wr.), in %, each followed by
the queues' days that meet their target within chance, and the contacts left at the end: first on
the shared floor, where whoever is free takes the next contact that he can, then each queue alone
with what the plan gives it."""
