"""The page of a running plan: what to do now, and the pictures that say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.actuals_words import (
    NOT_CONSIDERED,
    band_sentence,
    change,
    closing,
    move_lines,
    notes,
    now_words,
    outage_lines,
    rest_name,
    rest_rows,
    shortage_lines,
    spare_lines,
)
from planner.export.figures_actuals import contacts_chart, groups, positions_chart
from planner.export.findings import Fact
from planner.export.page import Pictures, render_page
from planner.export.wording import Table, day_name, money, number, percent

if TYPE_CHECKING:
    from planner.review import Review

_DAYS = 200  # rows of the table by day


def actuals_html(seen: Review) -> str:
    """Return ``actuals.html``: the same review gives the same text, and nothing is loaded."""
    charts = []
    for n, (title, queues) in enumerate(groups(seen)):
        charts.append(contacts_chart(seen, title, queues, str(n)))
        needed = positions_chart(seen, title, queues, str(n))
        charts += [needed] if needed else []
    plan = seen.plan
    return render_page(
        "actuals.html.j2",
        charts,
        title=f"{plan.scenario.name or 'Plan'}: plan against actual",
        variants=plan.variants,
        span=now_words(seen),
        rest=rest_name(seen),
        facts=_facts(seen),
        short=[*shortage_lines(seen), *spare_lines(seen)],
        moves=move_lines(seen),
        closing=closing(seen),
        said=[band_sentence(seen), *outage_lines(seen)],
        table_rest=_rest_table(seen),
        table_days=_days_table(seen),
        parts=Pictures(tuple(charts)),
        notes=[*(f"{note[:1].upper()}{note[1:]}." for note in notes(seen)), *NOT_CONSIDERED],
    )


def _facts(seen: Review) -> tuple[Fact, ...]:
    plan, moves, hours = seen.plan, seen.moves, seen.plan.interval_s / 3600
    known = seen.actuals.known
    came = float(np.nansum(seen.actuals.contacts))
    planned = float(plan.forecast.contacts[known].sum())
    rest = seen.found.rest
    later, was = float(seen.found.contacts[rest].sum()), float(plan.forecast.contacts[rest].sum())
    missing, left = (float(m.sum()) * hours for m in (moves.missing_before, moves.missing_after))
    cost = sum(move.cost for move in moves.moves)
    saved = "saved by" if cost < 0 else "for"
    return (
        Fact("Came so far", number(came),
             f"{number(planned)} were planned, {change(came, planned)}"),
        Fact(f"Expected, {rest_name(seen)}", number(later),
             f"{number(was)} were planned, {change(later, was)}"),
        Fact("Position hours missing", number(missing, 1), f"{number(left, 1)} with the moves"),
        Fact("Moves", money(abs(cost), plan.scenario.currency),
             f"{saved} {len(moves.moves)} of them" if moves.moves else "nothing to do"),
    )  # fmt: skip


def _rest_table(seen: Review) -> Table:
    rows = tuple(
        (name, number(planned), number(now), f"{number(low)} to {number(high)}",
         percent(was), percent(level), percent(moved))
        for name, planned, now, low, high, was, level, moved in rest_rows(seen)
    )  # fmt: skip
    header = ("queue", "planned", "expected now", "in 8 of 10 cases", "service planned",
              "as scheduled", "with the moves")  # fmt: skip
    return Table(f"Contacts and service, {rest_name(seen)}", header, rows)


def _days_table(seen: Review) -> Table:
    rows = []
    for one in seen.days:
        if np.isnan(one.actual):
            continue
        held = ("yes" if one.low <= one.actual <= one.high else "no") if one.whole else "not whole"
        rows.append(
            (seen.plan.queues[one.queue].name, day_name(seen.plan.days[one.day]),
             number(one.planned_so_far), number(one.actual),
             change(one.actual, one.planned_so_far),
             f"{number(one.low)} to {number(one.high)}", held)
        )  # fmt: skip
    header = ("queue", "day", "planned so far", "came", "difference", "whole day in 8 of 10 cases",
              "in its band")  # fmt: skip
    return Table("Plan against actual by day", header, tuple(rows[-_DAYS:]), frozenset({0, 1}))
