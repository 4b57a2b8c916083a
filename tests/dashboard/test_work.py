"""Plans at work: the process that works them out, its end, and what a page tells of it."""

import datetime as dt
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.shelf import Shelf
from dashboard.work import worker as workers
from dashboard.work.jobs import STAGES, at_work, job_of, just_ended
from dashboard.work.panel import jobs_panel
from dashboard.work.worker import MOST_STARTS, Worker, worker_for
from planner.store.jobs import Asked, ask_to_stop, queue
from planner.store.plans import found, listed, log_of

ASKED = Asked("Monday", "Shop", (), dt.date(2027, 2, 8), 7, 1, "EUR", "0.1.0")
SLEEPS = """
import os, time
from planner.store.database import Store
from planner.store.jobs import claim, this_worker
claim(Store(os.environ["PLANNER_STORE"]), this_worker(), "planner")
time.sleep(60)
"""


@pytest.fixture
def store(kept):
    return kept[0]


@pytest.fixture
def worker(store):
    worker = Worker(store, ("-c", SLEEPS))
    yield worker
    worker.close()


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def started(store, worker):
    plan = queue(store, ASKED, {}, "Anna")
    worker.tend()
    until(lambda: found(store, str(plan)).status == "running")
    return plan, int(found(store, str(plan)).worker.rpartition(":")[2])


def test_nothing_is_started_where_nothing_waits(store):
    worker = Worker(store, ("-c", "raise SystemExit(1)"))
    worker.tend()
    assert worker._process is None


def test_a_killed_worker_is_told_as_failed_with_its_reason(store, worker):
    plan, pid = started(store, worker)
    os.kill(pid, signal.SIGKILL)
    until(lambda: found(store, str(plan)).status == "failed")
    assert found(store, str(plan)).reason == (
        f"its worker, process {pid}, was killed (SIGKILL; by hand, or for want of memory)"
    )


def test_the_worker_ends_with_the_server(store, worker):
    plan, pid = started(store, worker)
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert "the dashboard that worked it out was ended" in found(store, str(plan)).reason


def test_a_plan_is_ended_at_once_by_hand(store, worker):
    plan, _ = started(store, worker)
    ask_to_stop(store, plan, "Anna")
    worker.end(plan, "Anna")
    one = found(store, str(plan))
    assert (one.status, one.reason) == ("stopped", "stopped before it had an answer")
    assert log_of(store, plan)[-1].who == "Anna"


def test_another_workers_plan_is_not_ended_here(store, worker):
    _, pid = started(store, worker)
    other = queue(store, ASKED, {}, "Anna", worker="elsewhere:1")
    worker.end(other, "Anna")
    os.kill(pid, 0)
    assert found(store, str(other)).status == "running"


def test_a_worker_that_cannot_begin_is_given_up_and_says_why(store):
    worker = Worker(store, ("-c", "raise SystemExit('no such module: pulp')"))
    queue(store, ASKED, {}, "Anna")
    for _ in range(MOST_STARTS + 2):
        worker.tend()
        until(lambda: worker._process is not None and worker._process.poll() is not None)
        time.sleep(0.1)
    until(lambda: worker.trouble)
    assert worker._idle_starts == MOST_STARTS
    assert worker.trouble == (
        "No plan is worked out here: a worker ended with status 1: no such module: pulp"
    )


def test_the_address_stands_on_no_command_line(store, worker):
    _, pid = started(store, worker)
    if sys.platform != "linux":
        pytest.skip("no /proc here")
    assert b"plans.db" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_store_has_one_worker(store):
    assert worker_for(store) is worker_for(store)


@pytest.mark.parametrize(
    ("progress", "share", "stage", "steps", "note"),
    [
        ("history 0/1", 0.0, "Reading the history", None, ""),
        ("allocation 0/6", 0.25, "Allocating, week by week", (0, 6), ""),
        ("report 1/1", 1.0, "Writing the files", None, ""),
        ("allocation 3/6 26,029 so far, within 1.6 %", 0.475, "Allocating, week by week", (3, 6),
         "26,029 so far, within 1.6 %"),
        ("", 0.0, "Beginning", None, ""),
        ("verification 1/2", 0.0, "verification", (1, 2), ""),
    ],
)  # fmt: skip
def test_progress_in_words_and_as_a_share_of_the_whole(progress, share, stage, steps, note):
    job = job_of(progress)
    assert (job.share, job.stage, job.steps, job.note) == (share, stage, steps, note)
    assert sum(STAGES.values()) == pytest.approx(1.0)


def test_what_ended_is_told_for_a_while(store, kept):
    one = listed(store)[0]
    now = one.ended_at
    assert now is not None
    assert just_ended([one], now + dt.timedelta(minutes=9)) == [one]
    assert just_ended([one], now + dt.timedelta(minutes=11)) == []
    assert at_work([replace(one, status="queued")])


def test_the_panel_finds_a_plan_that_runs(store, monkeypatch):
    monkeypatch.setattr(workers, "PROGRAM", ("-c", ""))
    plan = queue(store, ASKED, {}, "Anna", worker="elsewhere:1")
    panel = jobs_panel("data", Shelf(store))
    words = str(panel)
    assert f"{plan}: Monday" in words
    tick = next(part for part in panel._traverse() if type(part).__name__ == "Interval")
    assert tick.disabled is False
