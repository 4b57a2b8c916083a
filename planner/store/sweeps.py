"""Sweeps in the store: what each one asks, and the result of each task as soon as it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from planner.errors import Fault, InputError
from planner.store.tables import SWEEP_RESULTS, SWEEPS

if TYPE_CHECKING:
    from planner.store.database import Store

_LONGEST = 200  # characters of a title


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What came out of one task, see ``planner.swept.Result``."""

    number: int
    status: str
    outcome: Mapping[str, Any] | None
    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeptSweep:
    """What the store has of a sweep: what it asks, when it began (UTC), how many tasks are kept."""

    id: str
    scenario: str
    axes: Sequence[Mapping[str, Any]]
    paths: int
    tasks: int
    created_at: dt.datetime
    kept: int


def begin_sweep(
    store: Store,
    identity: str,
    scenario: str,
    axes: Sequence[Mapping[str, Any]],
    paths: int,
    tasks: int,
    program: str,
) -> None:
    """Write down what a sweep asks, unless it is known already."""
    with store.write() as connection:
        connection.execute(
            _unless_there(store, SWEEPS),
            {
                "id": identity,
                "scenario": scenario[:_LONGEST],
                "axes": list(axes),
                "paths": paths,
                "tasks": tasks,
                "program_version": program,
                "created_at": store.now(connection),
            },
        )


def add_result(store: Store, identity: str, result: KeptResult) -> None:
    """Keep the result of a task; one that is there already stays, for it is the same."""
    with store.write() as connection:
        connection.execute(
            _unless_there(store, SWEEP_RESULTS),
            {
                "sweep_id": identity,
                "number": result.number,
                "status": result.status,
                "outcome": result.outcome,
                "message": result.message.replace("\0", "\\0"),  # PostgreSQL keeps none
                "seconds": result.seconds,
            },
        )


def results_of(store: Store, identity: str) -> list[KeptResult]:
    """Return what is kept of a sweep, by the number of the task."""
    table = SWEEP_RESULTS
    query = sa.select(table).where(table.c.sweep_id == identity).order_by(table.c.number)
    with store.read() as connection:
        rows = connection.execute(query).all()
    return [KeptResult(r.number, r.status, r.outcome, r.message, r.seconds) for r in rows]


def listed_sweeps(store: Store) -> list[KeptSweep]:
    """Return all sweeps of a store, the newest first."""
    table = SWEEPS
    kept = sa.select(sa.func.count()).where(SWEEP_RESULTS.c.sweep_id == table.c.id)
    query = sa.select(table, kept.scalar_subquery().label("kept")).order_by(
        table.c.created_at.desc(), table.c.id
    )
    with store.read() as connection:
        rows = connection.execute(query).all()
    return [
        KeptSweep(r.id, r.scenario, r.axes, r.paths, r.tasks, r.created_at, r.kept) for r in rows
    ]


def remove_sweep(store: Store, identity: str) -> None:
    """Remove a sweep with its results.

    Raises
    ------
    InputError
        If there is none such.
    """
    query = sa.delete(SWEEPS).where(SWEEPS.c.id == identity)
    with store.write() as connection:
        if not connection.execute(query).rowcount:
            must = f"must have the sweep that was asked for, got {identity!r:.60}"
            raise InputError([Fault(store.name, None, "", must)])


def forget_results(store: Store, identity: str, statuses: Iterable[str] | None = None) -> int:
    """Remove the results of a sweep, or those of some statuses, and return how many there were."""
    table = SWEEP_RESULTS
    query = sa.delete(table).where(table.c.sweep_id == identity)
    if statuses is not None:
        query = query.where(table.c.status.in_(list(statuses)))
    with store.write() as connection:
        return int(connection.execute(query).rowcount)


def _unless_there(store: Store, table: sa.Table) -> sa.Insert:
    if store.is_sqlite:
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
