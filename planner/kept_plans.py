"""What `planner plans` does with plans as they are: list, show, rename, note, remove, stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.export.plans_words import plan_text, plans_text, sweeps_text
from planner.sources.snapshot import snapshot
from planner.store.actuals import actuals_of, keep_actuals
from planner.store.database import Store, store_address
from planner.store.jobs import ask_to_stop, settle_lost
from planner.store.plans import (
    add_note,
    file_sums,
    found,
    listed,
    log_of,
    notes_of,
    plan_summary,
    remove,
    rename,
    whoever,
)
from planner.store.sweeps import listed_sweeps, remove_sweep

if TYPE_CHECKING:
    from planner.actuals import Actuals


@contextmanager
def opened_store(address: str | None) -> Iterator[Store]:
    """Yield a store that is there; plans whose worker was lost are settled first."""
    with Store(store_address(address), create=False) as store:
        settle_lost(store)
        yield store


def list_plans(address: str | None, status: str | None, *, as_json: bool) -> str:
    """Return the list of a store's plans."""
    with opened_store(address) as store:
        records = listed(store, status)
        return (
            as_json_text([asdict(one) for one in records])
            if as_json
            else plans_text(records, store.name)
        )


def show_plan(address: str | None, which: str, *, as_json: bool) -> str:
    """Return all that is told of one plan."""
    with opened_store(address) as store:
        one = found(store, which)
        summary, notes = plan_summary(store, one.id), notes_of(store, one.id)
        log, files = log_of(store, one.id), tuple(file_sums(store, one.id, "plan"))
        came = actuals_of(store, one.id)
    if not as_json:
        return plan_text(one, summary, notes, came, log, files)
    entries = {
        "notes": [asdict(note) for note in notes],
        "actuals": [asdict(one) for one in came],
        "log": [asdict(line) for line in log],
    }
    return as_json_text(asdict(one) | {"summary": summary, **entries, "files": list(files)})


def rename_plan(address: str | None, which: str, name: str, version: int | None) -> str:
    """Return what to print after giving a plan another name."""
    with opened_store(address) as store:
        one = found(store, which)
        rename(store, one.id, name, whoever(), version)
    return f"Plan {one.id} is called {name!r}; before: {one.name!r}."


def note_plan(address: str | None, which: str, text: str) -> str:
    """Return what to print after adding a note to a plan."""
    with opened_store(address) as store:
        one = found(store, which)
        add_note(store, one.id, text, whoever())
    return f"Noted at plan {one.id}."


def remove_plan(address: str | None, which: str, version: int | None) -> str:
    """Return what to print after removing a plan."""
    with opened_store(address) as store:
        one = found(store, which)
        remove(store, one.id, whoever(), version)
    return f"Plan {one.id}, {one.name!r}, is removed."


def sweeps_kept(address: str | None, gone: str | None) -> str:
    """Return the list of a store's sweeps, or what to print after removing one of them."""
    with Store(store_address(address), create=False) as store:
        if gone is not None:
            remove_sweep(store, gone)
            return f"Sweep {gone} and its results are removed."
        return sweeps_text(listed_sweeps(store), store.name)


def keep_read_in(which: str, actuals: Actuals) -> None:
    """Keep what came beside a plan of the store."""
    with opened_store(None) as store:
        keep_actuals(
            store,
            found(store, which).id,
            Path(actuals.file).name,
            snapshot(actuals.rows),
            actuals.moment.to_pydatetime(),
            float(np.nansum(actuals.contacts)),
            whoever(),
        )


def stop_plan(address: str | None, which: str) -> str:
    """Return what to print after asking a plan to stop."""
    with opened_store(address) as store:
        one = found(store, which)
        status = ask_to_stop(store, one.id, whoever())
    later = " it stops soon, with the best found till then." if status == "running" else " stopped."
    return f"Plan {one.id}:{later}"


def as_json_text(value: object) -> str:
    """Return one JSON document; moments in ISO 8601."""
    return json.dumps(
        value, indent=2, ensure_ascii=False, default=lambda moment: moment.isoformat()
    )
