"""A roster taken away: the bytes of `planner export PLAN roster`, as a file of the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dash import html
from flask import Response, request

from dashboard.parts import section
from dashboard.words import say
from planner.errors import Fault, InputError, PlannerError
from planner.export.choosing import choice_of
from planner.export.files import file_names, zipped
from planner.export.roster_product import FORMATS, roster_product

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.shelf import Shelf

PATH = "/download/roster"
ALL = "all"
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "zip": "application/zip",
}
_WORDS = (
    ("csv", "CSV, a row a shift"),
    ("xlsx", "Excel, a sheet a team"),
    ("ics", "iCalendar, a calendar an agent"),
)


def links(
    number: int, values: Mapping[str, str], days: Sequence[dt.date], every: Sequence[dt.date]
) -> html.Section:
    """Return the downloads of the team chosen: of the days chosen, and of all days."""
    asked = {"plan": str(number)}
    if values["team"] != ALL:
        asked["pool"] = values["team"]
    some = asked | {"from": days[0].isoformat(), "to": days[-1].isoformat()}
    spans = [(say("These days"), some), (say("All days"), asked)]
    rows = [
        html.P([html.Strong(f"{name}: "), *_row(told)], className="downloads")
        for name, told in (spans if tuple(days) != tuple(every) else spans[1:])
    ]
    says = say(
        "The same files as the command planner export writes, of the team chosen, "
        "with all its skills; several calendars come in one zip."
    )
    return section(say("Take it away"), *rows, says=says)


def _row(asked: Mapping[str, str]) -> list[html.A]:
    return [
        html.A(say(words), href=f"{PATH}?{urlencode({**asked, 'format': format_})}", download="")
        for format_, words in _WORDS
    ]


def serve(app: Dash, shelf: Shelf) -> None:
    """Answer the downloads' address."""

    def roster() -> Response:
        try:
            name, content = roster_file(shelf, request.args)
        except PlannerError as error:
            return Response(str(error), 400, mimetype="text/plain")
        answer = Response(content, content_type=_KINDS[name.rpartition(".")[2]])
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    app.server.add_url_rule(PATH, "download_roster", roster, methods=["GET"])


def roster_file(shelf: Shelf, asked: Mapping[str, str]) -> tuple[str, bytes]:
    """Return a download's name and bytes.

    Parameters
    ----------
    asked
        ``plan``, its number; ``format``, csv, xlsx or ics; ``pool``, ``from`` and ``to``, each
        left out for all.

    Raises
    ------
    InputError
        With every word that the plan does not know.
    """
    told, format_ = asked.get("plan", ""), asked.get("format", "csv")
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise _refused("plan", f"must be a plan's number, got {told[:40]!r}")
    if format_ not in FORMATS:
        raise _refused("format", f"must be one of {', '.join(FORMATS)}, got {format_[:40]!r}")
    seen = shelf.get(int(told))
    pools = [asked["pool"]] if asked.get("pool") else []
    choice = choice_of(
        seen.plan, seen.name, pools, (), asked.get("from") or None, asked.get("to") or None
    )
    product = roster_product(seen.plan, choice, format_, shelf.written(seen.number))
    if len(product.files) > 1:
        ending, content = "zip", zipped(product.files, product.mark)
    else:
        ending, content = format_, next(iter(product.files.values()), b"")
    stem = " ".join(["roster", *pools])
    return file_names([stem], f".{ending}")[0], content


def _refused(field: str, message: str) -> InputError:
    return InputError([Fault("download", None, field, message)])
