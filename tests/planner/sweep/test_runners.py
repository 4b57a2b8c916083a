"""Who runs the tasks: processes and workers that die harm nobody else; real ones, few tasks."""

import os

import psutil
import pytest

from planner.errors import InputError
from planner.sweep.cluster import Cluster, ClusterError, run_on_cluster
from planner.sweep.runners import DIED, run_here, run_in_processes
from planner.sweep.sweep import ask_sweep
from tests.planner.sweep.fakes import DEADLY, RAISING, deadly, quick
from tests.postgres import free_port

pytestmark = pytest.mark.slow

NUMBERS = range(6)


@pytest.fixture(scope="module")
def asked(centre):
    return ask_sweep(centre, ["pools.team.agents=4:9:1"], ())[1]


@pytest.fixture(scope="module")
def scheduler():
    import dask
    from distributed import LocalCluster

    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.logging.distributed": 50}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_port=0,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
    ):
        yield cluster.scheduler_address


def as_told(results):
    return sorted((r.number, r.status, str(r.outcome), r.message) for r in results)


def test_processes_give_what_this_one_gives(asked):
    found = as_told(run_in_processes(asked, NUMBERS[:2], 2))
    assert found == as_told(run_here(asked, NUMBERS[:2]))


def test_a_process_that_dies_harms_no_other(asked):
    found = list(run_in_processes(asked, [0, DEADLY, 3, 4, 5], 2, deadly))
    assert [r.message for r in found if r.number == DEADLY] == [DIED]
    others = [r for r in found if r.number != DEADLY]
    assert as_told(others) == as_told(run_here(asked, [0, 3, 4, 5], quick))
    commands = [" ".join(p.cmdline()) for p in psutil.Process(os.getpid()).children()]
    assert not [command for command in commands if "popen_loky" in command]  # none is left


def test_workers_give_what_this_process_gives(asked, scheduler):
    found = as_told(run_on_cluster(asked, NUMBERS[:2], Cluster(scheduler)))
    assert found == as_told(run_here(asked, NUMBERS[:2]))


def test_a_worker_that_dies_harms_no_other(asked, scheduler):
    found = {r.number: r for r in run_on_cluster(asked, NUMBERS, Cluster(scheduler), deadly)}
    assert (found[DEADLY].status, found[DEADLY].message) == ("failed", DIED)
    assert found[RAISING].message == "ZeroDivisionError: no such luck"
    others = [found[number] for number in (0, 3, 4, 5)]
    assert as_told(others) == as_told(run_here(asked, [0, 3, 4, 5], quick))


def test_workers_with_another_program_are_told(asked, scheduler):
    from dataclasses import replace

    other = replace(asked, program="0.0.1+other")
    with pytest.raises(ClusterError, match=r"must run the same program, 0\.0\.1\+other, got"):
        next(run_on_cluster(other, NUMBERS, Cluster(scheduler)))


def test_a_scheduler_that_is_not_there_is_told(asked, monkeypatch):
    monkeypatch.setattr("planner.sweep.cluster.ANSWERS_S", 1)
    nobody = Cluster(f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(ClusterError, match="a scheduler must answer within 1 s"):
        next(run_on_cluster(asked, NUMBERS, nobody))


def test_tls_without_certificates_is_told(asked):
    with pytest.raises(InputError, match=r"--tls-key: must name files in PEM"):
        next(run_on_cluster(asked, NUMBERS, Cluster("tls://127.0.0.1:8786")))
