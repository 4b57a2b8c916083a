"""Two hundred variants on two workers, undisturbed and with one killed: time, overhead, results."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from planner.examples import write_example
from planner.store.database import Store
from planner.sweep.asked import AskedSweep
from planner.sweep.cluster import Cluster, run_on_cluster
from planner.sweep.sweep import ask_sweep, run_sweep
from planner.swept import Result

POINTS = 200
TARGET = 1.3
_STARTS_S = 120

# The starter's telephone alone, for a week, in hours: a task of well under a second.
CENTRE = """
name: One market, one week
horizon: {first_day: 2027-03-01, days: 7}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - name: phone
    market: FR
    channel: phone
    open: {mon-fri: "08:00-18:00", sat: "09:00-13:00", sun: closed}
    aht_s: 280
    patience_s: 180
    target: {service_level: 0.80, answer_within_s: 20, max_occupancy: 0.88}
pools:
  - name: team
    queues: [phone]
    agents: 11
    cost_per_hour: 58
    shrinkage: 0.30
    contract: {hours_per_week: 35, paid: contracted}
    shifts: {earliest_start: "08:00", latest_end: "18:00", start_every_minutes: 60,
             paid_hours: [4, 7], breaks: [{minutes: 60, paid: false, after_hours: [3, 5]}]}
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """A sweep that ran: seconds until its last result, seconds in tasks, and its results."""

    wall_s: float
    task_s: float
    results: tuple[tuple[int, str, str], ...]


def write_centre(folder: Path) -> Path:
    """Return a small one-market week, its history that of the starter's telephone."""
    example = write_example("starter", folder / "starter").parent
    lines = (example / "contacts.csv").read_text().splitlines(keepends=True)
    (folder / "contacts.csv").write_text(
        "".join([lines[0], *(line for line in lines[1:] if ",phone," in line)])
    )
    path = folder / "scenario.yaml"
    path.write_text(CENTRE)
    return path


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[int]]]:
    """Yield a scheduler's address and the process ids of its workers, each with a nanny.

    A nanny starts its worker again when that was killed, as ``dask worker`` does by default.
    """
    file = folder / "scheduler.json"
    dask = str(Path(sys.executable).with_name("dask"))
    plain = ["--scheduler-file", str(file), "--no-dashboard"]
    own = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    started = [_start([dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *plain], own)]
    one = ["--nthreads", "1", "--nworkers", "1", "--host", "127.0.0.1", "--local-directory", folder]
    try:
        _until(file.exists)
        started += [_start([dask, "worker", *plain, *map(str, one)], own) for _ in range(workers)]
        from distributed import Client

        address: str = json.loads(file.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_STARTS_S)
            ids = list(client.run(os.getpid).values())
            client.run(import_module, "planner.sweep.task")  # seconds that no task is charged with
        yield address, ids
    finally:
        for process in reversed(started):
            process.terminate()
        for process in reversed(started):
            process.wait(timeout=_STARTS_S)
        file.unlink(missing_ok=True)


def _start(command: Sequence[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)


def _until(ready: object) -> None:
    end = time.monotonic() + _STARTS_S
    while callable(ready) and not ready():
        if time.monotonic() > end:
            message = "the scheduler did not start"
            raise RuntimeError(message)
        time.sleep(0.05)


def timed(path: Path, points: int, folder: Path, kill_at: int | None) -> Timed:
    """Return a sweep run on two new workers, one of them killed after ``kill_at`` results."""
    folder.mkdir()
    prices = f"pools.team.cost_per_hour=50:{50 + points // 10 - 1}:1"
    scenario, asked = ask_sweep(path, ["pools.team.agents=6:15:1", prices], [])
    results: list[tuple[int, str, str]] = []
    spent = 0.0
    with (
        cluster(folder, 2) as (address, ids),
        Store(f"sqlite:///{folder}/plans.db") as store,
    ):

        def runner(asked: AskedSweep, numbers: Sequence[int]) -> Iterator[Result]:
            nonlocal spent
            for result in run_on_cluster(asked, numbers, Cluster(address)):
                results.append((result.number, result.status, json.dumps(result.outcome)))
                spent += result.seconds
                if len(results) == kill_at:
                    os.kill(ids[0], signal.SIGKILL)
                yield result

        start = time.perf_counter()
        run_sweep(scenario, asked, runner, store)
        wall = time.perf_counter() - start
    return Timed(wall, spent, tuple(sorted(results)))


def sizes(path: Path) -> list[str]:
    """Return what a task takes, in one process: bytes to it and from it, seconds, memory."""
    import resource

    from planner.sweep.task import plan_task

    _, asked = ask_sweep(path, ["pools.team.agents=6:15:1"], [])
    first, *more = [plan_task(asked, number) for number in range(5)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = sum(result.seconds for result in more) / len(more)
    return [
        f"  question, to each worker once  {len(pickle.dumps(asked)):>10,} bytes",
        f"  a task in                      {len(pickle.dumps(1)):>10,} bytes and its key",
        f"  a result out                   {len(pickle.dumps(first)):>10,} bytes",
        f"  first task of a worker         {first.seconds:>10.2f} s",
        f"  every other                    {seconds:>10.2f} s",
        f"  memory of this process         {peak:>10.0f} MiB at most",
    ]


def main() -> int:
    """Print the sizes of a task, both times, their ratio, and the overhead of a task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=POINTS, help="a multiple of ten")
    parser.add_argument("--scenario", type=Path, help="print the sizes of this centre's task alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = options.scenario or write_centre(folder)
        print(f"{path.name}: what a task takes\n" + "\n".join(sizes(path)))
        if options.scenario:
            return 0
        first, killed, last = (
            timed(path, options.points, folder / name, at)
            for name, at in (("1", None), ("2", options.points // 2), ("3", None))
        )
    return told(options.points, (first, last), killed)


def told(points: int, whole: tuple[Timed, Timed], killed: Timed) -> int:
    """Print both times and what follows from them; return 0 where the target is reached."""
    calm = sum(one.wall_s for one in whole) / 2
    in_task = sum(one.task_s for one in whole) / 2 / points
    on_worker = 2 * calm / points
    ratio, same = killed.wall_s / calm, all(one.results == killed.results for one in whole)
    lost = (2 * killed.wall_s / killed.task_s) / (on_worker / in_task)
    before, after = (f"{one.wall_s:.1f}" for one in whole)
    for name, value, remark in (
        (f"\n{points} variants, two workers of one thread", "", ""),
        ("  undisturbed, before and after", f"{before} and {after} s", ""),
        ("  one killed half-way", f"{killed.wall_s:.1f} s", "its nanny starts it again"),
        ("  ratio to the mean of both", f"{ratio:.2f}", f"target at most {TARGET}"),
        (
            "  ratio to what its tasks took",
            f"{lost:.2f}",
            "whatever else the machine does",
        ),
        ("  results", f"{len(killed.results)}", f"{points} are asked"),
        ("  same results", "yes" if same else "NO", ""),
        ("  a task occupies a worker", f"{1000 * on_worker:.0f} ms", ""),
        ("  of it in the task itself", f"{1000 * in_task:.0f} ms", ""),
        ("  overhead of a task", f"{1000 * (on_worker - in_task):.0f} ms", ""),
    ):
        print(f"{name:<36}{value:>16}   {remark}".rstrip())
    return 0 if same and len(killed.results) == points and ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
