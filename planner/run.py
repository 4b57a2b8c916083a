"""The commands that plan: read, call the service, write the files, say it in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from planner.backtest import judge
from planner.check import read_question
from planner.export.axes import queue_axes
from planner.export.backtest_page import backtest_html
from planner.export.backtest_tables import days_table, scores_document, scores_table
from planner.export.backtest_words import backtest_words
from planner.export.summary import summary
from planner.export.tables import csv_bytes, forecast_table, requirement_table
from planner.export.words import plan_words
from planner.export.write import BACKTEST_FILES, check_out, write_files, write_plan
from planner.scenario.model import Scenario
from planner.service import Progress, ask, make_forecast, make_plan


def plan_and_write(
    path: Path,
    variants: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    as_json: bool = False,
) -> str:
    """Return what to print after planning a scenario file and writing every file of the plan."""
    progress("history", 0, 1)
    scenario, table = read_question(path, variants)
    check_out(out, _inputs(scenario))
    progress("history", 1, 1)
    plan = make_plan(scenario, table, progress)
    progress("report", 0, 1)
    written = write_plan(plan, out)
    progress("report", 1, 1)
    if as_json:
        return json.dumps(summary(plan), indent=2, ensure_ascii=False)
    return plan_words(plan, out, len(written))


def forecast_and_write(path: Path, variants: Sequence[str], out: Path, progress: Progress) -> str:
    """Return what to print after writing ``forecast.csv``."""
    scenario, table = read_question(path, variants)
    check_out(out, _inputs(scenario))
    _, found = make_forecast(scenario, table, progress)
    axes = queue_axes(scenario, found.times, scenario.days, scenario.interval_s)
    write_files({"forecast.csv": csv_bytes(forecast_table(found, axes))}, out)
    total = found.contacts.sum()
    notes = dict.fromkeys(note for queue in found.by_queue for note in queue.notes)
    return "\n".join(
        [
            f"{total:,.0f} contacts expected from {scenario.days[0]} to {scenario.days[-1]}.",
            *notes,
            f"Written: {out / 'forecast.csv'}",
        ]
    )


def staff_and_write(path: Path, variants: Sequence[str], out: Path, progress: Progress) -> str:
    """Return what to print after writing ``forecast.csv`` and ``requirement.csv``."""
    scenario, table = read_question(path, variants)
    check_out(out, _inputs(scenario))
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
    check_out(out, _inputs(scenario), BACKTEST_FILES)
    progress("history", 1, 1)
    judged = judge(scenario, table, progress, days=days, windows=windows)
    progress("report", 0, 1)
    files = {
        "backtest.csv": csv_bytes(days_table(judged)),
        "backtest_scores.csv": csv_bytes(scores_table(judged)),
        "backtest.html": backtest_html(judged).encode(),
    }
    write_files(files, out, BACKTEST_FILES)
    progress("report", 1, 1)
    if as_json:
        return json.dumps(scores_document(judged), indent=2, ensure_ascii=False, allow_nan=False)
    return backtest_words(judged, out, len(files))


def _inputs(scenario: Scenario) -> list[Path]:
    """Return the files that a plan is made from and must not overwrite."""
    history = scenario.history.file
    return [Path(scenario.file), *([scenario.folder / history] if history else [])]
