"""A process that works out the plans that wait in a store: started on demand, ended with us."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, TYPE_CHECKING

from planner.store.database import ADDRESS, StoreError
from planner.store.jobs import fail, settle_lost, stopped_without, this_worker
from planner.store.plans import found, listed

if TYPE_CHECKING:
    from planner.store.database import Store
    from planner.store.plans import PlanRecord

PROGRAM = ("-c", "from planner.cli import main; main()", "plans", "work")
"""Of this same Python: works until nothing waits any more, and ends."""

MOST_STARTS = 3  # without a plan worked on; then something is wrong with the program itself
_NICENESS = 5  # pages come first
_PATIENCE_S = 5.0


class WorkerError(StoreError):
    """The process that works cannot be started."""


@dataclass
class Worker:
    """The process that works for one store, at most one at a time.

    The address goes to it through its environment, which others cannot read as they can a command
    line: it may hold a password.
    """

    store: Store
    program: tuple[str, ...] = PROGRAM
    trouble: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _idle_starts: int = 0
    _closed: bool = False
    _ended: int = 0  # process that was ended by hand

    def tend(self) -> None:
        """Start the process where a plan waits and nobody here works; settle lost ones.

        ``trouble`` says why no process works where one should, "" if all is well.
        """
        with suppress(StoreError):
            settle_lost(self.store)
        with self._lock:
            alive = self._process is not None and self._process.poll() is None
            if alive or self._closed or not listed(self.store, "queued"):
                return
            if self._idle_starts >= MOST_STARTS:
                return
            self._idle_starts += 1
            self._start()

    def again(self) -> None:
        """Forget trouble, and start where something waits."""
        self._idle_starts, self.trouble = 0, ""
        self.tend()

    def works_on(self, one: PlanRecord) -> bool:
        """Return whether a plan is worked out by our own process."""
        process = self._process
        alive = process is not None and process.poll() is None
        return alive and process is not None and one.worker == _name(process.pid)

    def end(self, plan: int, who: str) -> None:
        """End the process at once, and with it the plan that it works on, without an answer.

        A search that is asked to stop ends with the best found till then, but not always soon.
        """
        with self._lock:
            process = self._process
            if process is None or not self.works_on(found(self.store, str(plan))):
                return
            self._ended = process.pid
            process.kill()
            process.wait()
        stopped_without(self.store, plan, _name(process.pid), who)

    def close(self) -> None:
        """End the process; the plan that it worked on is told as failed."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._settle(process.pid, "the dashboard that worked it out was ended: run it again")

    def _start(self) -> None:
        said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by whoever waits for the end)
        try:
            self._process = subprocess.Popen(  # -P: a folder that we happen to be in is no program
                [sys.executable, "-P", *self.program],
                env=os.environ | {ADDRESS: self.store.address},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,  # Ctrl-C is for the server, which ends it in order
            )
        except OSError as error:
            said.close()
            self.trouble = f"The process that works out plans cannot be started: {error.strerror}"
            return
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)
        waiter = threading.Thread(target=self._await_end, args=(self._process, said), daemon=True)
        waiter.start()

    def _await_end(self, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
        """Wait for the end of the process, and tell it where it was not in order."""
        code = process.wait()
        lines = _last_lines(said)
        said.close()
        if code == 0:
            self._idle_starts, self.trouble = 0, ""
            return
        told = f"its worker, process {process.pid}, {_how(code)}"
        last = f": {lines[-1]}" if lines else ""
        if self._closed or self._ended == process.pid:
            return
        if self._settle(process.pid, told + last):
            self._idle_starts = 0
        elif self._idle_starts >= MOST_STARTS:
            self.trouble = f"No plan is worked out here: a worker {_how(code)}{last}"

    def _settle(self, pid: int, reason: str) -> bool:
        """Say why plans of an ended process failed; return whether there was one."""
        worker = _name(pid)
        end = time.monotonic() + _PATIENCE_S
        while True:
            try:
                mine = [one for one in listed(self.store, "running") if one.worker == worker]
                for one in mine:
                    fail(self.store, one.id, worker, "planner", reason)
            except StoreError:
                if time.monotonic() > end:
                    return False  # its silence tells, see settle_lost
                time.sleep(0.2)
            else:
                return bool(mine)


@lru_cache
def worker_for(store: Store) -> Worker:
    """Return the worker of a store, the same each time; it ends with this process."""
    worker = Worker(store)
    atexit.register(worker.close)
    return worker


def _name(pid: int) -> str:
    """Return what a process of this machine is called as a worker."""
    return f"{this_worker().rpartition(':')[0]}:{pid}"


def _how(code: int) -> str:
    """Return how a process ended.

    Examples
    --------
    >>> _how(-9), _how(1)
    ('was killed (SIGKILL; by hand, or for want of memory)', 'ended with status 1')
    """
    if code >= 0:
        return f"ended with status {code}"
    name = signal.Signals(-code).name
    why = "; by hand, or for want of memory" if -code == signal.SIGKILL else ""
    return f"was killed ({name}{why})"


def _last_lines(said: IO[bytes]) -> list[str]:
    """Return the last lines of what a process said, without those on plans that began or ended."""
    said.seek(0, os.SEEK_END)
    said.seek(max(said.tell() - 2000, 0))
    lines = said.read().decode(errors="replace").splitlines()
    return [line.strip()[:300] for line in lines if line.strip() and not line.startswith("Plan ")]
