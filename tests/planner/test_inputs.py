"""The scenario in the words of forecasting and staffing."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from planner.circumstances import events_by_queue, holidays_by_queue
from planner.errors import InputError
from planner.inputs import (
    check_aht,
    check_size,
    escalations,
    histories,
    open_mask,
    simplifications,
    staffing_queues,
    target_periods,
    time_axis,
)
from planner.pool_inputs import shortage_warnings, staffing_pools
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of
from planner.sources.table import load_history
from staffing.pools import BreakRule
from staffing.queues import Promise, Target

SCENARIO = """
horizon: {first_day: 2027-03-22, days: 14}
interval_minutes: 30
history: {file: contacts.csv}
markets:
  FR: {timezone: Europe/Paris, country: FR, closed: [2027-03-29]}
  GB: {timezone: Europe/London, country: GB}
queues:
  - {name: fr, market: FR, open: {mon-sat: "08:00-20:00"}, aht_s: 300, patience_s: 180,
     target: {service_level: 0.9, answer_within_s: 15, max_occupancy: 0.85, minimum: 2}}
  - {name: gb, market: GB, open: "09:00-17:30"}
  - {name: mail, market: FR, channel: email, escalates: {to: level2, share: 0.4},
     target: {reply_within_hours: 7, clock: open}}
  - {name: level2, market: FR, channel: email, aht_s: 600}
events:
  - mothers_day
  - grandmothers_day
  - {name: mailing, markets: [FR], queues: [fr], dates: [2027-03-23], uplift: 1.4, days_before: 0}
pools:
  - name: paris
    queues: [mail, gb]
    agents: {2027-03-24: 3, 2027-04-01: 5}
    cost_per_hour: 58
    shifts: {paid_hours: [4, 7, 12], breaks: [{minutes: 45, after_hours: [3, 5]}]}
  - {name: partner, kind: vendor, queues: [{name: fr, speed: 0.9}], agents: [Ana, Bob],
     cost_per_contact: 4, shrinkage: 0.2, penalty: {below_service_level: 0.8,
     discount_per_point: 0.01}}
  - {name: night, kind: vendor, queues: [level2], agents: 2, cost_per_hour: 14,
     timezone: Asia/Kolkata, shifts: {earliest_start: "20:00", latest_end: "30:00"}}
"""


def read(text=SCENARIO):
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def day_rows(queue, day, aht_s=""):
    return "".join(f"{day}T{hour:02d}:30,{queue},{hour},{aht_s}\n" for hour in range(8, 12))


@pytest.fixture
def loaded(tmp_path):
    def loaded(text=SCENARIO, extra="", aht_s="240"):
        table = "start,queue,contacts,aht_s\n" + extra
        for queue in ("fr", "gb", "mail"):
            table += day_rows(queue, "2027-03-01", aht_s) + day_rows(queue, "2027-03-03", aht_s)
        (tmp_path / "contacts.csv").write_text(table)
        (tmp_path / "scenario.yaml").write_text(text)
        scenario = load_scenario(tmp_path / "scenario.yaml")
        return scenario, load_history(scenario)

    return loaded


def test_the_axis_covers_every_market_across_a_clock_change():
    times = time_axis(read())
    assert times[0] == pd.Timestamp("2027-03-21T23:00Z")
    assert times[-1] == pd.Timestamp("2027-04-04T22:30Z")
    assert len(times) == 14 * 48  # an hour less by the clock, an hour more from London to Paris


def test_open_hours_are_local_and_closed_dates_shut():
    scenario = read()
    times = time_axis(scenario)
    is_open = open_mask(scenario, times)
    paris = times.tz_convert("Europe/Paris")
    first_week = is_open[0] & (paris < pd.Timestamp("2027-03-29", tz="Europe/Paris"))
    assert first_week.sum() == 6 * 24
    assert not is_open[0][paris.date == dt.date(2027, 3, 29)].any()
    assert is_open[0].sum() == 11 * 24
    london = times.tz_convert("Europe/London")[is_open[1]]
    assert {(time.hour, time.minute) for time in (london[0], london[-1])} == {(9, 0), (17, 0)}
    assert is_open[1].sum() == 14 * 17


def test_periods_are_local_days_and_weeks_that_the_horizon_cuts_off():
    text = SCENARIO.replace("2027-03-22, days: 14", "2027-03-24, days: 14")  # from a Wednesday
    text = text.replace("answer_within_s: 15,", "answer_within_s: 15, over: week,")
    scenario = read(text.replace('open: "09:00-17:30"', "open: 24h, target: {over: day}"))
    times = time_axis(scenario)
    week, day, mail, _ = target_periods(scenario, times)
    assert (mail == -1).all()
    assert np.unique(week, return_counts=True)[1].tolist() == [2, 5 * 48 - 2, 7 * 48, 2 * 48]
    paris, london = times.tz_convert("Europe/Paris"), times.tz_convert("Europe/London")
    for number, monday in ((1, "2027-03-29"), (2, "2027-04-05")):
        assert paris[week == number][0] == pd.Timestamp(monday, tz="Europe/Paris")
    assert london[day == 4][0] == pd.Timestamp("2027-03-28", tz="Europe/London")
    assert np.bincount(day[day >= 0]).tolist() == [48] * 4 + [46] + [48] * 9  # the clock goes on
    assert (day[london < pd.Timestamp("2027-03-24", tz="Europe/London")] == -1).all()


def test_a_forecast_by_day_has_one_interval_a_day():
    scenario = read(SCENARIO.replace("interval_minutes: 30", "interval_minutes: 1440"))
    times = time_axis(scenario)
    assert list(times.strftime("%m-%d")) == [f"{day:%m-%d}" for day in scenario.days]
    assert open_mask(scenario, times)[0].tolist() == [
        day.weekday() < 6 and day != dt.date(2027, 3, 29) for day in scenario.days
    ]


def test_histories_are_on_the_grid(loaded):
    scenario, table = loaded()
    past = histories(scenario, table)
    assert [history.queue for history in past] == ["fr", "gb", "mail"]
    fr, gb, _ = past
    assert fr.first_day == dt.date(2027, 3, 1)
    assert fr.contacts[0, 17] == 8  # 08:30 is the 18th half hour
    assert np.isnan(fr.contacts[1]).all()
    assert fr.contacts[2].sum() == 8 + 9 + 10 + 11
    assert fr.aht_s is not None
    assert gb.aht_s is not None
    assert fr.aht_s[0, 17] == 300  # the scenario's own
    assert gb.aht_s[0, 17] == 240
    assert dt.date(2027, 3, 29) in fr.closed_days


def test_absent_days_may_be_zeros(loaded):
    zero = SCENARIO.replace("contacts.csv}", "contacts.csv, absent_days: zero}")
    assert histories(*loaded(zero))[0].contacts[1].sum() == 0


def test_rows_of_the_horizon_are_not_history(loaded):
    past = histories(*loaded(extra=day_rows("fr", "2027-03-22")))
    assert past[0].last_day == dt.date(2027, 3, 3)


def test_a_queue_that_is_escalated_to_needs_no_rows_before_the_horizon(loaded):
    past = histories(*loaded(extra=day_rows("level2", "2027-03-22")))
    assert [history.queue for history in past] == ["fr", "gb", "mail"]


def test_histories_by_day(loaded):
    text = SCENARIO.replace("interval_minutes: 30", "interval_minutes: 1440")
    past = histories(*loaded(text))
    assert past[1].contacts.tolist()[0] == [38]
    assert past[1].timezone == "UTC"


def test_a_handling_time_nobody_knows_is_a_fault(loaded):
    check_aht(*loaded())
    with pytest.raises(InputError) as caught:
        check_aht(*loaded(aht_s=""))
    assert [fault.field for fault in caught.value.faults] == ["queues.1.aht_s", "queues.2.aht_s"]


def test_handling_times_of_the_horizon_or_of_no_contact_are_not_known(loaded):
    late = day_rows("gb", "2027-03-22", "240")
    idle = "2027-03-01T14:00,mail,0,240\n"
    with pytest.raises(InputError) as caught:
        check_aht(*loaded(extra=late + idle, aht_s=""))
    assert [fault.field for fault in caught.value.faults] == ["queues.1.aht_s", "queues.2.aht_s"]


def test_more_agents_than_can_be_told_apart_are_a_fault():
    scenario = read()
    contacts = np.ones((len(scenario.queues), 3))
    aht_s = np.full(contacts.shape, 300.0)
    aht_s[1] = np.nan
    check_size(scenario, contacts * 1e9, aht_s)
    contacts[0] *= 1e12
    with pytest.raises(InputError) as caught:
        check_size(scenario, contacts, aht_s)
    assert [str(fault) for fault in caught.value.faults] == [
        "scenario.yaml:9: queues.0 must ask for 100,000,000,000 agents at a time at most, "
        "got 1.96e+11 (contacts x AHT / interval over max_occupancy)"
    ]


def test_events_are_dated_by_market():
    events = events_by_queue(read(), dt.date(2025, 1, 1))
    names = {queue: [event.name for event in found] for queue, found in events.items()}
    assert names["fr"] == ["mothers_day", "grandmothers_day", "mailing"]
    assert names["gb"] == ["mothers_day"]
    assert names["mail"] == ["mothers_day", "grandmothers_day"]
    assert dt.date(2027, 5, 30) in events["fr"][0].dates
    assert dt.date(2027, 3, 7) in events["gb"][0].dates
    assert (events["fr"][2].uplift, events["fr"][2].window[0]) == (1.4, 0)


def test_holidays_are_the_market_s():
    holidays = holidays_by_queue(read(), dt.date(2026, 7, 1))
    assert dt.date(2026, 7, 14) in holidays["fr"]
    assert dt.date(2026, 7, 14) not in holidays["gb"]
    without = read(SCENARIO.replace(", country: GB", ""))
    assert holidays_by_queue(without, dt.date(2026, 7, 1))["gb"] == {}


def test_queues_are_staffing_s():
    fr, gb, mail, _ = staffing_queues(read())
    assert fr.target == Target(0.9, 15, max_occupancy=0.85, minimum=2)
    assert (fr.patience_s, gb.patience_s) == (180, math.inf)
    assert mail.target == Promise(7, 0.9, "open")
    chat = "aht_s: 300, channel: chat, concurrency: 2, aht_alone_s: 260"
    told = staffing_queues(read(SCENARIO.replace("aht_s: 300", chat, 1)))[0]
    assert (told.concurrency, told.aht_alone_s, fr.aht_alone_s) == (2, 260, None)
    assert escalations(read()) == {"mail": ("level2", 0.4)}


def test_pools_are_staffing_s():
    paris, partner, night = staffing_pools(read())
    assert paris.agents.tolist() == [0] * 2 + [3] * 8 + [5] * 4
    assert paris.names[0] == "paris-001"
    assert len(paris.names) == 5
    assert [pool.contract.paid for pool in (paris, partner)] == ["contracted", "scheduled"]
    assert paris.shifts.breaks == (BreakRule(45, False, (3, 5)),)
    assert paris.shifts.paid_hours == (4.0, 7.0)  # 12 is more than the contract's day
    assert partner.names == ("Ana", "Bob")
    assert partner.speed == {"fr": 0.9}
    assert (partner.vendor, paris.vendor) == ("partner", "")
    assert partner.penalty is not None
    assert partner.penalty.max_discount == 1
    assert (partner.timezone, night.timezone) == ("Europe/Paris", "Asia/Kolkata")


def test_shifts_left_out_follow_the_queues_on_the_line():
    paris, partner, night = staffing_pools(read())
    assert (paris.shifts.earliest_start, paris.shifts.latest_end) == (10 * 60, 18 * 60 + 30)
    assert (partner.shifts.earliest_start, partner.shifts.latest_end) == (8 * 60, 20 * 60)
    assert (night.shifts.earliest_start, night.shifts.latest_end) == (20 * 60, 30 * 60)
    mail = SCENARIO.replace("queues: [mail, gb]", "queues: [mail]")
    shifts = staffing_pools(read(mail))[0].shifts
    assert (shifts.earliest_start, shifts.latest_end) == (7 * 60, 21 * 60)
    always = SCENARIO.replace('open: "09:00-17:30"', "open: 24h")
    shifts = staffing_pools(read(always))[0].shifts
    assert (shifts.earliest_start, shifts.latest_end) == (0, 1440)


def test_shifts_of_a_pool_abroad_span_the_clock_changes_of_the_horizon():
    # On 28 March London moves its clocks, Kolkata does not: 09:00 is 14:30 there, then 13:30.
    abroad = SCENARIO.replace(
        "queues: [level2], agents: 2, cost_per_hour: 14,\n     timezone: Asia/Kolkata, "
        'shifts: {earliest_start: "20:00", latest_end: "30:00"}}',
        "queues: [gb], agents: 2, cost_per_hour: 14, timezone: Asia/Kolkata}",
    )
    assert abroad != SCENARIO
    shifts = staffing_pools(read(abroad))[2].shifts
    assert (shifts.earliest_start, shifts.latest_end) == (13 * 60 + 30, 23 * 60)


def test_what_is_planned_more_simply_is_said():
    simply = simplifications(read())
    assert len(simply) == 3
    assert "replies are planned in time for every contact" in simply[0]
    assert "mail" in simply[0]
    assert simply[1].startswith("penalties are taken off the invoice")
    assert simply[1].endswith(": partner")
    assert simply[2].endswith("no room for a shift of these paid lengths: paris (12 h)")
    daily = SCENARIO.replace("answer_within_s: 15,", "answer_within_s: 15, over: day,")
    assert simplifications(read(daily)) == simply
    committed = SCENARIO.replace(
        "cost_per_hour: 58", "cost_per_hour: 58\n    committed_share_of_forecast: 0.9"
    )
    assert any(
        "committed_share_of_forecast changes nothing" in s for s in simplifications(read(committed))
    )


def test_a_length_that_a_long_break_leaves_no_room_for_is_said():
    long = SCENARIO.replace("[4, 7, 12]", "[4, 7]").replace("minutes: 45", "minutes: 450")
    assert simplifications(read(long))[-1].endswith(": paris (7 h)")


def test_a_first_night_that_nobody_can_cover_is_said():
    night = SCENARIO.replace('open: "09:00-17:30"', "open: 24h").replace(
        "shifts: {paid_hours: [4, 7, 12],",
        'shifts: {earliest_start: "06:00", latest_end: "30:00", paid_hours: [8],',
    )
    assert any(
        "nobody's shift began before the first day" in s for s in simplifications(read(night))
    )
    assert not any("nobody's shift began" in s for s in simplifications(read()))


def test_a_price_of_shortage_below_the_dearest_hour_is_warned_of():
    assert shortage_warnings(read()) == ()
    (warning,) = shortage_warnings(read(SCENARIO + "shortage: {price_per_hour: 45}\n"))
    assert "not above the 82.86 that an hour on contacts costs in pool 'paris'" in warning
    assert shortage_warnings(read(SCENARIO + "shortage: {price_per_hour: 90}\n")) == ()
    assert shortage_warnings(read(SCENARIO.split("pools:")[0])) == ()


def test_breaks_that_leave_no_shift_are_a_fault():
    text = SCENARIO.replace(
        "breaks: [{minutes: 45, after_hours: [3, 5]}]",
        "breaks: [{minutes: 45, after_hours: [3, 3]}, {minutes: 30, after_hours: [3, 3]}]",
    )
    with pytest.raises(InputError, match=r"scenario.yaml:\d+: pools.0.shifts must allow a shift"):
        staffing_pools(read(text.replace("paid_hours: [4, 7, 12]", "paid_hours: [4]")))
