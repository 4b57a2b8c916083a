"""A forecast in words, for the terminal or as JSON: its size, its notes, one day explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.export.overridden import overridden, overridden_words
from planner.export.summary import methods_of, overrides_of

if TYPE_CHECKING:
    from forecasting.forecast import Forecast
    from planner.export.explain_day import DayExplanation
    from planner.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class ForecastWords:
    """A forecast with what to know of it and the files that it was written to."""

    scenario: Scenario
    forecast: Forecast
    notes: tuple[str, ...]
    files: tuple[str, ...]

    def as_dict(self, day: DayExplanation | None) -> dict[str, Any]:
        """Return plain values, for JSON; ``explanation`` is None where none is asked for."""
        days = self.scenario.days
        return {
            "name": self.scenario.name,
            "first_day": days[0].isoformat(),
            "days": len(days),
            "contacts": round(float(self.forecast.contacts.sum()), 1),
            "overrides": overrides_of(self.scenario, self.forecast),
            "forecast_methods": methods_of(self.forecast),
            "explanation": None if day is None else day.as_dict(),
            "notes": list(self.notes),
            "files": list(self.files),
        }

    def text(self, day: DayExplanation | None) -> str:
        """Return lines for the terminal, the explained day first among the details."""
        days, total = self.scenario.days, self.forecast.contacts.sum()
        lines = [f"{total:,.0f} contacts expected from {days[0]} to {days[-1]}."]
        found = overridden(self.scenario, self.forecast)
        lines += [f"{line}." for line in overridden_words(found)]
        if day is not None:
            lines += ["", day.text(), ""]
        return "\n".join([*lines, *self.notes, f"Written: {', '.join(self.files)}"])
