"""Many who write at once, and some who are killed: no plan is lost, none is half there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.store.blobs import packed
from planner.store.database import Store
from planner.store.jobs import claim, queue
from planner.store.plans import file_sums, found, listed, plan_files
from tests.planner.store.writer import content

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def writer(address, prefix, count):
    words = [sys.executable, "-m", "tests.planner.store.writer", address, prefix, str(count)]
    return subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def check(store, plan, name):
    assert found(store, str(plan)).name == name
    assert found(store, str(plan)).status == "done"
    assert plan_files(store, int(plan), "plan") == content(name)


def test_eight_processes_write_and_no_plan_is_lost(store_url):
    writers = [writer(store_url, f"w{i}", 6) for i in range(8)]
    told = []
    for process in writers:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        told += [line.split() for line in out.splitlines()[1:]]
    assert len(told) == 48
    with Store(store_url) as store:
        assert len(listed(store)) == 48
        for plan, name in told:
            check(store, plan, name)


def test_eight_workers_share_the_queue_and_none_gets_another_s(store, store_url, asked):
    waiting = {queue(store, asked, {}, "Anna") for _ in range(24)}
    code = (
        "import sys; from planner.store.jobs import claim\n"
        "from planner.store.database import Store\n"
        "with Store(sys.argv[1]) as store:\n"
        "    while (plan := claim(store, sys.argv[2], 'w')) is not None: print(plan)"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, store_url, f"w{i}"], cwd=ROOT, stdout=subprocess.PIPE
        )
        for i in range(8)
    ]
    taken = [int(n) for w in workers for n in w.communicate(timeout=60)[0].split()]
    assert sorted(taken) == sorted(waiting)
    assert claim(store, "late", "w") is None


def test_killed_at_any_moment_no_kept_plan_is_lost(store_url):
    chance, told = random.Random(7), []
    for run in range(20):
        process = writer(store_url, f"run{run}", 1000)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        os.kill(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        # a line is told after its plan is kept; one that was cut off is not looked at
        told += [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    assert len(told) > 20
    with Store(store_url) as store:
        for plan, name in told:
            check(store, plan, name)
        done = [one for one in listed(store) if one.status == "done"]
        for one in done:  # those kept but not told before the kill are whole, too
            check(store, one.id, one.name)
        running = {one.id for one in listed(store) if one.status == "running"}
        assert len(running) + len(done) == len(listed(store))
        for plan in running:
            assert file_sums(store, plan, "plan") == {}
        blob = packed(content(done[0].name)["plan.zip"]).sha256
        assert file_sums(store, done[0].id, "plan")["plan.zip"] == blob
