"""A stored plan repaired from the command line: few days change, all of its files follow."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.archive import ARCHIVE, pack
from planner.cli import cli
from planner.export.digest import missing_hours
from planner.export.repair_words import repair_words
from planner.export.wording import number
from planner.export.write import write_files
from planner.plan_files import read_archive
from planner.repair import Absence, repair
from planner.run import plan_and_write
from staffing.repair import Change
from staffing.roster import Roster
from tests.planner.audited import SCENARIO, write_history


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    (folder / "scenario.yaml").write_text(SCENARIO.replace("5, 2027-03-04: 6", "9"))
    write_history(folder / "contacts.csv")
    return folder


@pytest.fixture(scope="module")
def planned(starter, tmp_path_factory):
    out = tmp_path_factory.mktemp("planned") / "plan"
    plan_and_write(starter / "scenario.yaml", (), out, lambda *_: None)
    return out


def rows(folder, name):
    with (folder / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def run(*words):
    return CliRunner().invoke(cli, ["repair", *map(str, words)])


@pytest.mark.slow
def test_a_sick_day_changes_few_days_and_every_file(planned, starter, tmp_path):
    duty = rows(planned, "roster.csv")[10]
    out = tmp_path / "repaired"
    done = run(planned, "--absent", duty["agent"], duty["date"], "--out", out)
    assert done.exit_code == 0, done.output
    changed = rows(out, "changes.csv")
    assert 1 <= len(changed) <= 4
    assert {row["date"] >= duty["date"] for row in changed} == {True}
    mine = [row for row in changed if (row["agent"], row["date"]) == (duty["agent"], duty["date"])]
    assert [(row["before"], row["after"]) for row in mine] == [(duty["shift"], "off")]
    before, after = ({(r["agent"], r["date"]): r["shift"] for r in rows(folder, "roster.csv")}
                     for folder in (planned, out))  # fmt: skip
    told = {(row["agent"], row["date"]) for row in changed}
    assert {
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    } == told
    assert all(f"{row['agent']}" in done.output for row in changed)
    audited = CliRunner().invoke(cli, ["audit", str(starter / "scenario.yaml"), str(out)])
    assert audited.exit_code == 0, audited.output
    again = run(out, "--absent", mine[0]["agent"], duty["date"], "--out", tmp_path / "twice")
    assert "0 days of 0 agents change" in again.output


@pytest.mark.slow
def test_a_plan_made_again_keeps_the_tours_people_know(planned, starter, tmp_path):
    text = (starter / "scenario.yaml").read_text()
    for file in starter.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    more = text + "\noverrides:\n  - {day: 2027-03-03, factor: 1.3, note: a campaign}\n"
    first = read_archive(planned).days[2]
    more = more.replace("2027-03-03", first.isoformat())
    (tmp_path / "scenario.yaml").write_text(more)
    plan_and_write(tmp_path / "scenario.yaml", (), tmp_path / "anew", lambda *_: None)
    done = run(planned, "--anew", tmp_path / "anew", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    shifts = {
        folder: {
            (row["agent"], row["date"]): row["shift"]
            for row in rows(tmp_path / folder, "roster.csv")
        }
        for folder in ("anew", "out")
    }
    known = {(row["agent"], row["date"]): row["shift"] for row in rows(planned, "roster.csv")}
    apart = {
        folder: sum(own.get(key) != known.get(key) for key in own.keys() | known.keys())
        for folder, own in shifts.items()
    }
    assert apart["out"] == len(told["changes"])
    assert apart["out"] < 0.5 * apart["anew"]
    assert told["unplaced_shifts"] == 0


def test_every_fault_is_told_at_once_and_nothing_written(planned, tmp_path):
    out = tmp_path / "none"
    done = run(
        planned, "--absent", "Nobody", "2027-13-01", "--absent", "team-001", "1999-01-01",
        "--out", out,
    )  # fmt: skip
    assert done.exit_code == 2
    lines = done.output.splitlines()
    assert len(lines) == 3
    assert "--absent must be an agent of one of the pools, got 'Nobody'" in lines[0]
    assert "must be days of the plan" in lines[1]
    assert not out.exists()


def test_it_must_say_what_happened_and_keep_the_plan(planned, tmp_path):
    assert run(planned, "--out", tmp_path / "x").exit_code == 2
    agent, day = rows(planned, "roster.csv")[0]["agent"], rows(planned, "roster.csv")[0]["date"]
    before = (planned / "roster.csv").read_bytes()
    done = run(planned, "--absent", agent, day, "--out", planned)
    assert done.exit_code == 2
    assert "must be another folder than the plan's own" in done.output
    assert (planned / "roster.csv").read_bytes() == before


def test_bands_move_with_the_middle(small_plan):
    duty = small_plan.roster.duties[0]
    found, changes = repair(small_plan, [Absence(duty.pool, duty.agent, duty.day, duty.day)])
    assert all(change.day >= duty.day for change in changes)
    seen = found.projection
    assert (seen.service_level_p10 <= seen.service_level).all()
    assert (seen.service_level_p90 >= seen.service_level).all()
    assert found.days == small_plan.days
    assert isinstance(found.days[0], date)


def test_a_plan_of_other_days_or_of_nobody_known_is_not_the_plan_made_again(small_plan, tmp_path):
    later = replace(small_plan, pools=tuple(
        replace(pool, names=tuple(f"{name} II" for name in pool.names))
        for pool in small_plan.pools
    ), roster=Roster((), ()))  # fmt: skip
    for name, plan in (("old", small_plan), ("new", later)):
        write_files({ARCHIVE: pack(plan)}, tmp_path / name)
    done = run(tmp_path / "old", "--anew", tmp_path / "new", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "--anew must have agents of the plan to repair, got none of those" in done.output
    assert not (tmp_path / "out").exists()


def test_missing_and_overdue_hours_are_told_apart_and_long_names_in_short(small_plan):
    early = small_plan.allocation.shifts[0][0]
    change = Change("paris", small_plan.days[0], "x" * 300, early, None)
    told = repair_words(small_plan, small_plan, (change,), Path("out"), 17)
    missing, overdue = missing_hours(small_plan)
    assert f"{number(missing, 1)} position hours missing on the line" in told
    assert f"{number(overdue, 1)} hours of work overdue" in told
    assert max(map(len, told.splitlines())) < 160


def test_heads_that_nobody_took_before_are_still_told(small_plan):
    (left,) = small_plan.roster.unplaced
    was, ill = small_plan.allocation, small_plan.roster.duties[-1]
    p = [pool.name for pool in was.pools].index(left.pool)
    heads = [own.copy() for own in was.heads]
    heads[p][was.days.index(left.day), was.shifts[p].index(left.shift)] -= left.heads
    settled = replace(small_plan, allocation=replace(was, heads=tuple(heads)))
    found, told = repair(settled, [Absence(ill.pool, ill.agent, ill.day, ill.day)])
    assert left in found.roster.unplaced
    assert len(found.roster.duties) == sum(int(own.sum()) for own in found.allocation.heads)
    assert (ill.day, ill.agent, ill.shift) in [(c.day, c.agent, c.before) for c in told]
