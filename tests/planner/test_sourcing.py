"""The command for a buyer: its files, its words, its page, and that a stop keeps what is done."""

import csv
import io
import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from planner.check import read_question
from planner.cli import cli
from planner.clock import quiet
from planner.examples import write_example
from planner.export.sourcing_page import sourcing_html
from planner.export.sourcing_tables import (
    frontier_table,
    headcount_table,
    pools_table,
    rates_table,
)
from planner.export.sourcing_words import missing, sourcing_words
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.service_shift import demand_at, demand_of
from planner.sourced import Bill
from planner.sourcing import SHIFTS, chosen_weeks, is_large, source, usual_points

SCENARIO = """
name: "A shop <b>bought</b>"
currency: EUR
horizon: {first_day: 2027-03-01, days: 7}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}}
queues:
  - {name: phone, market: FR, channel: phone, open: {mon-fri: "08:00-16:00", sat-sun: closed},
     aht_s: 300, patience_s: 180, target: {service_level: 0.8, answer_within_s: 20}}
  - {name: email, market: FR, channel: email, open: {mon-fri: "08:00-16:00", sat-sun: closed},
     aht_s: 360, target: {reply_within_hours: 8, share: 0.9, clock: open}}
pools:
  - {name: own, queues: [phone, email], agents: 4, cost_per_hour: 58, shifts: &shifts
       {earliest_start: "08:00", latest_end: "16:00", start_every_minutes: 60, paid_hours: [4]}}
  - {name: "<i>lille", kind: vendor, queues: [phone, {name: email, speed: 0.9, solved: 0.8}],
     agents: 12, cost_per_hour: 26, shrinkage: 0.2, minimum_hours_per_week: 30, shifts: *shifts,
     penalty: {below_service_level: 0.98, discount_per_point: 0.01, max_discount: 0.1}}
  - {name: "=tunis", kind: vendor, queues: [{name: email, speed: 0.8, solved: 0.7}], agents: 12,
     cost_per_contact: 2.5, shifts: *shifts,
     bonus: {above_service_level: 0.5, premium_per_point: 0.001, max_premium: 0.1}}
variants:
  nobody-waits: {queues: {phone: {target: {service_level: null, max_asa_s: 60}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("shop")
    (place / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    rng = np.random.default_rng(1)
    days = pd.bdate_range("2026-09-01", "2027-02-26")
    rows = [
        (f"{day.date()}T{hour:02d}:00", queue, int(rng.poisson(mean)))
        for day, hour in itertools.product(days, range(8, 16))
        for queue, mean in (("phone", 30), ("email", 20))
    ]
    table = pd.DataFrame(rows, columns=["start", "queue", "contacts"])
    table.to_csv(place / "contacts.csv", index=False)
    return place


@pytest.fixture(scope="module")
def plan(folder):
    return make_plan(*read_question(folder / "scenario.yaml", ()))


@pytest.fixture(scope="module")
def found(plan):
    return source(plan, quiet, 8)


def test_each_pool_has_its_prices(found):
    table = pools_table(found).set_index("pool")
    assert table["price_per"].tolist() == ["hour", "hour", "contact"]
    for _, row in table[table["cost"] > 0].iterrows():
        assert row["cost_per_contact_solved"] >= row["cost_per_contact"]
        invoice = row["cost"] + row["penalty"] - row["bonus"]
        money = [name for name in table.columns if name.startswith("money_")]
        assert row[money].sum() == pytest.approx(invoice, abs=0.06)
    lille = table.loc["<i>lille"]
    assert lille["cost_per_productive_hour"] > lille["cost_per_billed_hour"]
    assert lille["penalty_p10"] <= lille["penalty_expected"] <= lille["penalty_p90"]
    assert lille["penalty_expected"] > 0
    assert lille["bonus_expected"] == 0 == table.loc["=tunis", "penalty_expected"]
    assert (table.loc["own", ["penalty", "bonus"]] == 0).all()


def test_prices_move_what_is_bought_one_way(found):
    table = rates_table(found)
    assert table["pool"].unique().tolist() == ["own", "<i>lille", "=tunis"]
    for _, rows in table.groupby("pool"):
        assert rows["price"].is_monotonic_increasing
        assert (np.diff(rows["bought"]) <= 0.05).all()
        assert (np.diff(rows["cost"]) >= -0.5).all()
        assert rows["today"].sum() == 1
    paid_as = table.drop_duplicates("pool").set_index("pool")["paid_as"]
    assert paid_as.to_dict() == {"own": "scheduled", "<i>lille": "stated", "=tunis": "stated"}
    hours = table[table["price_per"] == "hour"].groupby("pool")["price"]
    assert (hours.min() <= 10).all()
    assert (hours.max() >= 80).all()


def test_more_service_never_costs_less(found):
    table = frontier_table(found)
    assert table["points"].is_monotonic_increasing
    assert table["promised"].is_monotonic_increasing
    assert table["service_level"].is_monotonic_increasing
    whole = table["cost"] + table["missing_at_its_price"]
    assert (np.diff(whole) >= -0.02).all()
    assert table.loc[table["points"] == 0, "promised"].tolist() == [0.8]
    assert (table["service_level"] >= table["promised"]).all()


def test_today_s_mix_is_the_same_wherever_it_is_asked(found):
    today = next(point.bill for point in found.frontier if point.points == 0)
    staffed = next(point.bill for point in found.headcount if point.factor == 1)
    lille = next(switch.bill for switch in found.switches if switch.pool == "<i>lille")
    costs = [today.cost, staffed.cost, lille.cost]
    assert costs == pytest.approx([today.cost] * 3, rel=1e-6)


def test_own_agents_cost_their_contracts(found):
    table = headcount_table(found)
    assert table["factor"].tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]  # 0.9 are four, too
    assert table["agents"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert table["own_cost"].tolist() == pytest.approx((table["agents"] * 35 * 58).tolist())
    assert table["vendor_share"].is_monotonic_decreasing
    assert table["vendor_share"].iloc[0] == 1.0


def test_a_pool_switched_off_is_paid_nothing(found):
    lille = next(switch for switch in found.switches if switch.pool == "<i>lille")
    assert lille.without is not None
    assert lille.without.cost >= lille.bill.cost - lille.today.price * 30 - 1e-6
    own = next(switch for switch in found.switches if switch.pool == "own")
    assert (own.as_scheduled, own.without) == (True, None)


def test_demand_moves_with_the_promise(plan):
    asked = demand_at(plan, 0.0)
    assert asked is not None
    assert np.array_equal(asked.demand.positions, demand_of(plan).positions)
    more = demand_at(plan, 40.0)
    assert more is not None
    assert more.promised == 0.98
    assert (more.demand.positions >= asked.demand.positions).all()
    assert np.array_equal(more.demand.load, asked.demand.load)


def test_without_a_promised_share_there_is_no_frontier(folder):
    plan = make_plan(*read_question(folder / "scenario.yaml", ("nobody-waits",)))
    assert demand_at(plan, 5.0) is None
    bare = source(plan, quiet, 3)
    assert bare.frontier == []
    assert frontier_table(bare).empty
    assert "More or less service" not in sourcing_words(bare, folder, 5)
    assert "Cost against service" not in sourcing_html(bare)


def test_less_is_asked_of_a_large_centre(plan, monkeypatch):
    assert (is_large(plan), usual_points(plan)) == (False, 14)
    monkeypatch.setattr("planner.sourcing._LARGE", 10)
    assert (is_large(plan), usual_points(plan)) == (True, 4)


def test_weeks_are_chosen_from_the_busiest_down(small_plan):
    assert chosen_weeks(small_plan, None) == chosen_weeks(small_plan, 5) == (0, 1)
    daily = small_plan.projection.daily.contacts.sum(axis=0)
    assert chosen_weeks(small_plan, 1) == (int(daily[7:].sum() > daily[:7].sum()),)


def test_few_weeks_are_asked_and_told(folder, tmp_path):
    text = SCENARIO.replace("days: 7", "days: 14")
    (folder / "fortnight.yaml").write_text(text, encoding="utf-8")
    plan = make_plan(*read_question(folder / "fortnight.yaml", ()))
    whole = source(plan, quiet, 3)
    one = source(plan, quiet, 3, 1)
    assert whole.weeks == ()
    assert len(one.weeks) == 1
    assert one.headcount[-1].own_cost == pytest.approx(whole.headcount[-1].own_cost / 2)
    assert one.frontier[0].bill.cost < 0.7 * whole.frontier[0].bill.cost
    assert "asked of 1 of 2 weeks" in sourcing_words(one, tmp_path, 5)
    assert "asked of 1 of 2 weeks" in sourcing_html(one)


def test_a_stop_keeps_what_is_done(plan, folder):
    def stopped(stage, done, _of, _note="", /):
        if stage == "headcount" and done == 2:
            raise KeyboardInterrupt

    found = source(plan, stopped, 3)  # the other lane ends when it next tells how far it is
    assert (len(found.headcount), len(found.frontier) < len(SHIFTS)) == (2, True)
    assert {switch.pool for switch in found.switches} >= {"<i>lille", "=tunis"}
    assert found.stopped
    assert "Stopped early" in sourcing_words(found, folder, 5)
    assert "Stopped early" in sourcing_html(found)


def test_what_is_missing_is_told():
    assert missing(Bill(110.0, 100.0, 5.0))
    assert not missing(Bill(100.1, 100.0, 0.0))


def test_the_words_and_the_page_say_the_same(found, folder):
    words = sourcing_words(found, folder, 5)
    assert "own: contracted, so paid at any price." in words
    for price in ("58.00", "26.00", "2.50 a contact"):
        assert price in words
    assert max(map(len, words.splitlines()[:14])) <= 120
    page = sourcing_html(found)
    assert page == sourcing_html(found)
    assert "<i>lille" not in page
    assert "<b>bought</b>" not in page
    body = page.split("<script>")[0]
    assert not re.search(r"(src|href)=\"(?!#|data:)", body)
    keys = re.findall(r'id="chart-([^"]+)"', page)
    assert len(keys) == len(set(keys))
    assert {"spent", "prices-vendors", "prices-contacts", "prices-own", "frontier",
            "headcount"} <= set(keys)  # fmt: skip


def test_the_command_writes_its_files(folder, tmp_path):
    out = tmp_path / "bought"
    asked = ["sourcing", str(folder / "scenario.yaml"), "--out", str(out), "--points", "3"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 0, result.output
    names = ["sourcing.csv", "sourcing.html", "sourcing_frontier.csv", "sourcing_headcount.csv",
             "sourcing_rates.csv"]  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == names
    pools = list(csv.DictReader(io.StringIO((out / "sourcing.csv").read_text(encoding="utf-8"))))
    assert [row["pool"] for row in pools] == ["own", "<i>lille", "'=tunis"]
    assert "The price that decides" in result.output
    again = CliRunner().invoke(cli, [*asked, "--json"])
    told = json.loads(again.stdout)
    assert [pool["pool"] for pool in told["pools"]] == ["own", "<i>lille", "=tunis"]
    assert {len(told[key]) > 0 for key in ("switches", "rates", "frontier", "headcount")} == {True}
    assert told["stopped"] is False


def test_a_stopped_command_says_so(folder, tmp_path, monkeypatch):
    def interrupted(*_given, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.sourcing._Work.headcount", interrupted)
    out = tmp_path / "stopped"
    asked = ["sourcing", str(folder / "scenario.yaml"), "--out", str(out), "--points", "3"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 130
    assert "Stopped early" in result.output
    assert (out / "sourcing_rates.csv").exists()


def test_faults_are_told_one_by_one(folder):
    text = SCENARIO.replace("cost_per_hour: 26", "cost_per_hour: -26")
    (folder / "wrong.yaml").write_text(text.replace("agents: 4", "agents: many"))
    result = CliRunner().invoke(cli, ["sourcing", str(folder / "wrong.yaml")])
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 2
    result = CliRunner().invoke(cli, ["sourcing", str(folder / "scenario.yaml"), "--points", "2"])
    assert result.exit_code == 2
    assert "--points" in result.stderr


def test_the_example_has_the_published_prices(tmp_path):
    path = write_example("outsourcing", tmp_path / "energy")
    price = {pool.name: pool.cost_per_hour or 0.0 for pool in load_scenario(path).pools}
    assert 55 <= price["own-team"] <= 80
    assert 24 <= price["lille"] <= 27
    assert 29 <= price["nantes"] <= 32
    assert price["offshore"] == 14
    asked = [load_scenario(path, [name]) for name in load_scenario(path).variants]
    moved = {pool.cost_per_hour for scenario in asked for pool in scenario.pools}
    assert moved >= {55, 80, 24, 27, 29, 32}
