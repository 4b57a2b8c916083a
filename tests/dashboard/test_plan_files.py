"""A plan's folder is read back as it was meant, or refused with all that is wrong."""

import json

import numpy as np
import pytest

from planner.errors import InputError
from planner.plan_files import read_plan
from tests.dashboard.plan_folder import DAYS, NASTY, POOLS, QUEUES


def refusal(folder):
    with pytest.raises(InputError) as caught:
        read_plan(folder)
    return caught.value


def test_names_days_and_pools_are_the_scenarios_own(folder):
    plan = read_plan(folder)
    assert [queue.name for queue in plan.queues] == list(QUEUES)
    assert plan.days == DAYS
    assert dict(plan.pools) == {name: kind for name, (kind, _) in POOLS.items()}
    assert set(plan.tables["forecast.csv"]["queue"]) == set(QUEUES)
    assert set(plan.tables["coverage.csv"]["pool"]) == set(POOLS)


def test_unknown_numbers_are_nan(folder):
    plan = read_plan(folder)
    assert np.isnan(plan.queues[2].promised)
    assert np.isnan(plan.number("no such number"))
    assert plan.number("cost") == 7100.0


def test_local_days_come_from_the_market(folder):
    table = read_plan(folder).tables["forecast.csv"]
    hours = table[table["queue"] == NASTY].groupby("day").size()
    assert hours.to_dict() == dict(zip(map(str, DAYS), (24, 25, 24), strict=True))


def test_no_folder(tmp_path):
    error = refusal(tmp_path / "plan")
    assert str(error).endswith(
        "plan: must be a folder written by `planner run SCENARIO --out FOLDER`, got no such folder"
    )
    assert error.exit_status == 2


def test_a_file_is_no_folder(folder):
    assert str(refusal(folder / "costs.csv")).endswith("got a file")


def test_missing_files_are_told_in_one_message(folder):
    (folder / "costs.csv").unlink()
    (folder / "summary.json").unlink()
    assert len(refusal(folder).faults) == 1
    assert "it lacks costs.csv, summary.json" in str(refusal(folder))


def change(folder, name, old, new):
    path = folder / name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_faults_of_all_files_at_once(folder):
    change(folder, "forecast.csv", "contacts_p10", "other")
    change(folder, "coverage.csv", "2027-10-30T08:00:00+02:00", "yesterday")
    change(folder, "costs.csv", "5800.0", "dear")
    (folder / "summary.json").write_text("{\n,}", encoding="utf-8")
    said = str(refusal(folder)).splitlines()
    assert len(said) == 4
    assert said[0].endswith("costs.csv:2: cost must be a number, got 'dear'")
    assert said[1].endswith("coverage.csv:2: start must be an ISO 8601 time, got 'yesterday'")
    assert said[2].endswith("must have the columns of `planner run`, it lacks contacts_p10")
    assert "summary.json:2: must be JSON, got: " in said[3]


@pytest.mark.parametrize("wrong", [{"days": 0}, {"service": {}}, {"first_day": "soon"}])
def test_a_summary_of_something_else(folder, wrong):
    path = folder / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    assert "summary.json: must be as `planner run` writes it: " in str(refusal(folder))


def test_an_empty_table(folder):
    (folder / "costs.csv").write_bytes(b"")
    assert "costs.csv: must be a CSV table: " in str(refusal(folder))


def test_files_of_two_plans(folder):
    change(folder, "projection.csv", "T09:00:00+02:00", "T09:15:00+02:00")
    assert "must hold the files of one plan" in str(refusal(folder))


def test_a_plan_without_pools(folder):
    for name in ("costs.csv", "coverage.csv"):
        path = folder / name
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert dict(read_plan(folder).pools) == {}
