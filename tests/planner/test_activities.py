"""Activities as they are written, counted again from the files alone, and drawn."""

import json
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest

from planner.audit.audit import RULES_OF_ACTIVITIES, audit_folder
from planner.audit.books import Books
from planner.audit.files import AUDITED, read_files
from planner.audit.judged import Judged
from planner.audit.question import question_of
from planner.export.activity_rows import activities_table
from planner.export.figures_floor import MOST_AGENTS, floor_chart
from planner.export.summary import summary_json
from planner.export.tables import csv_bytes
from planner.export.write import tables_of
from staffing.roster import Roster
from tests.planner.audited import Audited
from tests.planner.conftest import SCENARIO


@pytest.fixture(scope="module")
def plan(small_plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("activities") / "scenario.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return Audited(
        path, {**tables_of(small_plan), "summary.json": summary_json(small_plan).encode()}
    )


def judged(plan):
    """Return what the rules of activities find, and what cannot be read, by the rule's name."""
    asked = question_of(plan.asked())
    books = Books(asked, read_files(asked, plan.files))
    found = [rule(books) for rule in RULES_OF_ACTIVITIES]
    return {**{one.rule: one for one in found}, "rows": Judged("rows", "", 0, books.files.unread)}


def faults(plan):
    return {rule: one.faults for rule, one in judged(plan).items() if one.faults}


def test_rows_of_a_shift_are_the_shift(plan):
    """From the files alone: no gap, no overlap, and the breaks of the roster."""
    rows = defaultdict(list)
    for row in plan.rows("activities.csv"):
        rows[row["agent"], row["date"]].append(row)
    roster = plan.rows("roster.csv")
    assert len(rows) == len(roster) > 30
    for shift in roster:
        own = rows[shift["agent"], shift["date"]]
        assert (own[0]["start"], own[-1]["end"]) == (shift["start"], shift["end"])
        assert all(one["end"] == two["start"] for one, two in pairwise(own))
        breaks = (row for row in own if row["activity"] == row["kind"] == "break")
        told = [f"{row['start'][11:16]}-{row['end'][11:16]}" for row in breaks]
        assert ";".join(told) == shift["breaks"]


def test_queues_get_their_hours(plan):
    found = judged(plan)
    assert [str(fault) for one in found.values() for fault in one.faults] == []
    assert found["activities"].number == len(plan.rows("roster.csv"))
    assert found["own queues"].number == len(plan.rows("activities.csv"))
    assert found["queue hours"].number == 7 * 14  # four queues of paris, two of the partner, one


def kind(wanted):
    return lambda row: row["kind"] == wanted


def of(pool):
    return lambda row: row["pool"] == pool


@pytest.mark.parametrize(
    ("where", "cells", "rule", "column"),
    [
        (kind("live"), {"start": "2027-02-08T07:15:00+01:00"}, "activities", "start"),
        (kind("live"), {"end": "2027-02-08T07:15:00+01:00"}, "activities", "end"),
        (kind("live"), {"agent": "nobody"}, "activities", "agent"),
        (kind("live"), {"activity": "fr-email"}, "own queues", "activity"),
        (of("london"), {"kind": "live", "activity": "fr-phone"}, "own queues", "activity"),
        (kind("deferred"), {"activity": "fax"}, "own queues", "activity"),
        (kind("live"), {"kind": "idle"}, "rows", "kind"),
        (kind("live"), {"start": "soon"}, "rows", "start"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_by_its_rule_and_line(plan, where, cells, rule, column):
    changed, line = plan.with_cells("activities.csv", where, **cells)
    found = [(fault.line, fault.field) for fault in faults(changed)[rule]]
    assert (line, column) in found


def test_an_agent_kept_from_a_queue_all_day_is_found(plan):
    rows = plan.rows("activities.csv")
    for row in rows:
        if (row["pool"], row["date"], row["kind"]) == ("paris", "2027-02-09", "live"):
            row |= {"activity": "fr-email", "kind": "deferred"}
    found = faults(plan.with_rows("activities.csv", rows))
    assert list(found) == ["queue hours"]
    assert {fault.field for fault in found["queue hours"]} == {"activity"}
    assert all("of paris with" in fault.message for fault in found["queue hours"])


def test_breaks_are_those_of_the_roster(plan):
    changed, line = plan.with_cells("activities.csv", kind("break"), kind="spare", activity="spare")
    (fault,) = faults(changed)["activities"]
    shift = changed.rows("activities.csv")[line - 2]
    assert (fault.field, shift["agent"] in fault.message) == ("activity", True)
    assert f"{shift['start'][11:16]}-{shift['end'][11:16]}, got none" in fault.message


def test_a_shift_without_activities_is_found(plan):
    rows = plan.rows("activities.csv")
    left = [
        row for row in rows if (row["agent"], row["date"]) != (rows[0]["agent"], rows[0]["date"])
    ]
    (fault,) = faults(plan.with_rows("activities.csv", left))["activities"]
    assert (fault.file, fault.field) == ("roster.csv", "agent")


def test_a_plan_of_before_is_audited_without_activities(plan, tmp_path):
    for name in AUDITED:
        (tmp_path / name).write_bytes(plan.files[name])
    before = {one.rule for one in audit_folder(plan.asked(), tmp_path)}
    (tmp_path / "activities.csv").write_bytes(plan.files["activities.csv"])
    after = {one.rule for one in audit_folder(plan.asked(), tmp_path)}
    assert after - before == {"activities", "own queues", "queue hours"}


def test_times_are_on_the_pools_own_clock_and_the_bytes_repeat(small_plan):
    table = activities_table(small_plan)
    offsets = table.assign(offset=table["start"].str[-6:]).groupby("pool")["offset"].unique()
    assert {pool: found.tolist() for pool, found in offsets.items()} == {
        pool.name: ["+01:00"] if pool.timezone == "Europe/Paris" else ["+00:00"]
        for pool in small_plan.pools
    }
    assert csv_bytes(table) == csv_bytes(activities_table(small_plan))
    assert b",'=gb-phone,live" in csv_bytes(table)
    assert set(table["kind"]) <= {"live", "deferred", "break", "spare"}


def test_the_floor_is_drawn_once_for_each_agent(small_plan):
    day = small_plan.days.index(max(small_plan.days))
    chart = floor_chart(small_plan, day)
    assert chart is not None
    assert all(set(bars["width"]) == {0.8} for bars in chart.figure["data"])
    pool = chart.title.split(",")[0].removeprefix("The floor of ")
    working = [duty for duty in small_plan.roster.duties
               if (duty.pool, duty.day) == (pool, small_plan.days[day])]  # fmt: skip
    assert len(chart.table.rows) == min(len(working), MOST_AGENTS)
    bars = chart.figure["data"]
    assert {bar["name"] for bar in bars} >= {"fr-phone", "&lt;script&gt;alert(1)&lt;/script&gt;"}
    minutes = sum(sum(bar["x"]) for bar in bars) / 60_000
    assert minutes == sum(duty.shift.end_minute - duty.shift.start_minute for duty in working)
    assert "<script>" not in json.dumps(chart.figure)


def test_a_floor_too_large_for_a_picture_shows_some_of_every_hour(small_plan):
    duties = [
        replace(duty, agent=f"{duty.agent} {n}")
        for duty in small_plan.roster.duties for n in range(3)
    ]  # fmt: skip
    crowded = replace(small_plan, roster=Roster(tuple(sorted(duties)), ()))
    chart, plain = floor_chart(crowded, 0), floor_chart(small_plan, 0)
    assert chart is not None
    assert plain is not None
    assert len(chart.table.rows) == MOST_AGENTS
    assert f"{MOST_AGENTS} of them shown" in chart.says
    assert {row[1] for row in chart.table.rows} == {row[1] for row in plain.table.rows}


def test_a_day_without_agents_has_no_picture(small_plan):
    assert floor_chart(replace(small_plan, roster=Roster((), ())), 0) is None
