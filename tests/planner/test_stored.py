"""Plans made into a store by the commands: kept, made again, stopped, killed, failed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner import stored
from planner.check import read_question
from planner.cli import cli
from planner.errors import InputError
from planner.examples import write_example
from planner.question import as_folder, question_from, question_of
from planner.scenario.kept import kept_document
from planner.store import jobs
from planner.store.database import Store
from planner.store.jobs import queue
from planner.store.plans import found, listed, plan_files
from planner.stored import queued, work_on
from planner.working import working

SHORT = ("horizon.days=1", "pools.partner.agents=4", "queues.phone.patience_s=null")
PLANNER = Path(sys.executable).parent / "planner"


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starter")
    return write_example("starter", folder / "centre", lambda _done, _of: None)


@pytest.fixture(scope="module")
def store(tmp_path_factory, starter):
    """Return the address of a store with the starter's plan, made by the command."""
    folder = tmp_path_factory.mktemp("store")
    address = f"sqlite:///{folder}/plans.db"
    short = [word for change in SHORT for word in ("--variant", change)]
    keep = ("--out", folder / "plan", "--store", address, "--note", "first")
    done = planner("run", starter, *short, *keep)
    assert "Kept as plan 1 in sqlite:///" in done
    return address, folder / "plan"


def planner(*words, status=0):
    found = CliRunner().invoke(cli, [str(word) for word in words])
    assert found.exit_code == status, found.output
    return found.output


def silent(*_step):
    pass


def test_the_store_has_the_very_files_that_were_written(store):
    address, folder = store
    with Store(address) as opened:
        files = plan_files(opened, 1, "plan")
    assert files == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_stored_plan_is_made_again_to_the_same_bytes(store):
    told = json.loads(planner("plans", "again", "1", "--store", store[0], "--json"))
    assert (told["alike"], told["different"]) == (True, [])
    assert len(told["same"]) == 16


def test_a_changed_file_is_found_when_it_is_made_again(store, tmp_path):
    out = tmp_path / "one.zip"
    planner("plans", "export", "1", "--out", out, "--store", store[0])
    other = f"sqlite:///{tmp_path}/other.db"
    planner("plans", "import", out, "--store", other)
    with Store(other) as opened, opened.write() as connection:
        connection.exec_driver_sql(
            "update files set sha256 = (select sha256 from files where name = 'rules.csv') "
            "where name = 'costs.csv'"
        )
    told = planner("plans", "again", "1", "--store", other, status=1)
    assert "not the same: costs.csv.\n" in told


def test_a_plan_of_the_store_is_explained_and_exported_by_its_number(store, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_STORE", store[0])
    monkeypatch.chdir(tmp_path)
    assert "What came before" in planner("explain", "1")
    planner("export", "1", "roster", "--out", "roster.csv")
    assert (tmp_path / "roster.csv").read_bytes() == (store[1] / "roster.csv").read_bytes()
    assert "must have the plan that was asked for" in planner("explain", "7", status=2)


def test_what_came_is_kept_beside_the_plan(store, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_STORE", store[0])
    monkeypatch.chdir(tmp_path)
    with (store[1] / "forecast.csv").open(encoding="utf-8", newline="") as opened:
        day = [row for row in csv.DictReader(opened) if float(row["contacts"]) > 0][:20]
    lines = [f"{row['start']},{row['queue']},7,Ms Moreau" for row in day]
    Path("today.csv").write_text("\n".join(["start,queue,contacts,customer", *lines]))
    planner("actuals", "1", "today.csv", "--out", "today")
    shown = planner("plans", "show", "1")
    assert f"today.csv, {7 * len(day)} contacts until" in shown
    planner("plans", "get", "1", "--actuals", "--out", "came")
    kept = Path("came/actuals-1.parquet")
    assert b"Moreau" not in kept.read_bytes()
    planner("actuals", "1", str(kept), "--out", "again")
    assert Path("again/rest.csv").read_bytes() == Path("today/rest.csv").read_bytes()


def test_list_show_and_edits_are_commands(store):
    address = ("--store", store[0])
    assert "Starter shop" in planner("plans", *address)
    assert planner("plans", "list", "--status", "failed", *address).startswith("No plans")
    version = json.loads(planner("plans", "show", "1", *address, "--json"))["version"]
    planner("plans", "rename", "1", "for the board", "--if-version", version, *address)
    late = planner("plans", "rename", "1", "mine", "--if-version", version, *address, status=1)
    assert "nothing of yours is written" in late
    planner("plans", "note", "1", "agreed", *address)
    planner("plans", "note", "1", " ", *address, status=2)
    planner("plans", "note", "1", "\x1b]0;evil\x07\u202e\nsecond line", *address)
    shown = planner("plans", "show", "for the board", *address)
    assert "agreed" in shown
    assert "first" in shown
    assert "evil  \n      second line" in shown
    assert all(c.isprintable() or c == "\n" for c in shown)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--name", "x" * 201], "--name: must be a name of 1 to 200 characters"),
        (["--name", "\x1b[31mred"], "--name: must be a name"),
        (["--variant", "pools=null"], "pools must name who can work, got nothing"),
    ],
)
def test_what_cannot_be_kept_or_planned_is_not_queued(starter, tmp_path, words, told):
    address = f"sqlite:///{tmp_path}/plans.db"
    assert told in planner("plans", "queue", starter, *words, "--store", address, status=2)
    if "--name" in words:
        keep = ("--out", tmp_path / "plan", "--store", address)
        assert told in planner("run", starter, *words, *keep, status=2)
    with Store(address) as opened:
        assert listed(opened) == ()


def test_the_question_of_a_plan_is_a_scenario_to_work_on(store, starter, tmp_path):
    out = tmp_path / "question"
    planner("plans", "get", "1", "--question", "--out", out, "--store", store[0])
    again, table = read_question(out / "scenario.yaml", ())
    first, first_table = read_question(starter, SHORT)
    assert kept_document(again) == kept_document(first)
    assert table.frame.equals(first_table.frame)
    refused = planner(
        "plans", "get", "1", "--question", "--out", out, "--store", store[0], status=2
    )
    assert "must be free" in refused


def test_a_question_keeps_no_names_of_customers_and_no_address(tmp_path):
    rows = ["start,queue,contacts,aht_s,customer,address"]
    rows += [
        f"2027-01-{day:02d} {hour}:00,phone,4,300,Ms Moreau {hour},m{day}@example.org"
        for day in range(4, 30)
        for hour in range(10, 16)
    ]
    (tmp_path / "calls.csv").write_text("\n".join(rows))
    (tmp_path / "scenario.yaml").write_text(
        "horizon: {first_day: 2027-02-01, days: 7}\nhistory: {file: calls.csv}\n"
        "queues: [{name: phone, channel: phone, open: {mon-fri: '10:00-16:00'}}]\n"
    )
    scenario, table = read_question(tmp_path / "scenario.yaml", ())
    question = question_of(scenario)
    whole = b"".join(question.as_files().values())
    assert b"Moreau" not in whole
    assert b"example.org" not in whole
    assert str(tmp_path).encode() not in whole
    with question.opened() as (_, kept):
        assert kept.frame.equals(table.frame)
        assert kept.notes == table.notes


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"question.json": b"no json"},
        {"question.json": b"[]"},
        {"question.json": b'{"format": 2, "scenario": {}, "scenario_file": "a", "applied": []}'},
        {"question.json": b'{"format": 1, "scenario": {}, "scenario_file": "../a", "applied": []}'},
        {
            "question.json": b'{"format": 1, "scenario": {}, "scenario_file": "a", "applied": []}',
            "../calls.csv": b"",
        },
    ],
)
def test_a_question_that_is_none_is_refused(files):
    with pytest.raises(InputError, match="must hold a question"):
        question_from(files, "store")


def test_drivers_and_agents_go_along_with_a_question(tmp_path):
    path = write_example("grocery-drive", tmp_path / "centre", lambda _done, _of: None)
    scenario, table = read_question(path, ["by-name"])
    question = question_of(scenario)
    with question_from(question.as_files(), "store").opened() as (again, kept):
        assert again.pools == scenario.pools
        assert again.applied == ("by-name",)
        assert kept.frame.equals(table.frame)
    assert set(as_folder(question)) == {"scenario.yaml", *question.files}


def test_what_waits_is_worked_out_and_what_cannot_be_says_why(starter, tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        bad = queue(store, asked_like(store, starter), {"question.json": b"{}"}, "Anna")
        scenario, _ = read_question(starter, SHORT)
        good = queued(store, scenario, name="absence", note="please")
        lines: list[str] = []
        assert work_on(store, silent, lines.append) == 1
        assert found(store, str(good)).status == "done"
        failed = found(store, str(bad))
        assert failed.status == "failed"
        assert "must hold a question" in failed.reason
        assert any("failed" in line for line in lines)


@pytest.mark.parametrize("from_elsewhere", [True, False])
def test_a_worker_outlives_a_plan_stopped_from_elsewhere_but_not_ctrl_c(
    starter, tmp_path, monkeypatch, from_elsewhere
):
    monkeypatch.setattr(stored, "working", partial(working, every_s=0.01))
    taken = []

    def long(*_args, **_more):
        taken.append(1)
        if len(taken) > 1:
            message = "the second one fails, by a fault of the program"
            raise ZeroDivisionError(message)
        if from_elsewhere:
            with Store(address) as other:
                jobs.ask_to_stop(other, 1, "Ben")
            for _ in range(1000):
                time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.stored.worked_out", long)
    address = f"sqlite:///{tmp_path}/plans.db"
    with Store(address) as opened:
        scenario, _ = read_question(starter, ())
        plans = [queued(opened, scenario), queued(opened, scenario)]
        if from_elsewhere:
            work_on(opened, silent, silent)
        else:
            with pytest.raises(KeyboardInterrupt):
                work_on(opened, silent, silent)
        statuses = [found(opened, str(plan)).status for plan in plans]
    assert statuses == ["stopped", "failed" if from_elsewhere else "queued"]


def test_ctrl_c_while_a_plan_is_made_again_compares_nothing(store, monkeypatch):
    real = stored.worked_out
    monkeypatch.setattr(stored, "worked_out", lambda *a, **k: real(*a, **k, time_limit_s=0.0))
    done = CliRunner().invoke(cli, ["plans", "again", "1", "--store", store[0]])
    assert "not the same" not in done.output
    assert done.exit_code != 0


def asked_like(_store, starter):
    from planner.stored import asked_of

    return asked_of(read_question(starter, ())[0])


def test_work_that_is_stopped_by_hand_says_so(store, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs, "BEAT_S", 0.01)
    with Store(f"sqlite:///{tmp_path}/plans.db") as opened:
        plan = queue(opened, asked_of_store(store), {}, "Anna", worker="w")

        def interrupted():
            with working(opened, plan, "w", "Anna"):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        record = found(opened, str(plan))
        assert (record.status, record.reason) == ("stopped", "stopped before it had an answer")


def asked_of_store(store):
    with Store(store[0]) as opened:
        one = listed(opened)[-1]
    return jobs.Asked(
        one.name, one.scenario, one.variants, one.first_day, one.days, 1, "EUR", "0.1.0"
    )


def test_a_stop_asked_elsewhere_presses_ctrl_c_here(store, tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as opened:
        plan = queue(opened, asked_of_store(store), {}, "Anna", worker="w")
        jobs.ask_to_stop(opened, plan, "Ben")

        def waits():
            with working(opened, plan, "w", "Anna", every_s=0.01):
                for _ in range(1000):
                    time.sleep(0.01)

        with pytest.raises(KeyboardInterrupt):
            waits()
        assert found(opened, str(plan)).status == "stopped"


def test_a_heartbeat_tells_the_stage(store, tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as opened:
        plan = queue(opened, asked_of_store(store), {}, "Anna", worker="w")
        with working(opened, plan, "w", "Anna", every_s=0.01) as work:
            work.telling(silent)("allocation", 1, 2, "EUR 12")
            end = time.monotonic() + 10
            while not found(opened, str(plan)).progress and time.monotonic() < end:
                time.sleep(0.01)
            assert found(opened, str(plan)).progress == "allocation 1/2 EUR 12"
            work.finish({}, {"cost": 1.0})
    assert jobs.BEAT_S < jobs.LOST_S / 4


def begun(starter, tmp_path):
    """Return a run that its store already knows of, and the store's address."""
    address = f"sqlite:///{tmp_path}/plans.db"
    words = [PLANNER, "run", starter, "--out", tmp_path / "plan", "--store", address]
    run = subprocess.Popen(list(map(str, words)), stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (tmp_path / "plans.db").exists():
            with Store(address) as store:
                if listed(store):
                    break
        time.sleep(0.02)
    return run, address


@pytest.mark.slow
def test_a_killed_run_is_told_as_failed_with_its_reason(starter, tmp_path, monkeypatch):
    run, address = begun(starter, tmp_path)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    monkeypatch.setattr(jobs, "LOST_S", -1.0)
    shown = planner("plans", "show", "1", "--store", address)
    assert "failed: its worker" in shown
    assert not (tmp_path / "plan").exists()


@pytest.mark.slow
def test_ctrl_c_before_a_plan_is_told_as_stopped(starter, tmp_path):
    run, address = begun(starter, tmp_path)
    run.send_signal(signal.SIGINT)
    run.wait(timeout=60)
    with Store(address) as store:
        one = listed(store)[0]
    assert one.status == "stopped"
    assert one.reason
