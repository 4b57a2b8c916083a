"""Plans of every kind pass their audit; the command and the verified run tell what it finds."""

import datetime as dt
import json
import random

import pytest
from click.testing import CliRunner

from planner.cli import cli
from planner.examples import write_example
from tests.planner.audited import SCENARIO, planned, write_history

NIGHTS = """
horizon: {first_day: 2027-03-26, days: 4}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London, closed: [2027-03-29]}}
queues:
  - {name: phone, market: FR, aht_s: 300, patience_s: 120}
  - {name: mail, market: FR, channel: email, aht_s: 400, target: {reply_within_hours: 5}}
  - {name: gb-mail, market: GB, channel: email, open: {mon-fri: "08:00-18:00"}, aht_s: 400,
     target: {reply_within_hours: 6, clock: open}, backlog: {contacts: 60, oldest_hours: 70}}
pools:
  - {name: nights, queues: [phone, {name: mail, speed: 0.9}], agents: 6, cost_per_hour: 40,
     shrinkage: 0.2, shifts: {earliest_start: "21:15", latest_end: "31:00",
     start_every_minutes: 45, paid_hours: [7.5],
     breaks: [{minutes: 30, paid: false, after_hours: [4, 5.5]},
              {minutes: 15, paid: true, after_hours: [6.5, 6.5]}]}}
  - {name: days, queues: [phone, mail], agents: 9, cost_per_hour: 52,
     shifts: {earliest_start: "07:00", latest_end: "22:00"}}
  - {name: far, kind: vendor, timezone: Asia/Kathmandu, agents: 4, cost_per_contact: 2.37,
     queues: [{name: gb-mail, speed: 0.8}, {name: mail, speed: 0.7}],
     max_share: 0.5, committed_share_of_forecast: 0.8,
     shifts: {earliest_start: "12:00", latest_end: "24:00", paid_hours: [4.25]}}
"""


def day_and_night(path):
    """Write eight weeks of three queues, round the clock."""
    chance = random.Random(3)
    lines = ["start,queue,contacts,aht_s"]
    for n in range(56):
        day = dt.date(2027, 1, 25) + dt.timedelta(days=n)
        for hour in range(24):
            for queue, mean in (("phone", 8.0), ("mail", 4.0), ("gb-mail", 3.0)):
                contacts = max(round(chance.gauss(mean * (0.4 + 0.9 * (7 < hour < 20)), 1.0)), 0)
                lines.append(f"{day}T{hour:02d}:00+00:00,{queue},{contacts},300")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("starter", ()),
        ("photo", ()),
        ("coffee", ()),
        ("grocery-drive", ()),
        ("office-machines", ("per-contact",)),
        ("home-improvement", ()),
        ("flash-sales", ()),
    ],
)
def test_the_examples_are_right_to_the_cent(name, variant, tmp_path):
    """Planned and written by the command, then audited from the files it left."""
    path = write_example(name, tmp_path / "centre")
    plan = str(tmp_path / "plan")
    chosen = [part for one in variant for part in ("--variant", one)]
    run = CliRunner().invoke(cli, ["run", str(path), "--out", plan, *chosen])
    assert run.exit_code == 0, run.output
    audited = CliRunner().invoke(cli, ["audit", str(path), plan, *chosen])
    assert audited.exit_code == 0, audited.output
    assert "invoices, to the cent: all agree" in audited.output


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("nights"), NIGHTS, day_and_night)


def test_nights_over_a_clock_change_are_right(nights):
    assert nights.faults() == {}
    late = [row for row in nights.rows("allocation.csv") if row["pool"] == "nights"]
    assert {"2027-03-27"} < {row["date"] for row in late}
    assert {row["start"][-6:] + row["end"][-6:] for row in late} >= {"+01:00+02:00"}


def test_a_night_whose_clock_was_forgotten_is_found(nights):
    """It ends an hour earlier on the wall than without the change of the clock."""
    changed, line = nights.with_cells(
        "allocation.csv",
        lambda row: row["start"].endswith("+01:00") and row["end"].endswith("+02:00"),
        end=lambda text: text.replace("+02:00", "+01:00"),
    )
    found = changed.faults()["shifts"]
    assert {(fault.line, fault.field) for fault in found} == {(line, "end")}


def test_a_verified_run_tells_what_is_wrong_and_ends_with_0(tmp_path, monkeypatch):
    """A program that writes another cost than it means is told so by its own run."""
    from planner.export import tables

    own = tables.costs_table

    def dearer(costs):
        table = own(costs)
        return table.assign(cost=table["cost"] + [0.01, 0.0, 0.0])

    monkeypatch.setattr(tables, "costs_table", dearer)
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO.replace("days: 8", "days: 2"), encoding="utf-8")
    write_history(tmp_path / "contacts.csv")
    out = tmp_path / "plan"
    run = CliRunner().invoke(cli, ["run", str(path), "--out", str(out), "--verify"])
    assert run.exit_code == 0, run.output
    assert "invoices, to the cent: 1 do not agree" in run.output
    assert "costs.csv:2: cost must be" in run.output
    assert "1 fault: do not rely on this plan." in run.output
    table = (out / "audit.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "rule,checked,faults,file,line,field,message"
    assert [line for line in table if line.startswith("costs,3.0,1,costs.csv,2,cost,")]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert len(summary["verification"]["recount"]["invoices, to the cent"]) == 1

    audited = CliRunner().invoke(cli, ["audit", str(path), str(out), "--json"])
    assert audited.exit_code == 1
    told = json.loads(audited.output)
    assert told["faults"] == 1
    assert told["rules"]["costs"]["checked"] == 3


def test_an_audit_of_no_plan_ends_with_2(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    audited = CliRunner().invoke(cli, ["audit", str(path), str(tmp_path)])
    assert audited.exit_code == 2
    assert "allocation.csv: must be a file that `planner run` wrote" in audited.output
