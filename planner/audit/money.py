"""Every pool's invoice, worked out again from shifts, contacts and the terms of its contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from planner.audit.agents import hours_contracted
from planner.audit.books import Books
from planner.audit.clock import monday, wall, weeks
from planner.audit.files import PlanFiles
from planner.audit.handled import contacts_handled, contacts_planned
from planner.audit.judged import Judged, near
from planner.audit.question import Question
from planner.audit.terms import Terms
from planner.errors import Fault

#: What rounding in the files may move, beyond half of the last digit, where contacts decide.
_SLACK = {2: 5e-4, 3: 5e-4, 4: 5e-5}
_EXACT = 1e-6
_DAY = dt.timedelta(days=1)
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
    "bonus": 2,
    "contacts_solved": 3,
    "cost_per_contact_solved": 4,
    "overtime_hours": 2,
}

#: Contacts of each queue by interval.
ByQueue = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Bill:
    """A pool's invoice as it should be: hours exactly, money exactly where hours decide it."""

    paid: Fraction
    billed: Fraction
    productive: float
    contacts: float
    cost: float
    penalty: float
    bonus: float
    solved: float
    overtime: Fraction

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
            "bonus": self.bonus,
            "contacts_solved": self.solved,
            "cost_per_contact_solved": self.cost / self.solved if self.solved else 0.0,
            "overtime_hours": float(self.overtime),
        }


def bills(books: Books) -> dict[str, Bill]:
    """Return every pool's invoice."""
    minutes, overtime = paid_minutes(books), overtime_worked(books)
    planned, handled = contacts_planned(books), contacts_handled(books)
    service = _service(books.files)
    productive = dict.fromkeys(books.asked.pools, 0.0)
    for given in books.files.coverage:
        productive[given.pool] += given.positions * books.asked.hours
    found = {}
    for name, terms in books.asked.pools.items():
        lines = [
            hours_billed(terms, days, minutes[name], overtime[name, monday(days[-1])])
            for days in _paid_together(terms, books.asked.days)
        ]
        money = float(sum(line.money for line in lines))
        if terms.pool.cost_per_contact is not None:
            money += contacts_billed(books, terms, handled[name], planned[name])
        some = {queue: sum(taken.values()) for queue, taken in handled[name].items()}
        reached = _reached(some, service)
        penalty, bonus = money * penalty_share(terms, reached), money * bonus_share(terms, reached)
        found[name] = Bill(
            paid=sum((line.paid for line in lines), Fraction(0)),
            billed=sum((line.billed for line in lines), Fraction(0)),
            productive=productive[name],
            contacts=sum(some.values()),
            cost=money - penalty + bonus,
            penalty=penalty,
            bonus=bonus,
            solved=contacts_solved(books.asked, terms, some),
            overtime=sum((line.overtime for line in lines), Fraction(0)),
        )
    return found


@dataclass(frozen=True, slots=True)
class Week:
    """What a pool is paid for the hours of days that are settled together."""

    paid: Fraction
    billed: Fraction
    money: Fraction
    overtime: Fraction


def _paid_together(terms: Terms, days: Sequence[dt.date]) -> list[list[dt.date]]:
    """Return weeks; the horizon in one where contracted hours are paid, and averaged over it."""
    if terms.contracted and terms.pool.contract.weekly_hours == "averaged":
        return [list(days)]
    return [list(week) for week in weeks(days)]


def hours_billed(
    terms: Terms, days: Sequence[dt.date], minutes: dict[dt.date, Fraction], overtime: Fraction
) -> Week:
    """Return the hours paid and billed over days of one calendar week, or more, and their price.

    Paid are those scheduled, or where contracted hours are paid worked or not: those, a seventh of
    the week's a day, and the overtime on top, whoever else is under hours. Billed are those paid,
    or where hours are paid as scheduled those ordered and not used too, or the minimum. Overtime,
    the hours that agents work beyond their contract's, costs its factor.
    """
    pool, contract = terms.pool, terms.pool.contract
    scheduled = _hours(minutes, days)
    if terms.contracted:
        if terms.people:
            contracted = hours_contracted(list(terms.people.values()), contract, days)
        else:
            agents = sum(terms.agents[day] for day in days)
            contracted = agents * exact(contract.hours_per_week) / 7
        paid = billed = max(scheduled - overtime, contracted) + overtime
    else:
        paid = scheduled
        unused = max(
            ordered_hours(terms, days) - _hours(minutes, terms.on_notice(days)), Fraction(0)
        )
        billed = max(scheduled + unused, least_billed(terms, days))
    if pool.cost_per_hour is None:
        return Week(paid, billed, Fraction(0), overtime)
    premium = overtime * (exact(contract.overtime.cost_factor) - 1) * exact(pool.cost_per_hour)
    return Week(paid, billed, tiered(terms, billed, len(days)) + premium, overtime)


def overtime_worked(books: Books) -> dict[tuple[str, dt.date], Fraction]:
    """Return by pool and Monday the hours that agents work beyond their contract's.

    In the first week, beyond those that shifts before the first day leave of them. Where hours are
    averaged over the horizon, what is beyond them falls into its last week.
    """
    found: dict[tuple[str, dt.date], Fraction] = defaultdict(Fraction)
    for (pool, agent), tour in books.tours.items():
        terms = books.asked.pools[pool]
        known = any(person.worked for person in terms.people.values())
        worked: dict[dt.date, Fraction] = defaultdict(Fraction)
        earlier: dict[dt.date, Fraction] = defaultdict(Fraction)
        for shift in tour:
            part = worked if shift.row.line else earlier
            part[monday(shift.row.date)] += shift.paid / 60
        over = Fraction(0)
        for days in weeks(books.asked.days):
            first = monday(days[0])
            whole = [first + n * _DAY for n in range((days[0] - first).days)] if known else []
            own = terms.ordinary(agent, [*whole, *days])
            if terms.pool.contract.weekly_hours == "averaged":
                over += worked[first] - own * terms.days_employed(agent, days) / 7
                continue
            left = max(own - earlier[first], Fraction(0))
            found[pool, first] += max(worked[first] - left, Fraction(0))
        found[pool, monday(books.asked.days[-1])] += max(over, Fraction(0))
    return found


def ordered_hours(terms: Terms, days: Sequence[dt.date]) -> Fraction:
    """Return the hours ordered over those of some days that are on notice: a seventh a day."""
    notice = terms.pool.notice
    each = Fraction(0) if notice is None else exact(notice.ordered_hours_per_week) / 7
    return each * len(terms.on_notice(days))


def least_billed(terms: Terms, days: Sequence[dt.date]) -> Fraction:
    """Return the hours billed at least: a seventh of the week's minimum a day.

    On days on notice the hours ordered count where they are more.
    """
    minimum, notice = exact(terms.pool.minimum_hours_per_week), terms.pool.notice
    ordered = minimum if notice is None else exact(notice.ordered_hours_per_week)
    count = len(terms.on_notice(days))
    return (max(minimum, ordered) * count + minimum * (len(days) - count)) / 7


def tiered(terms: Terms, volume: Fraction, days: int) -> Fraction:
    """Return what a week's hours or contacts cost, each at the price of its tier.

    A week that the horizon cuts has a seventh of each tier for a day. Contracted hours have one
    price.
    """
    pool = terms.pool
    price = pool.cost_per_contact if pool.cost_per_hour is None else pool.cost_per_hour
    tiers = pool.tiers if pool.cost_per_hour is None or not terms.contracted else ()
    prices = [exact(price or 0.0), *(exact(tier.price) for tier in tiers)]
    edges = [Fraction(0), *(exact(tier.above) * days / 7 for tier in tiers), volume]
    return sum(
        (
            price * max(min(edge, volume) - before, Fraction(0))
            for price, (before, edge) in zip(prices, pairwise(edges), strict=True)
        ),
        Fraction(0),
    )


def contacts_billed(books: Books, terms: Terms, handled: ByQueue, planned: ByQueue) -> float:
    """Return the price of contacts: those handled, or the committed share of those planned.

    Weeks are those of the pool's calendar. Contacts that are committed and do not come are billed
    in the weeks of the others, in proportion; where none comes, as planned.
    """
    came = sum(sum(some.values()) for some in handled.values())
    committed = terms.pool.committed_share_of_forecast
    owed = committed * sum(sum(some.values()) for some in planned.values())
    billed, scale = (handled, max(owed / came, 1.0)) if came > 0 else (planned, committed)
    first, last = books.asked.days[0], books.asked.days[-1]
    length = {monday(days[0]): len(days) for days in weeks(books.asked.days)}
    volume = dict.fromkeys(length, 0.0)
    for some in billed.values():
        for interval, contacts in some.items():
            day = wall(books.asked.first + interval * books.asked.step, terms.zone).date()
            volume[monday(min(max(day, first), last))] += scale * contacts
    return float(sum(tiered(terms, Fraction(some), length[of]) for of, some in volume.items()))


def _reached(handled: dict[str, float], service: dict[str, float]) -> float | None:
    """Return the service of the queues over the horizon, weighed by what a pool handled of each."""
    total = sum(handled.values())
    if total <= 0:
        return None
    return sum(some * service[queue] for queue, some in handled.items()) / total


def penalty_share(terms: Terms, reached: float | None) -> float:
    """Return the share taken off an invoice for points of service below those agreed."""
    penalty = terms.pool.penalty
    if penalty is None or reached is None:
        return 0.0
    points = max(penalty.below_service_level - reached, 0.0) * 100
    return min(points * penalty.discount_per_point, penalty.max_discount)


def bonus_share(terms: Terms, reached: float | None) -> float:
    """Return the share put on top of an invoice for points of service beyond those agreed."""
    bonus = terms.pool.bonus
    if bonus is None or reached is None:
        return 0.0
    points = max(reached - bonus.above_service_level, 0.0) * 100
    return min(points * bonus.premium_per_point, bonus.max_premium)


def contacts_solved(asked: Question, terms: Terms, handled: dict[str, float]) -> float:
    """Return the contacts that a pool solves, of those that their queues hand on to no other."""
    solves = {served.name: served.solved for served in terms.pool.queues}
    escalates = {
        name: queue.escalates.share if queue.escalates else 0.0
        for name, queue in asked.queues.items()
    }
    return sum(
        some * solves.get(queue, 1.0) * (1 - escalates[queue]) for queue, some in handled.items()
    )


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
    pool = terms.pool
    hours = pool.cost_per_contact is None and pool.penalty is None and pool.bonus is None
    exact = column in ("paid_hours", "billed_hours")
    exact = exact or (hours and column in ("cost", "penalty", "bonus", "cost_per_hour"))
    return _EXACT if exact else _SLACK[_PLACES[column]]


def totals(books: Books) -> Judged:
    """Costs of the summary = the pools' invoices; its vendor share = that of contacts handled."""
    asked, files, found = books.asked, books.files, bills(books)
    cost = sum(bill.cost for bill in found.values())
    contacts = sum(bill.contacts for bill in found.values())
    vendors = sum(b.contacts for p, b in found.items() if asked.pools[p].pool.kind == "vendor")
    share = vendors / contacts if contacts else 0.0
    place, told = files.path("summary.json"), files.summary
    by_pool, premiums = told.get("costs"), told.get("bonuses")
    checks = [
        ("cost", told.get("cost"), cost, 2),
        ("vendor_share", told.get("vendor_share"), share, 4),
    ]
    for name, bill in found.items():
        own = by_pool.get(name) if isinstance(by_pool, dict) else None
        checks.append((f"costs.{name}", own, bill.cost, 2))
        if any(terms.pool.bonus for terms in asked.pools.values()):
            own = premiums.get(name) if isinstance(premiums, dict) else None
            checks.append((f"bonuses.{name}", own, bill.bonus, 2))
    faults = [
        Fault(place, None, field, f"must be {expected:.{places}f}, got {value}")
        for field, value, expected, places in checks
        if not isinstance(value, int | float) or not near(value, expected, places, _SLACK[places])
    ]
    return Judged("totals", "sums of the summary", len(checks), tuple(faults))


def paid_minutes(books: Books) -> dict[str, dict[dt.date, Fraction]]:
    """Return the minutes paid by pool and day of all heads."""
    found: dict[str, dict[dt.date, Fraction]] = {
        name: defaultdict(Fraction) for name in books.asked.pools
    }
    for shift in books.allocation:
        found[shift.row.pool][shift.row.date] += shift.row.heads * shift.paid
    return found


def _hours(minutes: Mapping[dt.date, Fraction], days: Sequence[dt.date]) -> Fraction:
    return sum((minutes.get(day, Fraction(0)) for day in days), Fraction(0)) / 60


def _service(files: PlanFiles) -> dict[str, float]:
    """Return each queue's share of contacts answered in time over the horizon; 1 without any."""
    found = {}
    for queue, rows in files.seen.items():
        contacts = sum(row.contacts for row in rows.values())
        in_time = sum(row.in_time for row in rows.values())
        found[queue] = in_time / contacts if contacts else 1.0
    return found


def exact(value: float) -> Fraction:
    """Return a number of the scenario as it was written."""
    return Fraction(str(value))
