"""The report: one self-contained page with the plan's pictures, tables and arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.asked_interval import busiest_interval
from planner.export.day_parts import method_words, part_words
from planner.export.digest import Digest, digest, notes_of
from planner.export.explain import explain_interval
from planner.export.explain_demand import target_words
from planner.export.explain_history import past_peaks
from planner.export.figures_demand import daily_chart, day_shape_chart
from planner.export.figures_floor import floor_chart
from planner.export.figures_service import service_chart
from planner.export.figures_supply import cost_chart, heads_chart, positions_chart
from planner.export.findings import (
    facts,
    headlines,
    roster_table_of,
    service_cells,
    worst_table,
)
from planner.export.page import Pictures, render_page
from planner.export.paths import paths_report
from planner.export.pool_time import pool_time_table
from planner.export.summary import versions
from planner.export.tour_tables import (
    breaches_of,
    fairness_table,
    lines_of,
    rules_words,
    unplaced_table,
)
from planner.export.waiting import waiting, waiting_table
from planner.export.wording import Table, day_name, interval_name, number, percent
from planner.export.worth_rows import worth_rows
from planner.export.worth_words import worth_sentences, worth_tables

if TYPE_CHECKING:
    from planner.plan import Plan

_WEEK = 7
_FELT = 1.05  # an event that moves a day by less does not name it


def report_html(plan: Plan, sums: Digest | None = None) -> str:
    """Return ``report.html``: the same plan gives the same text.

    The page holds all that it shows, Plotly's program included, and may load nothing: its content
    policy forbids every request.
    """
    sums = digest(plan) if sums is None else sums
    queue, interval = busiest_interval(plan, sums.axes)
    rows = worth_rows(plan, sums.axes)
    story = explain_interval(plan, queue, interval, sums.axes[queue])
    parts = {
        "demand": _demand(plan, sums),
        "positions": _positions(plan, sums),
        "service": _service(plan, sums),
        "costs": Pictures((cost_chart(plan),)),
        "story": Pictures((day_shape_chart(plan, sums, queue, interval),)),
        "roster": _roster(plan, sums),
    }
    charts = [chart for part in parts.values() for chart in (*part.large, *part.small)]
    return render_page(
        "report.html.j2",
        charts,
        title=plan.scenario.name or "Plan",
        variants=plan.variants,
        span=f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}",
        facts=facts(plan, sums),
        headlines=headlines(plan, sums),
        service=service_cells(sums),
        parts=parts,
        over=any(over != "interval" for over in sums.over),
        past_peaks=past_peaks(plan, sums),
        waiting=waiting_table(waiting(plan, sums)),
        worst=worst_table(plan, sums),
        worth=worth_sentences(plan, rows),
        worth_tables=worth_tables(plan, rows),
        story=story,
        story_title=_story_title(plan, queue, int(sums.axes[queue].day[interval])),
        paths=paths_report(plan),
        roster=roster_table_of(plan),
        unplaced=unplaced_table(plan),
        fairness=fairness_table(lines_of(plan)),
        bent=rules_words(breaches_of(plan), plan.scenario.currency),
        pool_time=pool_time_table(plan),
        queues=_queue_table(plan, sums),
        notes=notes_of(plan),
        solver=_solver_table(plan),
        versions=_versions_table(plan),
    )


def _demand(plan: Plan, sums: Digest) -> Pictures:
    markets = sums.markets if len(sums.markets) > 1 else ()
    small = tuple(daily_chart(plan, sums, market) for market in markets)
    large = (daily_chart(plan, sums), daily_chart(plan, sums, long=True))
    return Pictures(large, small)


def _positions(plan: Plan, sums: Digest) -> Pictures:
    peak = sums.peak_day
    monday = max(peak - plan.days[peak].weekday(), 0)
    week = list(range(monday, min(monday + _WEEK, len(plan.days))))
    markets = sums.markets if len(sums.markets) > 1 else ()
    small = []
    for market in markets:
        chosen = sums.queues(market=market)
        small.append(positions_chart(plan, sums, market, [_peak_of(sums, chosen)]))
    large = (positions_chart(plan, sums, None, [peak]), positions_chart(plan, sums, None, week))
    return Pictures(large, tuple(small))


def _peak_of(sums: Digest, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    return int(sums.contacts[chosen].sum(axis=0).argmax())


def _service(plan: Plan, sums: Digest) -> Pictures:
    deferred = np.array([queue.deferred for queue in plan.queues])
    kinds = (
        ("service-once", "Those who wait on the line", np.flatnonzero(~deferred)),
        ("service-later", "Work that may wait", np.flatnonzero(deferred)),
    )
    large = [service_chart(plan, sums, chosen, key, title) for key, title, chosen in kinds
             if len(chosen)]  # fmt: skip
    small = []
    for n, market in enumerate(sums.markets if len(sums.markets) > 1 else ()):
        chosen = sums.queues(market=market)
        at_once = chosen[~deferred[chosen]]
        if len(at_once):
            title = f"{market}, on the line"
            small.append(service_chart(plan, sums, at_once, f"service-{n}", title))
    return Pictures(tuple(large), tuple(small))


def _roster(plan: Plan, sums: Digest) -> Pictures:
    floor = floor_chart(plan, sums.peak_day)
    return Pictures((heads_chart(plan), *((floor,) if floor else ())))


def _story_title(plan: Plan, queue: int, day: int) -> str:
    """Return the heading of the explanation, with the event that moves the day most."""
    length = interval_name(plan.interval_s)
    several = length[0].isdigit()
    start = length if several else f"One {length}"
    parts = plan.forecast.by_queue[queue].parts
    pulls = {name: float(part[day]) for name, part in parts.items() if name.startswith("event ")}
    event = max(pulls, key=lambda name: pulls[name], default="")
    moved = bool(event) and pulls[event] > _FELT
    around = f" around {part_words(event)}" if moved else ""
    its = "their" if several else "its"
    return f"{start}{around}, from {its} history to {its} price"


def _queue_table(plan: Plan, sums: Digest) -> Table:
    rows = tuple(
        (
            axis.queue,
            axis.channel,
            target_words(queue.target),
            number(float(sums.contacts[q].sum())),
            percent(sums.outcome([q]).service_level, 1),
            method_words(plan.forecast.by_queue[q]),
        )
        for q, (axis, queue) in enumerate(zip(sums.axes, plan.queues, strict=True))
    )
    header = ("queue", "channel", "promised", "contacts", "in time", "forecast by")
    return Table("Each queue: its promise, its service, its forecast's method", header, rows,
                 frozenset({0, 1, 2, 5}))  # fmt: skip


def _solver_table(plan: Plan) -> Table:
    solved, currency = plan.allocation, plan.scenario.currency
    rows = (
        (f"with whole heads, {currency}", number(solved.cost, 2)),
        (f"with fractions of heads, {currency}", number(solved.bound, 2)),
        ("whole heads cost more by", percent(max(solved.gap, 0.0), 2)),
    )
    return Table(
        "What whole heads cost, missing positions at their price",
        ("", "value"),
        rows,
        frozenset({0, 1}),
    )


def _versions_table(plan: Plan) -> Table:
    rows = (
        ("seed", str(plan.scenario.seed)),
        *((name, version or "not installed") for name, version in versions().items()),
    )
    return Table("What this plan was made with", ("", "version"), rows, frozenset({0, 1}))
