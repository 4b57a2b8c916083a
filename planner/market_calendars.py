"""The calendars of the scenario's markets: which holidays count, and what is not known of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from forecasting.calendars import SchoolHolidays, public_holidays, school_holidays
from forecasting.published import estimate_word, public_years, school_reach, school_subdivisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.scenario.model import Scenario
    from planner.scenario.queues import Market

PAST_HORIZON = dt.timedelta(days=31)  # that calendars are read beyond the horizon
MOST_DAYS = 4  # named in one note


def school_of(market: Market, first: dt.date, last: dt.date) -> SchoolHolidays:
    """Return the school holidays that count in a market; none where it says no or nobody knows.

    Examples
    --------
    >>> from planner.scenario.queues import Market
    >>> zone_b = Market(timezone="Europe/Paris", country="FR", subdivision="Zone B")
    >>> found = school_of(zone_b, dt.date(2027, 2, 1), dt.date(2027, 2, 28))
    >>> [day.isoformat() for day in found.days][:2], found.known_until.isoformat()
    (['2027-02-20', '2027-02-21'], '2028-08-31')
    >>> whole = Market(timezone="Europe/Paris", country="FR")
    >>> len(school_of(whole, dt.date(2027, 2, 1), dt.date(2027, 2, 28)).days)
    0
    """
    if market.country is None or market.school_holidays is False:
        return SchoolHolidays({})
    return school_holidays(market.country, market.subdivision, first, last)


def calendar_warnings(scenario: Scenario, first_day: dt.date | None = None) -> tuple[str, ...]:
    """Return what the scenario's calendars do not know, in words.

    ``first_day`` is the history's; without it only the horizon is looked at.
    """
    named = {queue.market: scenario.market_of(queue) for queue in scenario.queues}
    first, last = scenario.days[0], scenario.days[-1]
    notes: list[str] = []
    for name, market in named.items():
        notes += _public_notes(market, first, last)
        notes += _school_notes(name, market, first_day or first, last)
    return tuple(dict.fromkeys(notes))


def _public_notes(market: Market, first: dt.date, last: dt.date) -> Iterator[str]:
    """Yield where the horizon's public holidays are not known, or not for sure."""
    country = market.country
    if country is None:
        return
    until = public_years(country)[1]
    if until < last.year:
        yield (
            f"public holidays of {country} are published until {until}-12-31 only: days after it "
            "count as ordinary days"
        )
    for year in range(first.year, min(last.year, until) + 1):
        if not public_holidays(country, dt.date(year, 1, 1), dt.date(year, 12, 31)):
            yield f"no public holidays of {country} are known for {year}: no day counts as one"
    word = estimate_word(country)
    found = public_holidays(country, first, last, market.subdivision) if word else {}
    days = [f"{day}" for day, holiday in found.items() if word in holiday]
    if days:
        more = f" and {len(days) - MOST_DAYS} more days" if len(days) > MOST_DAYS else ""
        yield (
            f"public holidays of {country} on {', '.join(days[:MOST_DAYS])}{more} are estimated, "
            "as the moon decides: they may come a day earlier or later"
        )


def _school_notes(name: str, market: Market, first: dt.date, last: dt.date) -> Iterator[str]:
    """Yield where school holidays that should count are not known."""
    country, part = market.country, market.subdivision
    asked = f"school holidays are asked for in market {name}"
    if market.school_holidays is False:
        return
    if country is None:
        if market.school_holidays:
            yield f"{asked}, which names no country: none are known"
        return
    reach = school_reach(country, part)
    where = f"{country}/{part}" if part else country
    if reach is None:
        if market.school_holidays:
            others = ", ".join(school_subdivisions(country))
            known = f"; known in {country} are those of {others}" if others else ""
            yield f"{asked}, but not known for {where}: every day counts as a school day{known}"
        return
    if reach[1] < last:
        yield (
            f"school holidays of {where} are published until {reach[1]} only: days after it count "
            "as school days"
        )
    if first < reach[0]:
        yield (
            f"school holidays of {where} are published from {reach[0]} only: days of the history "
            "before it count as school days"
        )
