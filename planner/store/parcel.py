"""A plan in the store as files by name, to be carried to another store, and back."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from planner.errors import Fault, InputError
from planner.store.blobs import contents, keep, packed
from planner.store.database import StoreError
from planner.store.jobs import add_files
from planner.store.plans import is_name, log
from planner.store.tables import ACTUALS, FILES, LOG, NOTES, PLANS, UTC

if TYPE_CHECKING:
    from planner.store.database import Store

PARCEL = "parcel.json"
FORMAT = 1
ENDED = ("done", "stopped", "failed")
_BLOB = "blobs/"
_OWN = ("id", "plan_id")  # numbers that another store gives anew
_LISTS = (("notes", NOTES), ("actuals", ACTUALS), ("log", LOG))


def parcel_of(store: Store, plan: int) -> dict[str, bytes]:
    """Return a plan with all that belongs to it as files by name; the same plan, the same bytes.

    Raises
    ------
    StoreError
        If it is not there, or has not ended.
    """
    with store.read() as connection:
        row = connection.execute(sa.select(PLANS).where(PLANS.c.id == plan)).first()
        if row is None or row.status not in ENDED:
            found = "removed" if row is None else row.status
            message = f"{store.name}: plan {plan} must have ended to be exported, got {found}"
            raise StoreError(message)
        told: dict[str, Any] = {"format": FORMAT, "plan": _plain(PLANS, row)}
        query = sa.select(FILES).where(FILES.c.plan_id == plan).order_by(FILES.c.id)
        told["files"] = [_plain(FILES, one) for one in connection.execute(query)]
        for name, table in _LISTS:
            query = sa.select(table).where(table.c.plan_id == plan).order_by(table.c.id)
            told[name] = [_plain(table, one) for one in connection.execute(query)]
        shas = sorted({one["sha256"] for one in (*told["files"], *told["actuals"])})
        held = contents(connection, dict(zip(shas, shas, strict=True)))
    text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    return {PARCEL: text.encode()} | {f"{_BLOB}{sha}": held[sha] for sha in shas}


def _plain(table: sa.Table, row: sa.Row[Any]) -> dict[str, Any]:
    values = {}
    for column in table.columns:
        if column.name not in _OWN:
            value = row._mapping[column.name]
            values[column.name] = value.isoformat() if isinstance(value, dt.date) else value
    return values


def unparcelled(store: Store, files: Mapping[str, bytes], source: str, who: str) -> int:
    """Return the number that a plan from another store has in this one.

    Raises
    ------
    InputError
        If the files are not what ``parcel_of`` makes of a plan; nothing is then kept.
    """
    try:
        told = json.loads(files[PARCEL])
        row, of_files, lists = _read(told)
        shas = {one["sha256"] for one in (*of_files, *lists["actuals"])}
        blobs = {sha: packed(files[f"{_BLOB}{sha}"]) for sha in shas}
        _must(all(blob.sha256 == sha for sha, blob in blobs.items()), "the content of each name")
    except (
        LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError
    ) as error:  # fmt: skip
        told = f"it lacks {error}" if isinstance(error, KeyError) else error
        message = f"must be a plan as `planner plans export` writes it, got another: {told}"
        raise InputError([Fault(source, None, "", message[:300])]) from error
    with store.write() as connection:
        store.lock(connection)
        insert = sa.insert(PLANS).values(row).returning(PLANS.c.id)
        plan = int(connection.execute(insert).scalar_one())
        for part in {one["part"] for one in of_files}:
            mine = {one["name"]: blobs[one["sha256"]] for one in of_files if one["part"] == part}
            add_files(connection, plan, part, mine)
        keep(connection, blobs.values())
        for name, table in _LISTS:
            for one in lists[name]:
                connection.execute(sa.insert(table).values(one | {"plan_id": plan}))
        log(store, connection, plan, who, f"imported from {source}")
    return plan


Row = dict[str, Any]


def _read(told: Mapping[str, Any]) -> tuple[Row, list[Row], dict[str, list[Row]]]:
    """Return a plan's row, those of its files, and those of its lists."""
    _must(told["format"] == FORMAT, f"format {FORMAT}")
    _must(all(isinstance(told[name], list) for name, _ in _LISTS), "lists of what belongs to it")
    row = _row(PLANS, told["plan"])
    _must(row["status"] in ENDED, "a plan that has ended")
    _must(is_name(row["name"]), "a name")
    row["first_day"] + dt.timedelta(days=row["days"])  # there must be such a last day
    _must(row["days"] > 0 and row["version"] > 0 and row["seed"] >= 0, "days, version and seed")
    variants = row["variants"]
    _must(isinstance(variants, list) and all(isinstance(v, str) for v in variants), "variants")
    _must(isinstance(row["summary"], dict | None), "a summary")
    of_files = [_row(FILES, one) for one in told["files"]]
    for one in of_files:
        _must(
            _is_plain(one["name"]) and one["part"] in ("question", "plan"), "plain names of files"
        )
    return row, of_files, {name: [_row(table, one) for one in told[name]] for name, table in _LISTS}


def _is_plain(name: str) -> bool:
    """Return whether a name is that of a file on any system, and of nothing elsewhere."""
    own = name == PureWindowsPath(name).name and name not in ("", ".", "..")
    return own and ":" not in name and name.isprintable()


def _must(right: bool, what: str) -> None:
    if not right:
        message = f"it must have {what}"
        raise ValueError(message)


def _row(table: sa.Table, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values after a look at their names and kinds.

    Raises
    ------
    ValueError
        Naming the first that is not what the table has.
    """
    columns = [column for column in table.columns if column.name not in _OWN]
    return {column.name: _value(column, told[column.name]) for column in columns}


def _value(column: sa.Column[Any], value: object) -> object:
    if value is None and column.nullable:
        return None
    kind = column.type
    if isinstance(kind, UTC | sa.Date):
        return _moment(column, value)
    if isinstance(kind, sa.String):
        right = _is_text(value) and len(str(value)) <= (kind.length or 10**7)
    elif isinstance(kind, sa.Boolean):
        right = isinstance(value, bool)
    elif isinstance(kind, sa.Integer):
        most = 2**63 if isinstance(kind, sa.BigInteger) else 2**31
        right = isinstance(value, int) and abs(value) < most
    elif isinstance(kind, sa.Float):
        right = isinstance(value, int | float) and math.isfinite(value)
    else:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        right = isinstance(value, dict | list) and _is_text(text) and "\\u0000" not in text
    if not right:
        message = f"{column.table.name}.{column.name} of another kind"
        raise ValueError(message)
    return value


def _is_text(value: object) -> bool:
    """Return whether a value is text that either database keeps; raise where it is not UTF-8."""
    return isinstance(value, str) and "\0" not in value and value.encode() is not None


def _moment(column: sa.Column[Any], value: object) -> dt.date:
    if isinstance(column.type, sa.Date):
        return dt.date.fromisoformat(str(value))
    moment = dt.datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        message = f"{column.table.name}.{column.name} without a zone"
        raise ValueError(message)
    return moment.astimezone(dt.UTC)
