"""The command that tries every method on the past: its files, its words, its arithmetic."""

import csv
import datetime as dt
import io
import json
import math
import re

import numpy as np
import pytest
from click.testing import CliRunner

from forecasting.judged import COMBINED, METHODS
from planner.backtest import Cost, Rate, costs_of, judge, ranking, rates_of
from planner.check import read_question
from planner.cli import cli
from planner.export.backtest_page import backtest_html
from planner.export.backtest_tables import ALL_QUEUES, scores_table, tried_days_table
from planner.export.tables import csv_bytes

SCENARIO = """
name: "A shop <b>tried</b>"
currency: EUR
horizon: {first_day: 2027-02-01, days: 40}
interval_minutes: 1440
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - {name: "=phone", market: FR, channel: phone, aht_s: 360,
     target: {service_level: 0.8, answer_within_s: 20, max_occupancy: 0.8}}
  - {name: chat, market: FR, channel: chat, aht_s: 600, concurrency: 2}
  - {name: new, market: FR, channel: phone}
events: [valentines_day, {name: sale, dates: [2026-10-20], multiplier: 7}]
"""
STAFFED = """
name: two pools
horizon: {first_day: 2027-02-01, days: 7}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: UTC}}
queues: [{name: a, market: FR, open: "08:00-20:00"}, {name: b, market: FR, channel: chat}]
pools:
  - {name: own, queues: [a], agents: 9, cost_per_hour: 50, shrinkage: 0.30}
  - {name: partner, kind: vendor, queues: [a], agents: 9, cost_per_hour: 30, shrinkage: 0.10}
  - {name: piece, kind: vendor, queues: [b], agents: 9, cost_per_contact: 4, shrinkage: 0.0}
"""


def _rows(days, last="2027-01-31", queue="=phone", level=50.0, seed=1):
    rng = np.random.default_rng(seed)
    end = dt.date.fromisoformat(last)
    dates = [end - dt.timedelta(days=d) for d in reversed(range(days))]
    week = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.4])
    means = level * week[[day.weekday() for day in dates]]
    return [f"{d}T00:00,{queue},{n}" for d, n in zip(dates, rng.poisson(means), strict=True)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return the folder of a scenario by day: two queues of fourteen months, one of ten days."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "scenario.yaml").write_text(SCENARIO)
    lines = [*_rows(430), *_rows(430, queue="chat", level=20, seed=2), *_rows(10, queue="new")]
    (folder / "contacts.csv").write_text("\n".join(["start,queue,contacts", *lines]) + "\n")
    return folder


@pytest.fixture(scope="module")
def judged(shop):
    scenario, table = read_question(shop / "scenario.yaml", ())
    return judge(scenario, table, lambda *_: None, windows=2)


def run(*arguments):
    return CliRunner().invoke(cli, ["backtest", *map(str, arguments)], catch_exceptions=False)


def test_the_command_writes_its_files_and_says_what_was_best(shop, tmp_path):
    out = tmp_path / "tried"
    result = run(shop / "scenario.yaml", "--out", out, "--windows", 2, "--days", 14)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "backtest.csv", "backtest.html", "backtest_scores.csv",
    ]  # fmt: skip
    for method in METHODS:
        assert f" {method}" in result.output
    assert "best" in result.output
    assert "not tried: new" in result.output
    assert "agent hours a week" in result.output
    days = list(csv.DictReader(io.StringIO((out / "backtest.csv").read_text())))
    assert {row["queue"] for row in days} == {"'=phone", "chat"}  # harmless in a spreadsheet
    assert {row["method"] for row in days} == set(METHODS)
    assert all(bool(row["low"]) == (row["method"] == COMBINED) for row in days)
    assert {row["in_event"] for row in days} >= {"", "valentines_day", "sale"}
    scores = list(csv.DictReader(io.StringIO((out / "backtest_scores.csv").read_text())))
    assert [row["queue"] for row in scores[: len(METHODS)]] == [ALL_QUEUES] * len(METHODS)
    assert all(row["cost_too_many_per_week"] == "" for row in scores)  # there are no pools


def test_a_second_run_gives_the_same_bytes_and_leaves_other_files_alone(shop, tmp_path):
    out = tmp_path / "tried"
    run(shop / "scenario.yaml", "--out", out, "--windows", 1, "--days", 7)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / "forecast.csv").write_text("a plan's")
    result = run(shop / "scenario.yaml", "--out", out, "--windows", 1, "--days", 7)
    assert result.exit_code == 0
    assert (out / "forecast.csv").read_text() == "a plan's"
    assert {name: (out / name).read_bytes() for name in first} == first


def test_json_is_one_document(shop, tmp_path):
    done = run(shop / "scenario.yaml", "--out", tmp_path / "t", "--windows", 1, "--json")
    found = json.loads(done.stdout)
    assert found["days"] == 28  # of the horizon's 40
    assert {row["method"] for row in found["scores"]} == set(METHODS)
    total = next(r for r in found["scores"] if (r["queue"], r["method"]) == (ALL_QUEUES, COMBINED))
    assert 0 < total["wape"] < 0.5
    assert 0 <= total["coverage"] <= 1
    assert total["cost_too_many_per_week"] is None
    assert set(found["weights"]) == {"phone", "chat"}


def test_faults_end_with_status_2_and_write_nothing(shop, tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO.replace("aht_s: 360", "aht_s: -1"))
    (tmp_path / "contacts.csv").write_text((shop / "contacts.csv").read_text())
    result = CliRunner().invoke(cli, ["backtest", str(tmp_path / "scenario.yaml")])
    assert result.exit_code == 2
    assert "scenario.yaml:9: queues.0.aht_s must be" in result.stderr
    assert not (tmp_path / "backtest").exists()
    assert CliRunner().invoke(cli, ["backtest", "x.yaml", "--windows", "0"]).exit_code == 2


def test_a_history_too_short_for_anything_is_said_and_no_error(tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO.replace("  - {name: new", "  - {name: neu"))
    lines = ["start,queue,contacts"]
    for queue in ("=phone", "chat", "neu"):
        lines += _rows(5, queue=queue)
    (tmp_path / "contacts.csv").write_text("\n".join(lines) + "\n")
    result = run(tmp_path / "scenario.yaml", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "No queue has the two weeks of history" in result.output
    assert "two weeks of history" in (tmp_path / "out" / "backtest.html").read_text()
    assert (tmp_path / "out" / "backtest.csv").read_text().startswith("queue,origin,day,method")


def test_hours_are_handling_time_over_occupancy_and_productive_time(tmp_path):
    (tmp_path / "scenario.yaml").write_text(STAFFED)
    lines = ["start,queue,contacts,aht_s"]
    for day in range(1, 31):
        lines += [f"2027-01-{day:02}T09:00,a,30,200", f"2027-01-{day:02}T10:00,a,10,400"]
        lines += [f"2027-01-{day:02}T09:00,b,5,", f"2027-01-{day:02}T10:00,b,0,"]
    (tmp_path / "contacts.csv").write_text("\n".join(lines) + "\n")
    scenario, table = read_question(tmp_path / "scenario.yaml", ())
    found = judge(scenario, table, lambda *_: None)
    rates = rates_of(scenario, found.past)
    # (30 x 200 + 10 x 400) / 40 = 250 s; shrinkage 0.2 and 40 an hour in the mean of two pools
    assert rates["a"].hours == pytest.approx(250 / 3600 / 0.85 / 0.8)
    assert rates["a"].price == 40
    assert math.isnan(rates["b"].hours)
    assert math.isnan(rates["b"].price)
    assert "left out of the hours: b" in " ".join(found.notes)
    assert "left out of the money: b" in " ".join(found.notes)


def test_concurrency_shares_an_agent(judged):
    rates = rates_of(judged.scenario, judged.past)
    assert rates["=phone"].hours == pytest.approx(360 / 3600 / 0.8)
    assert rates["chat"].hours == pytest.approx(600 / 2 / 3600 / 0.85)


def test_too_many_and_too_few_do_not_make_up_for_each_other(judged):
    found, method = judged.found, METHODS.index("seasonal naive")
    rates = {"=phone": Rate(0.5, 20.0), "chat": Rate(math.nan, math.nan)}
    costs = costs_of(found, rates)
    rows = found.queue == 0
    error = found.expected[method, rows] - found.actual[rows]
    weeks = rows.sum() / 7
    many, few = error[error > 0].sum() / 2 / weeks, -error[error < 0].sum() / 2 / weeks
    expected = Cost(many, few, 20 * many, 20 * few)
    assert costs["=phone", "seasonal naive"].too_many == pytest.approx(expected.too_many)
    assert costs["=phone", "seasonal naive"].money == pytest.approx(expected.money)
    assert costs["", "seasonal naive"].wrong == pytest.approx(expected.wrong)
    assert math.isnan(costs["chat", "seasonal naive"].wrong)


def test_the_best_method_has_the_least_error(judged):
    ranked = ranking(judged)
    assert [score.wape for score in ranked] == sorted(score.wape for score in ranked)
    assert len(ranked) == len(METHODS)


def test_tables_have_their_columns(judged):
    days = tried_days_table(judged)
    assert list(days) == [
        "queue", "origin", "day", "method", "expected", "actual", "low", "high", "in_event",
    ]  # fmt: skip
    assert list(scores_table(judged))[:4] == ["queue", "method", "days", "contacts"]
    assert csv_bytes(days).startswith(b"queue,origin,day,method,expected,actual,low,high,in_event")


def test_the_page_loads_nothing_and_escapes_names(judged):
    page = backtest_html(judged)
    assert "A shop &lt;b&gt;tried&lt;/b&gt;" in page
    text = page.split("<script>", maxsplit=1)[0]
    assert not re.search(r"(src|href)=\"(?!#|data:)", text)
    assert "default-src 'none'" in page
    for part in ("methods", "events", "weeks", "queues", "notes"):
        assert f'<section id="{part}"' in page
    keys = re.findall(r'id="chart-([^"]+)"', page)
    assert len(keys) == len(set(keys)) >= 6
    assert sorted(keys) == sorted(re.findall(r'id="figure-([^"]+)"', page))


def test_weeks_in_which_nothing_came_have_no_error_to_draw(shop, tmp_path):
    rows = [row.rsplit(",", 1) for row in _rows(120)]
    quiet = [
        f"{head},{0 if n >= len(rows) - 28 else count}" for n, (head, count) in enumerate(rows)
    ]
    lines = ["start,queue,contacts", *quiet]
    lines += [row.replace("=phone", name) for name in ("chat", "new") for row in quiet]
    (tmp_path / "contacts.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "scenario.yaml").write_text((shop / "scenario.yaml").read_text())
    assert run(tmp_path / "scenario.yaml", "--out", tmp_path / "o", "--windows", 1).exit_code == 0
