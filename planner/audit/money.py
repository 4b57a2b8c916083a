"""Every pool's invoice, worked out again from shifts, contacts and the terms of its contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.audit.books import Books
from planner.audit.clock import weeks
from planner.audit.files import PlanFiles
from planner.audit.handled import contacts_handled, contacts_planned
from planner.audit.judged import Judged, near
from planner.audit.terms import Terms
from planner.errors import Fault

#: What rounding in the files may move, beyond half of the last digit, where contacts decide.
_SLACK = {2: 5e-4, 3: 5e-4, 4: 5e-5}
_EXACT = 1e-6
_PLACES = {
    "paid_hours": 2,
    "productive_hours": 2,
    "billed_hours": 2,
    "contacts": 3,
    "cost": 2,
    "penalty": 2,
    "cost_per_hour": 4,
    "cost_per_productive_hour": 4,
    "cost_per_contact": 4,
}


@dataclass(frozen=True, slots=True)
class Bill:
    """A pool's invoice as it should be: hours exactly, money exactly where hours decide it."""

    paid: Fraction
    billed: Fraction
    productive: float
    contacts: float
    cost: float
    penalty: float

    def numbers(self) -> dict[str, float]:
        """Return the numbers of a row of costs.csv."""
        paid = float(self.paid)
        return {
            "paid_hours": paid,
            "productive_hours": self.productive,
            "billed_hours": float(self.billed),
            "contacts": self.contacts,
            "cost": self.cost,
            "penalty": self.penalty,
            "cost_per_hour": self.cost / paid if paid else 0.0,
            "cost_per_productive_hour": self.cost / self.productive if self.productive else 0.0,
            "cost_per_contact": self.cost / self.contacts if self.contacts else 0.0,
        }


def bills(books: Books) -> dict[str, Bill]:
    """Return every pool's invoice."""
    asked, minutes = books.asked, _paid_minutes(books)
    planned, handled = contacts_planned(books), contacts_handled(books)
    service = _service(books.files)
    productive = dict.fromkeys(asked.pools, 0.0)
    for given in books.files.coverage:
        productive[given.pool] += given.positions * asked.hours
    found = {}
    for name, terms in asked.pools.items():
        lines = [hours_billed(terms, days, minutes[name]) for days in weeks(asked.days)]
        contacts = sum(handled[name].values())
        money = float(sum(line.money for line in lines))
        money += contacts_billed(terms, contacts, sum(planned[name].values()))
        share = penalty_share(terms, handled[name], service)
        found[name] = Bill(
            paid=sum((line.paid for line in lines), Fraction(0)),
            billed=sum((line.billed for line in lines), Fraction(0)),
            productive=productive[name],
            contacts=contacts,
            cost=money * (1 - share),
            penalty=money * share,
        )
    return found


@dataclass(frozen=True, slots=True)
class Week:
    """What a pool is paid for a calendar week's hours."""

    paid: Fraction
    billed: Fraction
    money: Fraction


def hours_billed(terms: Terms, days: Sequence[dt.date], minutes: dict[dt.date, Fraction]) -> Week:
    """Return the hours paid and billed over days of one calendar week, and their price.

    Paid are those scheduled, or contracted where that is more and contracted hours are paid worked
    or not: a seventh of the week's a day. Billed are those, or the minimum where hours are paid as
    scheduled. Overtime costs its factor: hours beyond those that the agents' contracts hold, where
    who is there for a part of the week may work all its hours in it.
    """
    pool, contract = terms.pool, terms.pool.contract
    rate = _exact(pool.cost_per_hour or 0.0)
    scheduled = sum((minutes.get(day, Fraction(0)) for day in days), Fraction(0)) / 60
    overtime = max(scheduled - ordinary_hours(terms, days), Fraction(0))
    paid, least = scheduled, _exact(pool.minimum_hours_per_week) * len(days) / 7
    if terms.contracted:
        agents = sum(terms.agents[day] for day in days)
        paid, least = max(scheduled, agents * _exact(contract.hours_per_week) / 7), Fraction(0)
    billed = max(paid, least)
    premium = overtime * (_exact(contract.overtime.cost_factor) - 1)
    return Week(paid, billed, rate * (billed + premium))


def ordinary_hours(terms: Terms, days: Sequence[dt.date]) -> Fraction:
    """Return the hours that agents may work over days of a week before overtime begins."""
    longest = Fraction(max((pattern.paid for pattern in terms.patterns), default=0), 60)
    week = _exact(terms.pool.contract.hours_per_week)
    most = max((terms.agents[day] for day in days), default=0)
    there = [sum(terms.agents[day] > turn for day in days) for turn in range(most)]
    return sum((min(count * longest, week) for count in there), Fraction(0))


def contacts_billed(terms: Terms, handled: float, planned: float) -> float:
    """Return the price of contacts: those handled, or the committed share of those planned."""
    if terms.pool.cost_per_contact is None:
        return 0.0
    owed = max(handled, terms.pool.committed_share_of_forecast * planned)
    return terms.pool.cost_per_contact * owed


def penalty_share(terms: Terms, handled: dict[str, float], service: dict[str, float]) -> float:
    """Return the share taken off an invoice for points of service below those agreed.

    The service of the queues over the horizon, weighed by what the pool handled of each.
    """
    penalty, total = terms.pool.penalty, sum(handled.values())
    if penalty is None or total <= 0:
        return 0.0
    reached = sum(some * service[queue] for queue, some in handled.items()) / total
    points = max(penalty.below_service_level - reached, 0.0) * 100
    return min(points * penalty.discount_per_point, penalty.max_discount)


def invoices(books: Books) -> Judged:
    """Each pool's hours, contacts, money and prices = those of its shifts and contract."""
    asked, files, faults = books.asked, books.files, []
    for name, bill in bills(books).items():
        row = files.costs.get(name)
        if row is None:
            continue
        place = files.path("costs.csv")
        if row.kind != asked.pools[name].pool.kind:
            message = f"must be {asked.pools[name].pool.kind}, got {row.kind}"
            faults.append(Fault(place, row.line, "kind", message))
        for column, expected in bill.numbers().items():
            found, places = float(row.numbers[column]), _PLACES[column]
            if not near(found, expected, places, _slack(asked.pools[name], column)):
                message = f"must be {expected:.{places}f}, got {found:.{places}f}"
                faults.append(Fault(place, row.line, column, message))
    return Judged("costs", "invoices, to the cent", len(files.costs), tuple(faults))


def _slack(terms: Terms, column: str) -> float:
    hours = terms.pool.cost_per_contact is None and terms.pool.penalty is None
    exact = column in ("paid_hours", "billed_hours")
    exact = exact or (hours and column in ("cost", "penalty", "cost_per_hour"))
    return _EXACT if exact else _SLACK[_PLACES[column]]


def totals(books: Books) -> Judged:
    """Costs of the summary = the pools' invoices; its vendor share = that of contacts handled."""
    asked, files, found = books.asked, books.files, bills(books)
    cost = sum(bill.cost for bill in found.values())
    contacts = sum(bill.contacts for bill in found.values())
    vendors = sum(b.contacts for p, b in found.items() if asked.pools[p].pool.kind == "vendor")
    share = vendors / contacts if contacts else 0.0
    place, told = files.path("summary.json"), files.summary
    by_pool = told.get("costs")
    checks = [
        ("cost", told.get("cost"), cost, 2),
        ("vendor_share", told.get("vendor_share"), share, 4),
    ]
    for name, bill in found.items():
        own = by_pool.get(name) if isinstance(by_pool, dict) else None
        checks.append((f"costs.{name}", own, bill.cost, 2))
    faults = [
        Fault(place, None, field, f"must be {expected:.{places}f}, got {value}")
        for field, value, expected, places in checks
        if not isinstance(value, int | float) or not near(value, expected, places, _SLACK[places])
    ]
    return Judged("totals", "sums of the summary", len(checks), tuple(faults))


def _paid_minutes(books: Books) -> dict[str, dict[dt.date, Fraction]]:
    found: dict[str, dict[dt.date, Fraction]] = {
        name: defaultdict(Fraction) for name in books.asked.pools
    }
    for shift in books.allocation:
        found[shift.row.pool][shift.row.date] += shift.row.heads * shift.paid
    return found


def _service(files: PlanFiles) -> dict[str, float]:
    """Return each queue's share of contacts answered in time over the horizon; 1 without any."""
    found = {}
    for queue, rows in files.seen.items():
        contacts = sum(row.contacts for row in rows.values())
        in_time = sum(row.in_time for row in rows.values())
        found[queue] = in_time / contacts if contacts else 1.0
    return found


def _exact(value: float) -> Fraction:
    """Return a number of the scenario as it was written."""
    return Fraction(str(value))
