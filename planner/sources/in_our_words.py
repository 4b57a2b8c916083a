"""A source's rows in our words: queues by name or of parts, seconds, those ignored left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.scenario.history import PARTS
from planner.scenario.telling import quoted
from planner.sources.columns import MINUTES
from planner.sources.data_report import DataReport
from planner.sources.numbers import read_numbers
from planner.sources.queue_words import column_of, fit, joined, words_of
from planner.sources.row_faults import RowFaults

if TYPE_CHECKING:
    import pyarrow as pa

    from planner.scenario.history import ReadAs
    from planner.sources.raw_rows import RawRows

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Words:
    """Our words by a source's, for queues and for what their names are made of.

    Parameters
    ----------
    queues
        Queues; ``*`` stands for anything.
    parts
        Words of ``market``, ``channel`` and ``segment``, by part.
    ignore
        The source's words for queues that are left out.
    """

    queues: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()

    @classmethod
    def of(cls, history: ReadAs) -> Words:
        """Return the words that a scenario's history gives."""
        parts = {
            "market": history.markets,
            "channel": history.channels,
            "segment": history.segments,
        }
        return cls(history.queues, parts, history.ignore)


def in_our_words(rows: RawRows, words: Words) -> RawRows:
    """Return rows with our names of queues and in seconds, without those of ignored queues."""
    rows = _in_seconds(rows)
    parts = [part for part in PARTS if part in rows.columns]
    if parts:
        known = [words.parts.get(part, {}) for part in parts]
        queue = joined([rows.columns[part] for part in parts], known)
        columns = {name: c for name, c in rows.columns.items() if name not in parts}
        rows = replace(rows, columns=columns | {"queue": queue})
    if "queue" not in rows.columns or not (words.queues or words.ignore):
        return rows
    names, codes = words_of(rows.columns["queue"])
    data = rows.data or DataReport((rows.file,), len(codes), len(codes))
    gone = np.array([fit(name, words.ignore) is not None for name in names] + [False], dtype=bool)
    keys = [fit(name, words.queues) for name in names]
    found = [
        name if key is None else words.queues[key] for name, key in zip(names, keys, strict=True)
    ]
    columns = dict(rows.columns) | {"queue": column_of(found, codes)}
    unused = [key for key in words.queues if key not in keys]
    unused += [key for key in words.ignore if not any(fit(name, (key,)) for name in names)]
    notes = [f"no row has the queue {quoted(key)} that is to be put in our words" for key in unused]
    rows = replace(rows, columns=columns, data=replace(data, notes=(*data.notes, *notes)))
    return without(rows, gone[codes], "of queues that are ignored")


def without(rows: RawRows, gone: BoolArray, why: str, *, repaired: bool = False) -> RawRows:
    """Return rows without some of them, and tell why they are gone, or what that repairs."""
    import pyarrow as pa

    count = int(gone.sum())
    if not count:
        return rows
    kept = ~gone
    data = rows.data or DataReport((rows.file,), len(gone), len(gone))
    told = data.repaired if repaired else data.left_out
    told = {**told, why: told.get(why, 0) + count}
    data = replace(data, repaired=told) if repaired else replace(data, left_out=told)
    mask, numbers = pa.array(kept), rows.row_numbers
    return replace(
        rows,
        columns={name: column.filter(mask) for name, column in rows.columns.items()},
        row_numbers=lambda: numbers()[kept],
        data=replace(data, kept=data.kept - count),
    )


def _in_seconds(rows: RawRows) -> RawRows:
    """Return rows whose handling and waiting times are seconds."""
    import pyarrow as pa

    minutes = [name for name in MINUTES if name in rows.columns]
    if not minutes:
        return rows
    faults = RowFaults(rows.file, rows.row_numbers, list(rows.faults))
    columns: dict[str, pa.Array] = {}
    for name, column in rows.columns.items():
        if name in minutes:
            seconds = read_numbers(column, name, faults) * 60.0
            columns[name.replace("_minutes", "_s")] = pa.array(seconds)
        else:
            columns[name] = column
    return replace(rows, columns=columns, faults=tuple(faults.found))
