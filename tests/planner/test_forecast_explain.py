"""A day of the forecast explained: its table, its arithmetic, and the planner's word kept apart."""

import datetime as dt
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from planner.check import read_question
from planner.cli import cli
from planner.export.axes import queue_axes
from planner.export.day_parts import day_parts, factor_text
from planner.export.day_table import days_table
from planner.export.explain_day import busiest_day, explain_day
from planner.export.overridden import overridden
from planner.export.tables import csv_bytes, forecast_table
from planner.service import make_forecast

SCENARIO = """\
horizon: {first_day: 2027-02-08, days: 14}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR, subdivision: Zone A,
                closed: [2027-02-18]}}
queues:
  - {name: fr-phone, market: FR, aht_s: 300, open: {mon-sat: "09:00-13:00", sun: closed}}
  - {name: fr-email, market: FR, aht_s: 300, channel: email,
     open: {mon-sat: "09:00-13:00", sun: closed}, escalates: {to: fr-level2, share: 0.4}}
  - {name: fr-level2, market: FR, aht_s: 600, open: {mon-sat: "09:00-13:00", sun: closed}}
events: [valentines_day, {name: summer sale, dates: [2027-02-20], uplift: 1.5, days_after: 0}]
drivers: [{name: orders, file: orders.csv, queues: [fr-phone]}]
overrides:
  - {queues: [fr-phone, fr-email], day: 2027-02-13, factor: 1.2, note: "TV spot"}
  - {queues: [fr-phone], day: 2027-02-18, contacts: 80}
  - {queues: [fr-level2], day: 2027-02-16, add: 10, name: backlog}
"""
PARTS = ["level", "weekday", "season", "month", "holiday", "school", "event", "driver",
         "other_methods", "override"]  # fmt: skip
SPOT = "2027-02-13"


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre")
    (folder / "scenario.yaml").write_text(SCENARIO)
    rng, first = np.random.default_rng(3), dt.date(2025, 1, 6)
    rows, orders = [], ["date,value"]
    for n in range((dt.date(2027, 2, 22) - first).days):
        day = first + dt.timedelta(days=n)
        order = 1000 * (1 + 0.3 * math.sin(n / 9))
        orders.append(f"{day},{order:.0f}")
        if day >= dt.date(2027, 2, 8) or day.weekday() == 6:
            continue
        to_go = (dt.date(day.year, 2, 14) - day).days
        peak = 1 + 3 * math.exp(-((to_go / 2) ** 2))
        for queue, level in (("fr-phone", 100 * order / 1000), ("fr-email", 60)):
            rows += [
                f"{day}T{hour:02d}:00,{queue},{rng.poisson(level * peak / 4)}"
                for hour in range(9, 13)
            ]
    (folder / "contacts.csv").write_text("start,queue,contacts\n" + "\n".join(rows) + "\n")
    (folder / "orders.csv").write_text("\n".join(orders) + "\n")
    return folder


@pytest.fixture(scope="module")
def found(centre):
    scenario, table = read_question(centre / "scenario.yaml", ())
    return scenario, make_forecast(scenario, table)[1]


@pytest.fixture(scope="module")
def days(found):
    return days_table(*found).set_index(["queue", "date"])


def run(centre, tmp_path, *more):
    arguments = ["forecast", str(centre / "scenario.yaml"), "--out", str(tmp_path / "out"), *more]
    return CliRunner().invoke(cli, arguments)


def explained(found, queue, date):
    scenario, told = found
    return explain_day(scenario, told, *busiest_day(told, queue, dt.date.fromisoformat(date)))


def numbers(text):
    return [float(n.replace(",", "")) for n in re.findall(r"^  [ x=] +([\d,.]+)  ", text, re.M)]


def test_a_row_s_parts_multiply_to_its_contacts(days):
    product = days[PARTS].prod(axis=1)
    assert np.abs(product - days["contacts"]).max() < 0.05
    alone = days.drop(columns="override")[PARTS[:-1]].prod(axis=1)
    stated = days["contacts_model"] == 0
    assert np.abs(alone - days["contacts_model"])[~stated].max() < 0.05


def test_the_table_has_its_columns_and_every_day(found, days):
    scenario, _ = found
    assert list(days_table(*found).columns) == [
        "queue", "date", "contacts", "contacts_p10", "contacts_p90", "contacts_model", *PARTS,
        "events", "note",
    ]  # fmt: skip
    assert len(days) == len(scenario.queues) * len(scenario.days)


def test_days_are_the_sums_of_their_intervals_and_bands_are_not(found, days):
    scenario, told = found
    axes = queue_axes(scenario, told.times, scenario.days, scenario.interval_s)
    table = forecast_table(told, axes)
    assert list(table.columns) == [
        "queue", "start", "contacts", "contacts_p10", "contacts_p50", "contacts_p90", "aht_s",
        "contacts_model", "contacts_p025", "contacts_p975",
    ]  # fmt: skip
    by_day = table.assign(date=table["start"].str[:10]).groupby(["queue", "date"], sort=False)
    for name in ("contacts", "contacts_model"):
        assert by_day[name].sum().to_numpy() == pytest.approx(days[name].to_numpy(), abs=0.01)
    wide = days.loc["fr-phone"].query("contacts > 0")
    sums = by_day[["contacts_p10", "contacts_p90"]].sum().loc["fr-phone"].loc[wide.index]
    own = wide["contacts_p90"] - wide["contacts_p10"]
    assert (own < sums["contacts_p90"] - sums["contacts_p10"]).all()  # hours err apart, in part
    assert ((wide["contacts_p10"] < wide["contacts"]) & (wide["contacts"] < wide["contacts_p90"])
            ).all()  # fmt: skip
    outer = table["contacts_p025"] <= table["contacts_p10"]
    assert (outer & (table["contacts_p90"] <= table["contacts_p975"])).all()


def test_a_day_s_band_holds_past_days_as_often_as_it_says(found):
    """Poisson hours around a known mean: the day's noise is about that of a Poisson day."""
    _, told = found
    phone = told.by_queue[0]
    day = int(np.flatnonzero(phone.model_total > 0)[-3])
    mean = phone.day_total[day]
    width = phone.day_quantile(0.9)[day] - phone.day_quantile(0.1)[day]
    assert 2 * 1.2816 * math.sqrt(mean) < width < 2 * 1.2816 * math.sqrt(mean + (0.2 * mean) ** 2)


def test_a_day_s_band_is_the_same_whether_its_history_is_by_hour_or_by_day(centre, found):
    """Count noise and the day's spread are split otherwise, and come to the same together."""
    (centre / "by_day.yaml").write_text(SCENARIO.replace("minutes: 60", "minutes: 1440"))
    scenario, table = read_question(centre / "by_day.yaml", ())
    by_day = make_forecast(scenario, table)[1]
    for hourly, daily in zip(found[1].by_queue[:2], by_day.by_queue, strict=False):
        some = (hourly.model_total > 0) & (daily.model_total > 0)
        width = [
            ((own.day_quantile(0.9) - own.day_quantile(0.1)) / np.maximum(own.day_total, 1))[some]
            for own in (hourly, daily)
        ]
        assert width[0].mean() == pytest.approx(width[1].mean(), rel=0.15)


def test_what_a_day_is_made_of_is_named(days):
    spot = days.loc[("fr-phone", SPOT)]
    assert spot["events"] == "valentines_day"
    assert spot["note"] == "TV spot"
    assert spot["override"] == pytest.approx(1.2)
    assert spot["contacts"] == pytest.approx(1.2 * spot["contacts_model"], rel=1e-5)
    assert days.loc[("fr-phone", "2027-02-20"), "event"] > 1.3
    assert "summer sale" in days.loc[("fr-phone", "2027-02-20"), "events"]
    assert days.loc[("fr-phone", "2027-02-10"), "driver"] != 1
    assert (days.loc["fr-email", "driver"] == 1).all()


def test_a_closed_day_is_nobody_s_override_and_an_opened_one_is(days):
    closed = days.loc[("fr-email", "2027-02-14")]
    assert (closed["contacts"], closed["level"], closed["override"]) == (0, 0, 1)
    assert closed["events"] == closed["note"] == ""
    opened = days.loc[("fr-phone", "2027-02-18")]
    assert (opened["contacts"], opened["contacts_model"], opened["level"]) == (80, 0, 80)
    assert opened["note"] == "80 contacts"


def test_the_lines_say_it_as_a_person_would_and_multiply(found):
    text = explained(found, "fr-phone", SPOT).text()
    *factors, model, override, contacts = numbers(text)
    assert math.prod(factors) == pytest.approx(model, rel=5e-3)
    assert model * override == pytest.approx(contacts, rel=5e-3)
    assert "level: the usual day now, before weekday and season" in text
    assert "  Saturday\n" in text
    assert "  season, mid-February\n" in text
    assert "  Valentine's Day, 1 open day before\n" in text
    assert "  orders: " in text
    assert "  your override: TV spot\n" in text
    assert "Overrides, yours and not the model's: TV spot: +" in text
    assert "80 % of such days lie between" in text
    assert re.search(r"Method: event regression \d+ %, .* on this day\.", text)


def test_every_day_s_lines_multiply(found):
    scenario, told = found
    for own in told.by_queue:
        for d in range(len(scenario.days)):
            shown = [factor_text(part) for part in day_parts(scenario, own, d)]
            product = math.prod(float(text.replace(",", "")) for text in shown) if shown else 0.0
            assert product == pytest.approx(own.day_total[d], rel=5e-3, abs=0.5)


def test_the_driver_s_figure_stands_beside_its_factor(centre, found):
    orders = pd.read_csv(centre / "orders.csv").set_index("date")["value"]
    text = explained(found, "fr-phone", SPOT).text()
    assert f"orders: {orders[SPOT]:,.6g}\n" in text


def test_school_holidays_are_a_part_by_name(found):
    scenario, told = found
    words = [
        part.words
        for own in told.by_queue
        for d in range(len(own.days))
        for part in day_parts(scenario, own, d)
        if part.name == "school"
    ]
    assert "school" in told.by_queue[0].parts
    assert set(words) <= {"school holidays: Winter Break"}


def test_a_day_without_contacts_and_one_that_is_opened_are_told(found):
    closed = explained(found, "fr-email", "2027-02-14")
    assert closed.parts == ()
    assert "no contacts are expected" in closed.text()
    assert "On fr-email: no contacts on Sun 14 Feb, Thu 18 Feb, Sun 21 Feb" in closed.text()
    opened = explained(found, "fr-phone", "2027-02-18").text()
    assert "your override: 80 contacts (the model expects nothing)" in opened
    assert "Method" not in opened + closed.text()


def test_contacts_stated_where_nobody_ever_opens_are_left_out_and_told(centre):
    text = SCENARIO.replace("day: 2027-02-18, contacts", "day: 2027-02-14, contacts")
    (centre / "sunday.yaml").write_text(text)
    scenario, table = read_question(centre / "sunday.yaml", ())
    own = make_forecast(scenario, table)[1].by_queue[0]
    assert own.day_total[6] == 0
    assert not own.overridden[6]
    note = "contacts stated for 2027-02-14 are left out: its weekday has no opening hours"
    assert note in own.notes


def test_a_queue_that_takes_on_shows_whose_overrides_reach_it(found):
    text = explained(found, "fr-level2", SPOT).text()
    assert "On fr-level2: contacts handed on by fr-email" in text
    assert "handed on by fr-email (40 %), before any override" in text
    assert "your override: by what fr-email hands on" in text
    assert explained(found, "fr-level2", "2027-02-16").overrides == ("backlog",)


def test_the_busiest_day_of_the_largest_queue_is_the_default(found):
    _, told = found
    q, d = busiest_day(told, None, None)
    assert told.queues[q] == "fr-phone"
    assert told.by_queue[q].day_total[d] == told.by_queue[q].day_total.max()
    q, d = busiest_day(told, "fr-email", None)
    assert (told.queues[q], told.by_queue[q].days[d].isoformat()) == ("fr-email", SPOT)


def test_overrides_are_counted_by_queue(found):
    by_name = {one.queue: one for one in overridden(*found)}
    assert list(by_name) == ["fr-phone", "fr-email", "fr-level2"]
    email, level2 = by_name["fr-email"], by_name["fr-level2"]
    assert [day.isoformat() for day in email.days] == [SPOT]
    assert level2.against_model == pytest.approx(0.4 * email.against_model + 10)


def test_the_command_writes_the_table_and_says_it(centre, tmp_path, days):
    result = run(centre, tmp_path, "--explain", "--queue", "fr-phone", "--date", SPOT)
    assert result.exit_code == 0, result.output
    assert "fr-phone, Sat 13 Feb 2027" in result.output
    assert "1 day overridden by the planner in fr-email: Sat 13 Feb (TV spot), +" in result.output
    assert "contacts against the model." in result.output
    written = pd.read_csv(tmp_path / "out" / "forecast_days.csv", keep_default_na=False)
    assert len(written) == len(days)
    assert (tmp_path / "out" / "forecast.csv").exists()
    assert b"\r\n" in csv_bytes(written)


def test_positions_say_what_the_planner_overrides_too(centre, tmp_path):
    arguments = ["staff", str(centre / "scenario.yaml"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert "1 day overridden by the planner in fr-email: Sat 13 Feb (TV spot), +" in result.output


def test_without_being_asked_nothing_is_explained(centre, tmp_path):
    result = run(centre, tmp_path)
    assert result.exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["forecast.csv"]
    assert "your override" not in result.output
    assert "not in the history, stated uplift 1.5 used" in result.output


def test_json_holds_the_same(centre, tmp_path, found):
    result = run(centre, tmp_path, "--explain", "--date", SPOT, "--json")
    told = json.loads(result.stdout)
    own = told["explanation"]
    assert own == json.loads(json.dumps(explained(found, "fr-phone", SPOT).as_dict()))
    product = math.prod(part["factor"] for part in own["parts"])
    assert product == pytest.approx(own["contacts"], rel=5e-3)
    assert own["contacts_p025"] < own["contacts_p10"] < own["contacts"] < own["contacts_p975"]
    assert told["overrides"]["fr-email"]["days"] == [SPOT]
    assert told["forecast_methods"]["fr-level2"] == {"method": "escalation", "weights": {}}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (("--queue", "fr-fone"),
         "--queue must be one of fr-phone, fr-email, fr-level2 (nearest: 'fr-phone'), "
         "got 'fr-fone'"),
        (("--date", "2027-03-01"),
         "--date must be a day from 2027-02-08 to 2027-02-21 (nearest: 2027-02-21), "
         "got '2027-03-01'"),
        (("--date", "1 Feb"),
         "--date must be a day from 2027-02-08 to 2027-02-21 (nearest: 2027-02-08), got '1 Feb'"),
    ],
)  # fmt: skip
def test_a_wrong_queue_or_day_is_one_line(centre, tmp_path, more, fault):
    result = run(centre, tmp_path, "--explain", *more)
    assert result.exit_code == 2
    assert result.stderr == f"{centre / 'scenario.yaml'}: {fault}\n"
    assert not (tmp_path / "out").exists()
