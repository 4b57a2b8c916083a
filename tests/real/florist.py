"""The real florist's orders as a history table, read in place from the data beside the project."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ORDERS = SHARED / "florist_30min.csv"


def orders() -> pd.DataFrame:
    """Return all orders taken, by local half hour: columns start, queue, contacts.

    Days on which nothing at all was ordered, most Sundays, are days with a zero: the shop's record
    has no gaps.
    """
    raw = pd.read_csv(ORDERS, parse_dates=["datetime"])
    total = raw[["phone", "walkin", "relay_online"]].sum(axis=1)
    table = pd.DataFrame({"start": raw["datetime"], "contacts": total})
    days = pd.date_range(raw["datetime"].min().normalize(), raw["datetime"].max(), freq="D")
    quiet = days.difference(pd.DatetimeIndex(raw["datetime"].dt.normalize()))
    empty = pd.DataFrame({"start": quiet + pd.Timedelta(hours=12), "contacts": 0})
    table = pd.concat([table, empty]).sort_values("start")
    return table.assign(queue="orders", start=table["start"].dt.strftime("%Y-%m-%dT%H:%M"))


def actual_days(table: pd.DataFrame) -> dict[dt.date, float]:
    """Return what was ordered on each day."""
    days = pd.to_datetime(table["start"]).dt.date
    totals = table.groupby(days)["contacts"].sum()
    return {day: float(total) for day, total in zip(totals.index, totals, strict=True)}
