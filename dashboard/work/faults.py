"""What is wrong, told on a page: each fault on a line of its own, without the server's folders."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from dashboard.words import say
from planner.errors import InputError, PlannerError
from planner.scenario.document import ON_THE_SPOT

MOST = 60  # shown at once


def fault_lines(error: PlannerError, *hidden: str) -> list[str]:
    """Return each fault as a person reads it; ``hidden`` are places whose names are not told.

    Examples
    --------
    >>> from planner.errors import Fault
    >>> wrong = InputError([Fault("--variant", None, "risk", "must be < 1, got 2")])
    >>> fault_lines(wrong), fault_lines(PlannerError("/tmp/x/a.csv: no"), "/tmp/x/")
    (['risk must be < 1, got 2'], ['a.csv: no'])
    """
    if not isinstance(error, InputError):
        lines = str(error).splitlines()
    else:
        lines = [
            f"{fault.field} {fault.message}".strip() if fault.file == ON_THE_SPOT else str(fault)
            for fault in error.faults
        ]
    for place in hidden:
        lines = [line.replace(place, "") for line in lines]
    return lines


def faults(error: PlannerError, *hidden: str, title: str = "") -> dmc.Alert:
    """Return everything that is wrong, at once."""
    lines = fault_lines(error, *hidden)
    shown = [html.Li(line) for line in lines[:MOST]]
    if len(lines) > MOST:
        shown.append(html.Li(say("and {count} more", count=len(lines) - MOST)))
    return dmc.Alert(
        html.Ul(shown, className="faults"), title=title or say("This cannot be planned"),
        color="red",
    )  # fmt: skip
