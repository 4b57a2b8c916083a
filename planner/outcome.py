"""What plans are compared by: cost, hours, service, vendors and what is missing of one plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from planner.export.digest import (
    MISSED,
    Digest,
    digest,
    missing_hours,
    ratio,
    total_cost,
    vendor_share,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.plan import Plan

Part = TypeVar("Part")

AS_PLANNED = "as planned"
"""Name of a plan without variants."""


@dataclass(frozen=True, slots=True)
class Service:
    """What some queues were promised and get over the whole plan: one queue, a channel, a market.

    Parameters
    ----------
    name
        The queue, channel or market.
    market, channel
        Those of the queues; "" where they are of several.
    contacts
        Contacts expected.
    promised
        Share promised to be answered in time, fraction; of several queues the mean, each queue with
        its contacts as weight. NaN without such a promise.
    promised_lowest, promised_highest
        The lowest and highest of the queues' promises, fractions, or NaN.
    service_level
        Share of the contacts answered in time, fraction; NaN without contacts.
    judged, kept
        Periods that a promise is judged by, and those that keep it: the days or weeks over which it
        is given; of a promise for every interval, the days as a whole. Periods without contacts
        are not judged. Of several queues the sum.
    """

    name: str
    market: str
    channel: str
    contacts: float
    promised: float
    promised_lowest: float
    promised_highest: float
    service_level: float
    judged: int
    kept: int

    @property
    def met(self) -> bool:
        """Whether the share over the whole plan reaches what was promised; True without promise."""
        return not self.service_level - self.promised < MISSED


@dataclass(frozen=True, slots=True)
class PoolUse:
    """What a pool works, handles and costs: hours, contacts, the scenario's currency.

    ``share`` is the part of all contacts handled, a fraction; ``kind`` is in_house or vendor.
    """

    pool: str
    kind: str
    paid_hours: float
    productive_hours: float
    billed_hours: float
    contacts: float
    cost: float
    share: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that is compared of one plan.

    Parameters
    ----------
    name
        The variants joined by " + ", or "as planned".
    title, variants, currency, first_day, days
        The scenario's title, the variants by themselves, the currency of all money, the first day
        (ISO 8601) and the number of days.
    cost
        What all pools cost, in the currency.
    paid_hours, productive_hours, billed_hours
        Of all pools together, see ``staffing.costing.PoolCost``.
    contacts, answered, abandoned
        Contacts expected, those answered, and those that hang up on the line.
    cost_per_contact
        Cost per contact answered; NaN where none is.
    vendor_share
        Share of the handled contacts that vendors handle, fraction.
    missing_hours, overdue_hours
        Position hours missing on the line, and hours of work that fall overdue.
    unplaced
        Shifts that nobody takes.
    quality, gap
        How the search for shifts ended, and what whole heads cost more than fractions, fraction.
    queues, channels, markets
        Service of each queue in the scenario's order, and of each channel and market, the one with
        the most contacts first: a contact counts the same wherever it comes in.
    pools
        In the scenario's order.

    Examples
    --------
    >>> pool = PoolUse("paris", "in_house", 100.0, 70.0, 100.0, 600.0, 5800.0, 1.0)
    >>> phone = Service("phone", "FR", "phone", 600.0, 0.8, 0.8, 0.8, 0.79, 1, 0)
    >>> one = Outcome(
    ...     "as planned", "Shop", (), "EUR", "2027-02-01", 1, 5800.0, 100.0, 70.0, 100.0, 600.0,
    ...     600.0, 0.0, 5800 / 600, 0.0, 0.0, 0.0, 0, "optimal", 0.001, (phone,), (phone,),
    ...     (phone,), (pool,),
    ... )
    >>> one.promises_met, [queue.name for queue in one.below]
    (False, ['phone'])
    >>> Outcome.from_dict(one.as_dict()) == one
    True
    """

    name: str
    title: str
    variants: tuple[str, ...]
    currency: str
    first_day: str
    days: int
    cost: float
    paid_hours: float
    productive_hours: float
    billed_hours: float
    contacts: float
    answered: float
    abandoned: float
    cost_per_contact: float
    vendor_share: float
    missing_hours: float
    overdue_hours: float
    unplaced: int
    quality: str
    gap: float
    queues: tuple[Service, ...]
    channels: tuple[Service, ...]
    markets: tuple[Service, ...]
    pools: tuple[PoolUse, ...]

    @property
    def understaffing_hours(self) -> float:
        """Hours missing in all: on the line, and of work that falls overdue."""
        return self.missing_hours + self.overdue_hours

    @property
    def below(self) -> tuple[Service, ...]:
        """The queues that over the whole plan get less than they were promised."""
        return tuple(queue for queue in self.queues if not queue.met)

    @property
    def promises_met(self) -> bool:
        """Whether every queue gets over the whole plan at least what it was promised."""
        return not self.below

    def as_dict(self) -> dict[str, Any]:
        """Return the values for JSON: numbers as they are, those unknown as None."""
        return {**_json(asdict(self)), "promises_met": self.promises_met}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Outcome:
        """Return the outcome that ``as_dict`` told, exactly.

        Raises
        ------
        KeyError, TypeError, ValueError
            If the values are not those of an outcome.
        """
        parts = {"queues": Service, "channels": Service, "markets": Service, "pools": PoolUse}
        told: dict[str, Any] = {
            name: tuple(_read(part, one) for one in values[name]) for name, part in parts.items()
        }
        told["variants"] = tuple(str(name) for name in values["variants"])
        return _read(cls, {**values, **told})


def outcome_of(plan: Plan, sums: Digest | None = None) -> Outcome:
    """Return what is compared of a plan; ``sums`` is its digest, where the caller has it."""
    sums = digest(plan) if sums is None else sums
    cost = total_cost(plan)
    on_the_line, overdue = missing_hours(plan)
    whole = sums.outcome(range(len(sums.axes)))
    waiting = sums.outcome(np.flatnonzero(~sums.deferred))
    periods = [_periods(sums, q) for q in range(len(sums.axes))]
    return Outcome(
        name=" + ".join(plan.variants) or AS_PLANNED,
        title=plan.scenario.name,
        variants=plan.variants,
        currency=plan.scenario.currency,
        first_day=plan.days[0].isoformat(),
        days=len(plan.days),
        cost=cost,
        paid_hours=float(sum(pool.paid_hours for pool in plan.costs)),
        productive_hours=float(sum(pool.productive_hours for pool in plan.costs)),
        billed_hours=float(sum(pool.billed_hours for pool in plan.costs)),
        contacts=whole.contacts,
        answered=whole.answered,
        abandoned=waiting.lost,
        cost_per_contact=float(ratio(cost, whole.answered)),
        vendor_share=vendor_share(plan),
        missing_hours=on_the_line,
        overdue_hours=overdue,
        unplaced=int(sum(left.heads for left in plan.roster.unplaced)),
        quality=plan.allocation.quality,
        gap=float(plan.allocation.gap),
        queues=tuple(_service(sums, periods, axis.queue, [q]) for q, axis in enumerate(sums.axes)),
        channels=tuple(
            _service(sums, periods, name, sums.queues(channel=name)) for name in sums.channels
        ),
        markets=tuple(
            _service(sums, periods, name, sums.queues(market=name)) for name in sums.markets
        ),
        pools=_pools(plan),
    )


def _service(
    sums: Digest, periods: list[tuple[int, int]], name: str, queues: Iterable[int]
) -> Service:
    chosen = [int(q) for q in queues]
    found = sums.outcome(chosen)
    markets = {sums.axes[q].market for q in chosen}
    channels = {sums.axes[q].channel for q in chosen}
    return Service(
        name=name,
        market=markets.pop() if len(markets) == 1 else "",
        channel=channels.pop() if len(channels) == 1 else "",
        contacts=found.contacts,
        promised=found.promised,
        promised_lowest=found.promises[0],
        promised_highest=found.promises[1],
        service_level=found.service_level,
        judged=sum(periods[q][0] for q in chosen),
        kept=sum(periods[q][1] for q in chosen),
    )


def _periods(sums: Digest, queue: int) -> tuple[int, int]:
    """Return how many days or weeks a queue's promise is judged by, and how many keep it."""
    level = sums.judged_level(queue)
    level = sums.service_level[queue] if level is None else level
    over_week = sums.over[queue] == "week"
    days = np.unique(sums.week, return_index=True)[1] if over_week else np.arange(len(sums.week))
    beyond = (level - sums.promised[queue])[days]
    judged = beyond[~np.isnan(beyond)]
    return int(judged.size), int((judged >= MISSED).sum())


def _pools(plan: Plan) -> tuple[PoolUse, ...]:
    handled = sum(cost.contacts for cost in plan.costs)
    return tuple(
        PoolUse(
            pool=cost.pool,
            kind=cost.kind,
            paid_hours=float(cost.paid_hours),
            productive_hours=float(cost.productive_hours),
            billed_hours=float(cost.billed_hours),
            contacts=float(cost.contacts),
            cost=float(cost.cost),
            share=float(cost.contacts / handled) if handled > 0 else 0.0,
        )
        for cost in plan.costs
    )


def _json(value: Any) -> Any:  # noqa: ANN401
    """Return a value with tuples as lists, and numbers that JSON does not know as None."""
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _read(part: type[Part], values: Mapping[str, Any]) -> Part:
    """Return a dataclass of plain values; None is a number that is not known."""
    kinds = {field.name: field.type for field in fields(part)}  # type: ignore[arg-type]
    known = {name: values[name] for name in kinds}
    told = {
        name: math.nan if kinds[name] == "float" and value is None else value
        for name, value in known.items()
    }
    return part(**told)
