"""A real florist's peaks: the whole way from history to roster, on data the program never saw."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import statistics
from pathlib import Path

import pytest

from planner.export.write import write_plan
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from tests.real.florist import ORDERS, actual_days, orders

pytestmark = pytest.mark.skipif(
    not ORDERS.exists(), reason="the real florist's orders (../shared/data) are absent"
)


def rows_of(path: Path, day: str) -> list[dict[str, str]]:
    with path.open() as file:
        return [row for row in csv.DictReader(file) if row["start"].startswith(day)]


@pytest.mark.parametrize(
    ("name", "event"),
    [("valentine", dt.date(2022, 2, 14)), ("mothers_day", dt.date(2022, 5, 8))],
)
def test_plans_a_real_peak_beforehand(name, event, tmp_path):
    table = orders()
    shutil.copy(Path(__file__).with_name(f"{name}.yaml"), tmp_path / "scenario.yaml")
    table.to_parquet(tmp_path / "orders.parquet")
    scenario = load_scenario(tmp_path / "scenario.yaml")
    plan = make_plan(scenario, load_history(scenario))

    assert max(day.contacts.shape[0] for day in plan.histories) > 1000
    forecast = dict(zip(plan.days, plan.forecast.by_queue[0].day_total, strict=True))
    actual = actual_days(table)
    window = [day for day in plan.days if -7 <= (day - event).days <= 2]
    ordinary = statistics.median(actual[day] for day in plan.days if day not in window)
    # A forecast that knew no event would miss the window by far more than half.
    expected, came = (sum(days[day] for day in window) for days in (forecast, actual))
    assert abs(expected / came - 1) < 0.35
    assert max(forecast[day] for day in window) > 3 * ordinary

    write_plan(plan, tmp_path / "plan")
    peak = str(max(window, key=lambda day: forecast[day]))
    files = ("coverage", "requirement", "projection")
    coverage, needs, served = (rows_of(tmp_path / "plan" / f"{f}.csv", peak) for f in files)
    speed = {pool.name: pool.speed["orders"] for pool in plan.pools}
    given = dict.fromkeys((row["start"] for row in needs), 0.0)
    for row in coverage:
        given[row["start"]] += speed[row["pool"]] * float(row["positions"])
    needed = sum(float(row["positions"]) for row in needs)
    missing = sum(max(float(row["positions"]) - given[row["start"]], 0.0) for row in needs)
    assert missing < 0.1 * needed  # three agents without temps would leave a third and more
    contacts = sum(float(row["contacts"]) for row in served)
    in_time = sum(float(r["contacts"]) * float(r["service_level"] or 0) for r in served)
    assert in_time / contacts > 0.80
