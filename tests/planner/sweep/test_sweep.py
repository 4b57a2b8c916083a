"""A sweep from the question to its files: what is refused, kept, resumed, and the same again."""

import json
import multiprocessing
import random
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from planner.cli import cli
from planner.errors import InputError
from planner.store.database import Store
from planner.store.sweeps import (
    KeptResult,
    add_result,
    begin_sweep,
    forget_results,
    results_of,
)
from planner.sweep.cluster import ClusterError
from planner.sweep.run import Asking, StoppedSweepError, sweep_and_write
from planner.sweep.runners import run_here
from planner.sweep.sweep import Again, ask_sweep, run_sweep
from tests.planner.sweep.fakes import outcome_of, quick

AGENTS = "pools.team.agents=4:12:2"
FILES = ("sweep.csv", "sweep.json", "sweep.html")


def fault(centre, *vary, **more):
    with pytest.raises(InputError) as error:
        ask_sweep(centre, vary, more.get("variants", ()), more.get("paths", 0))
    return str(error.value)


@pytest.fixture
def store(tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as opened:
        yield opened


def test_a_path_that_leads_nowhere_is_told_before_anything_runs(centre):
    assert "--vary pools.tem.agents: pools.tem must be one of team" in fault(
        centre, "pools.tem.agents=1,2"
    )


def test_an_axis_whose_values_are_all_wrong_is_told_before_anything_runs(centre):
    assert "got -5" in fault(centre, "pools.team.agents=-5,-6")


def test_other_tables_are_another_sweep(centre):
    assert "make a sweep for each table" in fault(centre, "history.file=a.csv,b.csv")


def test_risk_is_nothing_where_demand_is_known(centre):
    assert "must not be varied with --monte-carlo" in fault(centre, "risk=0.5,0.8", paths=2)


@pytest.mark.parametrize("again", ["pools.'team'.agents", "pools.*.agents", "pools.team"])
def test_the_same_place_under_another_name_is_told(centre, again):
    value = "{agents: 5}" if again == "pools.team" else "6"
    told = fault(centre, "pools.team.agents=4,5", f"{again}={value}")
    assert f"--vary {again} must not be what pools.team.agents varies already" in told


def test_an_unknown_variant_is_told(centre):
    assert "absence-20" in fault(centre, variants=("none", "absense-twenty"))


def test_a_point_that_is_wrong_is_refused_and_the_others_planned(centre, store):
    scenario, asked = ask_sweep(centre, ["pools.team.agents=-5,8"], ("none", "absence-20"))
    swept = run_sweep(scenario, asked, run_here, store)
    assert [point.status for point in swept.points] == ["refused", "refused", "done", "done"]
    assert swept.points[0].message.startswith("pools.team.agents must be a whole number")
    as_it_is, absent = swept.points[2:]
    assert absent.service.mean < as_it_is.service.mean


def test_what_is_kept_is_not_run_again(centre, store):
    scenario, asked = ask_sweep(centre, [AGENTS], ())
    ran = []

    def runner(asked, numbers):
        ran.append(list(numbers))
        return run_here(asked, numbers, quick)

    def half(asked, numbers):
        return runner(asked, list(numbers)[::2])

    first = run_sweep(scenario, asked, half, store)
    assert [point.status for point in first.points].count("missing") == 2
    whole = run_sweep(scenario, asked, runner, store)
    assert run_sweep(scenario, asked, runner, store) == whole
    assert ran == [[0, 2, 4], [1, 3]]
    run_sweep(scenario, asked, runner, store, Again(fresh=True))
    assert ran[-1] == [0, 1, 2, 3, 4]


def test_what_has_failed_is_run_again_only_when_asked(centre, store):
    scenario, asked = ask_sweep(centre, [AGENTS], ())
    before = run_here(asked, [3], quick)
    failed = iter([*before, *(_failed(number) for number in (0, 1, 2, 4))])
    run_sweep(scenario, asked, lambda _asked, _numbers: failed, store)
    asked_for = []

    def runner(asked, numbers):
        asked_for.extend(numbers)
        return run_here(asked, numbers, quick)

    run_sweep(scenario, asked, runner, store)
    assert not asked_for
    run_sweep(scenario, asked, runner, store, Again(failed=True))
    assert asked_for == [0, 1, 2, 4]


def _failed(number):
    from planner.swept import Result

    return Result(number, "failed", None, "no luck")


@pytest.mark.parametrize("again", [1, 2])
def test_either_database_keeps_a_result_once(store_url, again):
    one = KeptResult(3, "done", outcome_of(1.0, 0.8).as_dict(), "a\0b", 0.25)
    with Store(store_url) as store:
        for _ in range(again):
            begin_sweep(store, "a1", "Shop", [{"name": "x", "values": ["1"]}], 0, 5, "0.1.0")
            add_result(store, "a1", one)
        assert results_of(store, "a1") == [replace(one, message="a\\0b")]
        assert forget_results(store, "a1", ["failed"]) == 0
        assert forget_results(store, "a1") == 1


def test_sweeps_are_listed_and_removed(store_url):
    def planner(*words):
        done = CliRunner().invoke(cli, ["plans", "sweeps", *words, "--store", store_url])
        return done.exit_code, done.output

    with Store(store_url) as store:
        begin_sweep(store, "a1", "Shop", [{"name": "x", "values": ["1", "2"]}], 0, 2, "0.1.0")
        add_result(store, "a1", KeptResult(1, "done", None, "", 0.25))
    assert "2 of x" in planner()[1]
    assert "1 of 2" in planner()[1]
    assert planner("--remove", "a2")[0] == 2
    assert planner("--remove", "a1")[0] == 0
    assert planner()[1].startswith("No sweeps")
    with Store(store_url) as store:
        assert results_of(store, "a1") == []


def test_another_question_is_another_sweep(centre, tmp_path):
    first = ask_sweep(centre, [AGENTS], ())[1].identity
    assert ask_sweep(centre, [AGENTS], ())[1].identity == first
    shutil.copytree(centre.parent, tmp_path / "other")
    other = tmp_path / "other" / centre.name
    other.write_text(centre.read_text().replace("cost_per_hour: 58", "cost_per_hour: 59"))
    again = [
        ask_sweep(other, [AGENTS], ()),
        ask_sweep(centre, ["pools.team.agents=4:12:4"], ()),
        ask_sweep(centre, [AGENTS], (), 2),
    ]
    assert len({first, *(asked.identity for _, asked in again)}) == 4


def test_paths_are_the_same_for_all_points(centre, store):
    scenario, asked = ask_sweep(centre, ["pools.team.cost_per_hour=58,116"], (), 3)
    swept = run_sweep(scenario, asked, run_here, store)
    cheap, dear = swept.points
    came = [[round(one.contacts, 6) for one in point.outcomes] for point in (cheap, dear)]
    assert came[0] == came[1]
    assert len(set(came[0])) == 3
    assert dear.cost.mean == pytest.approx(2 * cheap.cost.mean)


def test_a_forecast_kept_from_the_task_before_changes_nothing(centre):
    _, asked = ask_sweep(centre, ["pools.team.agents=8,9"], ("none", "volume+20"))
    forth = {r.number: r.outcome for r in run_here(asked, [0, 1, 2, 3])}
    back = {r.number: r.outcome for r in run_here(asked, [3, 0, 2, 1])}
    assert forth == back


def test_a_stopped_sweep_says_how_to_go_on(centre, tmp_path, monkeypatch):
    def stopped(_asking, _asked, _numbers):
        raise KeyboardInterrupt

    monkeypatch.setattr(Asking, "run", stopped)
    address = f"sqlite:///{tmp_path}/plans.db"
    with pytest.raises(StoppedSweepError, match=r"0 of 5 plans are kept .* same command goes on"):
        sweep_and_write(centre, Asking([AGENTS]), address, tmp_path / "out", lambda *_: None)
    assert not (tmp_path / "out").exists()


def test_a_cluster_that_is_gone_leaves_what_is_done(centre, tmp_path, monkeypatch):
    def gone(_asking, asked, numbers):
        yield from run_here(asked, numbers[:2], quick)
        message = "the scheduler must stay until all is done, got none any more"
        raise ClusterError(message)

    address = f"sqlite:///{tmp_path}/plans.db"
    with monkeypatch.context() as patch:
        patch.setattr(Asking, "run", gone)
        with pytest.raises(ClusterError, match=r"any more\n2 of 5 plans are kept .* goes on"):
            sweep_and_write(centre, Asking([AGENTS]), address, tmp_path / "out", lambda *_: None)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_its_files(centre, tmp_path):
    asked = ["sweep", str(centre), "--vary", "pools.team.agents=8,9", "--json"]
    where = ["--out", str(tmp_path / "out"), "--store", f"sqlite:///{tmp_path}/plans.db"]
    done = CliRunner().invoke(cli, [*asked, *where])
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(FILES)
    assert [p["status"] for p in json.loads(done.stdout)["points"]] == ["done", "done"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--scheduler", "tcp://10.0.0.7:8786"], "a scheduler has no password"),
        (["--scheduler", "nowhere"], "must be an address such as"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "leave it out with --scheduler"),
        (["--without-tls"], "go with --scheduler"),
        (["--monte-carlo", "51"], "2<=x<=50"),
    ],
)
def test_the_command_refuses(centre, tmp_path, monkeypatch, more, told):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["sweep", str(centre), "--vary", AGENTS, *more])
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())


def sweep_into(centre, address):
    """Run in a process of its own, which is killed."""
    scenario, asked = ask_sweep(centre, [KILLED], ())
    with Store(address) as store:
        run_sweep(scenario, asked, run_here, store)


KILLED = "pools.team.agents=4:23:1"


@pytest.mark.slow
def test_a_sweep_killed_at_twenty_moments_ends_as_one_undisturbed(centre, tmp_path, store_url):
    chance, moments = random.Random(20), 0
    killed, calm = store_url, f"sqlite:///{tmp_path}/calm.db"
    most = 20 if killed.startswith("sqlite") else 6
    Store(killed).close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.planner.sweep.test_sweep"])
    while moments < most:
        process = context.Process(target=sweep_into, args=(centre, killed))
        process.start()
        process.join(chance.uniform(0.0, 0.6))
        moments += process.is_alive()
        process.kill()
        process.join()
        _, asked = ask_sweep(centre, [KILLED], ())
        with Store(killed) as store:
            there = results_of(store, asked.identity)
            if len(there) == asked.tasks:  # done too early: some are taken away again
                _take_away(store, chance)
    for address, name in ((killed, "killed"), (calm, "calm")):
        sweep_and_write(centre, Asking([KILLED]), address, tmp_path / name, lambda *_: None)
    for name in FILES:
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "calm" / name).read_bytes()


def _take_away(store, chance):
    import sqlalchemy as sa

    with store.write() as connection:
        gone = f"delete from sweep_results where number % 7 = {chance.randrange(7)}"
        connection.execute(sa.text(gone))


def test_a_task_that_raises_is_a_result(centre, monkeypatch):
    _, asked = ask_sweep(centre, [AGENTS], ())

    def broken(*_args, **_kwargs):
        message = "no such luck"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("planner.sweep.task.make_plan", broken)
    [result] = run_here(asked, [0])
    assert (result.status, result.message) == ("failed", "ZeroDivisionError: no such luck")
