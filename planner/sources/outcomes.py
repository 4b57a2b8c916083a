"""What became of contacts: counts that contradict each other, and contacts one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.sources.columns import PEOPLE
from planner.sources.row_faults import RowFaults
from planner.sources.starts import Starts

if TYPE_CHECKING:
    import pyarrow as pa

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CRUMB = 1e-6  # of contacts, which sums of fractions may be off by


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a table with one row each, arrays ``[N]``, by when they came.

    Parameters
    ----------
    queue
        Position of the queue in the scenario.
    start_s
        When the contact came, seconds of UTC since 1970.
    wait_s, aht_s
        Seconds waited until answered or hung up, and seconds handled; NaN where unknown.
    abandoned
        1 for a contact that hung up, 0 for one answered, NaN where unknown.
    agent, customer
        A number for each agent and customer, -1 where unknown.
    """

    queue: IntArray
    start_s: FloatArray
    wait_s: FloatArray
    aht_s: FloatArray
    abandoned: FloatArray
    agent: IntArray
    customer: IntArray

    def take(self, rows: IntArray | BoolArray) -> Contacts:
        """Return some of them."""
        return Contacts(
            self.queue[rows],
            self.start_s[rows],
            self.wait_s[rows],
            self.aht_s[rows],
            self.abandoned[rows],
            self.agent[rows],
            self.customer[rows],
        )


def single_contacts(
    values: Mapping[str, FloatArray],
    columns: Mapping[str, pa.Array],
    starts: Starts,
    queue: IntArray,
) -> Contacts:
    """Return the contacts of rows of which each is one."""
    unknown = np.full(len(queue), np.nan)
    answered = values.get("answered", unknown)
    abandoned = values.get("abandoned", unknown)
    people = [_people(columns.get(name), len(queue)) for name in PEOPLE]
    found = Contacts(
        queue,
        starts.utc / 1e6,
        values.get("wait_s", unknown),
        values.get("aht_s", unknown),
        np.where(np.isnan(abandoned), 1.0 - answered, abandoned),
        people[0],
        people[1],
    )
    return found.take(np.argsort(starts.utc, kind="stable"))


def _people(column: pa.Array | None, count: int) -> IntArray:
    if column is None:
        return np.full(count, -1, dtype=np.int64)
    codes = column.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64)


def check_outcomes(values: Mapping[str, FloatArray], faults: RowFaults, *, single: bool) -> None:
    """Tell rows whose counts contradict each other, as far as they have them.

    Examples
    --------
    >>> faults = RowFaults("calls.csv", lambda: np.arange(2, 9))
    >>> row = {"contacts": np.array([10.0]), "answered": np.array([9.0])}
    >>> check_outcomes(row | {"abandoned": np.array([3.0])}, faults, single=False)
    >>> print(faults.found[0])  # doctest: +ELLIPSIS
    calls.csv:2: abandoned must be at most contacts - answered, each contact ..., got 3 (most: 1)
    """
    some = next(iter(values.values()), np.array([]))
    unknown = np.full(len(some), np.nan)
    contacts = np.ones(len(some)) if single else values.get("contacts", unknown)
    answered, abandoned = (values.get(name, unknown) for name in ("answered", "abandoned"))
    in_time = values.get("answered_within", unknown)
    left = contacts - np.nan_to_num(abandoned)
    most = np.where(np.isnan(answered), left, answered)
    counted = "each contact counted in the interval in which it came"
    checks = (
        ("answered", answered, contacts, f"be at most contacts, {counted}"),
        (
            "abandoned",
            abandoned,
            np.maximum(contacts - np.nan_to_num(answered), 0.0),
            "be 0 where answered is 1" if single else f"be at most contacts - answered, {counted}",
        ),
        (
            "answered_within",
            in_time,
            most,
            "be 0 where it was not answered" if single else "be at most the contacts answered",
        ),
    )
    for name, value, limit, must in checks:
        wrong = np.flatnonzero(value > limit + _CRUMB)
        faults.add(wrong, name, must, _excess(value, limit))


def _excess(value: FloatArray, limit: FloatArray) -> Callable[[int], str]:
    return lambda row: f"{value[row]:g} (most: {limit[row]:g})"
