"""The page of a comparison: what differs in short, tables of cost and service, and pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.comparing.comparison import change, service_of
from planner.comparing.figures import cost_chart, scatter_chart, service_chart
from planner.comparing.sentences import against, sentences
from planner.comparing.words import span_of
from planner.export.findings import Cell
from planner.export.page import render_page
from planner.export.palette import LEVEL_WORDS, LEVELS, Chart, level_of
from planner.export.wording import number, percent

if TYPE_CHECKING:
    from planner.comparing.comparison import Comparison
    from planner.outcome import Outcome, Service

_MOST_QUEUES = 12  # drawn; all stand in the table
_MINUS = "\u2212"

Matrix = tuple[tuple[str, ...], tuple[tuple[str, tuple[Cell, ...]], ...]]


def comparison_html(found: Comparison) -> str:
    """Return ``compare.html``: the same plans give the same text, and nothing is loaded."""
    pictures = {
        "channel": [service_chart(found, "channel", name) for name in found.services("channel")],
        "queue": _queue_charts(found),
    }
    cost, scatter = cost_chart(found), scatter_chart(found)
    drawn = [cost, scatter, *pictures["channel"], *pictures["queue"]]
    return render_page(
        "compare.html.j2",
        drawn,
        title=f"{found.title or 'Plans'}: {len(found.outcomes)} plans compared",
        variants=(),
        span=span_of(found.first),
        first=found.first.name,
        left=found.left,
        said=[*sentences(found), *found.notes],
        plans=plans_matrix(found),
        levels=list(zip(LEVEL_WORDS, LEVELS, strict=True)),
        channels=services_matrix(found, "channel"),
        markets=services_matrix(found, "market") if len(found.services("market")) > 1 else None,
        queues=services_matrix(found, "queue") if len(found.services("queue")) > 1 else None,
        cost=cost,
        scatter=scatter,
        by_channel=pictures["channel"],
        by_queue=pictures["queue"],
    )


def _queue_charts(found: Comparison) -> list[Chart]:
    names = found.services("queue")
    if len(names) > _MOST_QUEUES or len(names) <= len(found.services("channel")):
        return []
    return [service_chart(found, "queue", name) for name in names]


def plans_matrix(found: Comparison) -> Matrix:
    """Return a row a plan: cost, hours, vendors and what is missing, each against the first."""
    header = (f"cost, {found.currency}", "a contact answered", "paid hours", "vendors' share",
              "missing on the line, h", "overdue, h", "promises")  # fmt: skip
    first = found.first
    return header, tuple((one.name, tuple(_plan_cells(one, first))) for one in found.outcomes)


def _plan_cells(one: Outcome, first: Outcome) -> list[Cell]:
    same = one is first
    dearer = against(one, first).removesuffix(f" than {first.name}")
    dearer = "the same" if dearer.startswith("as dear") else dearer
    kept = sum(queue.kept for queue in one.queues)
    judged = sum(queue.judged for queue in one.queues)
    promise = "kept" if one.promises_met else f"{len(one.below)} below"
    days = f"on {kept} of {judged} queue days"
    promised = Cell(promise, days, LEVELS[4] if one.promises_met else LEVELS[0])
    return [
        Cell(number(one.cost), dearer, ""),
        Cell(number(one.cost_per_contact, 2),
             "" if same else _more(one.cost_per_contact, first.cost_per_contact), ""),
        Cell(number(one.paid_hours), "" if same else _more(one.paid_hours, first.paid_hours), ""),
        Cell(percent(one.vendor_share),
             "" if same else _points(one.vendor_share, first.vendor_share), ""),
        _hours_cell(one.missing_hours, first.missing_hours, same=same),
        _hours_cell(one.overdue_hours, first.overdue_hours, same=same),
        promised if judged else Cell("\u2013", "nothing to judge", ""),
    ]  # fmt: skip


def _hours_cell(hours: float, first: float, *, same: bool) -> Cell:
    apart = round(hours, 1) - round(first, 1)  # of what is shown
    if same or abs(apart) < 0.05:
        return Cell(number(hours, 1), "", "")
    return Cell(
        number(hours, 1), f"{_signed(apart, 1)} h, {'worse' if apart > 0 else 'better'}", ""
    )


def services_matrix(found: Comparison, part: str) -> Matrix:
    """Return a row a plan, and a column a channel, market or queue: service against its promise."""
    names = found.services(part)
    rows = tuple(
        (one.name, tuple(_service_cell(found, one, part, name) for name in names))
        for one in found.outcomes
    )
    return tuple(name or "the market" for name in names), rows


def _service_cell(found: Comparison, outcome: Outcome, part: str, name: str) -> Cell:
    one, base = service_of(outcome, part, name), service_of(found.first, part, name)
    if one is None or math.isnan(one.service_level):
        return Cell("\u2013", "no contacts" if one else "not in this plan", "")
    told = _promise(one) if outcome is found.first or base is None else _against(one, base)
    colour = "" if math.isnan(one.promised) else LEVELS[level_of(one.service_level - one.promised)]
    return Cell(percent(one.service_level), told, colour)


def _promise(one: Service) -> str:
    if math.isnan(one.promised):
        return "no promise"
    lowest, highest = percent(one.promised_lowest), percent(one.promised_highest)
    return f"{'kept' if one.met else 'missed'}: {lowest}" + (
        f" to {highest}" if highest != lowest else ""
    )


def _against(one: Service, base: Service) -> str:
    word = "" if math.isnan(one.promised) else ("kept, " if one.met else "missed, ")
    return word + _points(one.service_level, base.service_level)


def _points(value: float, first: float) -> str:
    apart = 100 * (value - first)
    if math.isnan(apart):
        return ""
    if abs(apart) < 0.05:
        return "the same"
    places = 1 if abs(apart) < 0.95 else 0
    told = _signed(apart, places)
    return f"{told} point{'' if told[1:] == '1' else 's'}"


def _more(value: float, first: float) -> str:
    part = change(value, first)
    if math.isnan(part):
        return ""
    return "the same" if abs(part) < 5e-4 else f"{_signed(100 * part, 1)}\u202f%"


def _signed(value: float, places: int) -> str:
    shown = number(value, places)
    return shown if shown.startswith(_MINUS) else f"+{shown}"
