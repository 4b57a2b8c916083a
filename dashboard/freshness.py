"""What came on a store's plans, read in on a schedule, and the fault of the last reading."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.actuals import read_actuals
from planner.archive import ARCHIVE, unpack
from planner.errors import PlannerError
from planner.sources.snapshot import snapshot
from planner.store.actuals import KeptActuals, actuals_of, keep_actuals
from planner.store.plans import listed, plan_files

if TYPE_CHECKING:
    from planner.store.database import Store

_WHO = "dashboard"


@dataclass(frozen=True, slots=True)
class News:
    """What is known of a plan's days: the newest table read in, and the last reading's fault."""

    kept: KeptActuals | None
    fault: str = ""
    fault_at: dt.datetime | None = None


class Reader:
    """Reads a table of what came into the newest plan that covers today, again and again.

    Parameters
    ----------
    store
        Where the plans are.
    file
        The table, as ``planner actuals`` takes it; None: what others read in is shown alone.
    every
        Time between two readings.
    """

    def __init__(self, store: Store, file: Path | None, every: dt.timedelta) -> None:
        self.store, self.file, self.every = store, file, every
        self._fault: tuple[str, dt.datetime] | None = None
        self._end = threading.Event()

    def start(self) -> None:
        """Read from now on, beside the server."""
        if self.file is not None:
            threading.Thread(target=self._run, name="actuals", daemon=True).start()

    def stop(self) -> None:
        """Read no more."""
        self._end.set()

    def _run(self) -> None:
        while True:
            self.read_once()
            if self._end.wait(self.every.total_seconds()):
                return

    def read_once(self, today: dt.date | None = None) -> None:
        """Read the table once; a fault is kept for the page, and never raised."""
        try:
            self._read(dt.datetime.now(dt.UTC).date() if today is None else today)
            self._fault = None
        except PlannerError as error:
            self._fault = str(error), dt.datetime.now(dt.UTC)
        except Exception as error:  # noqa: BLE001  # the pages go on, whatever a file holds
            self._fault = f"{type(error).__name__}: {error}", dt.datetime.now(dt.UTC)

    def _read(self, today: dt.date) -> None:
        if self.file is None:
            return
        number = next(
            (
                one.id
                for one in listed(self.store)
                if one.cost is not None
                and one.first_day <= today < one.first_day + dt.timedelta(days=one.days)
            ),
            None,
        )
        if number is None:
            message = f"no finished plan of the store covers today, {today}"
            raise PlannerError(message)
        content = plan_files(self.store, number, "plan", [ARCHIVE])[ARCHIVE]
        came = read_actuals(unpack(content, f"plan {number}"), self.file)
        keep_actuals(
            self.store,
            number,
            self.file.name,
            snapshot(came.rows),
            came.moment.to_pydatetime(),
            float(np.nansum(came.contacts)),
            _WHO,
        )

    def news(self, plan: int) -> News:
        """Return what is known of a plan's days."""
        kept = actuals_of(self.store, plan)
        fault, at = self._fault or ("", None)
        return News(kept[-1] if kept else None, fault, at)


_READERS: list[Reader] = []


def news_from(reader: Reader) -> None:
    """Take what pages say of freshness from a reader."""
    _READERS[:] = [reader]


def news_of(plan: int) -> News | None:
    """Return what is known of a plan's days; None where no store is looked at."""
    return _READERS[-1].news(plan) if _READERS and plan else None
