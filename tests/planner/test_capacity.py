"""The command for hiring: its weeks, its files, its faults, and that its heads do for a plan."""

import csv
import datetime as dt
import io
import json

import numpy as np
import pytest
from click.testing import CliRunner

from planner.capacity import find_capacity, given_by_queue
from planner.capacity_asked import by_week
from planner.check import read_question
from planner.cli import cli
from planner.clock import quiet
from planner.errors import InputError
from planner.examples import write_example
from planner.export.capacity_page import capacity_html
from planner.export.capacity_tables import CAPACITY_FILES, pools_table, weeks_table
from planner.export.capacity_words import capacity_words, decision_sentences
from planner.inputs import local_days
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of
from planner.service import make_plan

SCENARIO = """
name: "A shop <b>grows</b>"
currency: EUR
horizon: {first_day: 2027-03-01, days: 7}
capacity: {first_day: 2027-03-01, weeks: 8}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}}
queues:
  - {name: phone, market: FR, channel: phone, open: {mon-fri: "08:00-16:00", sat-sun: closed},
     aht_s: 300, patience_s: 180, target: {service_level: 0.8, answer_within_s: 20}}
  - {name: email, market: FR, channel: email, open: {mon-fri: "08:00-16:00", sat-sun: closed},
     aht_s: 360, target: {reply_within_hours: 8, share: 0.9, clock: open}}
pools:
  - {name: own, queues: [phone, email], agents: 5, cost_per_hour: 30, shifts: &shifts
       {earliest_start: "08:00", latest_end: "16:00", start_every_minutes: 60, paid_hours: [4, 7]},
     newcomers: {speed: [0, 0.7]}, hiring: {lead_weeks: 2, class_size: [1, 4]}}
  - {name: "=lille", kind: vendor, queues: [phone], agents: 2, cost_per_hour: 40, shifts: *shifts,
     notice: {days: 7, ordered_hours_per_week: 20}, commitment: {minimum_weeks: 3}}
variants:
  nobody-leaves: {pools: {own: {hiring: {attrition_per_year: 0}}}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    place = tmp_path_factory.mktemp("shop")
    (place / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    rows = ["start,queue,contacts"]
    for day in range(70):
        date = dt.date(2026, 12, 21) + dt.timedelta(days=day)
        if date.weekday() < 5:
            rows += [
                f"{date}T{hour:02}:00:00+01:00,{queue},{count + hour % 3}"
                for hour in range(8, 16)
                for queue, count in (("phone", 30), ("email", 12))
            ]
    (place / "contacts.csv").write_text("\n".join(rows), encoding="utf-8")
    return place / "scenario.yaml"


@pytest.fixture(scope="module")
def found(shop):
    return find_capacity(*read_question(shop, ()), quiet)


def changed(text, old, new):
    assert old in text
    return scenario_of(parse_yaml(text.replace(old, new), "scenario.yaml"))


def faults(old, new):
    with pytest.raises(InputError) as error:
        changed(SCENARIO, old, new)
    return str(error.value)


def test_heads_are_kept_book_of_week_by_week(found):
    table = pools_table(found)
    own = table[table["pool"] == "own"]
    heads = own["heads"].to_numpy()
    moved = own[["hires", "leavers", "released"]].to_numpy()[1:] @ [1, -1, -1]
    assert heads[1:] == pytest.approx(heads[:-1] + moved, abs=0.01)
    assert own["hires"].sum() > 0
    assert table["cost"].sum() == pytest.approx(found.plan.money.sum(), abs=0.5)


def test_given_and_missing_make_up_what_is_needed(found):
    table = weeks_table(found)
    both = table["given_hours"] + table["missing_hours"]
    assert both.to_numpy() == pytest.approx(table["needed_hours"].to_numpy(), abs=0.02)
    asked = found.plan.question
    assert (given_by_queue(found.plan) >= asked.need - found.plan.missing - 1e-6).all()
    assert 1.0 <= asked.fit.min() <= asked.fit.max() < 1.6
    service = found.service
    assert service.min() >= 0
    assert service.max() <= 1


def test_what_is_decided_has_its_last_day(found):
    classes = [one for one in found.decisions if one.kind == "class"]
    assert classes
    for one in classes:
        assert (one.starts - one.by).days == 14
        assert (one.on_contacts - one.starts).days == 7
    for one in found.decisions:
        if one.kind == "order":
            assert (one.starts - one.by).days == 7
    assert [one.by for one in found.decisions] == sorted(one.by for one in found.decisions)


def test_it_is_better_than_hiring_nobody(found):
    price = found.plan.question.shortage_price
    nothing = found.nothing.money + price * found.nothing.missing_hours
    assert found.plan.objective < nothing
    assert found.peak.missing_hours < found.plan.missing.sum()  # it need not wait for a class


def test_the_command_writes_its_files_and_tells_them(shop, tmp_path):
    out = tmp_path / "out"
    run = CliRunner().invoke(cli, ["capacity", str(shop), "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert sorted(path.name for path in out.iterdir()) == sorted(CAPACITY_FILES)
    assert "What to decide, by when" in run.output
    assert "With nobody hired" in run.output
    rows = list(csv.DictReader(io.StringIO((out / "capacity.csv").read_text())))
    assert len(rows) == 2 * 8
    assert {row["pool"] for row in rows} == {"own", "'=lille"}
    page = (out / "capacity.html").read_text()
    assert "<b>grows" not in page
    document = json.loads((out / "capacity.json").read_text())
    assert document["weeks"] == 8
    assert document["gap"] >= 0
    again = CliRunner().invoke(cli, ["capacity", str(shop), "--out", str(out), "--json"])
    assert json.loads(again.output) == document


def test_a_variant_and_other_weeks(shop, tmp_path):
    out = str(tmp_path / "out")
    told = ["capacity", str(shop), "--variant", "nobody-leaves", "--weeks", "5", "--from",
            "2027-03-08", "--json", "--out", out]  # fmt: skip
    document = json.loads(CliRunner().invoke(cli, told).output)
    assert document["variants"] == ["nobody-leaves"]
    assert document["first_week"] == "2027-03-08"
    assert document["weeks"] == 5
    assert all(row["leavers"] == 0 for row in document["by_pool"])


def test_the_same_scenario_has_the_same_page_and_words(shop, found, tmp_path):
    again = find_capacity(*read_question(shop, ()), quiet)
    assert capacity_html(again) == capacity_html(found)
    assert capacity_words(again, tmp_path, 6) == capacity_words(found, tmp_path, 6)


def test_overtime_and_temporary_staff_are_told_where_there_are_any(found, tmp_path):
    weeks = weeks_table(found)
    told = capacity_words(found, tmp_path, 6)
    assert ("Overtime: " in told) == (weeks["overtime_hours"].sum() >= 0.5)
    assert ("Temporary staff of " in told) == (weeks["temps"].max() >= 0.05)


def test_a_week_adds_up_its_pools(found):
    weeks, pools = weeks_table(found), pools_table(found)
    for name in ("heads", "temps", "overtime_hours", "vendor_hours"):
        by_week = pools.groupby("week", sort=False)[name].sum().to_numpy()
        assert weeks[name].to_numpy() == pytest.approx(by_week, abs=0.02)


def test_a_limit_in_time_keeps_an_answer(shop):
    stopped = find_capacity(*read_question(shop, ()), quiet, time_limit_s=0.0)
    assert stopped.plan.money.sum() > 0
    assert decision_sentences(stopped)
    assert "stopped" in capacity_words(stopped, shop.parent, 6)


def test_away_in_a_month_takes_from_its_weeks_alone(shop):
    scenario, table = read_question(shop, ())
    less = load_scenario(shop, (), [{"pools": {"own": {"away_by_month": {"apr": 0.2}}}}])
    with_it, without = (find_capacity(one, table, quiet) for one in (less, scenario))
    share = with_it.plan.question.teams[0].productive / without.plan.question.teams[0].productive
    assert share[:4] == pytest.approx(1)
    assert share[5:] == pytest.approx(0.8)
    assert with_it.plan.objective > without.plan.objective


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("class_size: [1, 4]", "class_size: [4, 1]", "hiring.class_size must be two whole numbers"),
        ("class_size: [1, 4]", "class_size: 4", "hiring.class_size must be the fewest and"),
        ("lead_weeks: 2", "lead_weeks: -1", "hiring.lead_weeks must be a whole number >= 0"),
        ("lead_weeks: 2", "lead_weeks: 200", "hiring.lead_weeks must"),
        ("lead_weeks: 2", "attrition_per_year: 1", "attrition_per_year must be in [0, 1)"),
        ("lead_weeks: 2", "leadweeks: 2", "leadweeks"),
        ("weeks: 8}", "weeks: 200}", "capacity.weeks must"),
        ("weeks: 8}", "risk: 90}", "capacity.risk must be in (0, 1), a fraction"),
        ("minimum_weeks: 3", "minimum_weeks: 0", "commitment.minimum_weeks must"),
        ("commitment: {", "hiring: {}, commitment: {ramp_hours_per_week: 0, ", "ramp_hours"),
        ("lead_weeks: 2", "seasons: [{first_day: 2027-04-01, last_day: 2027-03-01}]",
         "seasons.0.last_day must not be before first_day (2027-04-01), got 2027-03-01"),
        ("lead_weeks: 2", "seasons: [{first_day: 2027-03-01, last_day: 2027-03-20}, "
         "{first_day: 2027-03-10, last_day: 2027-05-20}]",
         "seasons.1.first_day must be after the season before it ends (2027-03-20)"),
        ("newcomers: {speed: [0, 0.7]}", "away_by_month: {august: 0.1}", "away_by_month must be"),
        ("newcomers: {speed: [0, 0.7]}", "commitment: {minimum_weeks: 2}",
         "commitment must go with kind: vendor"),
        ("commitment: {minimum_weeks: 3}", "hiring: {lead_weeks: 3}",
         "hiring must go with kind: in_house"),
    ],
)  # fmt: skip
def test_faults_have_their_place(old, new, told):
    message = faults(old, new)
    assert "scenario.yaml:" in message
    assert told in message


@pytest.mark.parametrize("wrong", [["--weeks", "3"], ["--weeks", "105"], ["--from", "soon"]])
def test_wrong_options_end_with_two(shop, wrong, tmp_path):
    run = CliRunner().invoke(cli, ["capacity", str(shop), "--out", str(tmp_path / "o"), *wrong])
    assert run.exit_code == 2
    assert not (tmp_path / "o").exists()


def test_weeks_count_local_days():
    values = np.ones((1, 4))
    assert by_week(values, np.array([[-1, 0, 6, 7]]), 2).tolist() == [[2.0, 1.0]]


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = write_example("photo", tmp_path_factory.mktemp("made") / "photo")
    scenario, table = read_question(path, ())
    return path, table, find_capacity(scenario, table, quiet, weeks=52)


@pytest.mark.slow
def test_the_photo_lab_has_fifteen_in_summer_and_near_sixty_at_christmas(photo):
    _, _, found = photo
    heads = np.sum([one.walk.heads for one in found.plan.teams], axis=0)
    by_month = {month: [h for h, day in zip(heads, found.weeks, strict=True) if day.month == month]
                for month in range(1, 13)}  # fmt: skip
    assert all(14 <= h <= 15 for h in (*by_month[7], *by_month[8]))
    assert 48 <= max(by_month[11] + by_month[12]) <= 62
    assert all(13 <= h <= 16 for h in by_month[4])
    classes = [one for one in found.decisions if one.kind == "class" and one.pool == "temporary"]
    assert {one.by.month for one in classes} <= {8, 9, 10}
    assert sum(one.amount for one in classes if one.by.month in {9, 10}) >= 30
    # Everyone passes through production first: two weeks before the first call.
    assert all((one.on_contacts - one.starts).days == 14 for one in classes)
    need = found.plan.question.need.sum()
    assert found.plan.missing.sum() < 0.01 * need
    assert found.nothing.missing_hours > 0.1 * need
    assert found.peak.money > 1.5 * found.plan.money.sum()


@pytest.mark.slow
def test_the_heads_of_a_week_do_for_its_plan_of_shifts_and_hardly_fewer_would(photo):
    path, table, found = photo
    week = int(np.argmax(found.plan.question.need.sum(axis=0)))
    missing = [_missing(path, table, found, week, share) for share in (1.0, 0.8)]
    assert missing[0] < 0.01
    assert missing[1] > 0.02


def _missing(path, table, found, week, share):
    """Return the share of a week's positions that a plan misses with so many of its heads."""
    first = found.weeks[week] - dt.timedelta(days=7)  # a week that leads up to it
    pools: dict[str, dict[str, object]] = {}
    for one in found.plan.teams:
        heads = round(float(share * one.walk.on_contacts[week]))
        pools[one.team.name] = {"agents": heads}
    pools["temporary"] |= {"newcomers": None, "shrinkage": 0.264}  # 20 %, and 8 % of colds
    scenario = load_scenario(
        path, (), [{"horizon": {"first_day": first, "days": 14}, "risk": 0.95, "pools": pools}]
    )
    plan = make_plan(scenario, table)
    inside = local_days(scenario, plan.times) >= 7
    missed = (plan.allocation.understaffing * inside).sum()
    return float(missed / (plan.requirement.positions * inside).sum())
