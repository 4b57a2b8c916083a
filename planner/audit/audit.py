"""An audit: a plan's files read, and every rule applied to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from planner.audit import (
    activities,
    handled,
    hours,
    limits,
    missing,
    money,
    people,
    positions,
    service,
    tours,
)
from planner.audit.books import Books
from planner.audit.files import AUDITED, AUDITED_TOO, PlanFiles, read_files
from planner.audit.judged import Judged
from planner.audit.question import question_of
from planner.errors import Fault, InputError

if TYPE_CHECKING:
    from planner.scenario.model import Scenario

#: Every rule, in the order in which it is told.
RULES = (
    hours.allowed_shifts,
    hours.paid_hours_and_cost,
    people.heads_a_day,
    people.rostered,
    people.employed,
    people.one_shift_a_day,
    people.rest,
    people.hours_a_week,
    people.days_a_week,
    people.days_in_a_row,
    tours.hours_on_average,
    tours.hours_exactly,
    tours.weekly_rest,
    tours.days_worked_in_a_row,
    tours.days_off_in_a_row,
    tours.weekends,
    tours.nights_in_a_row,
    tours.successions,
    tours.times,
    limits.hours_ordered,
    limits.share_of_hours,
    positions.served_queues,
    positions.nobody_twice,
    positions.positions_projected,
    handled.work_after_it_came,
    handled.largest_share,
    missing.understaffing,
    missing.missing_hours,
    positions.contacts_followed,
    service.service_sums,
    money.invoices,
    money.totals,
)

#: Rules for what a plan of before need not have.
RULES_OF_ACTIVITIES = (
    activities.shifts_filled,
    activities.own_queues,
    activities.hours_as_covered,
)


def audit(
    scenario: Scenario, contents: Mapping[str, bytes], folder: str = ""
) -> tuple[Judged, ...]:
    """Return what every rule finds in a plan's files.

    Nothing of the planning is used: files and scenario are read, clocks and calendars compared,
    hours, positions, contacts and money added up.

    Parameters
    ----------
    scenario
        The question, variants applied.
    contents
        Bytes by name of file.
    folder
        Where they lie, for messages.

    Raises
    ------
    InputError
        If a file or a column is missing.
    """
    asked = question_of(scenario)
    books = Books(asked, read_files(asked, contents, folder))
    rules = RULES if books.files.activities is None else (*RULES, *RULES_OF_ACTIVITIES)
    return (_read(books.files), *(rule(books) for rule in rules))


def audit_folder(scenario: Scenario, folder: Path) -> tuple[Judged, ...]:
    """Return what every rule finds in a folder of ``planner run``; see ``audit``."""
    contents, faults = {}, []
    there = [name for name in AUDITED_TOO if (folder / name).exists()]
    for name in (*AUDITED, *there):
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            message = f"must be a file that `planner run` wrote, got: {error.strerror or error}"
            faults.append(Fault(str(folder / name), None, "", message))
    if faults:
        raise InputError(faults)
    return audit(scenario, contents, str(folder))


def _read(files: PlanFiles) -> Judged:
    return Judged("rows", "rows that can be read", files.rows, files.unread)
