"""School and public holidays as published: against printed calendars, and where they end."""

import datetime as dt
from itertools import pairwise

import pytest

from forecasting.calendars import SchoolHolidays, public_holidays, school_holidays
from forecasting.published import (
    PUBLIC,
    SCHOOL,
    days_of,
    estimate_word,
    public_years,
    school_reach,
    school_subdivisions,
    subdivision_code,
    subdivisions,
)

# First and last day of a break, weekends included, with who printed it.
PRINTED = [
    # macommune.info, 19 August 2025
    ("FR", "Zone A", "2025-10-18 2025-11-02"),
    ("FR", "Zone A", "2025-12-20 2026-01-04"),
    ("FR", "Zone A", "2026-02-07 2026-02-22"),
    ("FR", "Zone A", "2026-04-04 2026-04-19"),
    # professeurs-des-ecoles.com, agenda of 2025-2026
    ("FR", "Zone B", "2026-02-14 2026-03-01"),
    ("FR", "Zone B", "2026-04-11 2026-04-26"),
    ("FR", "Zone C", "2026-02-21 2026-03-08"),
    # doczz.net 2035116, "2016 - vacances scolaires"
    ("NL", "Noord", "2016-02-27 2016-03-06"),
    ("NL", "Noord", "2016-07-16 2016-08-28"),
    ("NL", "Zuid", "2016-07-23 2016-09-04"),
    ("DE", "NW", "2016-03-21 2016-04-02"),
    ("DE", "NW", "2016-07-11 2016-08-23"),
    ("BE", "Flemish", "2016-03-28 2016-04-10"),
    # edukacja.infor.pl, "Ferie zimowe 2026"
    ("PL", "14", "2026-01-19 2026-02-01"),
    ("PL", "12", "2026-02-02 2026-02-15"),
    ("PL", "24", "2026-02-16 2026-03-01"),
    # kalbi.pl, "Ferie zimowe 2027"
    ("PL", "24", "2027-01-18 2027-01-31"),
    ("PL", "Mazowieckie", "2027-02-01 2027-02-14"),
]


def reach_of(country, part):
    reach = school_reach(country, part)
    assert reach is not None
    return reach


@pytest.mark.parametrize(("country", "part", "ends"), PRINTED)
def test_breaks_as_printed(country, part, ends):
    first, last = (dt.date.fromisoformat(text) for text in ends.split())
    day = dt.timedelta(days=1)
    found = school_holidays(country, part, first - day, last + day).days
    assert list(found) == [first + day * n for n in range((last - first).days + 1)]


@pytest.mark.parametrize("country", ["AT", "AU", "BE", "DE", "FR", "NL", "PL"])
def test_a_calendar_covers_whole_school_years_and_no_day_more(country):
    for part in school_subdivisions(country):
        first, last = reach_of(country, part)
        known = days_of(SCHOOL, country, part, range(first.year, last.year + 1))
        assert first in known
        days = sorted(day for day in known if day <= last)
        # Nowhere do children sit in class for five months on end.
        assert max((b - a).days for a, b in pairwise(days)) < 150
        assert school_holidays(country, part, last, last + dt.timedelta(days=900)).days.keys() <= {
            last
        }


def test_countries_with_school_calendars_are_known_by_their_parts():
    assert school_subdivisions("NL") == ("Midden", "Noord", "Zuid")
    assert len(school_subdivisions("DE")) == 17
    for country in ("BG", "EG", "IL", "LA", "TH", "TW", "YE", "GB", "IT"):
        assert school_subdivisions(country) == ()
        assert school_reach(country, None) is None


@pytest.mark.parametrize(
    ("country", "part", "until"),
    [
        # The Dutch regulation runs to the summer of 2030; the Christmas after it is the package's.
        ("NL", "Noord", "2030-09-01"),
        ("PL", "14", "2028-12-31"),  # from 2029 on without a winter break
        ("DE", "NW", "2029-08-14"),  # the last school year ends with its summer
        ("DE", "BW", "2029-09-08"),  # an autumn break given up in 1993 ends nothing
        ("AU", "NSW", "2031-01-27"),  # January 2031 belongs to the school year of 2030
        ("FR", "Zone A", "2028-08-31"),  # the rota goes on for ever, the decrees do not
    ],
)
def test_the_end_is_where_the_first_break_is_missed(country, part, until):
    assert school_holidays(country, part, *[dt.date(2027, 1, 1)] * 2).known_until == (
        dt.date.fromisoformat(until)
    )


def test_laws_without_an_end_reach_as_far_as_the_package():
    assert reach_of("AT", "Wien")[1].year == 2100
    assert reach_of("BE", "Flemish")[1].year == 2100


def test_nothing_is_known_without_a_calendar():
    found = school_holidays("FR", None, dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    assert (dict(found.days), found.known_from, found.known_until) == ({}, None, None)
    assert not found.covers(dt.date(2027, 7, 20))


def test_school_holidays_check_themselves():
    day = dt.date(2027, 7, 20)
    assert SchoolHolidays({day: "Summer"}, day, day).covers(day)
    with pytest.raises(ValueError, match="go together"):
        SchoolHolidays({}, None, day)
    with pytest.raises(ValueError, match="must lie in what is known, got 2027-07-20"):
        SchoolHolidays({day: "Summer"})


def test_parts_have_holidays_of_their_own():
    friday = dt.date(2027, 3, 26)  # Good Friday: free in Moselle and Alsace alone
    assert public_holidays("FR", friday, friday, "57") == {friday: "Good Friday"}
    assert public_holidays("FR", friday, friday, "Zone A") == {}
    assert public_holidays("FR", friday, friday) == {}


def test_parts_go_by_code_and_by_name():
    assert subdivision_code("DE", "Bayern") == "BY"
    assert subdivision_code("PL", "2") == "02"
    assert subdivision_code("FR", None) is None
    assert subdivisions("DK") == {}
    with pytest.raises(ValueError, match=r"one of 57, .*Zone C.*got IDF"):
        subdivision_code("FR", "IDF")
    with pytest.raises(ValueError, match="one of none, got x"):
        public_holidays("DK", dt.date(2027, 1, 1), dt.date(2027, 1, 2), "x")


def test_public_holidays_end_where_the_package_does():
    assert public_years("LK")[1] < 2100
    assert public_years("FR")[1] == 2100
    assert days_of(PUBLIC, "LK", None, [public_years("LK")[1] + 1]) == {}


def test_dates_by_the_moon_are_estimates():
    eid = public_holidays("AE", dt.date(2027, 3, 1), dt.date(2027, 3, 31))
    assert eid
    assert all(estimate_word("AE") in name for name in eid.values())
    assert estimate_word("FR") == ""
