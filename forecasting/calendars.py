"""Public and school holidays of a market as published, and its gift days by rule."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from forecasting.published import PUBLIC, SCHOOL, days_of, school_reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MON, _THU, _FRI, _SAT, _SUN = 0, 3, 4, 5, 6

# Months and days below are of the Gregorian calendar; n-th weekday rules read (month, weekday, n).
_Rule = tuple[str, int, int, int]


def _fixed(month: int, day: int) -> _Rule:
    return ("fixed", month, day, 0)


def _nth(month: int, weekday: int, n: int) -> _Rule:
    """Return a rule: the n-th weekday of a month, -1 the last."""
    return ("nth", month, weekday, n)


def _easter(days: int) -> _Rule:
    return ("easter", days, 0, 0)


_SECOND_SUNDAY_OF_MAY = (
    "AT AU BE BR CA CH CN CY CZ DE DK EE FI GR HK HR IN IS IT JP LV MT MY NL NZ PH SG SK TR TW UA "
    "US ZA"
)
_MOTHERS_DAY: dict[str, _Rule] = {
    **dict.fromkeys(_SECOND_SUNDAY_OF_MAY.split(), _nth(5, _SUN, 2)),
    **dict.fromkeys(("ES", "HU", "LT", "PT", "RO"), _nth(5, _SUN, 1)),
    **dict.fromkeys(("FR", "MC"), ("pentecost", 5, _SUN, -1)),
    "SE": _nth(5, _SUN, -1),
    "NO": _nth(2, _SUN, 2),
    **dict.fromkeys(("GB", "IE"), _easter(-21)),  # fourth Sunday in Lent
    "PL": _fixed(5, 26),
    "LU": _nth(6, _SUN, 2),
    "MX": _fixed(5, 10),
    "SI": _fixed(3, 25),
}
_THIRD_SUNDAY_OF_JUNE = "CA CN CY CZ FR GB GR HK HU IE IN JP MC MT MX MY NL PH SG SK TR US ZA"
_FATHERS_DAY: dict[str, _Rule] = {
    **dict.fromkeys(_THIRD_SUNDAY_OF_JUNE.split(), _nth(6, _SUN, 3)),
    **dict.fromkeys(("AT", "BE"), _nth(6, _SUN, 2)),
    "CH": _nth(6, _SUN, 1),
    "DE": _easter(39),  # Ascension
    "DK": _fixed(6, 5),
    **dict.fromkeys(("ES", "IT", "PT"), _fixed(3, 19)),
    **dict.fromkeys(("EE", "FI", "IS", "NO", "SE"), _nth(11, _SUN, 2)),
    **dict.fromkeys(("AU", "NZ"), _nth(9, _SUN, 1)),
    "BR": _nth(8, _SUN, 2),
    "LT": _nth(6, _SUN, 1),
    "PL": _fixed(6, 23),
    "RO": _nth(5, _SUN, 2),
}
_FIRST_OF_NOVEMBER = "AT BE CH CZ DE ES FR HR HU IT LT LU MC PL PT SI SK"
_ALL_SAINTS: dict[str, _Rule] = {
    **dict.fromkeys(_FIRST_OF_NOVEMBER.split(), _fixed(11, 1)),
    **dict.fromkeys(("FI", "SE"), ("after", 10, 31, _SAT)),  # the Saturday from 31 October on
    **dict.fromkeys(("DK", "NO"), _nth(11, _SUN, 1)),
}
_ORTHODOX = "BG BY CY ER ET GE GR MD ME MK RO RS RU UA"
_RULES: dict[str, dict[str, _Rule]] = {  # "*": every other market
    "valentines_day": {"*": _fixed(2, 14)},
    "womens_day": {"*": _fixed(3, 8)},
    "grandmothers_day": {"FR": _nth(3, _SUN, 1), "PL": _fixed(1, 21)},
    "mothers_day": _MOTHERS_DAY,
    "fathers_day": _FATHERS_DAY,
    "easter": {
        **dict.fromkeys(_ORTHODOX.split(), ("orthodox", 0, 0, 0)),
        "*": _easter(0),
    },
    "all_saints": _ALL_SAINTS,
    "halloween": {"*": _fixed(10, 31)},
    "thanksgiving": {"US": _nth(11, _THU, 4), "CA": _nth(10, _MON, 2)},
    "black_friday": {"*": ("black_friday", 11, _THU, 4)},
    "christmas": {"*": _fixed(12, 25)},
    "new_year": {"*": _fixed(1, 1)},
}
_MONTHLY = ("month_start", "month_end")

GIFT_DAYS: tuple[str, ...] = (*_RULES, *_MONTHLY)
"""Names of the events that are dated by rule."""


def event_dates(name: str, country: str, first_year: int, last_year: int) -> tuple[dt.date, ...]:
    """Return the dates of a gift day in a market, in order.

    Parameters
    ----------
    name
        One of ``GIFT_DAYS``.
    country
        ISO 3166 code of the market's country, in any case.
    first_year, last_year
        Years to cover, both included.

    Returns
    -------
    tuple of dates
        Empty where the market has no such day.

    Raises
    ------
    ValueError
        When the name is not one of ``GIFT_DAYS``.

    Examples
    --------
    The French Mother's Day gives way to Pentecost, as on 28 May 2023:

    >>> [day.isoformat() for day in event_dates("mothers_day", "FR", 2022, 2024)]
    ['2022-05-29', '2023-06-04', '2024-05-26']
    >>> event_dates("grandmothers_day", "DK", 2022, 2024)
    ()
    """
    if name not in GIFT_DAYS:
        msg = f"event must be one of {', '.join(GIFT_DAYS)}, got {name}"
        raise ValueError(msg)
    years = range(first_year, last_year + 1)
    if name in _MONTHLY:
        return tuple(_month_edge(name, year, month) for year in years for month in range(1, 13))
    rules, code = _RULES[name], country.upper()
    rule = rules.get("GB" if code == "UK" else code, rules.get("*"))
    if rule is None:
        return ()
    return tuple(_date(rule, year) for year in years)


def _month_edge(name: str, year: int, month: int) -> dt.date:
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, 1 if name == "month_start" else last)


def _date(rule: _Rule, year: int) -> dt.date:
    kind, first, second, third = rule
    by_kind: dict[str, Callable[[], dt.date]] = {
        "fixed": lambda: dt.date(year, first, second),
        "nth": lambda: _nth_weekday(year, first, second, third),
        "after": lambda: _weekday_from(dt.date(year, first, second), third),
        "easter": lambda: easter(year, EASTER_WESTERN) + dt.timedelta(days=first),
        "orthodox": lambda: easter(year, EASTER_ORTHODOX),
        "black_friday": lambda: _nth_weekday(year, first, second, third) + dt.timedelta(days=1),
        "pentecost": lambda: _unless_pentecost(_nth_weekday(year, first, second, third)),
    }
    return by_kind[kind]()


def _weekday_from(day: dt.date, weekday: int) -> dt.date:
    """Return the first such weekday on or after a day."""
    return day + dt.timedelta(days=(weekday - day.weekday()) % 7)


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> dt.date:
    if n > 0:
        return _weekday_from(dt.date(year, month, 1), weekday) + dt.timedelta(weeks=n - 1)
    last = calendar.monthrange(year, month)[1]
    return _weekday_from(dt.date(year, month, last - 6), weekday)


def _unless_pentecost(sunday: dt.date) -> dt.date:
    """Return the Sunday, or the next one when it is Pentecost (French law of 24 May 1950)."""
    pentecost = easter(sunday.year, EASTER_WESTERN) + dt.timedelta(days=49)
    return sunday + dt.timedelta(weeks=1) if sunday == pentecost else sunday


@dataclass(frozen=True, slots=True)
class SchoolHolidays:
    """School holidays of a country's part, and the days from and until which they are known.

    Parameters
    ----------
    days
        Names by date, in order, none outside of what is known.
    known_from, known_until
        First and last day that the published calendar covers, whatever days were asked for; both
        None where there is none. A day outside is not known to be a school day.

    Raises
    ------
    ValueError
        When one end is known without the other, or a day is named outside.
    """

    days: Mapping[dt.date, str]
    known_from: dt.date | None = None
    known_until: dt.date | None = None

    def __post_init__(self) -> None:
        """Check that the days lie in what is known."""
        if (self.known_from is None) != (self.known_until is None):
            msg = f"known_from and known_until must go together, got {self.known_until}"
            raise ValueError(msg)
        outside = [day for day in self.days if not self.covers(day)]
        if outside:
            msg = f"days must lie in what is known, got {outside[0]}"
            raise ValueError(msg)

    def covers(self, day: dt.date) -> bool:
        """Return whether it is known of a day if it is a school holiday."""
        if self.known_from is None or self.known_until is None:
            return False
        return self.known_from <= day <= self.known_until


def school_holidays(
    country: str, subdivision: str | None, first: dt.date, last: dt.date
) -> SchoolHolidays:
    """Return the school holidays of a part of a country from ``first`` to ``last``, both included.

    Parameters
    ----------
    country
        ISO 3166 code in any case.
    subdivision
        Code or name of the part, see ``forecasting.published.subdivisions``; None for the whole.

    Raises
    ------
    ValueError
        When the country or its part is unknown to the ``holidays`` package.

    Examples
    --------
    The school year 2026-2027 of zone A (decree of 22 October 2025): the winter break runs from
    Saturday 13 February to Sunday 28 February.

    >>> winter = school_holidays("FR", "Zone A", dt.date(2027, 2, 1), dt.date(2027, 3, 31))
    >>> min(winter.days).isoformat(), max(winter.days).isoformat(), set(winter.days.values())
    ('2027-02-13', '2027-02-28', {'Winter Break'})

    In France the zones have calendars, the country has none:

    >>> school_holidays("FR", None, dt.date(2027, 2, 1), dt.date(2027, 3, 31)).known_until
    """
    reach = school_reach(country, subdivision)
    if reach is None:
        return SchoolHolidays({})
    begin, end = max(first, reach[0]), min(last, reach[1])
    found = days_of(SCHOOL, country, subdivision, range(first.year, last.year + 1))
    return SchoolHolidays({day: name for day, name in found.items() if begin <= day <= end}, *reach)


def public_holidays(
    country: str, first: dt.date, last: dt.date, subdivision: str | None = None
) -> dict[dt.date, str]:
    """Return the public holidays of a country from ``first`` to ``last``, both included.

    Parameters
    ----------
    country
        ISO 3166 code in any case.
    subdivision
        Code or name of a part of it, whose own holidays are then among them.

    Returns
    -------
    dict
        Name of the holiday by date, in order of date; names in English where there are any.

    Raises
    ------
    ValueError
        When the country or its part is unknown to the ``holidays`` package.

    Examples
    --------
    >>> public_holidays("FR", dt.date(2024, 7, 1), dt.date(2024, 7, 31))
    {datetime.date(2024, 7, 14): 'National Day'}
    >>> public_holidays("FR", dt.date(2024, 12, 26), dt.date(2024, 12, 31), "Moselle")
    {datetime.date(2024, 12, 26): "Saint Stephen's Day"}
    """
    found = days_of(PUBLIC, country, subdivision, range(first.year, last.year + 1))
    return {day: name for day, name in found.items() if first <= day <= last}
