"""Work in processes of its own, one to a plan, so that pages answer while it goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import PlannerError

if TYPE_CHECKING:
    from dashboard.shelf import Seen
    from planner.plan import Plan

_NICE = 10  # pages come first
_IDLE_S = 900.0  # without a question for so long, a process ends

Phase = Literal["working", "done", "failed"]


class Line:
    """The work's end of its line to the page."""

    def __init__(self, line: Connection) -> None:
        self._line, self._lock = line, threading.Lock()
        self._asked: list[Any] = []
        self._stop = False

    def step(self, stage: str, done: int, of: int, _note: str = "", /) -> None:
        """Tell how far a stage is.

        Raises
        ------
        KeyboardInterrupt
            Once the work was asked to stop.
        """
        self.tell("step", (stage, done, of))
        with self._lock:
            while not self._stop and self._line.poll():
                self._take(self._line.recv())
        if self._stop:
            raise KeyboardInterrupt

    def tell(self, what: str, told: object) -> None:
        """Send something to the page."""
        with self._lock:
            self._line.send((what, told))

    def question(self) -> Any:  # noqa: ANN401
        """Return the newest question, those before it dropped; None after a long time without."""
        while not self._asked and not self._stop:
            if not self._line.poll(_IDLE_S):
                return None
            self._take(self._line.recv())
        newest = self._asked[-1] if self._asked else None
        self._asked.clear()
        return newest

    def _take(self, message: tuple[str, Any]) -> None:
        what, told = message
        if what == "stop":
            self._stop = True
        else:
            self._asked.append(told)


Work = Callable[["Plan", Line], None]


@dataclass(slots=True)
class Apart:
    """One plan's work in a process.

    Parameters
    ----------
    plan
        The plan.
    phase
        How it is.
    step
        The stage that was told of last, its steps done, and how many there are.
    steps
        The same of every stage.
    told
        What the work told, by name.
    answers
        What it answered, by question.
    reason
        Why it failed.
    begun
        When it began, in seconds of ``time.monotonic``.
    stopping
        Whether it was asked to stop.
    """

    plan: Plan
    phase: Phase = "working"
    steps: dict[str, tuple[int, int]] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)
    reason: str = ""
    begun: float = field(default_factory=time.monotonic)
    stopping: bool = False
    _line: Connection | None = None
    _process: Any = None
    _ending: bool = False
    _waiting: list[tuple[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, work: Work) -> None:
        """Begin, without waiting for the process."""
        threading.Thread(target=self._follow, args=(work,), daemon=True).start()

    def ask(self, question: object) -> None:
        """Put a question to the work."""
        self._send(("ask", question))

    def stop(self) -> None:
        """Ask the work to end and tell what it has; asked again, end it without."""
        if self.stopping:
            self.end()
        self.stopping = True
        self._send(("stop", None))

    def end(self) -> None:
        """End the process, without what it has; one that only starts, as soon as it is there."""
        self.stopping = self._ending = True
        if self._process is not None:
            self._process.terminate()

    def _send(self, message: tuple[str, Any]) -> None:
        with self._lock, suppress(OSError):
            if self._line is None:
                self._waiting.append(message)
            else:
                self._line.send(message)

    def _follow(self, work: Work) -> None:
        """Start the process and hear it until it ends."""
        context = get_context("spawn")
        try:
            here, there = context.Pipe()
            process = context.Process(target=_begin, args=(work, self.plan, there), daemon=True)
            process.start()
            self._process = process
            if self._ending:
                process.terminate()
            there.close()
            self._line = here
            for message in self._waiting:
                self._send(message)
            with suppress(EOFError, OSError):
                while True:
                    self._hear(*here.recv())
            process.join()
            self._ended(process.exitcode)
        except Exception as error:  # noqa: BLE001  whatever it is, the page has to say it
            self.phase, self.reason = "failed", f"{type(error).__name__}: {error}"

    def _hear(self, what: str, told: Any) -> None:  # noqa: ANN401
        if what == "step":
            stage, done, of = told
            self.steps[stage] = (done, of)
        elif what == "failed":
            self.phase, self.reason = "failed", str(told)
        elif what == "answer":
            question, answer = told
            self.answers[question] = answer
        else:
            self.told[what] = told

    def _ended(self, code: int | None) -> None:
        if self.phase == "failed":
            return
        if code == 0 or self.stopping:
            self.phase = "done"
        else:
            self.phase = "failed"
            self.reason = f"The process ended by itself, with status {code}."


def _begin(work: Work, plan: Plan, line: Connection) -> None:
    """Work in the process that was started for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    os.nice(_NICE)
    told = Line(line)
    try:
        work(plan, told)
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return  # nobody listens any more, or it was stopped
    except Exception as error:  # noqa: BLE001  whatever it is, the page has to say it
        told.tell("failed", f"{type(error).__name__}: {error}")


class Desks:
    """The same work for one plan after another.

    Parameters
    ----------
    work
        What is done, a function of a module that the process can import.
    room
        How many plans it may be at work for at once.
    kept
        How many plans' answers are kept.
    """

    def __init__(self, work: Work, room: int = 1, kept: int = 6) -> None:
        self._work, self._room, self._kept = work, room, kept
        self._lock = threading.Lock()
        self._open: OrderedDict[int, Apart] = OrderedDict()

    def known(self, seen: Seen) -> Apart | None:
        """Return the work for a plan, if it was begun and the plan is still the same."""
        with self._lock:
            return self._known(seen)

    def begun(self, seen: Seen, *, instead: bool = False) -> Apart:
        """Return the work for a plan, begun now if it was not, or if it failed or ended.

        Parameters
        ----------
        instead
            Whether work for other plans is ended where there is no room.

        Raises
        ------
        PlannerError
            Where there is no room.
        """
        with self._lock:
            known = self._known(seen)
            if known is not None and known.phase == "working":
                return known
            busy = [number for number, one in self._open.items() if one.phase == "working"]
            if len(busy) >= self._room:
                if not instead:
                    message = "This is worked out for another plan now. Try again when it is done."
                    raise PlannerError(message)
                self._open.pop(busy[0]).end()
            known = Apart(seen.plan)
            known.start(self._work)
            self._open[seen.number] = known
            while len(self._open) > self._kept:
                self._open.popitem(last=False)[1].end()
            return known

    def _known(self, seen: Seen) -> Apart | None:
        known = self._open.get(seen.number)
        if known is not None and _mark(known.plan) != _mark(seen.plan):
            self._open.pop(seen.number).end()
            return None
        if known is not None:
            self._open.move_to_end(seen.number)
        return known


def _mark(plan: Plan) -> tuple[Any, ...]:
    """Return what tells a plan from another that took its place."""
    return plan.days, plan.variants, plan.costs, plan.allocation.cost
