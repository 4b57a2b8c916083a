"""Plans side by side on a page: what differs in sentences, in one table, and in two pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.parts import figure, scrolled
from dashboard.shelf import FOLDER
from dashboard.words import say
from planner.comparing.figures import cost_chart, scatter_chart
from planner.comparing.page import plans_matrix, services_matrix
from planner.comparing.planned import compared
from planner.comparing.sentences import sentences
from planner.comparing.words import span_of
from planner.errors import Fault, InputError
from planner.export.palette import LEVEL_WORDS, LEVELS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from dashboard.shelf import Shelf
    from planner.comparing.comparison import Comparison
    from planner.export.findings import Cell
    from planner.outcome import Outcome

MOST = 4  # side by side


def comparison_of(shelf: Shelf, numbers: Sequence[int]) -> Comparison:
    """Return plans of a shelf side by side, the first one first; the first four of them.

    Raises
    ------
    InputError
        If one is not there or has no answer, or their money is of different currencies.
    """
    known = {one.id: one for one in shelf.records()}
    chosen = list(dict.fromkeys(numbers))[:MOST]
    outcomes: list[Outcome] = []
    for number in chosen:
        if number != FOLDER and number not in known:
            message = "must have the plan to compare with, got one that was removed"
            raise InputError([Fault("plans", None, f"plan {number}", message)])
        if number == FOLDER:
            outcomes.append(shelf.get(FOLDER).outcome)
            continue
        one = known[number]
        found = _outcome(shelf, number, one.ended_at)
        by_itself = one.name == ", ".join([one.scenario, *one.variants])
        outcomes.append(found if by_itself else replace(found, name=one.name))
    names = [one.name for one in outcomes]
    told = [
        replace(one, name=f"{one.name} ({number})") if names.count(one.name) > 1 else one
        for one, number in zip(outcomes, chosen, strict=True)
    ]
    titles = dict.fromkeys(one.title for one in told if one.title)
    return compared(" and ".join(titles), told)


@lru_cache(maxsize=256)  # a few numbers a plan, where unpacking one takes half a second
def _outcome(shelf: Shelf, number: int, _ended: dt.datetime | None) -> Outcome:
    return shelf.get(number).outcome


def side_by_side(found: Comparison) -> list[Any]:
    """Return a comparison as parts of a page."""
    said = [*sentences(found), *found.notes]
    alone = len(found.outcomes) < 2
    shown = [_table(found), _key(), html.P(_how(found), className="sub")]
    if alone:
        return shown
    return [html.Ul([html.Li(line) for line in said]), *shown]


def pictures(found: Comparison) -> list[Any]:
    """Return the pictures of a comparison: what each plan costs, and cost against service."""
    if len(found.outcomes) < 2:
        return []
    return [figure(cost_chart(found)), figure(scatter_chart(found))]


def _how(found: Comparison) -> str:
    days = say("For {days}.", days=span_of(found.first))
    if len(found.outcomes) < 2:
        return days
    against = say("Differences are against {name}.", name=found.first.name)
    return f"{days} {against}"


def _key() -> html.Ul:
    """Return what the colours of service mean."""
    return html.Ul(
        [
            html.Li([html.Span(className="swatch", style={"background": colour}), words])
            for colour, words in zip(LEVELS, LEVEL_WORDS, strict=True)
        ],
        className="legend",
    )


def _table(found: Comparison) -> html.Div:
    """Return one table: a column a plan, rows of the whole, of channels, markets and queues."""
    names = [one.name for one in found.outcomes]
    groups = [(say("The plan"), plans_matrix(found))]
    for part, title in (("channel", say("Answered in time, by channel")),
                        ("market", say("Answered in time, by market"))):  # fmt: skip
        if part == "channel" or len(found.services(part)) > 1:
            groups.append((title, services_matrix(found, part)))
    body: list[Any] = []
    for title, (header, rows) in groups:
        body.append(html.Tr(html.Th(title, scope="colgroup", colSpan=len(names) + 1),
                            className="group"))  # fmt: skip
        for n, name in enumerate(header):
            cells = [_cell(cells[n], rows[0][1][n]) for _, cells in rows]
            body.append(html.Tr([html.Th(name, scope="row"), *cells]))
    head = [html.Th(say("Figure"), scope="col"), *(html.Th(name, scope="col") for name in names)]
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="beside levels")
    return scrolled(whole, say("Plans side by side"))


def _cell(cell: Cell, base: Cell) -> html.Td:
    """Return a cell; what differs from the first plan's stands out."""
    differs = cell.level != base.level
    style = {"borderLeftColor": cell.colour or "transparent"}
    small = html.Small(cell.remark, className="differs" if differs else "")
    return html.Td([html.Strong(cell.level), small], className="level", style=style)


def queues_section(found: Comparison) -> html.Details | None:
    """Return the service of each queue, folded away; None of a single one."""
    names = found.services("queue")
    if len(names) < 2:
        return None
    header, rows = services_matrix(found, "queue")
    head = [html.Th(say("Queue"), scope="col"), *(html.Th(name, scope="col") for name, _ in rows)]
    body = [
        html.Tr([html.Th(name, scope="row"),
                 *(_cell(cells[n], rows[0][1][n]) for _, cells in rows)])
        for n, name in enumerate(header)
    ]  # fmt: skip
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="beside levels")
    return html.Details([html.Summary(say("Each queue")), scrolled(whole, say("Each queue"))])


def notes_section() -> html.Details:
    """Return what to know before trusting a comparison, folded away."""
    lines = html.Ul([html.Li(say(line)) for line in NOTES])
    return html.Details([html.Summary(say("What the comparison counts")), lines])


NOTES = (
    "Every plan is made by itself, with whole heads: a difference in cost of a fraction of a "
    "percent can be chance of rounding.",
    "A promise counts as kept where the share over all days reaches it; the remark beside it "
    "counts the days of each queue that keep it by themselves.",
    "Positions missing on the line, and work that falls overdue, are bought from nobody: a plan "
    "may be cheap as it leaves work undone.",
)
