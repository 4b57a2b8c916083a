"""What came on a stored plan's days: each table that was read in, the newest last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from planner.store.blobs import contents, keep, packed
from planner.store.plans import log
from planner.store.tables import ACTUALS

if TYPE_CHECKING:
    from planner.store.database import Store


@dataclass(frozen=True, slots=True)
class KeptActuals:
    """A table that was read in: when (UTC) and by whom, its name, until when, how many contacts."""

    at: dt.datetime
    who: str
    name: str
    known_until: dt.datetime
    contacts: float
    sha256: str


def keep_actuals(
    store: Store,
    plan: int,
    name: str,
    content: bytes,
    known_until: dt.datetime,
    contacts: float,
    who: str,
) -> bool:
    """Keep what came beside a plan; return False where just this is kept already.

    Parameters
    ----------
    content
        The table's rows, see ``planner.sources.snapshot.snapshot``.
    known_until
        End of the last interval that is over.
    contacts
        How many came on the plan's days till then.
    """
    blob = packed(content)
    with store.write() as connection:
        store.lock(connection)
        newest = sa.select(ACTUALS).where(ACTUALS.c.plan_id == plan).order_by(ACTUALS.c.id.desc())
        last = connection.execute(newest).first()
        if last is not None and (last.sha256, last.known_until) == (blob.sha256, known_until):
            return False
        keep(connection, [blob])
        row = {
            "plan_id": plan,
            "at": store.now(connection),
            "who": who,
            "name": name[:200],
            "known_until": known_until,
            "contacts": contacts,
            "sha256": blob.sha256,
        }
        connection.execute(sa.insert(ACTUALS).values(row))
        log(store, connection, plan, who, f"read in what came until {known_until:%Y-%m-%d %H:%M}")
    return True


def actuals_of(store: Store, plan: int) -> tuple[KeptActuals, ...]:
    """Return what was read in beside a plan, the newest last."""
    query = sa.select(ACTUALS).where(ACTUALS.c.plan_id == plan).order_by(ACTUALS.c.id)
    with store.read() as connection:
        return tuple(
            KeptActuals(row.at, row.who, row.name, row.known_until, row.contacts, row.sha256)
            for row in connection.execute(query)
        )


def actuals_files(store: Store, plan: int) -> dict[str, bytes]:
    """Return the tables that were read in beside a plan by name: ``actuals-1.parquet`` first."""
    kept = actuals_of(store, plan)
    names = {f"actuals-{number}.parquet": one.sha256 for number, one in enumerate(kept, 1)}
    with store.read() as connection:
        return contents(connection, names)
