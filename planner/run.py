"""The commands that plan: read, call the service, write the files, say it in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.audit.audit import audit_folder
from planner.backtest import judge
from planner.check import read_question
from planner.clock import Progress
from planner.errors import Fault, InputError
from planner.estimate import estimate
from planner.export.axes import queue_axes
from planner.export.backtest_page import backtest_html
from planner.export.backtest_tables import scores_document, scores_table, tried_days_table
from planner.export.backtest_words import backtest_words
from planner.export.day_table import days_table
from planner.export.estimate_words import estimate_document, estimates_text
from planner.export.explain_day import busiest_day, explain_day
from planner.export.forecast_words import ForecastWords
from planner.export.overridden import overridden, overridden_words
from planner.export.sourcing_page import sourcing_html
from planner.export.sourcing_tables import (
    frontier_table,
    headcount_table,
    pools_table,
    rates_table,
    sourcing_document,
)
from planner.export.sourcing_words import sourcing_words
from planner.export.tables import csv_bytes, forecast_table, requirement_table
from planner.export.verified import audit_document, audit_words, verification_words
from planner.export.words import plan_words
from planner.export.write import (
    BACKTEST_FILES,
    SOURCING_FILES,
    check_out,
    write_files,
)
from planner.notes import forecast_notes
from planner.scenario.document import read_yaml
from planner.scenario.model import Scenario, load_scenario
from planner.scenario.telling import one_of, quoted
from planner.service import ask, make_forecast, make_plan
from planner.sourcing import source
from planner.stored import Keep, kept, worked_out


def plan_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    checked: bool = False,
    as_json: bool = False,
    time_limit_s: float | None = None,
    keep: Keep | None = None,
) -> str:
    """Return what to print after planning a scenario file and writing every file of the plan.

    ``checked`` simulates the plan and audits the tables that are written, and writes
    ``verification.csv`` and ``audit.csv`` too; ``keep`` keeps it in a store as well.
    """
    progress("history", 0, 1)
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario))
    progress("history", 1, 1)
    with kept(keep, scenario) as work:
        made = worked_out(
            scenario,
            table,
            progress if work is None else work.telling(progress),
            checked=checked,
            time_limit_s=time_limit_s,
            label=str(out),
        )
        written = write_files(made.files, out)
        if work is not None:
            stopped = time_limit_s is None and made.plan.allocation.stopped
            work.finish(made.files, made.summary, stopped=stopped)
    if as_json:
        return json.dumps(made.summary, indent=2, ensure_ascii=False)
    words = [plan_words(made.plan, out, len(written))]
    if made.found is not None:
        words.append(verification_words(made.plan, made.found))
    if work is not None:
        words.append(f"Kept as plan {work.plan} in {work.store.name}.")
    return "\n\n".join(words)


def audit_and_tell(
    path: Path, variants: Sequence[str], folder: Path, *, as_json: bool = False
) -> tuple[str, bool]:
    """Return what to print of an audit of a folder of ``planner run``, and whether all is right."""
    found = audit_folder(load_scenario(path, variants), folder)
    right = not any(one.faults for one in found)
    if as_json:
        return json.dumps(audit_document(found), indent=2, ensure_ascii=False), right
    return audit_words(found), right


def estimate_words(path: Path, variants: Sequence[str], *, as_json: bool = False) -> str:
    """Return what to print of what a scenario's history tells of its queues."""
    scenario, table = read_question(path, variants)
    found = estimate(scenario, table)
    if as_json:
        return json.dumps(estimate_document(found), indent=2, ensure_ascii=False)
    return estimates_text(found, scenario.name, table.file)


@dataclass(frozen=True, slots=True)
class Explain:
    """Which day of a forecast is explained: None is the largest queue, and its busiest day."""

    queue: str | None = None
    date: str | None = None


def forecast_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    wanted: Explain | None = None,
    as_json: bool = False,
) -> str:
    """Return what to print after writing ``forecast.csv``.

    A ``wanted`` explanation stands there too, and ``forecast_days.csv`` is written beside it.
    """
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario))
    date = _asked_day(scenario, wanted) if wanted else None
    past, found = make_forecast(scenario, table, progress)
    axes = queue_axes(scenario, found.times, scenario.days, scenario.interval_s)
    files = {"forecast.csv": csv_bytes(forecast_table(found, axes))}
    day = None
    if wanted:
        files["forecast_days.csv"] = csv_bytes(days_table(scenario, found))
        day = explain_day(scenario, found, *busiest_day(found, wanted.queue, date))
    written = write_files(files, out)
    notes = forecast_notes(scenario, table, found, min(one.first_day for one in past))
    told = ForecastWords(scenario, found, notes, tuple(str(out / name.name) for name in written))
    return (
        json.dumps(told.as_dict(day), indent=2, ensure_ascii=False) if as_json else told.text(day)
    )


def _asked_day(scenario: Scenario, wanted: Explain) -> dt.date | None:
    """Return the day to explain, None where it is left open.

    Raises
    ------
    InputError
        When there is no such queue, or the day lies outside of the horizon.
    """
    faults = []
    names = [queue.name for queue in scenario.queues]
    if wanted.queue is not None and wanted.queue not in names:
        message = f"must {one_of(names, wanted.queue)}, got {quoted(wanted.queue)}"
        faults.append(Fault(scenario.file, None, "--queue", message))
    days = {day.isoformat(): day for day in scenario.days}
    if wanted.date is not None and wanted.date not in days:
        first, *_, last = [*days, *days]
        near = first if wanted.date < first else last
        message = f"must be a day from {first} to {last} (nearest: {near}), got "
        faults.append(Fault(scenario.file, None, "--date", message + quoted(wanted.date)))
    if faults:
        raise InputError(faults)
    return None if wanted.date is None else days[wanted.date]


def staff_and_write(path: Path, variants: Sequence[str], out: Path, progress: Progress) -> str:
    """Return what to print after writing ``forecast.csv`` and ``requirement.csv``."""
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario))
    asked = ask(scenario, table, progress)
    axes = queue_axes(scenario, asked.forecast.times, scenario.days, scenario.interval_s)
    files = {
        "forecast.csv": csv_bytes(forecast_table(asked.forecast, axes)),
        "requirement.csv": csv_bytes(requirement_table(asked.requirement, axes)),
    }
    write_files(files, out)
    hours = asked.requirement.positions.sum() * scenario.interval_s / 3600
    most = asked.requirement.positions.sum(axis=0).max()
    return "\n".join(
        [
            f"{asked.forecast.contacts.sum():,.0f} contacts expected take {hours:,.0f} position "
            f"hours, at most {most:,.0f} positions at once.",
            *(f"{line}." for line in overridden_words(overridden(scenario, asked.forecast))),
            f"Written: {out / 'forecast.csv'}, {out / 'requirement.csv'}",
        ]
    )


def backtest_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    days: int | None = None,
    windows: int = 6,
    as_json: bool = False,
) -> str:
    """Return what to print after trying every method on a scenario's history."""
    progress("history", 0, 1)
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario), BACKTEST_FILES)
    progress("history", 1, 1)
    judged = judge(scenario, table, progress, days=days, windows=windows)
    progress("report", 0, 1)
    files = {
        "backtest.csv": csv_bytes(tried_days_table(judged)),
        "backtest_scores.csv": csv_bytes(scores_table(judged)),
        "backtest.html": backtest_html(judged).encode(),
    }
    write_files(files, out, BACKTEST_FILES)
    progress("report", 1, 1)
    if as_json:
        return json.dumps(scores_document(judged), indent=2, ensure_ascii=False, allow_nan=False)
    return backtest_words(judged, out, len(files))


def source_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    points: int | None = None,
    weeks: int | None = None,
    as_json: bool = False,
) -> tuple[str, bool]:
    """Return what to print after asking what pools cost, and whether somebody stopped it early."""
    progress("history", 0, 1)
    scenario, table = read_question(path, variants)
    check_out(out, inputs_of(scenario), SOURCING_FILES)
    progress("history", 1, 1)
    plan = make_plan(scenario, table, progress)
    found = source(plan, progress, points, weeks)
    progress("report", 0, 1)
    files = {
        "sourcing.csv": csv_bytes(pools_table(found)),
        "sourcing_rates.csv": csv_bytes(rates_table(found)),
        "sourcing_frontier.csv": csv_bytes(frontier_table(found)),
        "sourcing_headcount.csv": csv_bytes(headcount_table(found)),
        "sourcing.html": sourcing_html(found).encode(),
    }
    write_files(files, out, SOURCING_FILES)
    progress("report", 1, 1)
    if as_json:
        told = sourcing_document(found)
        return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False), found.stopped
    return sourcing_words(found, out, len(files)), found.stopped


def inputs_of(scenario: Scenario) -> list[Path]:
    """Return the files that a plan is made from and must not overwrite."""
    pools = read_yaml(Path(scenario.file)).value.get("pools")
    agents = [pool.get("agents") for pool in pools or () if isinstance(pool, dict)]
    lists = [one.get("file") for one in agents if isinstance(one, dict)]
    named = [scenario.history.file, *(driver.file for driver in scenario.drivers), *lists]
    return [Path(scenario.file), *(scenario.folder / name for name in named if name)]
