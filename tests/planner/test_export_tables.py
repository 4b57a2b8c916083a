import datetime as dt
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.export.axes import QueueAxis, queue_axes
from planner.export.tables import (
    csv_bytes,
    defused,
    plan_tables,
    requirement_table,
    shift_times,
)
from planner.inputs import time_axis
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from staffing.requirement import BOUND_BY
from staffing.shifts import Shift

COLUMNS = {
    "forecast.csv": "queue start contacts contacts_p10 contacts_p50 contacts_p90 aht_s "
    "contacts_model contacts_p025 contacts_p975",
    "requirement.csv": "queue start contacts aht_s load positions bound_by",
    "allocation.csv": "pool date shift start end breaks heads paid_hours cost",
    "coverage.csv": "queue pool start positions",
    "roster.csv": "agent pool date shift start end breaks paid_hours",
    "projection.csv": "queue start contacts positions service_level service_level_p10 "
    "service_level_p90 asa_s abandonment occupancy backlog oldest_hours answered in_time "
    "understaffing",
    "costs.csv": "pool kind paid_hours productive_hours billed_hours contacts cost penalty "
    "cost_per_hour cost_per_productive_hour cost_per_contact bonus contacts_solved "
    "cost_per_contact_solved overtime_hours",
}


@pytest.fixture(scope="module")
def tables(small_plan):
    return plan_tables(small_plan)


def test_the_columns_are_those_of_the_contract(tables):
    assert {name: " ".join(table.columns) for name, table in tables.items()} == COLUMNS


def test_rows_cover_every_queue_and_local_interval(tables, small_plan):
    for name in ("forecast.csv", "requirement.csv", "projection.csv"):
        table = tables[name]
        assert len(table) == 5 * 14 * 48
        assert not table.duplicated(["queue", "start"]).any()
    gb = tables["forecast.csv"].query("queue == '=gb-phone'")
    assert gb["start"].iloc[0] == "2027-02-08T00:00:00+00:00"
    assert gb["start"].iloc[-1] == "2027-02-21T23:30:00+00:00"
    fr = tables["forecast.csv"].query("queue == 'fr-phone'")
    assert fr["start"].iloc[0] == "2027-02-08T00:00:00+01:00"


def test_values_are_the_plans_values_rounded(tables, small_plan):
    fr = tables["projection.csv"].query("queue == 'fr-phone'")
    at = pd.DatetimeIndex(small_plan.times).get_indexer(pd.to_datetime(fr["start"], utc=True))
    seen = small_plan.projection
    assert np.allclose(fr["contacts"], seen.contacts[0, at], atol=5.1e-4)
    assert np.allclose(fr["service_level"], seen.service_level[0, at], atol=5.1e-5)
    assert fr["service_level"].between(0, 1).all()


def test_bounds_are_named(tables):
    table = tables["requirement.csv"]
    assert set(table["bound_by"]) <= {"", *BOUND_BY} - {"none"}
    assert ((table["bound_by"] == "") == (table["positions"] == 0)).all()
    busy = tables["requirement.csv"].query("queue == 'fr-email' and contacts > 0")
    assert set(busy["bound_by"]) == {"deadline"}


def test_positions_that_the_load_alone_asks_for_are_bound_by_occupancy(small_plan):
    need = small_plan.requirement
    loose = replace(need, bound_by=np.zeros_like(need.bound_by))
    axes = queue_axes(small_plan.scenario, small_plan.times, small_plan.days, small_plan.interval_s)
    table = requirement_table(loose, axes)
    assert set(table.query("positions > 0")["bound_by"]) == {"occupancy"}
    assert set(table.query("positions == 0")["bound_by"]) == {""}


def test_coverage_adds_up_to_what_is_given(tables, small_plan):
    whole = small_plan.allocation.serve.sum()
    assert tables["coverage.csv"]["positions"].sum() == pytest.approx(whole, rel=1e-3)
    assert (tables["coverage.csv"]["positions"] > 0).all()


def test_allocation_pays_heads_times_hours(tables):
    paris = tables["allocation.csv"].query("pool == 'paris'")
    assert np.allclose(paris["cost"], paris["paid_hours"] * 58)
    by_contact = tables["allocation.csv"].query("pool == 'london'")
    assert by_contact["cost"].isna().all()
    rostered = tables["roster.csv"]["paid_hours"].sum() + 4.0  # one shift of four is unplaced
    assert tables["allocation.csv"]["paid_hours"].sum() == pytest.approx(rostered)


def test_shifts_with_breaks_are_written_on_the_wall_clock(tables):
    rows = tables["roster.csv"].query("breaks != ''")
    assert rows["breaks"].str.fullmatch(r"\d\d:\d\d-\d\d:\d\d").all()
    spans = pd.to_datetime(rows["end"], utc=True) - pd.to_datetime(rows["start"], utc=True)
    assert (spans == pd.Timedelta(hours=7.75)).all()


def test_a_night_shift_keeps_its_hours_when_clocks_change():
    night = Shift(22 * 60, 30 * 60, ((26 * 60, 26 * 60 + 30), (28 * 60, 28 * 60 + 15)), 435)
    got = shift_times(night, dt.date(2027, 3, 27), "Europe/Paris")
    assert got.start == "2027-03-27T22:00:00+01:00"
    assert got.end == "2027-03-28T07:00:00+02:00"
    assert got.breaks == "03:00-03:30;05:00-05:15"


def test_csv_is_rfc_4180_and_harmless_in_a_spreadsheet(tables):
    text = csv_bytes(tables["forecast.csv"]).decode("utf-8")
    assert text.count("\r\n") == text.count("\n") == 1 + 5 * 14 * 48
    assert "\r\n'=gb-phone," in text
    assert "\r\n=" not in text
    again = pd.read_csv(io.StringIO(text))
    assert again["contacts"].sum() == pytest.approx(tables["forecast.csv"]["contacts"].sum())


def test_csv_quotes_what_it_must_and_leaves_numbers_alone():
    table = pd.DataFrame({"a": ['say "x", y', "@me", "-1"], "n": [-1.0, np.inf, np.nan]})
    expected = 'a,n\r\n"say ""x"", y",-1.0\r\n\'@me,inf\r\n\'-1,\r\n'
    assert csv_bytes(table).decode() == expected


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_formula_starts_are_defused(start):
    assert defused(f"{start}1") == f"'{start}1"


def test_numbers_are_never_minus_zero(tables):
    for table in tables.values():
        for name in table.select_dtypes("number"):
            zero = table[name].to_numpy(dtype=float) == 0
            assert not np.signbit(table[name].to_numpy(dtype=float)[zero]).any(), name


def axes_of(text: str) -> tuple[QueueAxis, ...]:
    scenario = scenario_of(parse_yaml(text, "scenario.yaml"))
    times = time_axis(scenario)
    return queue_axes(scenario, times, scenario.days, scenario.interval_s)


def test_a_day_with_a_clock_change_has_23_hours():
    text = """
horizon: {first_day: 2027-03-28, days: 1}
interval_minutes: 60
history: {file: x.csv}
markets: {FR: {timezone: Europe/Paris}, US: {timezone: America/New_York}}
queues: [{name: fr, market: FR}, {name: us, market: US}]
"""
    fr, us = axes_of(text)
    assert len(fr.inside) == 23
    assert len(us.inside) == 24
    assert fr.stamps[fr.inside[1:3]].tolist() == [
        "2027-03-28T01:00:00+01:00",
        "2027-03-28T03:00:00+02:00",
    ]


def test_a_forecast_by_day_starts_at_local_midnight():
    text = """
horizon: {first_day: 2027-03-28, days: 2}
interval_minutes: 1440
history: {file: x.csv}
markets: {FR: {timezone: Europe/Paris}}
queues: [{name: fr, market: FR}]
"""
    (fr,) = axes_of(text)
    assert fr.stamps.tolist() == ["2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"]
    assert fr.day.tolist() == [0, 1]
