"""One queue's day, factor by factor, as a person would say it: the model's, then the planner's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.queue_forecast import OVERRIDE
from planner.export.day_parts import (
    LEVELS,
    Part,
    contacts_text,
    day_parts,
    factor_text,
    weights_on,
    weights_text,
)
from planner.export.overridden import day_spans, reasons
from planner.export.wording import day_name

if TYPE_CHECKING:
    import datetime as dt

    from forecasting.forecast import Forecast
    from forecasting.queue_forecast import QueueForecast
    from planner.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class DayExplanation:
    """What one queue's day is made of.

    Parameters
    ----------
    queue, date
        The queue and its day.
    parts
        Factors that are not 1; their product is ``contacts``, without the override's the model's.
    model, contacts
        Contacts by the model alone, and after the planner's overrides.
    quantiles
        Quantiles of the day's count by level.
    method, weights
        How it was forecast: name of the method, and each method's weight on this day.
    overrides
        What the planner says of the day; empty where it is the model's.
    notes
        What to know about the queue's forecast.
    """

    queue: str
    date: dt.date
    parts: tuple[Part, ...]
    model: float
    contacts: float
    quantiles: dict[float, float]
    method: str
    weights: dict[str, float]
    overrides: tuple[str, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values, for JSON."""
        return {
            "queue": self.queue,
            "date": self.date.isoformat(),
            "contacts": round(self.contacts, 3),
            "contacts_model": round(self.model, 3),
            **{f"contacts_p{_level(q)}": round(v, 3) for q, v in self.quantiles.items()},
            "parts": [asdict(part) for part in self.parts],
            "method": self.method,
            "weights": self.weights,
            "overrides": list(self.overrides),
            "override_contacts": round(self.contacts - self.model, 3),
            "notes": list(self.notes),
        }

    def text(self) -> str:
        """Return the explanation as lines for a terminal."""
        lines = [f"{self.queue}, {day_name(self.date, year=True)}", "", *self._product(), ""]
        if self.contacts > 0:
            q = {level: contacts_text(value) for level, value in self.quantiles.items()}
            lines.append(
                f"80 % of such days lie between {q[0.1]} and {q[0.9]}, 95 % between {q[0.025]} "
                f"and {q[0.975]}."
            )
        if self.model > 0:
            weights = f"{weights_text(self.weights)} on this day" if self.weights else self.method
            lines.append(f"Method: {weights}.")
        if self.overrides:
            added = f"{self.contacts - self.model:+,.0f}"
            lines.append(
                f"Overrides, yours and not the model's: {'; '.join(self.overrides)}: {added} "
                "contacts."
            )
        return "\n".join([*lines, *(f"On {self.queue}: {note}" for note in self._own_notes())])

    def _own_notes(self) -> list[str]:
        """Return the notes without the queue's name before them."""
        return [note.removeprefix(f"{self.queue}: ") for note in self.notes]

    def _product(self) -> list[str]:
        """Return the factors, one a line, with what they come to."""
        if not self.parts:
            return ["  no contacts are expected: the queue is closed, or its history knows of none"]
        rows = [
            ("" if part.name in LEVELS else "x", factor_text(part), part.words)
            for part in self.parts
            if part.name != OVERRIDE
        ]
        own = next((part for part in self.parts if part.name == OVERRIDE), None)
        if own is not None:
            rows.append(("=", contacts_text(self.model), "contacts by the model"))
            rows.append(("x", factor_text(own), own.words))
        rows.append(("=", contacts_text(self.contacts), "contacts"))
        width = max(len(number) for _, number, _ in rows)
        return [f"  {sign:1} {number:>{width}}  {words}" for sign, number, words in rows]


def explain_day(scenario: Scenario, forecast: Forecast, queue: int, day: int) -> DayExplanation:
    """Return the arithmetic of a queue's day, by their numbers."""
    told = forecast.by_queue[queue]
    return DayExplanation(
        queue=told.queue,
        date=told.days[day],
        parts=day_parts(scenario, told, day),
        model=float(told.model_total[day]),
        contacts=float(told.day_total[day]),
        quantiles={q: float(told.day_quantile(q)[day]) for q in forecast.quantiles},
        method=told.method,
        weights=weights_on(told, day),
        overrides=reasons(scenario, told, told.days[day]),
        notes=(*told.notes, *_closed(told)),
    )


def busiest_day(forecast: Forecast, queue: str | None, date: dt.date | None) -> tuple[int, int]:
    """Return the numbers of a queue and a day of it: the largest queue's busiest, unless named."""
    if queue is None:
        q = int(np.argmax([told.day_total.sum() for told in forecast.by_queue]))
    else:
        q = forecast.queues.index(queue)
    told = forecast.by_queue[q]
    return q, int(told.day_total.argmax()) if date is None else (date - told.days[0]).days


def _closed(told: QueueForecast) -> tuple[str, ...]:
    """Return on which days nothing is expected of a queue that has contacts on others."""
    shut = [day for day, total in zip(told.days, told.day_total, strict=True) if total <= 0]
    return (f"no contacts on {day_spans(shut)}",) if 0 < len(shut) < len(told.days) else ()


def _level(quantile: float) -> str:
    """Return a quantile as the names of columns have it: 0.1 is 10, 0.025 is 025."""
    return f"{quantile * 100:.0f}" if round(quantile * 1000) % 10 == 0 else f"{quantile:.3f}"[2:]
