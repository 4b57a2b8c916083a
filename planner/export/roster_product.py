"""A roster for other programs: rows, a workbook with a sheet a team, or a calendar per agent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from planner.export.calendars import PRODID, roster_calendars
from planner.export.placing import Product
from planner.export.roster_words import About
from planner.export.tables import csv_bytes, roster_table
from planner.export.team_sheets import roster_workbook
from planner.export.tours import chosen_roster, teams_of
from planner.export.workbook import AUTHOR

if TYPE_CHECKING:
    from planner.export.tours import Choice
    from planner.plan import Plan

FORMATS = ("csv", "xlsx", "ics")


def roster_product(
    plan: Plan, choice: Choice, format_: str, written: dt.datetime, *, anonymous: bool = False
) -> Product:
    """Return the files of a roster, or of the part of it that is chosen.

    Parameters
    ----------
    format_
        One of ``FORMATS``.
    written
        When the plan was written, UTC: calendars bear it.
    anonymous
        Whether the plan's names are codes, which a workbook says.
    """
    teams, days = teams_of(plan, choice), choice.days_of(plan.days)
    if format_ == "csv":
        content = csv_bytes(roster_table(chosen_roster(plan.roster, choice), plan.pools))
        return Product({"roster.csv": content}, content.partition(b"\r\n")[0])
    if format_ == "xlsx":
        content = roster_workbook(teams, days, About(title_of(plan), anonymous))
        return Product({"roster.xlsx": content}, AUTHOR.encode())
    files = roster_calendars(teams, days, written)
    whole = not (choice.pools or choice.agents)
    return Product(files, PRODID.encode(), several=True, whole=whole)


def title_of(plan: Plan) -> str:
    """Return what a plan's files are headed by."""
    return ", ".join([plan.scenario.name, *plan.variants])
