"""Who runs the tasks of a sweep: this process, or several on this machine."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from planner.sweep.asked import AskedSweep
from planner.sweep.task import plan_task
from planner.swept import Result

Task = Callable[[AskedSweep, int], Result]

DIED = "its worker died, twice: killed by the system, out of memory, or crashed"
"""What is told of a task after which there was no worker any more, alone too."""

_FEWEST = 2  # with one job joblib makes no process, and a task may end it


def run_here(asked: AskedSweep, numbers: Sequence[int], task: Task = plan_task) -> Iterator[Result]:
    """Yield the results of tasks, one after the other in this process.

    A task that ends its process ends this one: where that may be, let other processes run it.
    """
    for number in numbers:
        yield task(asked, number)


def run_in_processes(
    asked: AskedSweep, numbers: Sequence[int], jobs: int, task: Task = plan_task
) -> Iterator[Result]:
    """Yield the results of tasks as they come, run by several processes of this machine.

    When a process dies all others of its pool are gone with it: those tasks that were on their way
    are run again, each alone; the one whose process dies again has failed, and no other.
    """
    from joblib.externals.loky import get_reusable_executor

    handed, waiting = _Handed(asked, task), list(numbers)
    try:
        while waiting:
            begun: list[int] = []
            back: set[int] = set()
            for result in _pool(handed, waiting, jobs, begun):
                back.add(result.number)
                yield result
            lost = [number for number in begun if number not in back]
            for number in lost:
                found = [*_pool(handed, [number], 1, [])]
                yield from found or [Result(number, "failed", None, DIED)]
            gone = {*back, *lost}
            waiting = [number for number in waiting if number not in gone]
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


@dataclass(frozen=True)
class _Handed:
    """What each process is given once."""

    asked: AskedSweep
    task: Task


def _pool(
    handed: _Handed, numbers: Sequence[int], jobs: int, begun: list[int]
) -> Generator[Result, None, None]:
    """Yield results until all are there or a process died; note the tasks handed out."""
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import BrokenProcessPool

    def tasks() -> Iterator[object]:
        for number in numbers:
            begun.append(number)
            yield delayed(_in_a_process)(number)

    with (
        parallel_config("loky", initializer=_begin, initargs=(handed,)),
        suppress(BrokenProcessPool),
    ):
        pool = Parallel(
            max(jobs, _FEWEST),
            batch_size=1,
            pre_dispatch=max(jobs, 1),
            return_as="generator_unordered",
        )
        yield from pool(tasks())


_HANDED: list[_Handed] = []


def _begin(handed: _Handed) -> None:
    """Give a new process its question; Ctrl-C is for the process that hands out the tasks."""
    _HANDED[:] = [handed]
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _in_a_process(number: int) -> Result:
    return _HANDED[0].task(_HANDED[0].asked, number)
