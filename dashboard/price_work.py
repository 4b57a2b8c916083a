"""What the buyer's page has worked out in processes: the price that decides, and other rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.apart import Line
    from planner.plan import Plan

# Imported by each process: what is heavy, inside the functions alone.


def work_out(plan: Plan, line: Line) -> None:
    """Tell as "found" what ``source`` finds, all but the plan; stopped early, what it has."""
    from planner.sourcing import source

    found = source(plan, line.step)
    told = {
        name: getattr(found, name)
        for name in ("switches", "frontier", "headcount", "weeks", "stopped")
    }
    line.tell("found", told)


def answer_rates(plan: Plan, line: Line) -> None:
    """Tell as "ready" today's mix and its weeks, then of each prices asked the mix as "answer"."""
    from planner.rates import Rates

    rates = Rates(plan, line.step)
    line.tell("ready", (rates.weeks, rates.today))
    while (asked := line.question()) is not None:
        line.tell("answer", (asked, rates.ask(dict(asked), line.step)))
