"""A history handed over, on a page: its first rows, its columns and queues to map, its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

from dashboard.intake.reading import (
    MOST_WORDS,
    SHOWN_COLUMNS,
    TICKET_FIELDS,
    TICKET_PARTS,
    centre_on,
    queues_on,
    report_on,
    table_on,
)
from dashboard.parts import scrolled
from dashboard.words import say
from dashboard.work.faults import faults
from planner.errors import PlannerError
from planner.handed_over import IGNORE
from planner.scenario.raw import names

if TYPE_CHECKING:
    from dashboard.intake.desk import Desk, State
    from dashboard.intake.reading import Table
    from planner.scenario.document import Document

LEAVE_OUT = "\0leave out"
READ_SO = "data-read-so"

_LABELS = {
    "start": "Start of the interval, or of the contact",
    "queue": "Queue",
    "market": "Market, part of the queue's name",
    "channel": "Channel, part of the queue's name",
    "segment": "Kind of caller, part of the queue's name",
    "contacts": "Contacts offered (none: each row is one)",
    "aht_s": "Handling time, seconds",
    "aht_minutes": "Handling time, minutes",
    "answered": "Answered",
    "abandoned": "Hung up",
    "wait_s": "Mean wait of all contacts, seconds",
}


def column_id(ours: str) -> dict[str, str]:
    """Return the name of the picker of one of our columns."""
    return {"type": "data-column", "ours": ours}


def word_id(word: str) -> dict[str, str]:
    """Return the name of the picker of the queue that a table's word stands for."""
    return {"type": "data-word", "word": word}


def history_parts(desk: Desk, state: State) -> list[Any]:
    """Return what is seen of a history, and how it is to be read.

    Raises
    ------
    InputError
        If it cannot be read at all.
    """
    try:
        table = table_on(desk, state)
    except PlannerError as error:
        return [faults(error, *desk.hidden, title=say("The history cannot be read"))]
    parts: list[Any] = [_first_rows(table), _columns(table)]
    try:
        told, words = report_on(desk, state, table.columns)
    except PlannerError as error:
        title = say("The history cannot be read so: choose its columns")
        return [*parts, faults(error, *desk.hidden, title=title)]
    parts.append(_report(told))
    try:
        centre = centre_on(desk, state)
    except PlannerError:
        return parts  # told where the centre is chosen
    return [*parts, _words(state, words, centre)]


def _first_rows(table: Table) -> Any:  # noqa: ANN401
    if not table.rows:
        return None
    head = [html.Th(name, scope="col") for name in table.header]
    body = [html.Tr([html.Td(cell) for cell in row]) for row in table.rows]
    whole = html.Table([html.Caption(say("Its first rows")), html.Thead(html.Tr(head)),
                        html.Tbody(body)])  # fmt: skip
    return scrolled(whole, say("Its first rows"))


def _columns(table: Table) -> html.Div:
    header = TICKET_FIELDS if table.tickets else table.header
    shown = TICKET_PARTS if table.tickets else SHOWN_COLUMNS
    options = [{"value": name, "label": name} for name in dict.fromkeys(header) if name]
    pickers = [
        dmc.Select(
            id=column_id(ours), data=options, value=table.columns.get(ours), clearable=True,
            label=say(_LABELS[ours]), placeholder=say("none"), searchable=len(options) > 12,
        )
        for ours in shown
    ]  # fmt: skip
    read = dmc.Button(say("Read it so"), id=READ_SO, variant="default")
    return html.Div(
        [
            html.H3(say("Which column is what")),
            html.P(say("Guessed from the names: put right what is wrong."), className="sub"),
            html.Div(pickers, className="asks narrow"),
            html.Div(read, className="goes"),
        ]
    )


def _report(told: list[str]) -> html.Div:
    rows = []
    for line in told:
        name, words = line[:9].strip(), line[9:].strip()
        rows.append(html.Tr([html.Th(say(name) if name else "", scope="row"), html.Td(words)]))
    table = html.Table(html.Tbody(rows), className="report")
    return html.Div([html.H3(say("What was read")), scrolled(table, say("What was read"))])


def _words(state: State, words: list[str], centre: Document | None) -> Any:  # noqa: ANN401
    """Return a picker for each word that is no queue of the scenario."""
    title = html.H3(say("Which queue is which"))
    if centre is None:
        found = ", ".join(words[:20]) + (" …" if len(words) > 20 else "")
        told = "The table has the queues {words}. Choose a centre to say which they are there."
        return html.Div([title, html.P(say(told, words=found))])
    known = names(centre.value, "queues")
    mine = queues_on(state, words, centre)
    strange = [word for word in words if word not in known]
    if not strange:
        return html.Div([title, html.P(say("All are named as in the scenario."))])
    if len(strange) > MOST_WORDS:
        return html.Div([title, html.P(say("{count} words are no queue of the scenario: more than "
                                           "can be picked here. Put them into history.queues of "
                                           "the scenario file, where * stands for anything.",
                                           count=len(strange)))])  # fmt: skip
    options = [{"value": LEAVE_OUT, "label": say("leave these rows out")}]
    options += [{"value": name, "label": name} for name in known]
    pickers = [
        dmc.Select(id=word_id(word), data=options, label=word, allowDeselect=False,
                   value=LEAVE_OUT if mine[word] == IGNORE else mine[word],
                   searchable=len(options) > 12)
        for word in strange
    ]  # fmt: skip
    return html.Div([title, html.Div(pickers, className="asks narrow")])
