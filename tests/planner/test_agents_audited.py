"""A plan that begins in mid-week with agents by name: its invoice and tours, worked out again."""

import pytest

from planner.audit.audit import audit
from planner.export.summary import summary_json
from planner.export.write import tables_of
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from tests.planner.audited import write_history

SCENARIO = """
horizon: {first_day: 2027-03-03, days: 8}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - {name: phone, open: {mon-fri: "08:00-18:00"}, aht_s: 280, patience_s: 180}
  - {name: email, channel: email, open: {mon-fri: "08:00-18:00"}, aht_s: 330,
     target: {reply_within_hours: 8, clock: open}}
pools:
  - {name: team, queues: [phone, email], shrinkage: 0.2, cost_per_hour: 58,
     contract: {weekly_hours: WEEKLY, overtime: {max_hours_per_week: 7}},
     shifts: {paid_hours: [7]},
     agents: {file: agents.csv, absences: absences.csv, worked: worked.csv}}
"""
AGENTS = """agent,hours_per_week,first_day,last_day
Ada,,,
Bo,21,,
Cy,,,2027-03-08
Dee,28,2027-03-04,
"""
ABSENCES = "agent,first_day,last_day\nAda,2027-03-08,2027-03-09\nBo,2027-03-02,2027-03-02\n"
WORKED = "agent,date,start,end,paid_hours\n" + "".join(
    f"{agent},2027-03-0{day},2027-03-0{day}T08:00:00+01:00,2027-03-0{day}T{end}:00:00+01:00,{hours}\n"
    for agent, day, end, hours in (("Ada", 1, 18, 10), ("Ada", 2, 18, 10), ("Bo", 1, 15, 7))
)


@pytest.mark.parametrize("weekly", ["at_most", "averaged", "exact"])
def test_a_plan_in_mid_week_agrees_with_its_audit(tmp_path, weekly):
    for name, text in (("agents", AGENTS), ("absences", ABSENCES), ("worked", WORKED)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    text = SCENARIO.replace("WEEKLY", weekly)
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    write_history(tmp_path / "contacts.csv")
    scenario = load_scenario(tmp_path / "scenario.yaml")
    plan = make_plan(scenario, load_history(scenario))
    files = dict(tables_of(plan))
    files["summary.json"] = summary_json(plan).encode()
    assert [str(fault) for found in audit(scenario, files) for fault in found.faults] == []
    assert plan.costs[0].overtime_hours > 0
