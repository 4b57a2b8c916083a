"""Gift days against dates known apart from the rules."""

import datetime as dt

import pytest
from dateutil.easter import easter

from forecasting.calendars import GIFT_DAYS, event_dates, public_holidays

PUBLISHED = [  # written down from memory of published calendars, not made by the rules
    ("mothers_day", "FR", "2004-06-06 2007-06-03 2009-06-07 2012-06-03 2019-05-26 2020-06-07"),
    ("mothers_day", "FR", "2021-05-30 2022-05-29 2023-06-04 2024-05-26 2025-05-25 2034-06-04"),
    ("mothers_day", "FR", "2039-06-05"),
    ("mothers_day", "GB", "2019-03-31 2020-03-22 2021-03-14 2022-03-27 2023-03-19 2024-03-10"),
    ("mothers_day", "IE", "2024-03-10 2025-03-30"),
    ("mothers_day", "NO", "2023-02-12 2024-02-11 2025-02-09"),
    ("mothers_day", "SE", "2022-05-29 2023-05-28 2024-05-26"),
    ("mothers_day", "IT", "2022-05-08 2023-05-14 2024-05-12"),
    ("mothers_day", "DK", "2023-05-14 2024-05-12"),
    ("mothers_day", "DE", "2008-05-11 2022-05-08 2024-05-12"),
    ("mothers_day", "US", "2018-05-13 2019-05-12 2020-05-10 2021-05-09 2022-05-08"),
    ("mothers_day", "ES", "2022-05-01 2023-05-07 2024-05-05"),
    ("mothers_day", "PT", "2023-05-07 2024-05-05"),
    ("mothers_day", "PL", "2023-05-26 2024-05-26"),
    ("mothers_day", "LU", "2023-06-11 2024-06-09"),
    ("fathers_day", "FR", "2022-06-19 2023-06-18 2024-06-16"),
    ("fathers_day", "DE", "2022-05-26 2023-05-18 2024-05-09"),
    ("fathers_day", "IT", "2024-03-19"),
    ("fathers_day", "DK", "2024-06-05"),
    ("fathers_day", "SE", "2023-11-12 2024-11-10"),
    ("fathers_day", "AT", "2024-06-09"),
    ("fathers_day", "AU", "2023-09-03 2024-09-01"),
    ("grandmothers_day", "FR", "2022-03-06 2023-03-05 2024-03-03"),
    ("easter", "FR", "2022-04-17 2023-04-09 2024-03-31 2025-04-20"),
    ("easter", "GR", "2022-04-24 2023-04-16 2024-05-05 2025-04-20"),
    ("all_saints", "SE", "2022-11-05 2023-11-04 2024-11-02"),
    ("all_saints", "FR", "2024-11-01"),
    ("thanksgiving", "US", "2021-11-25 2022-11-24 2023-11-23 2024-11-28"),
    ("thanksgiving", "CA", "2022-10-10 2023-10-09 2024-10-14"),
    ("black_friday", "FR", "2022-11-25 2023-11-24 2024-11-29"),
    ("womens_day", "IT", "2024-03-08"),
    ("halloween", "US", "2024-10-31"),
    ("christmas", "DK", "2024-12-25"),
    ("new_year", "DK", "2024-01-01"),
    ("valentines_day", "SE", "2024-02-14"),
]


@pytest.mark.parametrize(("name", "country", "dates"), PUBLISHED)
def test_published_dates(name, country, dates):
    for text in dates.split():
        day = dt.date.fromisoformat(text)
        assert event_dates(name, country, day.year, day.year) == (day,)


def test_french_mothers_day_moves_in_exactly_the_known_years():
    june = [day.year for day in event_dates("mothers_day", "FR", 2001, 2040) if day.month == 6]
    assert june == [2004, 2007, 2009, 2012, 2020, 2023, 2034, 2039]
    for day in event_dates("mothers_day", "FR", 1951, 2099):
        assert day != easter(day.year) + dt.timedelta(days=49)
        assert day.weekday() == 6


def test_months_have_two_edges():
    assert event_dates("month_end", "FR", 2024, 2024)[1] == dt.date(2024, 2, 29)
    assert event_dates("month_start", "FR", 2024, 2024)[11] == dt.date(2024, 12, 1)


def test_every_name_answers_in_order_for_every_market():
    for name in GIFT_DAYS:
        for country in ("FR", "it", "SE", "DK", "GB", "UK", "US", "XX"):
            dates = event_dates(name, country, 2020, 2030)
            assert list(dates) == sorted(dates)


def test_united_kingdom_has_two_codes():
    assert event_dates("mothers_day", "UK", 2024, 2024) == event_dates(
        "mothers_day", "gb", 2024, 2024
    )


def test_unknown_names_are_told():
    with pytest.raises(ValueError, match=r"valentines_day.*got fools_day"):
        event_dates("fools_day", "FR", 2024, 2024)


def test_public_holidays_lie_in_their_range_and_language(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "fr")
    first, last = dt.date(2023, 12, 1), dt.date(2024, 1, 31)
    assert public_holidays("FR", first, last) == {
        dt.date(2023, 12, 25): "Christmas Day",
        dt.date(2024, 1, 1): "New Year's Day",
    }
    assert dt.date(2024, 12, 26) in public_holidays("UK", last, dt.date(2024, 12, 31))


def test_unknown_country_is_told():
    with pytest.raises(ValueError, match="got QQ"):
        public_holidays("QQ", dt.date(2024, 1, 1), dt.date(2024, 1, 2))
