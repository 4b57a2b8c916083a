"""The archive of a plan, given by itself, by its folder, or by its number in the store."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.archive import ARCHIVE, MOST_BYTES, unpack
from planner.errors import Fault, InputError
from planner.plan import Plan
from planner.scenario.telling import shortened

_SUMMARY = "summary.json"


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


def written_at(place: Path) -> dt.datetime:
    """Return when a plan was written, UTC: as its summary says, or its file's own time."""
    if is_number(place):
        from planner.store.database import Store, store_address
        from planner.store.plans import found, plan_summary

        with Store(store_address(), create=False) as store:
            one = found(store, place.name)
            return told_time(plan_summary(store, one.id), one.created_at)
    file = place if place.is_file() else place / ARCHIVE
    by_file = dt.datetime.fromtimestamp(int(file.stat().st_mtime), tz=dt.UTC)
    try:
        return told_time(json.loads((file.parent / _SUMMARY).read_text("utf-8")), by_file)
    except (OSError, ValueError):
        return by_file


def told_time(summary: object, otherwise: dt.datetime) -> dt.datetime:
    """Return a summary's time of writing; another where it tells none."""
    try:
        told = summary["written_at"]  # type: ignore[index]
        return dt.datetime.fromisoformat(told).astimezone(dt.UTC)
    except (ValueError, LookupError, TypeError, OverflowError):
        return otherwise


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
