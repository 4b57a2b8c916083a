"""Read back the files of a plan."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.archive import ARCHIVE, MOST_BYTES, unpack
from planner.errors import Fault, InputError
from planner.export.tables import defused
from planner.plan import Plan
from planner.scenario.telling import shortened

FloatArray = npt.NDArray[np.float64]

# The columns read, texts and numbers; a file may have more.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "forecast.csv": (("queue", "start"), ("contacts", "contacts_p10", "contacts_p90")),
    "requirement.csv": (("queue", "start", "bound_by"), ("positions",)),
    "coverage.csv": (("queue", "pool", "start"), ("positions",)),
    "projection.csv": (
        ("queue", "start"),
        ("contacts", "positions", "service_level", "service_level_p10", "service_level_p90"),
    ),
    "costs.csv": (("pool", "kind"), ("paid_hours", "contacts", "cost")),
}
SUMMARY = "summary.json"
_SAME_AXIS = ("forecast.csv", "requirement.csv", "projection.csv")


@dataclass(frozen=True, slots=True)
class PlannedQueue:
    """What the summary says of a queue; shares are fractions, NaN where unknown."""

    name: str
    market: str
    channel: str
    contacts: float
    promised: float
    service_level: float
    promised_over: str
    by_day: Mapping[dt.date, float]


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """A plan as its folder keeps it.

    Parameters
    ----------
    folder
        Where it was read.
    summary
        The document ``summary.json``.
    queues
        Queues in the scenario's order, with their names as the scenario has them.
    days
        Local days of the horizon.
    pools
        Kind of each pool, ``in_house`` or ``vendor``, by name, in the scenario's order.
    tables
        Rows by file name; those with a ``start`` have its local date, ISO 8601, as ``day``.
    """

    folder: Path
    summary: Mapping[str, Any]
    queues: tuple[PlannedQueue, ...]
    days: tuple[dt.date, ...]
    pools: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]

    def number(self, name: str) -> float:
        """Return a number of the summary, NaN where it is unknown."""
        return _float(self.summary.get(name))


def read_plan(folder: Path) -> PlanFiles:
    """Return the plan in a folder that ``planner run`` wrote.

    Raises
    ------
    InputError
        If the folder or one of its files is missing, or is not as ``planner run`` writes it.
    """
    _all_there(folder)
    faults: list[Fault] = []
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        try:
            tables[name] = _read_table(folder / name)
        except InputError as error:
            faults += error.faults
    path = folder / SUMMARY
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        queues, days = _queues(summary), _days(summary)
    except json.JSONDecodeError as error:
        faults.append(Fault(str(path), error.lineno, "", f"must be JSON, got: {error.msg}"))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        faults.append(Fault(str(path), None, "", f"must be as `planner run` writes it: {error!r}"))
    if faults:
        raise InputError(faults)
    tables = _with_own_names(tables, queues, summary)
    _one_plan(folder, tables, queues)
    costs = tables["costs.csv"]
    pools = dict(zip(costs["pool"], costs["kind"], strict=True))
    return PlanFiles(folder, summary, queues, days, pools, tables)


def read_archive(place: Path) -> Plan:
    """Return the plan itself, as its archive keeps it; see ``planner.archive``.

    Parameters
    ----------
    place
        The plan's folder, or the archive.

    Raises
    ------
    InputError
        If there is no such folder or archive, or it is not as ``planner run`` writes it.
    """
    path, content = archive_bytes(place)
    return unpack(content, str(path))


def archive_bytes(place: Path) -> tuple[Path, bytes]:
    """Return a plan's archive, given by itself, by its folder or by its number in the store.

    Returns
    -------
    tuple
        Where it is, and its bytes.

    Raises
    ------
    InputError
        If there is none, or it is larger than a plan can be.
    """
    if is_number(place):
        return _from_store(place)
    if place.is_file():
        folder, path = place.parent, place
    else:
        _is_folder(place)
        folder, path = place, place / ARCHIVE
    lacks = not path.is_file()
    if lacks or path.stat().st_size > MOST_BYTES:
        found = "none (older versions wrote none)" if lacks else f"more than {MOST_BYTES:,} bytes"
        needs = f"must hold {ARCHIVE}, got {found}: plan the scenario again with `planner run`"
        raise InputError([Fault(str(folder), None, "", needs)])
    try:
        return path, path.read_bytes()
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror or error}"
        raise InputError([Fault(str(path), None, "", message)]) from error


def is_number(place: Path) -> bool:
    """Return whether a plan is given by its number in the store: nothing else is called so.

    Examples
    --------
    >>> is_number(Path("3")), is_number(Path("plans/3")), is_number(Path("plan-3"))
    (True, False, False)
    """
    name = place.name
    return name == str(place) and name.isascii() and name.isdigit() and not place.exists()


def written_at(place: Path, file: Path) -> dt.datetime:
    """Return when a plan was written, UTC: as its summary says, or else its archive's own time.

    Parameters
    ----------
    place, file
        What the user named, and the archive that was found there.
    """
    try:
        if is_number(place):
            summary = _summary_in_store(place)
        else:
            summary = json.loads((file.parent / "summary.json").read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(summary["written_at"]).astimezone(dt.UTC)
    except (OSError, ValueError, LookupError, TypeError, OverflowError):
        told = 0 if is_number(place) else int(file.stat().st_mtime)
        return dt.datetime.fromtimestamp(told, tz=dt.UTC)


def _summary_in_store(number: Path) -> Mapping[str, Any]:
    from planner.store.database import Store, store_address
    from planner.store.plans import found, plan_summary

    with Store(store_address(), create=False) as store:
        return plan_summary(store, found(store, number.name).id)


def _from_store(number: Path) -> tuple[Path, bytes]:
    """Return the archive of a plan that the store keeps under a number."""
    from planner.store.database import Store, store_address
    from planner.store.plans import found, plan_files

    with Store(store_address(), create=False) as store:
        one = found(store, number.name)
        held = plan_files(store, one.id, "plan", [ARCHIVE])
        if ARCHIVE not in held:
            message = f"must have an answer, got one that is {one.status}"
            raise InputError([Fault(store.name, None, f"plan {one.id}", message)])
        return Path(f"plan-{one.id}.zip"), held[ARCHIVE]


@contextmanager
def nonsense_refused(file: Path, done: str) -> Iterator[None]:
    """Turn what a plan of nonsense makes go wrong into a fault of its archive.

    An archive may hold numbers of the right kind and size that no plan has.

    Parameters
    ----------
    done
        What cannot be done with it: "explained".
    """
    try:
        yield
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        message = (
            f"must be a plan as `planner run` writes it, got one that cannot be {done} "
            f"({type(error).__name__}: {shortened(str(error))}); "
            "plan the scenario again with `planner run`"
        )
        raise InputError([Fault(str(file), None, "", message)]) from error


def _is_folder(folder: Path) -> None:
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        needs = f"must be a folder written by `planner run SCENARIO --out FOLDER`, got {found}"
        raise InputError([Fault(str(folder), None, "", needs)])


def _all_there(folder: Path) -> None:
    """Raise one fault that names every file that is missing."""
    _is_folder(folder)
    missing = [name for name in (*TABLES, SUMMARY) if not (folder / name).is_file()]
    if missing:
        needs = "must hold the files of `planner run SCENARIO --out FOLDER`, it lacks "
        raise InputError([Fault(str(folder), None, "", needs + ", ".join(missing))])


def _read_table(path: Path) -> pd.DataFrame:
    texts, numbers = TABLES[path.name]
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, OSError, csv.Error) as error:  # pandas' parser errors are ValueErrors
        raise InputError([Fault(str(path), None, "", f"must be a CSV table: {error}")]) from error
    lacks = [name for name in (*texts, *numbers) if name not in raw.columns]
    if lacks:
        said = f"must have the columns of `planner run`, it lacks {', '.join(lacks)}"
        raise InputError([Fault(str(path), None, "", said)])
    table = raw[[*texts, *numbers]].copy()
    for name in numbers:
        values = pd.to_numeric(raw[name].replace("", "nan"), errors="coerce").astype(float)
        _refuse_first(path, name, values.isna() & ~raw[name].isin(["", "nan"]), raw, "a number")
        table[name] = values
    if "start" in texts:
        known = raw["start"].str.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
        _refuse_first(path, "start", ~known, raw, "an ISO 8601 time")
        table["day"] = raw["start"].str.slice(0, 10)
    return table


def _refuse_first(
    path: Path, column: str, wrong: pd.Series[bool], raw: pd.DataFrame, allowed: str
) -> None:
    """Raise the first of the wrong cells with its line, the header being line 1."""
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        message = f"must be {allowed}, got {raw[column].iloc[row]!r}"
        raise InputError([Fault(str(path), row + 2, column, message)])


def _queues(summary: Mapping[str, Any]) -> tuple[PlannedQueue, ...]:
    if not summary["service"]:
        raise ValueError("service names no queue")
    return tuple(
        PlannedQueue(
            name=name,
            market=str(told["market"]),
            channel=str(told["channel"]),
            contacts=_float(told["contacts"]),
            promised=_float(told["promised"]),
            service_level=_float(told["service_level"]),
            promised_over=str(told.get("promised_over", "interval")),
            by_day={dt.date.fromisoformat(d): _float(v) for d, v in told["by_day"].items()},
        )
        for name, told in summary["service"].items()
    )


def _days(summary: Mapping[str, Any]) -> tuple[dt.date, ...]:
    first, count = dt.date.fromisoformat(summary["first_day"]), int(summary["days"])
    if count < 1:
        message = f"days must be at least 1, got {count}"
        raise ValueError(message)
    return tuple(first + dt.timedelta(days=d) for d in range(count))


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _with_own_names(
    tables: Mapping[str, pd.DataFrame],
    queues: Sequence[PlannedQueue],
    summary: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Return tables without the apostrophes that keep a spreadsheet from running a name."""
    names = [*(queue.name for queue in queues), *summary.get("costs", {})]
    own = {defused(name): name for name in names}
    return {
        file: table.assign(
            **{
                c: [own.get(cell, cell) for cell in table[c]]
                for c in ("queue", "pool")
                if c in table
            }
        )
        for file, table in tables.items()
    }


def _one_plan(
    folder: Path, tables: Mapping[str, pd.DataFrame], queues: Sequence[PlannedQueue]
) -> None:
    """Raise a fault unless all files tell of the same queues and intervals."""
    axis = tables["projection.csv"][["queue", "start"]]
    same = all(tables[name][["queue", "start"]].equals(axis) for name in _SAME_AXIS)
    if not same or set(axis["queue"]) != {queue.name for queue in queues}:
        said = "must hold the files of one plan, its queues or intervals differ from file to file"
        raise InputError([Fault(str(folder), None, "", said)])
