"""Gift days of 2000 to 2040 against dates that the rules did not make.

``gift_days.csv`` has a column per event and the countries that share it. Easter, western and
orthodox, was typed from Wikipedia's "List of dates for Easter" (2001 to 2041; 2000 from its
version of 1995 to 2035) and is compared here with algorithms other than the rules' own. The years
in which the French Mother's Day gives way to Pentecost were typed from our notes on gift days; the
law is that of 24 May 1950 (loi n° 50-577, quoted by Aleteia on 16 May 2020). The other columns
were laid out month by month with ``calendar.monthcalendar``, which the rules do not use, from the
days as they are told in words. Where the fixtures of date-holidays 3.35.0 have the day (2015 to
2029) they agree, but for France, whose Pentecost years that package does not know.

``PUBLISHED`` are dates as someone printed them, by who did.
"""

import csv
import datetime as dt
from pathlib import Path

import pytest

from forecasting.calendars import event_dates

TABLE = Path(__file__).with_name("gift_days.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
YEARS = range(2000, 2041)
CASES = [
    (column.split(":")[0], country, column)
    for column in ROWS[0]
    if column != "year"
    for country in column.split(":")[1].split()
]

PUBLISHED = {
    "bleufr.blogspot.com, 'Fête des mères', 4 May 2007 and 2 May 2024": [
        ("mothers_day", "FR", "2007-06-03 2008-05-25 2009-06-07 2010-05-30 2011-05-29 2012-06-03"),
        ("mothers_day", "FR", "2024-05-26 2025-05-25 2026-05-31 2027-05-30 2028-05-28 2029-05-27"),
        ("mothers_day", "FR", "2030-05-26 2031-05-25 2032-05-30"),
        ("mothers_day", "PT", "2024-05-05 2025-05-04 2026-05-03 2027-05-02 2028-05-07 2029-05-06"),
        ("mothers_day", "PT", "2030-05-05 2031-05-04 2032-05-02"),
    ],
    "kokovamagazine.com, 'Mother's Day'": [
        ("mothers_day", "GB", "2012-03-18 2013-03-10 2014-03-30 2015-03-15 2016-03-06"),
        ("mothers_day", "US", "2012-05-13 2013-05-12 2014-05-11 2015-05-10 2016-05-08"),
    ],
    "alarmclock.top, 'Mothering Sunday'": [
        ("mothers_day", "GB", "2028-03-26 2029-03-11 2030-03-31 2031-03-23 2032-03-07 2033-03-27"),
        ("mothers_day", "GB", "2034-03-19 2035-03-04 2036-03-23 2037-03-15"),
    ],
    "calculatorian.com, 'fête des Mères, États-Unis'": [
        ("mothers_day", "US", "2024-05-12 2025-05-11 2026-05-10 2027-05-09 2028-05-14 2029-05-13"),
        ("mothers_day", "US", "2030-05-12 2031-05-11 2032-05-09 2033-05-08"),
    ],
    "dinstartsida.se, 'Mors dag'": [
        ("mothers_day", "SE", "2019-05-26 2020-05-31 2021-05-30 2022-05-29 2023-05-28 2024-05-26"),
    ],
    "holidaycalendar.pages.dev, 'Día de la Madre, Suecia'": [
        ("mothers_day", "SE", "2025-05-25 2026-05-31 2027-05-30 2028-05-28 2029-05-27 2030-05-26"),
    ],
    "prepareexams.com, 'Mother's Day Norway'": [
        ("mothers_day", "NO", "2022-02-13 2023-02-12 2024-02-11 2025-02-09 2026-02-08"),
    ],
    "okdiario.com, 2018 and 2022; El Comercio, 2024": [
        ("mothers_day", "ES", "2018-05-06 2022-05-01 2024-05-05"),
    ],
    "fleurop.ch, 'Dates Fête des Mères 2023 dans le monde'": [
        ("mothers_day", "ES", "2023-05-07"),
        ("mothers_day", "HU", "2023-05-07"),
        ("mothers_day", "LT", "2023-05-07"),
        ("mothers_day", "DE", "2023-05-14"),
        ("mothers_day", "IT", "2023-05-14"),
        ("mothers_day", "TR", "2023-05-14"),
        ("mothers_day", "UA", "2023-05-14"),
        ("mothers_day", "SI", "2023-03-25"),
    ],
    "Luxemburger Wort, 8 June 2019 (Pentecost does not move it); luxtoday.lu, June 2023": [
        ("mothers_day", "LU", "2019-06-09 2023-06-11"),
    ],
    "thespruce.com, 'When Is Father's Day in My Country?'": [
        ("fathers_day", "US", "2021-06-20 2022-06-19 2023-06-18"),
        ("fathers_day", "GB", "2021-06-20 2022-06-19 2023-06-18"),
        ("fathers_day", "AT", "2021-06-13 2022-06-12 2023-06-11"),
        ("fathers_day", "BE", "2021-06-13 2022-06-12 2023-06-11"),
        ("fathers_day", "NZ", "2021-09-05 2022-09-04 2023-09-03"),
        ("fathers_day", "BR", "2021-08-08 2022-08-14 2023-08-13"),
        ("fathers_day", "SE", "2021-11-14 2022-11-13 2023-11-12"),
        ("fathers_day", "IS", "2021-11-14 2022-11-13 2023-11-12"),
    ],
    "liquisearch.com, 'Father's Day: dates around the world'": [
        ("fathers_day", "CH", "2011-06-05 2012-06-03 2013-06-02"),
        ("fathers_day", "LT", "2011-06-05 2012-06-03 2013-06-02"),
        ("fathers_day", "DE", "2011-06-02 2012-05-17 2013-05-09"),
        ("fathers_day", "RO", "2011-05-08 2012-05-13 2013-05-12"),
        ("fathers_day", "HU", "2011-06-19 2012-06-17 2013-06-16"),
    ],
    "macommune.info, RTL, Europe 1": [
        ("grandmothers_day", "FR", "2015-03-01 2021-03-07 2024-03-03"),
    ],
    "excelnotes.com, 'All Saints' Day (Finland)'; fulbright.fi": [
        ("all_saints", "FI", "2021-11-06 2022-11-05 2023-11-04 2024-11-02 2025-11-01"),
        ("all_saints", "FI", "2018-11-03 2019-11-02"),
    ],
    "calendarpedia.com, 'Thanksgiving Day'; indielullabies.com for the years after": [
        ("thanksgiving", "US", "2019-11-28 2020-11-26 2021-11-25 2022-11-24 2023-11-23 2024-11-28"),
        ("thanksgiving", "US", "2012-11-22 2018-11-22 2029-11-22 2035-11-22 2040-11-22"),
        ("thanksgiving", "US", "2017-11-23 2028-11-23 2034-11-23 2016-11-24 2033-11-24 2039-11-24"),
    ],
    "publicholidays.com, 'Thanksgiving'": [
        ("black_friday", "US", "2024-11-29 2025-11-28 2026-11-27 2027-11-26"),
    ],
    "shopyarab.com, 'How long until Thanksgiving break'": [
        ("thanksgiving", "CA", "2021-10-11 2022-10-10 2023-10-09 2024-10-14"),
    ],
    "truecalendar.com, 'Orthodox Easter'": [
        ("easter", "RU", "2016-05-01 2017-04-16 2018-04-08 2019-04-28 2020-04-19 2021-05-02"),
    ],
}
PRINTED = [(*case, source) for source, cases in PUBLISHED.items() for case in cases]


def of_row(row, column):
    return dt.date.fromisoformat(f"{row['year']}-{row[column]}")


def test_the_table_has_every_year():
    assert [int(row["year"]) for row in ROWS] == list(YEARS)


@pytest.mark.parametrize(("event", "country", "column"), CASES)
def test_every_year_of_the_table(event, country, column):
    dates = event_dates(event, country, YEARS[0], YEARS[-1])
    assert dates == tuple(of_row(row, column) for row in ROWS)


@pytest.mark.parametrize(("event", "country", "dates", "source"), PRINTED)
def test_dates_as_printed(event, country, dates, source):
    for text in dates.split():
        day = dt.date.fromisoformat(text)
        assert event_dates(event, country, day.year, day.year) == (day,), source


def gauss(year):
    """Western Easter by Gauss's rule of 1816, with its two exceptions (1900 to 2099)."""
    moon = (19 * (year % 19) + 24) % 30
    week = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    if (moon, week) == (29, 6) or ((moon, week) == (28, 6) and (11 * 24 + 11) % 30 < 19):
        week -= 7
    return dt.date(year, 3, 22) + dt.timedelta(days=moon + week)


def julian(year):
    """Orthodox Easter by Gauss's rule for the Julian calendar, 13 days on (1900 to 2099)."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 6) % 7
    return dt.date(year, 3, 22) + dt.timedelta(days=moon + week + 13)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["year"])
def test_the_table_s_easter_is_gauss_s(row):
    assert of_row(row, "easter:FR") == gauss(int(row["year"]))
    assert of_row(row, "easter:GR") == julian(int(row["year"]))


def test_orthodox_countries_agree_and_differ_from_the_west():
    for country in ("BG", "BY", "CY", "ER", "ET", "GE", "MD", "ME", "MK", "RO", "RS", "RU", "UA"):
        dates = event_dates("easter", country, YEARS[0], YEARS[-1])
        assert dates == event_dates("easter", "GR", YEARS[0], YEARS[-1])
    for country in ("PL", "HR", "FI"):
        assert event_dates("easter", country, 2024, 2024) == (dt.date(2024, 3, 31),)


def test_all_saints_on_the_first_of_november():
    for country in ("AT", "BE", "CH", "CZ", "DE", "ES", "FR", "HR", "HU", "IT", "LT", "LU", "MC",
                    "PL", "PT", "SI", "SK"):  # fmt: skip
        assert event_dates("all_saints", country, 2027, 2027) == (dt.date(2027, 11, 1),)
    assert event_dates("all_saints", "US", 2027, 2027) == ()
