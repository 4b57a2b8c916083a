"""Drivers: from a table beside the scenario to the core, every fault told at once."""

import dataclasses
import datetime as dt
import os

import numpy as np
import pandas as pd
import pytest

from planner.check import describe
from planner.circumstances import drivers_by_queue
from planner.errors import InputError
from planner.examples.orders import Orders
from planner.examples.photo import CENTRE
from planner.foreseen import foreseen_notes
from planner.scenario.model import json_schema, load_scenario
from planner.sources import driver_table

SCENARIO = """
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}, DE: {timezone: Europe/Berlin, closed: [2027-02-06]}}
queues:
  - {name: fr-phone, market: FR, aht_s: 300, open: {mon-fri: "08:00-18:00"}}
  - {name: fr-email, market: FR, aht_s: 300, channel: email}
  - {name: de-phone, market: DE, aht_s: 300}
drivers:
  - {name: orders, file: data/orders.csv, markets: [FR]}
"""
HISTORY = "start,queue,contacts\n" + "".join(
    f"2026-06-01T10:00,{queue},5\n" for queue in ("fr-phone", "fr-email", "de-phone")
)
PAST = "2027-01-30,80\n2027-01-31,120\n"
WHOLE = PAST + "".join(f"2027-02-0{d},100\n" for d in range(1, 8))


@pytest.fixture
def scenario_of(tmp_path):
    def scenario_of(table, text=SCENARIO):
        (tmp_path / "data").mkdir(exist_ok=True)
        path = tmp_path / "data" / "orders.csv"
        if isinstance(table, pd.DataFrame):
            table.to_parquet(path)
        else:
            path.write_text(table)
        (tmp_path / "contacts.csv").write_text(HISTORY)
        (tmp_path / "scenario.yaml").write_text(text)
        return load_scenario(tmp_path / "scenario.yaml")

    return scenario_of


@pytest.fixture
def faults_of(scenario_of, tmp_path):
    def faults_of(table, text=SCENARIO):
        with pytest.raises(InputError) as caught:
            drivers_by_queue(scenario_of(table, text))
        return [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults]

    return faults_of


def by_day(driver):
    return dict(driver.values)


def test_queues_follow_the_drivers_that_concern_them(scenario_of):
    found = drivers_by_queue(scenario_of("date,value\n" + WHOLE))
    assert [len(found[name]) for name in ("fr-phone", "fr-email", "de-phone")] == [1, 1, 0]
    (orders,) = found["fr-phone"]
    assert (orders.name, orders.effect, orders.lag_days) == ("orders", "rate", 0)
    assert by_day(orders)[dt.date(2027, 1, 31)] == 120
    column, known = orders.column(dt.date(2027, 1, 30), 9, 2)
    assert known.all()
    np.testing.assert_allclose(np.exp(column), [0.8, 1.2, *[1.0] * 7])


def test_markets_have_rows_of_their_own(scenario_of):
    text = SCENARIO.replace("markets: [FR]}", "effect: linear, lag_days: 2}")
    rows = "2027-01-20,1,FR\n2027-01-20,-2,DE\n2027-01-21,3.5, FR \n"
    found = drivers_by_queue(scenario_of("date,value,market\n" + rows, text))
    assert list(by_day(found["fr-email"][0]).values()) == [1, 3.5]
    assert list(by_day(found["de-phone"][0]).values()) == [-2]
    assert found["de-phone"][0].lag_days == 2


@pytest.mark.parametrize(
    "date",
    [["2027-01-30", "2027-01-31"],
     [dt.date(2027, 1, 30), dt.date(2027, 1, 31)],
     pd.to_datetime(["2027-01-30", "2027-01-31"])],
)  # fmt: skip
def test_parquet_is_read_too(scenario_of, date):
    table = pd.DataFrame({"date": date, "value": [80, 120], "other": [1, 2]})
    (orders,) = drivers_by_queue(scenario_of(table))["fr-phone"]
    assert by_day(orders) == {dt.date(2027, 1, 30): 80, dt.date(2027, 1, 31): 120}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2027-01-30,-1", "3: value must be a number >= 0, got '-1'"),
        ("2027-01-30,", "3: value must be a number >= 0, got nothing"),
        ("2027-01-30,many", "3: value must be a number >= 0, got 'many'"),
        ("2027-01-30,1_000", "3: value must be a number >= 0, got '1_000'"),
        ("2027-01-30,inf", "3: value must be a number >= 0, got 'inf'"),
        ("2027-01-30,2e12", "3: value must be a number, at most 1e+12 from 0, got '2e12'"),
        ("30/01/2027,5", "3: date must be a date from 1970 to 2199 such as 2027-02-14, "
         "got '30/01/2027'"),
        (",5", "3: date must be a date from 1970 to 2199 such as 2027-02-14, got nothing"),
        ("1066-10-14,5", "3: date must be a date from 1970 to 2199 such as 2027-02-14, "
         "got '1066-10-14'"),
        ("2027-01-31,5", "3: date must be unique, got 2027-01-31 again (first in row 2)"),
        ("2027-01-30", "3: must have 2 cells like the column names, got 1"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told(faults_of, row, fault):
    assert faults_of(f"date,value\n2027-01-31,5\n{row}\n") == [f"data/orders.csv:{fault}"]


def test_a_midnight_is_a_day_and_a_noon_is_none(scenario_of, faults_of):
    table = "date,value\n2027-01-30 00:00:00,80\n2027-01-31T00:00+01:00,120\n"
    (orders,) = drivers_by_queue(scenario_of(table))["fr-phone"]
    assert by_day(orders) == {dt.date(2027, 1, 30): 80, dt.date(2027, 1, 31): 120}
    assert "got '2027-01-30T12:00'" in faults_of("date,value\n2027-01-30T12:00,80\n")[0]


def test_a_thousand_unknown_markets_are_told_shortly(faults_of):
    rows = "".join(f"2027-01-30,5,M{i}\n2027-01-31,5,M{i}\n" for i in range(1000))
    found = faults_of("date,value,market\n" + rows)
    assert len(found) == 21
    assert found[1] == "data/orders.csv:4: market must be one of FR, DE, got 'M1'"


def test_all_wrong_rows_are_told_at_once(faults_of):
    assert len(faults_of("date,value\nx,5\n2027-01-31,y\n2027-01-31,5\n")) == 3


def test_a_log_takes_no_zero_and_a_rate_does(faults_of, scenario_of):
    table = "date,value\n2027-01-30,0\n"
    assert drivers_by_queue(scenario_of(table))["fr-phone"]
    text = SCENARIO.replace("markets: [FR]", "effect: log")
    assert faults_of(table, text) == ["data/orders.csv:2: value must be a number > 0, got '0'"]


def test_markets_of_rows_must_be_known(faults_of):
    found = faults_of("date,value,market\n2027-01-30,5,FRA\n2027-01-31,5,\n2027-01-31,5,FR\n")
    assert found == [
        "data/orders.csv:2: market must be one of FR, DE (nearest: 'FR'), got 'FRA'",
        "data/orders.csv:3: market must be given, got nothing",
    ]
    found = faults_of("date,value,market\n2027-01-30,5,FR\n2027-01-30,6,FR\n2027-01-30,7,DE\n")
    assert found == [
        "data/orders.csv:3: date must be unique for its market, got 2027-01-30 again "
        "(first in row 2)"
    ]


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("", [":1: must begin with the column names, got an empty line or file"]),
        ("date,value\n", [": must have rows below the column names, got none"]),
        ("date,values\n2027-01-30,5\n",
         [":1: value must be a column, got the columns date, values (nearest: 'values')"]),
        ("day,market\nx,FR\n",
         [":1: date must be a column, got the columns day, market",
          ":1: value must be a column, got the columns day, market"]),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_told(faults_of, table, faults):
    assert faults_of(table) == [f"data/orders.csv{fault}" for fault in faults]


def test_a_driver_without_a_past_is_told_at_its_line(faults_of):
    assert faults_of("date,value\n2027-02-01,5\n") == [
        "scenario.yaml:10: drivers.0.file must have values for market FR before the horizon's "
        "first day 2027-02-01, got none"
    ]
    other = "date,value,market\n2027-01-30,5,DE\n"
    assert "for market FR" in faults_of(other)[0]


def test_files_that_are_none_or_too_long_are_refused(scenario_of, tmp_path, monkeypatch):
    scenario = scenario_of("date,value\n" + WHOLE)
    path = tmp_path / "data" / "orders.csv"
    monkeypatch.setattr(driver_table, "MOST_BYTES", 10)
    with pytest.raises(InputError, match=r"must be a file of 0 MB at most, got 0\.0 MB"):
        drivers_by_queue(scenario)
    path.unlink()
    with pytest.raises(InputError, match="must be a file that can be read, got: No such file"):
        drivers_by_queue(scenario)
    os.mkfifo(path)  # would never end
    with pytest.raises(InputError, match="must be a file, got something else"):
        drivers_by_queue(scenario)


def test_a_parquet_of_too_many_rows_is_not_read(scenario_of, monkeypatch):
    few = dataclasses.replace(driver_table.COLUMNS, most_rows=1)
    monkeypatch.setattr(driver_table, "COLUMNS", few)
    table = pd.DataFrame({"date": ["2027-01-30", "2027-01-31"], "value": [80, 120]})
    with pytest.raises(InputError, match="must have 1 rows at most, got 2"):
        drivers_by_queue(scenario_of(table))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("markets: [FR]", "markets: [FRA]",
         "10: drivers.0.markets.0 must be one of FR, DE (nearest: 'FR'), got 'FRA'"),
        ("markets: [FR]", "queues: [fr-fone]",
         "10: drivers.0.queues.0 must be one of fr-phone, fr-email, de-phone "
         "(nearest: 'fr-phone'), got 'fr-fone'"),
        ("markets: [FR]", "effect: ratio",
         "10: drivers.0.effect must be one of rate, log, linear, got 'ratio'"),
        ("markets: [FR]", "lag_days: 400",
         "10: drivers.0.lag_days must be a whole number from 0 to 366, got 400"),
        ("file: data/orders.csv, ", "", "10: drivers.0.file must be given, got nothing"),
        ("markets: [FR]", "lag: 3",
         "10: drivers.0.lag must be one of columns, effect, file, lag_days, markets, name, queues, "
         "got 'lag'"),
        ("drivers:\n", "drivers:\n  - {name: orders, file: a.csv}\n",
         "11: drivers.1.name must be unique among drivers, got 'orders' again"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_told(scenario_of, old, new, fault):
    with pytest.raises(InputError) as caught:
        scenario_of("", SCENARIO.replace(old, new))
    assert [str(f).split("scenario.yaml:")[1] for f in caught.value.faults] == [fault]


def test_faults_of_scenario_history_and_drivers_come_together(scenario_of, tmp_path):
    scenario_of("date,value\nx,5\n")
    (tmp_path / "contacts.csv").write_text(HISTORY + "now,fr-phone,5\n")
    with pytest.raises(InputError) as caught:
        describe(tmp_path / "scenario.yaml", ())
    assert [f.field for f in caught.value.faults] == ["start", "date"]
    (tmp_path / "scenario.yaml").write_text(SCENARIO + "risk: 2\n")
    with pytest.raises(InputError) as caught:
        describe(tmp_path / "scenario.yaml", ())
    assert [f.field for f in caught.value.faults] == ["start", "date", "risk"]


def test_check_says_who_follows_and_until_when(scenario_of, tmp_path):
    scenario_of("date,value\n" + PAST, SCENARIO.replace("[FR]}", "[FR], lag_days: 3}"))
    check = describe(tmp_path / "scenario.yaml", ())
    assert check.drivers == ("orders (rate, 3 days later: fr-phone, fr-email)",)
    assert "  driver    orders (rate, 3 days later" in check.text()
    note = "orders is known until 2027-02-03: later days count as its usual ones"
    assert note in check.notes
    assert check.as_dict()["overrides"] == ()


def notes(scenario):
    return foreseen_notes(scenario, drivers_by_queue(scenario))


def test_days_that_no_queue_is_open_need_no_value(scenario_of):
    phone = SCENARIO.replace("markets: [FR]", "queues: [fr-phone]")
    weekend = "date,value\n" + PAST + "".join(f"2027-02-0{d},100\n" for d in range(1, 6))
    assert notes(scenario_of(weekend, phone)) == ()
    assert len(notes(scenario_of(weekend))) == 1
    holes = "date,value\n" + PAST + "2027-02-01,5\n2027-02-05,5\n"
    assert notes(scenario_of(holes, phone)) == (
        "orders has no value for 3 days from 2027-02-02 on: they count as its usual ones",
    )


def test_markets_that_end_on_different_days_are_told_apart(scenario_of):
    text = SCENARIO.replace(", markets: [FR]", "")
    table = "date,value,market\n2027-01-30,5,FR\n2027-01-29,5,DE\n"
    assert notes(scenario_of(table, text)) == (
        "orders is known until 2027-01-29 for de-phone: later days count as its usual ones",
        "orders is known until 2027-01-30 for fr-phone, fr-email: later days count as its usual "
        "ones",
    )


def test_variants_address_drivers_by_name(scenario_of, tmp_path):
    text = SCENARIO + "variants: {late: {drivers: {orders: {lag_days: 1}}}}\n"
    scenario_of("date,value\n" + WHOLE, text)
    late = load_scenario(tmp_path / "scenario.yaml", ["late"])
    assert drivers_by_queue(late)["fr-phone"][0].lag_days == 1
    gone = load_scenario(tmp_path / "scenario.yaml", [], [{"drivers": {"orders": None}}])
    assert drivers_by_queue(gone)["fr-phone"] == ()


def test_the_schema_knows_drivers_and_overrides():
    schema = json_schema()
    assert {"drivers", "overrides"} <= set(schema["properties"])
    effect = schema["$defs"]["Driver"]["properties"]["effect"]
    assert effect["enum"] == ["rate", "log", "linear"]
    assert {"like", "strength"} <= set(schema["$defs"]["Event"]["properties"])


def test_the_photo_lab_s_contacts_are_a_fifth_of_its_orders():
    orders = CENTRE.orders
    assert isinstance(orders, Orders)
    day = orders.by_day(CENTRE.first_day, CENTRE.last_day)
    some = orders.by_day(dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    at = (dt.date(2025, 1, 1) - CENTRE.first_day).days
    assert (day[at : at + 31] == some).all()
    contacts = sum(queue.contacts_a_month for queue in CENTRE.queues)
    assert contacts == pytest.approx(orders.a_month / 5)
    sale = (dt.date(2026, 11, 17) - CENTRE.first_day).days
    plan = orders.by_day(CENTRE.first_day, orders.last_day)
    assert plan[sale] > 1.3 * plan[sale - 7]


def test_a_drivers_file_is_never_overwritten_by_what_is_written(tmp_path):
    from click.testing import CliRunner

    from planner.cli import cli

    days = [dt.date(2025, 1, 1) + dt.timedelta(days=d) for d in range(120)]
    rows = "".join(f"{day}T00:00,q,{50 + day.weekday()}\n" for day in days)
    (tmp_path / "contacts.csv").write_text(f"start,queue,contacts\n{rows}")
    table = "".join(f"{day},{100 + day.day}\n" for day in days)
    (tmp_path / "forecast.csv").write_text(f"date,value\n{table}")
    (tmp_path / "scenario.yaml").write_text(
        "horizon: {first_day: 2025-05-01, days: 7}\ninterval_minutes: 1440\n"
        "history: {file: contacts.csv}\nqueues: [{name: q}]\n"
        "drivers: [{name: orders, file: forecast.csv}]\n"
    )
    before = (tmp_path / "forecast.csv").read_bytes()
    scenario = str(tmp_path / "scenario.yaml")
    found = CliRunner().invoke(cli, ["forecast", scenario, "--out", str(tmp_path)])
    assert found.exit_code == 1
    assert "forecast.csv" in found.output + found.stderr
    assert (tmp_path / "forecast.csv").read_bytes() == before


def test_a_plan_far_beyond_a_drivers_past_is_told():
    from types import SimpleNamespace

    from forecasting.drivers import Driver
    from planner.foreseen import _beyond_past

    days = [dt.date(2027, 2, 1)]
    scenario = SimpleNamespace(days=days)

    def notes(planned):
        values = {dt.date(2027, 1, 30): 100.0, days[0]: planned}
        return _beyond_past(scenario, {"q": (Driver("orders", values),)})  # type: ignore[arg-type]

    assert notes(140.0) == []
    assert notes(300.0) == [
        "orders: planned up to 300, while its past shows 100 at most: the forecast reaches beyond "
        "what it learned from"
    ]


def test_a_table_may_name_its_columns_otherwise(scenario_of, faults_of):
    named = "file: data/orders.csv, columns: {date: Day, value: Sold}"
    mapped = SCENARIO.replace("file: data/orders.csv", named)
    known = [
        driver_table.load_drivers(scenario_of(f"{header}\n{WHOLE}", text))["orders"].by_market
        for header, text in (("date,value", SCENARIO), ("Day,Sold", mapped))
    ]
    assert known[0] == known[1]
    (fault,) = faults_of(f"Day,sold\n{WHOLE}", mapped)
    assert "columns.value must be one of the table's columns Day, sold" in fault
    with pytest.raises(InputError, match="must be one of date, value, market"):
        scenario_of(WHOLE, mapped.replace("value: Sold", "valeu: Sold"))
