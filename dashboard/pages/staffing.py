"""The planner's page of positions: needed against scheduled, by pool, with the work that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.choice import Control, Option
from dashboard.page import Page, Values
from dashboard.parts import figure
from planner.export.figures_supply import positions_chart
from planner.export.wording import day_name

if TYPE_CHECKING:
    from dashboard.shelf import Seen

ALL = "all"


def options(seen: Seen, _values: Values) -> Mapping[str, Sequence[Option]]:
    """Return markets and days, the busiest day first."""
    markets = [(name, name) for name in seen.sums.markets]
    days = [(day.isoformat(), day_name(day, year=True)) for day in seen.plan.days]
    peak = seen.sums.peak_day
    return {
        "market": [(ALL, "All markets"), *markets],
        "day": [days[peak], *days[:peak], *days[peak + 1 :]],
    }


def show(seen: Seen, values: Values) -> list[Any]:
    """Return positions needed and given on a day."""
    market = None if values["market"] == ALL else values["market"]
    day = [one.isoformat() for one in seen.plan.days].index(values["day"])
    return [figure(positions_chart(seen.plan, seen.sums, market, [day]))]


STAFFING = Page(
    key="staffing",
    title="Staffing",
    says="Positions needed and given, by pool; the work that waits, and for how long.",
    show=show,
    controls=(Control("market", "Market"), Control("day", "Day")),
    options=options,
)
