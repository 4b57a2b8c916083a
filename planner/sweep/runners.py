"""Who runs the tasks of a sweep: this process, or several on this machine."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress

from planner.sweep.asked import AskedSweep
from planner.sweep.task import forget, plan_task
from planner.swept import Result

DIED = "its worker died, twice: killed by the system, out of memory, or crashed"
"""What is told of a task after which there was no worker any more, alone too."""

_NO_ROOM = 2  # with one job joblib makes no process; a task alone must not end ours


def run_here(asked: AskedSweep, numbers: Sequence[int]) -> Iterator[Result]:
    """Yield the results of tasks, one after the other in this process.

    A task that ends its process ends this one: where that may be, let other processes run it.
    """
    try:
        for number in numbers:
            yield plan_task(asked, number)
    finally:
        forget()


def run_in_processes(asked: AskedSweep, numbers: Sequence[int], jobs: int) -> Iterator[Result]:
    """Yield the results of tasks as they come, run by several processes of this machine.

    When a process dies all others of its pool are gone with it: those tasks that were on their way
    are run again, each alone; the one whose process dies again has failed, and no other.
    """
    waiting = list(numbers)
    while waiting:
        begun: list[int] = []
        back: set[int] = set()
        for result in _pool(asked, waiting, jobs, begun):
            back.add(result.number)
            yield result
        lost = [number for number in begun if number not in back]
        for number in lost:
            yield next(_pool(asked, [number], _NO_ROOM, []), Result(number, "failed", None, DIED))
        gone = {*back, *lost}
        waiting = [number for number in waiting if number not in gone]


def _pool(
    asked: AskedSweep, numbers: Sequence[int], jobs: int, begun: list[int]
) -> Iterator[Result]:
    """Yield results until all are there or a process died; note the tasks handed out."""
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    def tasks() -> Iterator[object]:
        for number in numbers:
            begun.append(number)
            yield delayed(_in_a_process)(asked, number)

    pool = Parallel(
        n_jobs=jobs,
        backend="loky",
        batch_size=1,
        pre_dispatch="n_jobs",
        return_as="generator_unordered",
    )
    with suppress(BrokenProcessPool), warnings.catch_warnings():
        yield from pool(tasks())


def _in_a_process(asked: AskedSweep, number: int) -> Result:
    """Return a task's result; Ctrl-C is for the process that handed it out."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    return plan_task(asked, number)
