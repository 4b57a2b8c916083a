"""Rosters as tables: what each agent's tour holds, rules bent or broken, heads nobody takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from planner.export.wording import Table, counted, day_name, money, number
from staffing.crew import AT_WORK
from staffing.people import ANY_TIME
from staffing.tour_report import (
    AgentLine,
    Breach,
    BrokenWish,
    agent_lines,
    breaches,
    broken_wishes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.plan import Plan
    from staffing.roster import Unplaced

_HOURS = 2
_SHOWN = 20  # rules bent or broken, in the report


def lines_of(plan: Plan) -> tuple[AgentLine, ...]:
    """Return what each agent's tour holds."""
    return agent_lines(plan.roster, plan.pools, plan.allocation.shifts, plan.days)


def breaches_of(plan: Plan) -> tuple[Breach, ...]:
    """Return every rule that a tour bends or breaks."""
    return breaches(plan.roster, plan.pools, plan.allocation.shifts, plan.days)


def wishes_of(plan: Plan) -> tuple[BrokenWish, ...]:
    """Return every wish that the roster does not keep."""
    return broken_wishes(plan.roster, plan.pools, plan.allocation.shifts, plan.days)


def wishes_words(found: Sequence[BrokenWish]) -> Table | None:
    """Return the wishes that are not kept; None where there are none."""
    rows = tuple((one.agent, one.pool, day_name(one.day), _wished(one)) for one in found)
    header = ("agent", "pool", "day", "asked")
    caption = f"Wishes not kept: {number(len(found))}"
    return Table(caption, header, rows, frozenset(range(4))) if rows else None


def _wished(one: BrokenWish) -> str:
    what = "to work" if one.on else "not to work"
    if one.within == ANY_TIME:
        return f"{what} that day"
    start, end = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in one.within)
    return f"{what} from {start} to {end}"


def tours_table(lines: Sequence[AgentLine]) -> pd.DataFrame:
    """Return one row per agent over the horizon: hours, nights, weekends, wishes kept.

    ``contract_hours`` are those of the days of employment; ``overtime_hours`` lie beyond a week's;
    ``nights`` hold three hours between 21:00 and 06:00; ``early_starts`` lie before 08:00;
    ``single_days_off`` lie between two days of work.
    """
    table = pd.DataFrame([asdict(line) for line in lines], columns=list(AgentLine.__slots__))
    hours = ["paid_hours", "contract_hours", "overtime_hours"]
    return table.assign(**{name: table[name].astype(float).round(_HOURS) for name in hours})


def rules_table(found: Sequence[Breach]) -> pd.DataFrame:
    """Return one row per rule that a tour bends, at its price, or breaks: then without one."""
    table = pd.DataFrame([asdict(breach) for breach in found], columns=list(Breach.__slots__))
    table["price"] = table["price"].astype(float)
    return table.rename(columns={"day": "date"})


def unplaced_rows(plan: Plan) -> pd.DataFrame:
    """Return one row per day and shift whose heads nobody takes, and how many agents why not."""
    rows = [
        (part.pool, part.day.isoformat(), part.shift.label, part.heads, _why(part.hindered))
        for part in plan.roster.unplaced
    ]
    return pd.DataFrame(rows, columns=["pool", "date", "shift", "heads", "hindered"])


def _why(hindered: Mapping[str, int]) -> str:
    """Return how many agents are hindered by what, the most first.

    Examples
    --------
    >>> _why({"rest": 2, AT_WORK: 31})
    '31 at work that day; 2 rest'
    """
    ordered = sorted(hindered.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{count} {what}" for what, count in ordered)


def unplaced_table(plan: Plan) -> Table | None:
    """Return the shifts that nobody could take and why; None where there are none."""
    return unplaced_words(plan.roster.unplaced)


def unplaced_words(found: Sequence[Unplaced]) -> Table | None:
    """Return shifts that nobody could take and why; None of none."""
    rows = tuple(
        (part.pool, day_name(part.day), part.shift.label, number(part.heads), _told(part.hindered))
        for part in found
    )
    header = ("pool", "day", "shift", "heads", "agents, by what hinders them")
    caption = "Shifts that no agent could take: each is at work that day or would break a rule"
    return Table(caption, header, rows, frozenset({0, 1, 2, 4})) if rows else None


def _told(hindered: Mapping[str, int]) -> str:
    """Return what hinders the agents in words.

    Examples
    --------
    >>> _told({"rest": 2, AT_WORK: 31})
    '31 at work, 2 rest'
    """
    told = _why(hindered).replace(AT_WORK, "at work").replace("; ", ", ")
    return told or "nobody is employed"


def fairness_table(lines: Sequence[AgentLine]) -> Table:
    """Return per pool the fewest, the mean and the most of what its agents have to share."""
    rows = []
    for pool in dict.fromkeys(line.pool for line in lines):
        own = [line for line in lines if line.pool == pool]
        wishes = sum(line.wishes for line in own)
        kept = sum(line.wishes_kept for line in own)
        rows.append(
            (
                pool,
                number(len(own)),
                _range([line.paid_hours for line in own]),
                number(sum(line.overtime_hours for line in own)),
                _range([line.weekends for line in own]),
                _range([line.nights for line in own]),
                _range([line.early_starts for line in own]),
                _range([line.single_days_off for line in own]),
                f"{number(kept)} of {number(wishes)}" if wishes else "none asked",
            )
        )
    header = (
        "pool", "agents", "hours each", "overtime hours", "weekends worked", "nights",
        "starts before 08:00", "single days off", "wishes kept",
    )  # fmt: skip
    caption = "What agents share: the fewest, the mean and the most of each over the horizon"
    return Table(caption, header, tuple(rows), frozenset({0}))


def _range(values: Sequence[float]) -> str:
    """Return the fewest, the mean and the most.

    Examples
    --------
    >>> _range([1, 2, 6]), _range([2, 2])
    ('1 · 3.0 · 6', '2')
    """
    low, high = min(values), max(values)
    if low == high:
        return number(low)
    return f"{number(low)} · {number(sum(values) / len(values), 1)} · {number(high)}"


def rules_words(found: Sequence[Breach], currency: str, most: int = _SHOWN) -> Table | None:
    """Return the rules that tours bend or break, the first of them; None where all are kept."""
    if not found:
        return None
    rows = tuple(
        (
            breach.agent,
            breach.pool,
            day_name(breach.day),
            breach.rule,
            breach.sentence,
            "not to be bent" if breach.price is None else money(breach.price, currency),
        )
        for breach in found[:most]
    )
    header = ("agent", "pool", "day", "rule", "found", "price")
    more = f"; the first {most}, all in rules.csv" if len(found) > most else ""
    caption = f"Rules bent or broken: {counted(len(found), 'time')}{more}"
    return Table(caption, header, rows, frozenset({0, 1, 2, 3, 4}))
