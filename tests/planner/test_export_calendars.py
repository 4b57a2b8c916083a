"""Calendars: every instant as planned, whatever the clocks do, and a later plan takes over."""

import datetime as dt
import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from planner.export.calendars import roster_calendars, shift_uid, zone_block
from planner.export.tours import Choice, Team, duty_rows, teams_of
from staffing.crew import Duty
from staffing.pools import Pool
from staffing.shifts import Shift

WRITTEN = dt.datetime(2026, 10, 1, 9, 30, 15, tzinfo=dt.UTC)
NIGHT = Shift(1320, 1800, ((1560, 1605),), 435)  # 22:00 to 06:00, a break at 02:00
AUTUMN, SPRING = dt.date(2026, 10, 24), dt.date(2027, 3, 27)
DAYS = [AUTUMN + dt.timedelta(days=d) for d in range(-2, 4)]


def team(duties, name="paris", timezone="Europe/Paris", agents=("Zoë",)):
    pool = Pool(name, "in_house", timezone, {}, np.array([5]), agents)
    made = [Duty(name, day, shift, agent) for agent, day, shift in duties]
    return Team(name, timezone, agents, duty_rows(made, pool), ())


def events(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def instants(content):
    """Return start and end of each shift in UTC."""
    return sorted(
        tuple(event.decoded(name).astimezone(dt.UTC) for name in ("dtstart", "dtend"))
        for event in events(content)
        if event["TRANSP"] == "OPAQUE"
    )


@pytest.mark.parametrize(
    ("day", "shift", "start", "hours"),
    [
        (AUTUMN, NIGHT, "2026-10-24T20:00+00:00", 8),
        (SPRING, NIGHT, "2027-03-27T21:00+00:00", 8),
        (AUTUMN, Shift(1320, 1650, (), 330), "2026-10-24T20:00+00:00", 5.5),  # 02:30, again
        (AUTUMN, Shift(1320, 1590, (), 270), "2026-10-24T20:00+00:00", 4.5),  # 02:30, at first
        (SPRING, Shift(1320, 1590, (), 270), "2027-03-27T21:00+00:00", 4.5),  # 03:30, not 02:30
        (AUTUMN, Shift(1500, 1560, (), 60), "2026-10-24T23:00+00:00", 1),  # from 01:00 next day
    ],
)
def test_no_hour_is_lost_over_midnight_or_a_clock_change(day, shift, start, hours):
    (content,) = roster_calendars([team([("Zoë", day, shift)])], [day], WRITTEN).values()
    begin = dt.datetime.fromisoformat(start)
    assert instants(content) == [(begin, begin + dt.timedelta(hours=hours))]


def test_times_are_local_save_in_the_hour_that_is_twice():
    plain, twice = (
        next(iter(roster_calendars([team([("Zoë", AUTUMN, shift)])], [AUTUMN], WRITTEN).values()))
        for shift in (NIGHT, Shift(1320, 1650, (), 330))
    )
    assert b"DTSTART;TZID=Europe/Paris:20261024T220000" in plain
    assert b"DTEND;TZID=Europe/Paris:20261025T050000" in plain  # eight hours later
    assert b"DTEND:20261025T013000Z" in twice  # 02:30 by the local clock would be the first


def test_breaks_and_the_clock_change_are_described():
    (content,) = roster_calendars([team([("Zoë", AUTUMN, NIGHT)])], [AUTUMN], WRITTEN).values()
    told = str(events(content)[0]["DESCRIPTION"]).split("\n")
    assert told == [
        "Break 02:00-02:45",
        "7.25 hours paid",
        "Times are those of Europe/Paris",
        "The clocks change: it lasts 8 h",
    ]


@pytest.mark.parametrize(
    "timezone",
    ["Europe/Paris", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata",
     "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "UTC"],
)  # fmt: skip
def test_the_zone_changes_when_it_does(timezone):
    """Read by another library, the block gives the offsets of the zone in every hour."""
    block = zone_block(timezone, [dt.date(2026, 10, 19), dt.date(2027, 3, 28)])
    (read,) = [tzical(io.StringIO(block.to_ical().decode())).get()]
    zone = ZoneInfo(timezone)
    first_half_hour = dt.datetime.fromisoformat("2026-01-02T00:00")
    hours = [first_half_hour + dt.timedelta(minutes=30 * n) for n in range(2 * 24 * 720)]
    wrong = []
    for local in hours:
        first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        if first == second and local.replace(tzinfo=read).utcoffset() != first:
            wrong.append(local)  # an hour that is skipped or twice may be told either way
    assert wrong == []


def test_the_same_plan_gives_the_same_bytes_and_a_later_one_wins():
    one = team([("Zoë", AUTUMN, NIGHT)])
    first = roster_calendars([one], DAYS, WRITTEN)
    assert roster_calendars([one], DAYS, WRITTEN) == first
    moved = team([("Zoë", AUTUMN + dt.timedelta(days=1), NIGHT)])
    later = roster_calendars([moved], DAYS, WRITTEN + dt.timedelta(minutes=1))
    before, after = (
        {str(event["UID"]): event for event in events(files["Zoë.ics"])} for files in (first, later)
    )
    # Whatever the first put into the calendar the second replaces: no shift of it stays behind.
    assert before.keys() == after.keys()
    for uid, event in after.items():
        assert event["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert event.decoded("dtstamp") > before[uid].decoded("dtstamp")
    moved_off = after[shift_uid("paris", "Zoë", AUTUMN, 1)]
    assert (str(moved_off["SUMMARY"]), moved_off.decoded("dtstart")) == ("No shift", AUTUMN)


def test_two_shifts_of_a_day_are_two_events():
    halves = [("Zoë", AUTUMN, Shift(900, 1080, (), 180)), ("Zoë", AUTUMN, Shift(480, 660, (), 180))]
    (content,) = roster_calendars([team(halves)], [AUTUMN], WRITTEN).values()
    found = {event.decoded("dtstart").hour: str(event["UID"]) for event in events(content)}
    wanted = {8: shift_uid("paris", "Zoë", AUTUMN, 1), 15: shift_uid("paris", "Zoë", AUTUMN, 2)}
    assert found == wanted


@pytest.mark.parametrize(
    "name", ["a;b,c\\n", "x\r\nEND:VEVENT\r\nBEGIN:VALARM", "a\nATTACH:b", "l\u2028s\x00", "é" * 99]
)
def test_no_name_breaks_out_of_its_line(name):
    one = team([(name, AUTUMN, NIGHT)], name=name, agents=(name,))
    (content,) = roster_calendars([one], [AUTUMN], WRITTEN).values()
    assert [type(part).__name__ for part in Calendar.from_ical(content).walk()] == [
        "Calendar", "Timezone", "TimezoneStandard", "TimezoneDaylight", "TimezoneStandard", "Event",
    ]  # fmt: skip
    lines = content.decode().split("\r\n")
    assert all(line.isprintable() for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)


def test_one_who_is_in_two_teams_has_two_calendars():
    teams = [team([], name=name, agents=("Zoë", name)) for name in ("paris", "lille")]
    assert list(roster_calendars(teams, DAYS, WRITTEN)) == [
        "Zoë (paris).ics", "paris.ics", "Zoë (lille).ics", "lille.ics",
    ]  # fmt: skip


def test_all_shifts_of_a_plan_come_back(small_plan):
    chosen = frozenset(["@partner", "london"])
    teams = teams_of(small_plan, Choice(chosen))
    files = roster_calendars(teams, small_plan.days, WRITTEN)
    assert len(files) == 60 + 40
    read = sorted(pair for content in files.values() for pair in instants(content))
    planned = sorted(
        (row.start.astimezone(dt.UTC), row.end.astimezone(dt.UTC))
        for one in teams
        for row in one.rows
    )
    assert len(planned) == sum(duty.pool in chosen for duty in small_plan.roster.duties)
    assert read == planned
    every = [event for content in files.values() for event in events(content)]
    assert len({str(event["UID"]) for event in every}) == len(every)
    assert len(every) == len(files) * len(small_plan.days)


def test_a_choice_takes_its_days_and_people_alone(small_plan):
    agent, day = small_plan.roster.duties[0].agent, small_plan.days[3]
    (one,) = teams_of(small_plan, Choice(agents=frozenset([agent]), first=day, last=day))
    assert one.agents == (agent,)
    assert {row.day for row in one.rows} <= {day}
    assert teams_of(replace(small_plan, pools=()), Choice()) == ()
