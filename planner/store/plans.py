"""Plans in a store: found, listed, read, and edited without losing what another edited."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from planner.errors import Fault, InputError
from planner.store.blobs import contents, sweep_out
from planner.store.database import StoreError
from planner.store.tables import FILES, LOG, NOTES, PLANS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.store.database import Store

WHO = "PLANNER_USER"
"""Name of the environment's variable that says who is at work, where the login does not."""

_LONGEST_NAME = 200


class EditedError(StoreError):
    """Another has edited a plan since it was read: nothing is written."""


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan without its files; moments are UTC, money is in ``currency``.

    ``status`` is queued, running, done, failed or stopped, ``reason`` why it failed or stopped;
    ``version`` grows by one with each edit, ``summary`` is read by ``plan_summary`` alone.
    """

    id: int
    name: str
    status: str
    scenario: str
    variants: tuple[str, ...]
    first_day: dt.date
    days: int
    seed: int
    created_by: str
    created_at: dt.datetime
    version: int
    edited_by: str
    edited_at: dt.datetime
    worker: str
    started_at: dt.datetime | None
    heartbeat_at: dt.datetime | None
    ended_at: dt.datetime | None
    progress: str
    stop_asked: bool
    reason: str
    program_version: str
    cost: float | None
    currency: str
    understaffing_hours: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A note, or a line of the log: who wrote or did what, and when (UTC)."""

    at: dt.datetime
    who: str
    text: str


_COLUMNS = [PLANS.c[one.name] for one in fields(PlanRecord)]


def whoever() -> str:
    """Return who is at work: $PLANNER_USER, or the name they are logged in by."""
    try:
        name = os.environ.get(WHO) or getpass.getuser()
    except (OSError, KeyError):
        name = ""  # no such user on this machine
    return name[:100] or "unknown"


def listed(store: Store, status: str | None = None) -> tuple[PlanRecord, ...]:
    """Return all plans, the newest first, or those of one status."""
    query = sa.select(*_COLUMNS).order_by(PLANS.c.id.desc())
    if status is not None:
        query = query.where(PLANS.c.status == status)
    with store.read() as connection:
        return tuple(_record(row) for row in connection.execute(query))


def is_new(store: Store) -> bool:
    """Return whether no plan was ever kept in a store."""
    with store.read() as connection:
        return connection.execute(sa.select(LOG.c.id).limit(1)).first() is None


def found(store: Store, which: str) -> PlanRecord:
    """Return the plan of a number, or of a name that no other has.

    Raises
    ------
    InputError
        If there is none, or there are several.
    """
    by_name = sa.select(*_COLUMNS).where(PLANS.c.name == which).order_by(PLANS.c.id.desc())
    with store.read() as connection:
        rows = connection.execute(by_name).all()
        if which.isascii() and which.isdigit() and len(which) < 10:
            by_number = sa.select(*_COLUMNS).where(PLANS.c.id == int(which))
            rows = connection.execute(by_number).all() or rows
        several = ", ".join(str(row.id) for row in rows[:10])
        if len(rows) == 1:
            return _record(rows[0])
        latest = connection.execute(sa.select(sa.func.max(PLANS.c.id))).scalar()
    if rows:
        message = f"must name one plan, got the name of {len(rows)}: name one of {several}"
    else:
        known = f"the newest is {latest}" if latest else "it has none"
        message = f"must have the plan that was asked for ({known}), got {which!r:.100}"
    raise InputError([Fault(store.name, None, "", message)])


def plan_summary(store: Store, plan: int) -> dict[str, Any]:
    """Return the content of a plan's ``summary.json``; nothing of one without an answer."""
    with store.read() as connection:
        row = connection.execute(sa.select(PLANS.c.summary).where(PLANS.c.id == plan)).first()
    return dict(row.summary) if row is not None and row.summary else {}


def plan_files(
    store: Store, plan: int, part: str, names: Sequence[str] | None = None
) -> dict[str, bytes]:
    """Return files of a plan by name, those asked for or all.

    Parameters
    ----------
    part
        ``question`` for what it was planned from, ``plan`` for what came out.
    """
    query = sa.select(FILES.c.name, FILES.c.sha256).where(
        FILES.c.plan_id == plan, FILES.c.part == part
    )
    if names is not None:
        query = query.where(FILES.c.name.in_(names))
    with store.read() as connection:
        shas = {row.name: row.sha256 for row in connection.execute(query.order_by(FILES.c.id))}
        return contents(connection, shas)


def file_sums(store: Store, plan: int, part: str) -> dict[str, str]:
    """Return the SHA-256 of each file of a plan by name."""
    query = sa.select(FILES.c.name, FILES.c.sha256).where(
        FILES.c.plan_id == plan, FILES.c.part == part
    )
    with store.read() as connection:
        return {row.name: row.sha256 for row in connection.execute(query.order_by(FILES.c.id))}


def rename(store: Store, plan: int, name: str, who: str, version: int | None = None) -> None:
    """Give a plan another name; the log keeps the old one.

    Parameters
    ----------
    version
        That of the plan when it was read; None: whatever it is now.

    Raises
    ------
    EditedError
        If another has edited it since; theirs stands.
    InputError
        If it is no name.
    """
    check_name(name, store.name)
    with store.write() as connection:
        row = _for_edit(store, connection, plan, version)
        edit(store, connection, plan, who, f"renamed from {row.name!r} to {name!r}", name=name)


def check_name(name: str, place: str) -> None:
    r"""Raise unless a plan can be called so; ``place`` is where the name was given.

    Raises
    ------
    InputError
        If it is empty, too long, or holds signs that cannot be printed.

    Examples
    --------
    >>> check_name("a\nb", "--name")
    Traceback (most recent call last):
        ...
    planner.errors.InputError: --name: must be a name of 1 to 200 characters, got 'a\nb'
    """
    if not is_name(name):
        must = f"must be a name of 1 to {_LONGEST_NAME} characters, got {name!r:.60}"
        raise InputError([Fault(place, None, "", must)])


def is_name(text: str) -> bool:
    """Return whether a plan can be called so."""
    return bool(text.strip()) and len(text) <= _LONGEST_NAME and text.isprintable()


def edit(
    store: Store, connection: sa.Connection, plan: int, who: str, what: str, **values: object
) -> None:
    """Change columns of a plan within a transaction, and say so in the log."""
    now = store.now(connection)
    changed = sa.update(PLANS).where(PLANS.c.id == plan)
    new = {"version": PLANS.c.version + 1, "edited_by": who, "edited_at": now, **values}
    connection.execute(changed.values(**new))
    log(store, connection, plan, who, what)


def log(store: Store, connection: sa.Connection, plan: int | None, who: str, what: str) -> None:
    """Add a line to the log within a transaction."""
    row = {"at": store.now(connection), "who": who, "plan_id": plan, "what": what}
    connection.execute(sa.insert(LOG).values(row))


def add_note(store: Store, plan: int, text: str, who: str) -> None:
    """Add a note to a plan; those of others stay.

    Raises
    ------
    InputError
        If it is empty.
    """
    if not text.strip():
        raise InputError(
            [Fault(store.name, None, "", "must be given the text of a note, got none")]
        )
    with store.write() as connection:
        _for_edit(store, connection, plan, None)
        row = {"plan_id": plan, "at": store.now(connection), "who": who, "text": text}
        connection.execute(sa.insert(NOTES).values(row))
        log(store, connection, plan, who, "noted")


def notes_of(store: Store, plan: int) -> tuple[Entry, ...]:
    """Return a plan's notes, the oldest first."""
    query = sa.select(NOTES).where(NOTES.c.plan_id == plan).order_by(NOTES.c.id)
    with store.read() as connection:
        return tuple(Entry(row.at, row.who, row.text) for row in connection.execute(query))


def log_of(store: Store, plan: int) -> tuple[Entry, ...]:
    """Return who did what with a plan, the oldest first, one that was removed too."""
    query = sa.select(LOG).where(LOG.c.plan_id == plan).order_by(LOG.c.id)
    with store.read() as connection:
        return tuple(Entry(row.at, row.who, row.what) for row in connection.execute(query))


def remove(store: Store, plan: int, who: str, version: int | None = None) -> None:
    """Remove a plan with its files, notes and actuals.

    Raises
    ------
    EditedError
        If another has edited it since it was read as ``version``.
    StoreError
        If it is running: it must be stopped first.
    """
    with store.write() as connection:
        store.lock(connection)
        row = _for_edit(store, connection, plan, version)
        if row.status == "running":
            message = f"{store.name}: plan {plan} must be stopped before it is removed, got running"
            raise StoreError(message)
        connection.execute(sa.delete(PLANS).where(PLANS.c.id == plan))
        sweep_out(connection)
        log(store, connection, plan, who, f"removed {row.name!r}")


def _for_edit(
    store: Store, connection: sa.Connection, plan: int, version: int | None
) -> sa.Row[Any]:
    """Return a plan's row, locked until the transaction ends, after a look at its version."""
    query = sa.select(*_COLUMNS).where(PLANS.c.id == plan).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        message = f"{store.name}: plan {plan} must be there, got removed"
        raise EditedError(message)
    if version is not None and row.version != version:
        message = (
            f"{store.name}: plan {plan} was edited by {row.edited_by} at "
            f"{row.edited_at:%Y-%m-%d %H:%M} UTC, after you read it: nothing of yours is written; "
            f"it is now called {row.name!r}, version {row.version}"
        )
        raise EditedError(message)
    return row


def _record(row: sa.Row[Any]) -> PlanRecord:
    values = dict(row._mapping)
    return PlanRecord(**(values | {"variants": tuple(values["variants"])}))
