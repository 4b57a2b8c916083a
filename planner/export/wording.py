"""Numbers, money and times as a person reads them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
import re

THIN = "\u202f"  # narrow no-break space: groups digits, and keeps a unit on its line
TIMES = "\u00d7"
_UNKNOWN, _MINUS = "\u2013", "\u2212"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be read: its caption, the columns' names, and rows of text.

    Numbers stand to the right; the columns in ``texts`` do not hold numbers.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: frozenset[int] = frozenset({0})


def number(value: float, places: int = 0) -> str:
    """Return a number with grouped digits; a dash where it is unknown, ∞ where it has no end.

    Examples
    --------
    >>> number(1234567.891, 1).replace(THIN, "_"), number(-0.2)
    ('1_234_567.9', '0')
    """
    if math.isnan(value):
        return _UNKNOWN
    if math.isinf(value):
        return "∞"
    rounded = round(value, places) + 0.0
    return f"{rounded:,.{places}f}".replace(",", THIN).replace("-", _MINUS)


def counted(value: float, noun: str, places: int = 0) -> str:
    """Return a number with its noun, one of them in the singular.

    Examples
    --------
    >>> counted(1, "head"), counted(2, "position hour"), counted(1, "hour", 1)
    ('1 head', '2 position hours', '1.0 hours')
    """
    shown = number(value, places)
    return f"{shown} {noun}{'' if shown == '1' else 's'}"


def plain(line: str) -> str:
    """Return a sentence for a terminal, where a narrow space may be a box."""
    grouped = re.sub(rf"(?<=\d){THIN}(?=\d)", ",", line.replace(f"{THIN}%", "%"))
    return grouped.replace(THIN, " ")


def largest_part(part: float, whole: float) -> str:
    """Return what the largest of several parts is of the whole.

    Examples
    --------
    >>> largest_part(3.0, 3.0), largest_part(2.0, 3.0), largest_part(1.5, 4.0)
    ('all of them', 'most of them', 'the largest part')
    """
    if part > 0.999 * whole:
        return "all of them"
    return "most of them" if part > 0.5 * whole else "the largest part"


def interval_name(interval_s: int) -> str:
    """Return what a planner calls such an interval.

    Examples
    --------
    >>> interval_name(900), interval_name(600)
    ('quarter hour', '10 minutes')
    """
    names = {900: "quarter hour", 1800: "half hour", 3600: "hour", 86400: "day"}
    return names.get(interval_s, f"{interval_s / 60:g} minutes")


def signed(value: float) -> str:
    """Return a whole number with its sign.

    Examples
    --------
    >>> signed(1240.4).replace(THIN, "_"), signed(-3.0), signed(0.2)
    ('+1_240', '−3', '+0')
    """
    shown = number(value)
    return shown if shown.startswith(_MINUS) else f"+{shown}"


def percent(fraction: float, places: int = 0) -> str:
    """Return a fraction as percent.

    Examples
    --------
    >>> percent(0.8123, 1).replace(THIN, "_")
    '81.2_%'
    """
    return f"{number(100 * fraction, places)}{THIN}%" if math.isfinite(fraction) else _UNKNOWN


def exact_percent(fraction: float) -> str:
    """Return a fraction as percent with the decimals that it needs, three at most.

    Examples
    --------
    >>> exact_percent(0.7).replace(THIN, "_"), exact_percent(0.725).replace(THIN, "_")
    ('70_%', '72.5_%')
    """
    places = next((n for n in range(3) if abs(round(100 * fraction, n) - 100 * fraction) < 1e-6), 3)
    return percent(fraction, places)


def money(value: float, currency: str, places: int = 0) -> str:
    """Return an amount with its currency.

    Examples
    --------
    >>> money(1234.5, "EUR", 2).replace(THIN, "_")
    'EUR_1_234.50'
    """
    return f"{currency}{THIN}{number(value, places)}"


def seconds(value: float) -> str:
    """Return a wait in the unit that suits it.

    Examples
    --------
    >>> [seconds(v).replace(THIN, "_") for v in (8.4, 200, 7000, float("inf"))]
    ['8_s', '3.3_min', '1.9_h', 'endless']
    """
    if math.isinf(value):
        return "endless"
    if value < 120 or math.isnan(value):
        return f"{number(value)}{THIN}s"
    if value < 7200 - 600:
        return f"{number(value / 60, 1)}{THIN}min"
    return f"{number(value / 3600, 1)}{THIN}h"


def day_name(day: dt.date, *, year: bool = False) -> str:
    """Return a day with its weekday, in English whatever the machine speaks.

    Examples
    --------
    >>> import datetime as dt
    >>> day_name(dt.date(2027, 2, 14)), day_name(dt.date(2027, 2, 14), year=True)
    ('Sun 14 Feb', 'Sun 14 Feb 2027')
    """
    text = f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return f"{text} {day.year}" if year else text


def event_name(name: str) -> str:
    """Return an event's name for a reader.

    Examples
    --------
    >>> event_name("valentines_day"), event_name("new_year"), event_name("spring mailing")
    ("Valentine's Day", 'New Year', 'Spring mailing')
    """
    words = name.replace("_", " ").strip()
    for plain, owned in (("valentines ", "Valentine's "), ("mothers ", "Mother's "),
                         ("fathers ", "Father's "), ("grandMother's", "Grandmother's"),
                         ("womens ", "Women's "), ("all saints", "All Saints'")):  # fmt: skip
        words = words.replace(plain, owned)
    if "_" in name:
        words = " ".join(word[:1].upper() + word[1:] for word in words.split(" "))
    return words[:1].upper() + words[1:]


def ordinal(number: int) -> str:
    """Return a number as a place in a row.

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    teen = number % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
