"""What to know of a forecast: what each queue's history told, the same of many queues once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.circumstances import drivers_by_queue
from planner.foreseen import foreseen_notes
from planner.market_calendars import calendar_warnings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecasting.forecast import Forecast
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

_MOST_NAMES = 3
_NUMBER = re.compile(r"(?<![\w.-])[+-]?\d(?:[\d,.-]*\d)?%?")  # dates too; not digits in names


def forecast_notes(
    scenario: Scenario, table: HistoryTable, found: Forecast, first_day: dt.date
) -> tuple[str, ...]:
    """Return what to know of a forecast and of what it is made from.

    Parameters
    ----------
    first_day
        First day of the history.
    """
    return (
        *table.notes,
        *foreseen_notes(scenario, drivers_by_queue(scenario)),
        *calendar_warnings(scenario, first_day),
        *queue_notes([(queue.queue, queue.notes) for queue in found.by_queue]),
    )


def queue_notes(told: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """Return the notes of queues, those that differ by nothing but their numbers once.

    Examples
    --------
    >>> many = [(f"q{n}", ["easter: not in the history, so no effect"]) for n in range(5)]
    >>> few = [("q7", ["short history (9 open days)"]), ("q8", ["short history (12 open days)"])]
    >>> for note in queue_notes([*many, *few]):
    ...     print(note)
    easter: not in the history, so no effect (5 queues)
    short history (9 to 12 open days) (q7, q8)
    """
    alike: dict[str, list[tuple[str, str]]] = {}
    for queue, notes in told:
        for note in notes:
            if note.startswith(f"{queue}:"):  # it is about this one alone
                alike.setdefault(note, []).append(("", note))
            else:
                alike.setdefault(_NUMBER.sub("#", note), []).append((queue, note))
    return tuple(_together(group, len(told)) for group in alike.values())


def _together(group: Sequence[tuple[str, str]], queues: int) -> str:
    names = list(dict.fromkeys(queue for queue, _ in group if queue))
    text = _ranged([note for _, note in group])
    if not names or queues == 1:
        return text
    if len(names) == queues:
        return f"{text} (all queues)" if queues > _MOST_NAMES else f"{text} ({', '.join(names)})"
    where = ", ".join(names) if len(names) <= _MOST_NAMES else f"{len(names)} queues"
    return f"{text} ({where})"


def _ranged(notes: Sequence[str]) -> str:
    """Return notes alike but for their numbers as one, from the least number to the greatest."""
    first, found = notes[0], [[*_NUMBER.finditer(note)] for note in notes]
    text, end = "", 0
    for n, match in enumerate(found[0]):
        shown = [one[n].group() for one in found]
        low, high = min(shown, key=_value), max(shown, key=_value)
        text += first[end : match.start()] + (low if low == high else f"{low} to {high}")
        end = match.end()
    return text + first[end:]


def _value(shown: str) -> tuple[float, str]:
    """Return what a number is sorted by; a date by its letters."""
    plain = shown.rstrip("%").replace(",", "")
    try:
        return float(plain), shown
    except ValueError:
        return 0.0, shown
