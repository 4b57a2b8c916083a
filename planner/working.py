"""A plan worked out while its store hears of it: the heartbeat, the stop, and how it ends."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.store.database import StoreError
from planner.store.jobs import BEAT_S, beat, fail, finish, stopped_without

if TYPE_CHECKING:
    from planner.clock import Progress
    from planner.store.database import Store

NEWS_S = 1.0
"""What is new about a plan at work is told within so many seconds."""


@dataclass(slots=True)
class Work:
    """One plan at work here.

    Parameters
    ----------
    store, plan, worker, who
        Where it is kept, its number there, this process, and who asked for it.
    """

    store: Store
    plan: int
    worker: str
    who: str
    ended: bool = False
    stop_asked: bool = False
    _told: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    def telling(self, progress: Progress) -> Progress:
        """Return a progress that the store hears of too, within a second."""

        def told(stage: str, done: int, of: int, note: str = "", /) -> None:
            self._told = f"{stage} {done}/{of} {note}".rstrip()
            progress(stage, done, of, note)

        return told

    def finish(
        self, files: Mapping[str, bytes], summary: Mapping[str, Any], *, stopped: bool = False
    ) -> None:
        """Keep the answer; ``stopped``: its search ended early, and not by its time limit."""
        early = stopped or self.stop_asked
        reason = "the search was stopped: this is the best plan found till then" if early else ""
        finish(self.store, self.plan, self.worker, self.who, files, summary, stopped=reason)
        self.ended = True

    def beat_on(self, every_s: float = BEAT_S) -> None:
        """Say until the end that this process is alive; press Ctrl-C once when asked to stop."""
        heard, said = time.monotonic(), self._told
        while not self._over.wait(min(every_s, NEWS_S)):
            if self._told == said and time.monotonic() - heard < every_s:
                continue
            heard, said = time.monotonic(), self._told
            try:
                asked = beat(self.store, self.plan, self.worker, self._told)
            except StoreError:
                continue  # the database is away for a while; it may come back
            if asked and not (self.stop_asked or self.ended):
                self.stop_asked = True
                _thread.interrupt_main(signal.SIGINT)

    def over(self) -> None:
        """End the heartbeat."""
        self._over.set()


@contextmanager
def working(
    store: Store, plan: int, worker: str, who: str, every_s: float = BEAT_S
) -> Iterator[Work]:
    """Yield the work on a plan that the store has as running here.

    However it ends, the store learns of it: done by ``Work.finish``, else stopped by hand, or
    failed with the reason; a process that is killed is found by its silence.
    """
    work = Work(store, plan, worker, who)
    heart = threading.Thread(target=work.beat_on, args=(every_s,), daemon=True)
    heart.start()
    try:
        yield work
    except KeyboardInterrupt:
        work.ended = True  # no heartbeat takes the plan's end for a stop from elsewhere
        with suppress(StoreError):
            stopped_without(store, plan, worker, who)
        raise
    except BaseException as error:
        if not work.ended:
            with suppress(StoreError):
                fail(store, plan, worker, who, f"{type(error).__name__}: {error}"[:2000])
        raise
    finally:
        work.over()
        heart.join()
