"""A plan's way through the store: queued, running as long as its worker is heard, and its end."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from planner.store.blobs import keep, packed
from planner.store.database import StoreError
from planner.store.plans import edit, log
from planner.store.tables import FILES, NOTES, PLANS

if TYPE_CHECKING:
    from planner.store.blobs import Packed
    from planner.store.database import Store

BEAT_S = 5.0
"""A running plan's worker is heard this often, in seconds."""

LOST_S = 60.0
"""A worker that was not heard for so long is lost."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is asked: its title, and what tells it from others."""

    name: str
    scenario: str
    variants: tuple[str, ...]
    first_day: dt.date
    days: int
    seed: int
    currency: str
    program_version: str


def this_worker() -> str:
    """Return the name of this process, for others to find it by."""
    return f"{socket.gethostname()}:{os.getpid()}"[:200]


def queue(
    store: Store,
    asked: Asked,
    question: Mapping[str, bytes],
    who: str,
    *,
    note: str = "",
    worker: str = "",
) -> int:
    """Return the number of a new plan that waits to be worked out, or is: by ``worker``.

    Parameters
    ----------
    question
        Files that it is planned from, by name, see ``planner.question``.
    """
    blobs = {name: packed(content) for name, content in question.items()}
    with store.write() as connection:
        store.lock(connection)
        now = store.now(connection)
        row = {
            **_columns(asked),
            **dict.fromkeys(("created_by", "edited_by"), who),
            **dict.fromkeys(("created_at", "edited_at"), now),
            **(_started(now, worker) if worker else {"status": "queued", "worker": ""}),
            "version": 1,
            "progress": "",
            "stop_asked": False,
            "reason": "",
        }
        insert = sa.insert(PLANS).values(row).returning(PLANS.c.id)
        plan = int(connection.execute(insert).scalar_one())
        add_files(connection, plan, "question", blobs)
        if note:
            text = {"plan_id": plan, "at": now, "who": who, "text": note}
            connection.execute(sa.insert(NOTES).values(text))
        log(store, connection, plan, who, "started" if worker else "queued")
    return plan


def _columns(asked: Asked) -> dict[str, Any]:
    values = {name: getattr(asked, name) for name in Asked.__slots__}
    title = asked.name or asked.scenario
    return values | {
        "variants": list(asked.variants),
        "name": title[:200],
        "scenario": asked.scenario[:200],
    }


def _started(now: dt.datetime, worker: str) -> dict[str, Any]:
    return {"status": "running", "worker": worker, "started_at": now, "heartbeat_at": now}


def add_files(connection: sa.Connection, plan: int, part: str, blobs: Mapping[str, Packed]) -> None:
    """Write files of a plan within a transaction that holds the store's lock."""
    keep(connection, blobs.values())
    rows = [
        {"plan_id": plan, "part": part, "name": name, "sha256": blob.sha256}
        for name, blob in blobs.items()
    ]
    if rows:
        connection.execute(sa.insert(FILES), rows)


def claim(store: Store, worker: str, who: str) -> int | None:
    """Return the number of the plan that waited longest, now running here; None without any.

    However many workers ask at once, each plan is given to one.
    """
    waiting = sa.select(PLANS.c.id).where(PLANS.c.status == "queued").order_by(PLANS.c.id).limit(1)
    with store.write() as connection:
        plan = connection.execute(waiting.with_for_update(skip_locked=True)).scalar()
        if plan is None:
            return None
        now = store.now(connection)
        changed = sa.update(PLANS).where(PLANS.c.id == plan)
        connection.execute(changed.values(**_started(now, worker)))
        log(store, connection, plan, who, f"started by {worker}")
    return int(plan)


def beat(store: Store, plan: int, worker: str, progress: str) -> bool:
    """Say that a plan's worker is alive and how far it is; return whether it is to stop.

    It is to stop too where the plan is no longer its own: removed, or given up as lost.
    """
    mine = (PLANS.c.id == plan) & (PLANS.c.worker == worker) & (PLANS.c.status == "running")
    with store.write() as connection:
        now = store.now(connection)
        changed = sa.update(PLANS).where(mine)
        connection.execute(changed.values(heartbeat_at=now, progress=progress[:200]))
        asked = connection.execute(sa.select(PLANS.c.stop_asked).where(mine)).scalar()
    return asked is None or bool(asked)


def finish(
    store: Store,
    plan: int,
    worker: str,
    who: str,
    files: Mapping[str, bytes],
    summary: Mapping[str, Any],
    *,
    stopped: str = "",
) -> None:
    """Write the answer of a running plan: all of it, or nothing.

    Parameters
    ----------
    stopped
        Why the search for it ended early, where it did.

    Raises
    ------
    StoreError
        If the plan was removed meanwhile, or another works on it.
    """
    blobs = {name: packed(content) for name, content in files.items()}
    with store.write() as connection:
        store.lock(connection)
        _of_mine(store, connection, plan, worker)
        connection.execute(sa.delete(FILES).where(FILES.c.plan_id == plan, FILES.c.part == "plan"))
        add_files(connection, plan, "plan", blobs)
        _end(
            store, connection, plan, who, "stopped" if stopped else "done", stopped,
            cost=summary.get("cost"),
            understaffing_hours=summary.get("understaffing_hours"),
            summary=dict(summary),
        )  # fmt: skip


def fail(store: Store, plan: int, worker: str, who: str, reason: str) -> None:
    """Say why a running plan has no answer."""
    with store.write() as connection:
        _of_mine(store, connection, plan, worker)
        _end(store, connection, plan, who, "failed", reason)


def stopped_without(store: Store, plan: int, worker: str, who: str) -> None:
    """Say that a running plan was stopped before it had an answer."""
    with store.write() as connection:
        _of_mine(store, connection, plan, worker)
        _end(store, connection, plan, who, "stopped", "stopped before it had an answer")


def stopped_at_start(store: Store, worker: str, who: str) -> None:
    """Say of whatever a process has as running that it was stopped: it may not know the number."""
    mine = sa.select(PLANS.c.id).where(PLANS.c.worker == worker, PLANS.c.status == "running")
    with store.write() as connection:
        for plan in connection.execute(mine).scalars().all():
            _end(store, connection, plan, who, "stopped", "stopped before it had an answer")


def ask_to_stop(store: Store, plan: int, who: str) -> str:
    """Return the status of a plan that is to stop: one that waits stops at once.

    Raises
    ------
    StoreError
        If it has ended.
    """
    with store.write() as connection:
        query = sa.select(PLANS.c.status).where(PLANS.c.id == plan).with_for_update()
        status = connection.execute(query).scalar()
        if status == "queued":
            _end(store, connection, plan, who, "stopped", "stopped before it began")
            return "stopped"
        if status != "running":
            message = f"{store.name}: plan {plan} must be queued or running to stop, got {status}"
            raise StoreError(message)
        edit(store, connection, plan, who, "asked to stop", stop_asked=True)
        return "running"


def settle_lost(store: Store) -> tuple[int, ...]:
    """Return the plans whose worker was lost, now failed with that as their reason."""
    with store.read() as connection:
        line = store.now(connection) - dt.timedelta(seconds=LOST_S)
        lost = (PLANS.c.status == "running") & (PLANS.c.heartbeat_at < line)
        query = sa.select(PLANS.c.id, PLANS.c.worker, PLANS.c.heartbeat_at).where(lost)
        if not connection.execute(query).first():
            return ()
    with store.write() as connection:
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            reason = f"its worker {row.worker} was last heard at {row.heartbeat_at:%H:%M:%S} UTC"
            _end(store, connection, row.id, "planner", "failed", reason)
    return tuple(int(row.id) for row in rows)


def _of_mine(store: Store, connection: sa.Connection, plan: int, worker: str) -> None:
    """Raise unless a plan's worker is this one: one given up as lost may still bring its answer."""
    query = sa.select(PLANS.c.worker, PLANS.c.status).where(PLANS.c.id == plan).with_for_update()
    row = connection.execute(query).first()
    if row is None or row.worker != worker or row.status == "done":
        found = "removed" if row is None else f"{row.status} by {row.worker}"
        message = f"{store.name}: plan {plan} must be running here to end, got {found}"
        raise StoreError(message)


def _end(
    store: Store,
    connection: sa.Connection,
    plan: int,
    who: str,
    status: str,
    reason: str,
    **values: object,
) -> None:
    now = store.now(connection)
    edit(
        store, connection, plan, who, f"{status}: {reason}" if reason else status,
        status=status, reason=reason, ended_at=now, progress="", **values,
    )  # fmt: skip
