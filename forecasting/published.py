"""What the holidays package publishes: subdivisions, days by date, and how far they reach."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PUBLIC, SCHOOL = "public", "school"

_YEARS = range(1990, 2101)  # that a school calendar is looked for in
_WHOLE_YEAR = 50  # days of school holidays that a year with its summer has at least
_BREAK_DAYS = 5  # of one break in one half of a year; fewer are bridges, which come and go
_SHIFT = dt.timedelta(days=14)  # that a break moves from year to year, and more
_THINNER = 0.94  # of the usual days a year: a hole makes 0.91 at most, a school reform 0.97 or more
# The package carries the rota of the zones on for ever, with whatever the decrees may say. The
# last one read is that of 21 July 2026 on the school year 2027-2028 (its own source list).
_DECREED_UNTIL = {"FR": dt.date(2028, 8, 31)}


def country_code(country: str) -> str:
    """Return a country's ISO 3166 code in capitals, GB for UK.

    Raises
    ------
    ValueError
        When the ``holidays`` package does not know the country.
    """
    code = "GB" if country.upper() == "UK" else country.upper()
    if code not in holidays.list_supported_countries():
        msg = f"country must be an ISO 3166 code with known public holidays, got {country}"
        raise ValueError(msg)
    return code


@cache
def subdivisions(country: str) -> dict[str, str]:
    """Return the code of each part of a country by the names it goes by, codes first.

    Examples
    --------
    >>> subdivisions("AT")["Wien"], "Zone A" in subdivisions("FR"), subdivisions("DK")
    ('9', True, {})
    """
    known = _calendar(country)
    return {code: code for code in known.subdivisions} | known.subdivisions_aliases


def subdivision_code(country: str, subdivision: str | None) -> str | None:
    """Return the code of a part of a country, or None for the whole.

    Raises
    ------
    ValueError
        When the country has no such part.

    Examples
    --------
    >>> subdivision_code("DE", "Bayern"), subdivision_code("PL", "2")
    ('BY', '02')
    """
    if subdivision is None:
        return None
    known = subdivisions(country)
    for spelled in (subdivision, subdivision.zfill(2)):  # YAML reads 02 as the number 2
        if spelled in known:
            return known[spelled]
    msg = f"subdivision must be one of {', '.join(known) or 'none'}, got {subdivision}"
    raise ValueError(msg)


def days_of(
    category: str, country: str, subdivision: str | None, years: Iterable[int]
) -> dict[dt.date, str]:
    """Return the holidays of a category, by date in order; names in English where there are any.

    Empty where the package does not have the category, and for years that it does not know.
    """
    known = _calendar(country)
    if category not in known.supported_categories:
        return {}
    found = holidays.country_holidays(
        country_code(country),
        subdiv=subdivision_code(country, subdivision),
        years=years,
        language=known.language,
        categories=category,
    )
    return dict(sorted(found.items()))


def _calendar(country: str) -> holidays.HolidayBase:
    """Return a country's calendar without days, in English where it can."""
    code = country_code(country)
    languages = holidays.list_localized_countries().get(code, [])
    # Stated, because the package else asks the machine's locale.
    return holidays.country_holidays(code, language="en_US" if "en_US" in languages else None)


def public_years(country: str) -> tuple[int, int]:
    """Return the first and the last year for which a country's public holidays are known.

    Examples
    --------
    >>> public_years("FR")
    (1803, 2100)
    """
    known = _calendar(country)
    return known.start_year, known.end_year


@cache
def school_reach(country: str, subdivision: str | None) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day that a school calendar covers, or None without one.

    The package is silent where it knows nothing, so the end is found in the days themselves: a
    calendar ends before the first break that was there two years running, is missed at its time of
    the year, and never comes back while the years grow thinner. Some countries list only single
    days without school (Israel, Bulgaria, Thailand): that is no school calendar.

    Examples
    --------
    The Polish winter break is fixed until 2028; from 2029 on only the summer and the feasts are
    known, which would make a winter without holidays:

    >>> school_reach("PL", "14")[1].isoformat()
    '2028-12-31'
    >>> print(school_reach("PL", None))
    None
    """
    days = days_of(SCHOOL, country, subdivision, _YEARS)
    if max(Counter(day.year for day in days).values(), default=0) < _WHOLE_YEAR:
        return None
    ends = [max(days), *_ends(days)]
    return min(days), min([*ends, _DECREED_UNTIL.get(country_code(country), max(days))])


def _ends(days: Mapping[dt.date, str]) -> Iterator[dt.date]:
    """Yield, for each break that stops, the last day known before it is missed."""
    breaks: dict[tuple[str, bool], dict[int, list[dt.date]]] = {}
    for day, names in days.items():
        for name in names.split("; "):  # the package joins the names of one day
            by_year = breaks.setdefault((name, day.month > 6), {})
            by_year.setdefault(day.year, []).append(day)
    for by_year in breaks.values():
        last = max(by_year)
        if min(len(by_year.get(year, ())) for year in (last - 1, last)) < _BREAK_DAYS:
            continue
        begin, end = (_a_year_on(day) for day in (by_year[last][0], by_year[last][-1]))
        missed = not any(begin - _SHIFT <= day <= end + _SHIFT for day in days)
        if missed and last < _YEARS[-1] and _thinner_after(days, last):
            yield max(day for day in days if day < begin - _SHIFT)


def _thinner_after(days: Mapping[dt.date, str], year: int) -> bool:
    """Return whether every year after one has fewer school holidays than the years up to it.

    A break that a state abolishes makes room for others; one that is not yet published leaves a
    hole.
    """
    per_year = Counter(day.year for day in days)
    until = [count for of, count in per_year.items() if of <= year]
    most_after = max((count for of, count in per_year.items() if of > year), default=0)
    return most_after < _THINNER * sum(until) / len(until)


def _a_year_on(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def school_subdivisions(country: str) -> tuple[str, ...]:
    """Return the codes of a country's parts that have a school calendar.

    Examples
    --------
    >>> school_subdivisions("FR"), school_subdivisions("IT")
    (('Zone A', 'Zone B', 'Zone C'), ())
    """
    parts = dict.fromkeys(subdivisions(country).values())
    return tuple(part for part in parts if school_reach(country, part) is not None)


def estimate_word(country: str) -> str:
    """Return the word by which the names of a country's holidays tell that a date is estimated.

    "" where none is: dates by the moon are estimated until they are proclaimed.

    Examples
    --------
    >>> estimate_word("AE"), estimate_word("FR")
    ('estimated', '')
    """
    known = _calendar(country)
    label = getattr(known, "estimated_label", None)
    return known.tr(label).strip("%s ()（）") if label else ""
