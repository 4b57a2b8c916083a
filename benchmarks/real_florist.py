"""A real florist's Valentine's and Mother's Day 2022: planned beforehand, against what happened."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from tests.real.florist import ORDERS, actual_days, orders

HERE = Path(__file__).resolve().parents[1] / "tests" / "real"
EVENTS = {"valentine": dt.date(2022, 2, 14), "mothers_day": dt.date(2022, 5, 8)}


def main() -> None:
    """Print forecast against actual for the peak day, the window around it and the horizon."""
    if not ORDERS.exists():
        print(f"The real florist is left out: {ORDERS} is absent.")
        return
    table = orders()
    actual = actual_days(table)
    print("\nreal florist            forecast   actual    error")
    for name, event in EVENTS.items():
        with tempfile.TemporaryDirectory() as place:
            shutil.copy(HERE / f"{name}.yaml", Path(place) / "scenario.yaml")
            table.to_parquet(Path(place) / "orders.parquet")
            scenario = load_scenario(Path(place) / "scenario.yaml")
            plan = make_plan(scenario, load_history(scenario))
        forecast = dict(zip(plan.days, plan.forecast.by_queue[0].day_total, strict=True))
        window = [day for day in plan.days if -7 <= (day - event).days <= 2]
        peak = max(window, key=lambda day: actual.get(day, 0.0))
        for label, days in (
            (f"{name} peak {peak}", [peak]),
            (f"{name} window", window),
            (f"{name} horizon", list(plan.days)),
        ):
            expected = sum(forecast[day] for day in days)
            came = sum(actual.get(day, 0.0) for day in days)
            print(f"{label:<28} {expected:>5.0f} {came:>8.0f} {expected / came - 1:>+8.1%}")


if __name__ == "__main__":
    main()
