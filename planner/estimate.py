"""What the history tells of each queue: handling time, patience, availability, redials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.estimate_data import QueueData, data_of
from planner.found_patience import FoundPatience, find_patience
from staffing.duty import GAP_S
from staffing.estimation import HandlingTime, Redials, handling_time, redials
from staffing.fitting import Fit, Foreseen, fit_availability, foreseen

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

FloatArray = npt.NDArray[np.float64]
_FAR = 0.05  # of the contacts: a share answered in time that is off by more is worth a sentence


@dataclass(frozen=True, slots=True)
class Checked:
    """Shares of a queue's past, as they were or as a formula has them; None where unknown."""

    label: str
    abandonment: float | None
    service_level: float | None


@dataclass(frozen=True, slots=True)
class QueueEstimate:
    """What the history tells of one queue; None where it does not.

    Parameters
    ----------
    queue
        Its name.
    first_day, last_day
        Of its history; None without one.
    contacts, of_known_outcome
        Contacts in it, and those of whom it is known whether they hung up.
    handling, patience, availability, redials
        What was found.
    answer_within_s
        The threshold that the check counts by.
    checks
        What was, and what Erlang A and C say of the same intervals.
    notes
        What is not known and why, and what to mind.
    """

    queue: str
    first_day: str | None
    last_day: str | None
    contacts: float
    of_known_outcome: float
    handling: HandlingTime | None
    patience: FoundPatience | None
    availability: Fit | None
    redials: Redials | None
    answer_within_s: float | None
    checks: tuple[Checked, ...]
    notes: tuple[str, ...]


def estimate(scenario: Scenario, table: HistoryTable) -> tuple[QueueEstimate, ...]:
    """Return what the history before the horizon tells of each queue, in the scenario's order."""
    return tuple(_of_queue(data_of(scenario, table, q)) for q in range(len(scenario.queues)))


def _of_queue(data: QueueData) -> QueueEstimate:
    notes: list[str] = []
    handling = _handling(data)
    if handling is None:
        notes.append("no handling time: aht_s is nowhere given")
    patience = availability = again = None
    checks: tuple[Checked, ...] = ()
    if data.deferred:
        notes.append("its work may wait: nobody is asked to hold the line")
    elif data.contacts.sum() > 0:
        patience = find_patience(data, notes)
        availability = _availability(data, patience, notes)
        again = _redials(data, notes)
        checks = _checks(data, patience, availability)
        notes += _misses(checks)
    return QueueEstimate(
        data.queue,
        data.first_day,
        data.last_day,
        float(data.contacts.sum()),
        data.of_known_outcome,
        handling,
        patience,
        availability,
        again,
        data.answer_within_s,
        checks,
        tuple(notes),
    )


def _handling(data: QueueData) -> HandlingTime | None:
    if data.single is not None:
        aht, weight = data.single.aht_s, None
    else:
        aht = data.aht_s
        weight = np.where(np.isnan(data.answered), data.contacts, data.answered)
    known = np.isfinite(aht) if weight is None else np.isfinite(aht) & (weight > 0)
    return handling_time(aht, weight) if known.any() else None


def _availability(data: QueueData, patience: FoundPatience | None, notes: list[str]) -> Fit | None:
    past = data.past
    if past is None or not past.told.any():
        what = "agent, contact by contact" if data.single is not None else "agents"
        aht = "" if np.isfinite(data.aht_s).any() else ", and aht_s"
        why = "intervals within the day" if data.by_day else f"the column {what}{aht}"
        notes.append(f"no availability: it takes {why}")
        return None
    if patience is None or patience.how == "hang-ups":
        if patience is None:
            notes.append("no availability: it takes a patience, or that nobody hung up")
        return None
    found = fit_availability(past, patience.mean_s or math.inf, data.day)
    if found is None:
        what = "share answered in time" if patience.mean_s is None else "hang-ups"
        notes.append(f"no availability: no factor from 0.1 to 4 gives Erlang A the {what}")
    elif found.value > 1.05:
        notes.append(
            "availability above 1: more agents took contacts than the history says were on duty"
        )
    if data.single is not None:
        notes.append(
            f"agents count as on duty from their first to their last contact, unless they have "
            f"none for {GAP_S / 60:.0f} minutes" + data.shared
        )
    if past.left_out:
        notes.append(f"{past.left_out:,.0f} contacts came when nobody is known to have been there")
    return found


def _redials(data: QueueData, notes: list[str]) -> Redials | None:
    single = data.single
    if single is None or not (single.customer >= 0).any():
        notes.append("redials are not known: they take a row per contact, with a customer column")
        return None
    told = np.isfinite(single.abandoned)
    found = redials(single.customer[told], single.start_s[told], single.abandoned[told] == 1)
    if found is None:
        notes.append("redials are not known: too few who hung up, or were answered, with a name")
    return found


def _checks(
    data: QueueData, patience: FoundPatience | None, availability: Fit | None
) -> tuple[Checked, ...]:
    past = data.past
    if past is None or patience is None or not past.told.any():
        return ()
    told = past.told

    def was(values: FloatArray) -> float | None:
        known = told & np.isfinite(values)
        return float(values[known].sum() / data.contacts[known].sum()) if known.any() else None

    def says(label: str, got: Foreseen) -> Checked:
        return Checked(label, got.abandonment, got.service_level)

    seconds = patience.mean_s or math.inf
    result = [Checked("happened", was(past.abandoned), was(past.answered_within))]
    if availability is not None:
        result.append(says("Erlang A, these numbers", foreseen(past, seconds, availability.value)))
    result.append(says("Erlang A, all on duty", foreseen(past, seconds)))
    result.append(says("Erlang C, all on duty", foreseen(past, math.inf)))
    return tuple(result)


def _misses(checks: tuple[Checked, ...]) -> list[str]:
    """Say where Erlang A, given all that was found, is still far from what happened."""
    if len(checks) < 2:
        return []
    was, says = checks[0].service_level, checks[1].service_level
    if was is None or says is None or abs(says - was) <= _FAR:
        return []
    points, than = 100 * abs(says - was), "more" if says > was else "fewer"
    return [
        f"Erlang A has {points:.0f} points {than} answered in time than were: one number for "
        "availability cannot tell both, so plans made with it are as much off"
    ]
