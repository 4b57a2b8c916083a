"""A plan made with agents by name: who is away is not planned with, and the plan knows them."""

import datetime as dt

import pytest

from planner.archive import pack, unpack
from planner.audit import people
from planner.audit.books import Books
from planner.audit.files import read_files
from planner.audit.question import question_of
from planner.export.summary import summary_json
from planner.export.write import tables_of
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from tests.planner.audited import write_history

SCENARIO = """
horizon: {first_day: 2027-03-01, days: 4}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - {name: phone, open: {mon-fri: "08:00-18:00"}, aht_s: 280, patience_s: 180}
  - {name: email, channel: email, open: {mon-fri: "08:00-18:00"}, aht_s: 330,
     target: {reply_within_hours: 8, clock: open}}
pools:
  - {name: team, queues: [phone, email], shrinkage: 0.2, cost_per_hour: 58,
     shifts: {paid_hours: [7]},
     agents: {file: agents.csv, absences: absences.csv, wishes: wishes.csv}}
"""
AGENTS = "agent,queues,hours_per_week,wed\nAda,,,\nBo,,21,\nCy,,,off\nDee,email,,\nEm,,,\n"
ABSENCES = "agent,first_day,last_day,reason\nAda,2027-03-02,2027-03-03,illness\n"
WISHES = "agent,date,wish\nEm,2027-03-04,off\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("named")
    for name, text in (("agents", AGENTS), ("absences", ABSENCES), ("wishes", WISHES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    write_history(folder / "contacts.csv")
    scenario = load_scenario(folder / "scenario.yaml")
    return make_plan(scenario, load_history(scenario))


def test_no_more_heads_are_planned_than_agents_are_there(plan):
    team, mail = plan.pools
    assert (team.name, mail.name) == ("team", "team (email)")
    heads = plan.allocation.heads[0].sum(axis=1)
    assert (heads <= [4, 3, 2, 4]).all()
    assert heads[2] == 2  # all who are there: the work would take more
    files = {**tables_of(plan), "summary.json": summary_json(plan).encode()}
    asked = question_of(plan.scenario)
    assert people.heads_a_day(Books(asked, read_files(asked, files))).faults == ()


def test_hours_are_paid_by_each_agent_s_own_contract(plan):
    lengths = [shift.paid_hours for shift in plan.allocation.shifts[0]]
    scheduled = float((plan.allocation.heads[0] @ lengths).sum())
    assert plan.costs[0].paid_hours == pytest.approx(max(scheduled, (3 * 35 + 21) * 4 / 7))


def test_a_kept_plan_knows_its_agents_and_no_reason(plan):
    packed = pack(plan)
    again = unpack(packed)
    assert again.pools[0].people == plan.pools[0].people
    assert again.scenario.pools == plan.scenario.pools
    (away,) = again.pools[0].people[0].absences
    assert away == (dt.date(2027, 3, 2), dt.date(2027, 3, 3))
    assert pack(again) == packed
