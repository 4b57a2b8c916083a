"""A queue's patience as its history tells it, contact by contact, by interval, or by Erlang A."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.errors import InputError
from planner.estimate_data import QueueData, data_of
from planner.scenario.queues import Promise
from planner.scenario.telling import quoted
from staffing.fitting import fit_patience
from staffing.patience import Patience, patience_from_totals, patience_from_waits
from staffing.queues import Queue

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

How = Literal["contacts", "intervals", "hang-ups"]
_FEW = 30  # hang-ups below which the limits are worth a sentence
_EXPONENTIAL = (0.7, 1.4)  # medians, over that of an exponential patience, that are near enough


@dataclass(frozen=True, slots=True)
class FoundPatience:
    """A queue's patience and what it was found from.

    Parameters
    ----------
    how
        "contacts": the wait of each; "intervals": hang-ups and mean waits; "hang-ups": hang-ups
        and agents on duty, by Erlang A.
    mean_s, low_s, high_s
        Mean patience in seconds and its 95 % limits; the mean is None where nobody hung up.
    hangups
        Customers who hung up.
    told
        The estimate in full, where waits are known.
    """

    how: How
    mean_s: float | None
    low_s: float
    high_s: float
    hangups: float
    told: Patience | None = None


def find_patience(data: QueueData, notes: list[str]) -> FoundPatience | None:
    """Return a queue's patience, or None; what is not known, and why, is added to ``notes``."""
    if data.single is not None:
        found = _patience_of_contacts(data, notes)
    else:
        found = _patience_of_intervals(data, notes)
    if found and found.mean_s is None:
        notes.append(
            f"nobody hung up: patience is {found.low_s:,.0f} s or more (95 %), and Erlang C is near"
        )
    elif found and found.hangups < _FEW:
        notes.append(f"only {found.hangups:.0f} hung up: mind how wide the limits of patience are")
    return found


def _patience_of_contacts(data: QueueData, notes: list[str]) -> FoundPatience | None:
    single = data.single
    if single is None:
        return None
    told = np.isfinite(single.abandoned) & np.isfinite(single.wait_s)
    if not (single.wait_s[told] > 0).any():
        missing = "wait_s" if np.isfinite(single.abandoned).any() else "answered or abandoned"
        if np.isfinite(single.abandoned).any() and np.isfinite(single.wait_s).any():
            missing = "a wait above 0"
        notes.append(f"no patience: it takes {missing}, contact by contact")
        return None
    got = patience_from_waits(single.wait_s[told], single.abandoned[told] == 1)
    at_once = int(((single.abandoned[told] == 1) & (single.wait_s[told] == 0)).sum())
    if at_once:
        notes.append(f"{at_once:,} hung up without a wait and tell nothing of patience")
    _shape(got, notes)
    return FoundPatience("contacts", got.mean_s, got.low_s, got.high_s, got.hangups, got)


def _shape(got: Patience, notes: list[str]) -> None:
    """Say where patience is far from exponential."""
    median, expected = got.median_s, got.exponential_median_s
    if median is None or expected is None or _EXPONENTIAL[0] < median / expected < _EXPONENTIAL[1]:
        return
    more = "less" if median < expected else "more"
    notes.append(
        f"patience is not exponential: half are gone after {median:,.0f} s, not {expected:,.0f} s; "
        f"over long waits customers are {more} patient than Erlang A has it"
    )


def _patience_of_intervals(data: QueueData, notes: list[str]) -> FoundPatience | None:
    known = np.isfinite(data.abandoned) & np.isfinite(data.wait_s)
    waited = float((data.contacts * data.wait_s)[known].sum())
    if waited > 0:
        got = patience_from_totals(float(data.abandoned[known].sum()), waited)
        return FoundPatience("intervals", got.mean_s, got.low_s, got.high_s, got.hangups, got)
    if not np.isfinite(data.abandoned).any():
        notes.append("no patience: it takes abandoned, and wait_s or agents")
        return None
    past = data.past
    if past is None or not past.told.any():
        notes.append("no patience: beside abandoned it takes wait_s, or agents and a handling time")
        return None
    fit = fit_patience(past, group=data.day)
    if fit is None:
        notes.append("no patience: no number of seconds makes Erlang A have so many hang-ups")
        return None
    notes.append(
        "no waits (wait_s): patience is, roughly, what makes Erlang A have as many hang-ups if all "
        "agents on duty take contacts all the time; the fewer of them do, the longer it truly is"
    )
    return FoundPatience("hang-ups", fit.value, fit.low, fit.high, fit.observed)


def history_patience(scenario: Scenario, table: HistoryTable) -> dict[str, float]:
    """Return the patience of the queues that take it from the history, in seconds.

    Infinite where nobody hung up.

    Raises
    ------
    InputError
        Naming every queue whose history does not tell it.
    """
    result, faults = {}, []
    for q, queue in enumerate(scenario.queues):
        if queue.patience_s != "history" or isinstance(queue.target, Promise):
            continue
        notes: list[str] = []
        data = data_of(scenario, table, q)
        found = find_patience(data, notes) if data.contacts.sum() > 0 else None
        if found is None:
            why = next((note for note in notes if note.startswith("no patience")), "it has no rows")
            message = (
                f"must be a number, as the history does not tell it for {quoted(queue.name)} "
                f"({why.removeprefix('no patience: ')}), got 'history'"
            )
            faults.append(scenario.fault(("queues", q, "patience_s"), message))
        else:
            result[queue.name] = found.mean_s or math.inf
    if faults:
        raise InputError(faults)
    return result


def patience_notes(scenario: Scenario, queues: Sequence[Queue]) -> tuple[str, ...]:
    """Return which patience the history told, in words; ``queues`` are those of the plan."""
    asked = {queue.name for queue in scenario.queues if queue.patience_s == "history"}
    return tuple(
        f"{queue.name}: customers' patience of {queue.patience_s:,.0f} s is from the history"
        if math.isfinite(queue.patience_s)
        else f"{queue.name}: nobody hung up in the history, so nobody does in the plan (Erlang C)"
        for queue in queues
        if queue.name in asked and not queue.deferred
    )
