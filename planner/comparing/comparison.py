"""Plans side by side: every figure of each, and how far it is from the first plan's."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.outcome import Outcome, PoolUse, Service

HOURS, SHARE, COUNT = "hours", "share", "count"
PLACES = {HOURS: 2, SHARE: 4, COUNT: 2}  # money has two as well


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outcomes of plans, the first of which the others are held against.

    Parameters
    ----------
    title
        What was planned.
    outcomes
        One a plan, the first first; their names differ.
    left
        Names of those that were not planned any more, as somebody ended the work.
    notes
        What to know before trusting the comparison.
    failed
        Names of those that could not be planned; the notes say why.
    """

    title: str
    outcomes: tuple[Outcome, ...]
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def first(self) -> Outcome:
        """The plan that the others are held against."""
        return self.outcomes[0]

    @property
    def currency(self) -> str:
        """The currency of all of them."""
        return self.first.currency

    def services(self, part: str) -> tuple[str, ...]:
        """Return the names of all channels, markets or queues, those of the first plan first."""
        found = (one.name for outcome in self.outcomes for one in services(outcome, part))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a plan.

    Parameters
    ----------
    part, name
        What it is of: the plan as a whole, or a channel, market, queue or pool by its name.
    figure
        What it says, such as cost.
    unit
        hours, share (a fraction), count, or the currency.
    value
        The number, NaN where unknown.
    """

    part: str
    name: str
    figure: str
    unit: str
    value: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What the same number of another plan has too."""
        return self.part, self.name, self.figure

    @property
    def rounded(self) -> float:
        """The number as files tell it."""
        return round(self.value, PLACES.get(self.unit, 2)) + 0.0


def figures_of(outcome: Outcome) -> Iterator[Figure]:
    """Yield every number of a plan that is compared."""
    money = outcome.currency
    for figure, unit, value in (
        ("cost", money, outcome.cost),
        ("cost_per_contact", money, outcome.cost_per_contact),
        ("paid_hours", HOURS, outcome.paid_hours),
        ("productive_hours", HOURS, outcome.productive_hours),
        ("billed_hours", HOURS, outcome.billed_hours),
        ("contacts", COUNT, outcome.contacts),
        ("answered", COUNT, outcome.answered),
        ("abandoned", COUNT, outcome.abandoned),
        ("vendor_share", SHARE, outcome.vendor_share),
        ("understaffing_hours", HOURS, outcome.understaffing_hours),
        ("understaffing_hours_on_the_line", HOURS, outcome.missing_hours),
        ("overdue_work_hours", HOURS, outcome.overdue_hours),
        ("unplaced_shifts", COUNT, outcome.unplaced),
        ("queues_below_promise", COUNT, len(outcome.below)),
        ("solver_gap", SHARE, outcome.gap),
    ):
        yield Figure("plan", "", figure, unit, float(value))
    for part in ("channel", "market", "queue"):
        for one in services(outcome, part):
            yield from _service_figures(part, one)
    for pool in outcome.pools:
        yield from _pool_figures(pool, money)


def services(outcome: Outcome, part: str) -> tuple[Service, ...]:
    """Return the service of a plan's channels, markets or queues."""
    return {"channel": outcome.channels, "market": outcome.markets, "queue": outcome.queues}[part]


def service_of(outcome: Outcome, part: str, name: str) -> Service | None:
    """Return one channel's, market's or queue's service; None where the plan has no such one."""
    return next((one for one in services(outcome, part) if one.name == name), None)


def _service_figures(part: str, one: Service) -> Iterator[Figure]:
    for figure, unit, value in (
        ("contacts", COUNT, one.contacts),
        ("promised", SHARE, one.promised),
        ("service_level", SHARE, one.service_level),
        ("periods_judged", COUNT, one.judged),
        ("periods_kept", COUNT, one.kept),
    ):
        yield Figure(part, one.name, figure, unit, float(value))


def _pool_figures(pool: PoolUse, money: str) -> Iterator[Figure]:
    for figure, unit, value in (
        ("cost", money, pool.cost),
        ("paid_hours", HOURS, pool.paid_hours),
        ("productive_hours", HOURS, pool.productive_hours),
        ("billed_hours", HOURS, pool.billed_hours),
        ("contacts", COUNT, pool.contacts),
        ("share_of_contacts", SHARE, pool.share),
    ):
        yield Figure("pool", pool.pool, figure, unit, float(value))


def change(value: float, first: float) -> float:
    """Return how much a number is above another, as a fraction of that; NaN where that is 0.

    Examples
    --------
    >>> change(110.0, 100.0), change(0.0, 0.0)
    (0.1, nan)
    """
    return round((value - first) / abs(first), 10) if first and math.isfinite(first) else math.nan
