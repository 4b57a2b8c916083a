"""Tickets fetched so far, beside their history: numbers, times and words, and where to go on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, InputError, PlannerError
from planner.sources.reduced_tickets import reduced_schema

if TYPE_CHECKING:
    import pyarrow as pa

MARK = b"planner_tickets"
ANEW = "remove the file to begin anew"


@dataclass(frozen=True, slots=True)
class KeptTickets:
    """What was fetched of an account, reduced.

    Parameters
    ----------
    table
        Tickets without what is not needed, see ``planner.sources.reduced_tickets``.
    asked
        What they were asked by, which must stay the same: address, day, fields, words of tags.
    cursor
        From where the next call goes on; None before the first page.
    names
        Fields that the tickets have.
    earlier
        Earlier states of tickets that came again.
    """

    table: pa.Table
    asked: dict[str, str]
    cursor: str | None = None
    names: tuple[str, ...] = ()
    earlier: int = 0

    def with_page(self, page: pa.Table, cursor: str, names: tuple[str, ...]) -> KeptTickets:
        """Return the same with a page more; the last state of a ticket holds."""
        import pyarrow as pa

        table = pa.concat_tables([self.table, page]).combine_chunks()
        number = table.column("id").to_numpy()
        _, last = np.unique(number[::-1], return_index=True)
        kept = np.sort(len(number) - 1 - last)
        earlier = self.earlier + len(number) - len(kept)
        return replace(self, table=table.take(kept), cursor=cursor, earlier=earlier,
                       names=self.names or names)  # fmt: skip


def read_kept(path: Path, asked: dict[str, str]) -> KeptTickets:
    """Return what was fetched before, or nothing yet.

    Raises
    ------
    InputError
        If the file is another's, or was asked for otherwise.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.exists():
        return KeptTickets(reduced_schema().empty_table(), asked)
    try:
        table = pq.read_table(path)
        facts = json.loads((table.schema.metadata or {})[MARK])
        table = table.replace_schema_metadata(None).cast(reduced_schema())
        before = {str(k): str(v) for k, v in facts["asked"].items()}
        cursor, names, earlier = facts["cursor"], tuple(facts["names"]), int(facts["earlier"])
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError, AttributeError):
        message = f"must hold the tickets fetched before, got something else: {ANEW}"
        raise InputError([Fault(str(path), None, "", message)]) from None
    faults = []
    for name, value in asked.items():
        if before.get(name, "") != value:
            must = f"must be as before, {before.get(name) or 'nothing'}, got {value or 'nothing'}"
            faults.append(Fault(str(path), None, name, f"{must} ({ANEW})"))
    if faults:
        raise InputError(faults)
    return KeptTickets(table, before, cursor, names, earlier)


def write_kept(path: Path, kept: KeptTickets) -> None:
    """Write what was fetched, whole or not at all, for its owner's eyes.

    Raises
    ------
    PlannerError
        If it cannot be written.
    """
    import pyarrow.parquet as pq

    facts = {"asked": kept.asked, "cursor": kept.cursor, "names": kept.names,
             "earlier": kept.earlier}  # fmt: skip
    table = kept.table.replace_schema_metadata({MARK: json.dumps(facts).encode()})
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            pq.write_table(table, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        message = f"{path} must be a file that can be written, got: {error.strerror or error}"
        raise PlannerError(message) from error
    finally:
        draft.unlink(missing_ok=True)
