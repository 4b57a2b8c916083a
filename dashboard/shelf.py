"""Plans to look at: those of a store, or one in a folder, each unpacked once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from planner.archive import ARCHIVE, unpack
from planner.errors import Fault, InputError
from planner.export.digest import digest
from planner.outcome import outcome_of
from planner.plan_files import archive_bytes, told_time, written_at
from planner.store.database import Store
from planner.store.plans import file_sums, found, listed, plan_files, plan_summary

if TYPE_CHECKING:
    import datetime as dt

    from planner.export.digest import Digest
    from planner.outcome import Outcome
    from planner.plan import Plan
    from planner.store.plans import PlanRecord

T = TypeVar("T")

ROOM = 6  # plans that are kept unpacked; the florist's takes about 150 MB
FOLDER = 0  # number of the plan in a folder


@dataclass(frozen=True)
class Seen:
    """A plan that is looked at, with what pages ask of it again and again.

    Parameters
    ----------
    number
        Its number in the store; 0 for the plan in a folder.
    name
        What it is called.
    plan
        The plan itself.
    """

    number: int
    name: str
    plan: Plan
    _known: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returned the first time that it was asked for under a name."""
        if name not in self._known:
            self._known[name] = make()
        known: T = self._known[name]
        return known

    def knows(self, name: str) -> bool:
        """Return whether something has been asked for under a name."""
        return name in self._known

    @cached_property
    def sums(self) -> Digest:
        """Its sums by queue and day."""
        return digest(self.plan)

    @cached_property
    def outcome(self) -> Outcome:
        """What it is compared by."""
        return outcome_of(self.plan, self.sums)


class Shelf:
    """Plans by number.

    Parameters
    ----------
    store
        The store; None where a folder alone is looked at.
    folder
        A folder of ``planner run``, or its archive; it is read again when it changes.
    """

    def __init__(self, store: Store | None, folder: Path | None = None) -> None:
        self.store, self.folder = store, folder
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[int, str], Seen] = OrderedDict()
        if folder is not None:
            self.get(FOLDER)

    def plans(self) -> list[tuple[int, str]]:
        """Return number and name of every plan that can be looked at, the newest first."""
        names = [(one.id, f"{one.id}: {one.name}") for one in self.records() if has_answer(one)]
        return [(FOLDER, str(self.folder)), *names] if self.folder is not None else names

    def records(self) -> tuple[PlanRecord, ...]:
        """Return the store's plans, the newest first; none without a store."""
        return () if self.store is None else listed(self.store)

    def get(self, number: int) -> Seen:
        """Return a plan.

        Raises
        ------
        InputError
            If there is none of that number, or it has no answer.
        """
        stamp = self._stamp(number)
        with self._lock:
            seen = self._open.get((number, stamp))
            if seen is None:
                seen = self._read(number)
                self._open[number, stamp] = seen
                while len(self._open) > ROOM:
                    self._open.popitem(last=False)
            self._open.move_to_end((number, stamp))
            return seen

    def written(self, number: int) -> dt.datetime:
        """Return when a plan was written, UTC."""
        if number == FOLDER and self.folder is not None:
            return written_at(self.folder)
        store = self._store(number)
        return told_time(plan_summary(store, number), found(store, str(number)).created_at)

    def _stamp(self, number: int) -> str:
        """Return what changes when a plan does."""
        if number == FOLDER and self.folder is not None:
            path = self.folder / ARCHIVE if self.folder.is_dir() else self.folder
            try:
                told = path.stat()
            except OSError:
                return ""
            return f"{told.st_mtime_ns} {told.st_size}"
        return file_sums(self._store(number), number, "plan").get(ARCHIVE, "")

    def _read(self, number: int) -> Seen:
        if number == FOLDER and self.folder is not None:
            path, content = archive_bytes(self.folder)
            return Seen(FOLDER, str(self.folder), unpack(content, str(path)))
        store = self._store(number)
        record = found(store, str(number))
        files = plan_files(store, number, "plan", [ARCHIVE])
        if ARCHIVE not in files:
            message = f"must have an answer, got one that is {record.status}"
            raise InputError([Fault(store.name, None, f"plan {number}", message)])
        return Seen(number, record.name, unpack(files[ARCHIVE], f"plan {number}"))

    def _store(self, number: int) -> Store:
        if self.store is None:
            message = f"must be the plan in {self.folder}, got plan {number} and no store"
            raise InputError([Fault("dashboard", None, "", message)])
        return self.store


def has_answer(one: PlanRecord) -> bool:
    """Whether a plan of the store can be looked at."""
    return one.cost is not None
