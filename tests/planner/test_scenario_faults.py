"""Whatever is wrong in a scenario is told with its line, all of it at once."""

import pytest

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of
from planner.scenario.queues import Target

GOOD = """\
horizon: {first_day: 2027-02-01, days: 7}
interval_minutes: 15
history: {file: contacts.csv}
markets:
  FR: {timezone: Europe/Paris, country: FR}
queues:
  - name: fr-phone
    market: FR
    target: {service_level: 0.80, answer_within_s: 20}
  - {name: fr-email, channel: email}
events: [valentines_day]
pools:
  - name: paris
    queues: [fr-phone]
    agents: 5
    cost_per_hour: 58
    shifts: {earliest_start: "07:00", latest_end: "21:00", paid_hours: [4, 7]}
"""


def faults_of(text):
    with pytest.raises(InputError) as caught:
        scenario_of(parse_yaml(text, "scenario.yaml"))
    assert caught.value.exit_status == 2
    return [str(fault) for fault in caught.value.faults]


def test_the_good_one_is_good():
    assert scenario_of(parse_yaml(GOOD, "scenario.yaml")).queues[0].name == "fr-phone"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("service_level: 0.80", "service_level: 80.0",
         "9: queues.0.target.service_level must be in (0, 1), a fraction, got 80.0"),
        ("service_level: 0.80", "service_level: 80%",
         "9: queues.0.target.service_level must be in (0, 1), a fraction, got '80%'"),
        ("service_level: 0.80", "servicelevel: 0.8",
         "9: queues.0.target.servicelevel must be a known key (nearest: 'service_level'), "
         "got 'servicelevel'"),
        ("answer_within_s: 20", "answer_within_s: -1",
         "9: queues.0.target.answer_within_s must be a number >= 0, got -1"),
        ("answer_within_s: 20", "over: month",
         "9: queues.0.target.over must be one of interval, day, week, got 'month'"),
        ("{service_level: 0.80, answer_within_s: 20}", "0.8",
         "9: queues.0.target must be a mapping such as {service_level: 0.80, answer_within_s: 20}, "
         "got 0.8"),
        ("channel: email", "channel: fax",
         "10: queues.1.channel must be one of phone, chat, messaging, email, social, got 'fax'"),
        ("channel: email", "channel: email, target: {service_level: 0.8}",
         "10: queues.1.target must name reply_within_hours, as email may wait, "
         "got 'a service level in seconds'"),
        ("channel: email", "channel: chat, target: {reply_within_hours: 2}",
         "10: queues.1.target must name service_level and answer_within_s, as a chat waits on the "
         "line, got 'reply_within_hours'"),
        ("channel: email", "concurrency: 2",
         "10: queues.1.concurrency must be 1 for phone, got 2"),
        ("channel: email", "channel: chat, aht_alone_s: 200",
         "10: queues.1.aht_alone_s must be left out where concurrency is 1, got 200"),
        ("channel: email", "channel: messaging, concurrency: 2, aht_alone_s: 200",
         "10: queues.1.aht_alone_s must be left out where a reply in hours is promised, as agents "
         "keep all open then, got 200"),
        ("channel: email", "channel: chat, concurrency: 3, aht_s: 420, aht_alone_s: 500",
         "10: queues.1.aht_alone_s must be from aht_s / concurrency (140) to aht_s (420), got 500"),
        ("channel: email", "channel: chat, concurrency: 3, aht_s: 420, aht_alone_s: 139",
         "10: queues.1.aht_alone_s must be from aht_s / concurrency (140) to aht_s (420), got 139"),
        ("channel: email", "channel: chat, concurrency: 3, aht_alone_s: 0",
         "10: queues.1.aht_alone_s must be a number of seconds from 0.001 to 1000000, got 0"),
        ("channel: email", "aht_s: .nan",
         "10: queues.1.aht_s must be a number of seconds from 0.001 to 1000000, got nan"),
        ("channel: email", "aht_s: 1.0e-300",
         "10: queues.1.aht_s must be a number of seconds from 0.001 to 1000000, got 1e-300"),
        ("channel: email", "aht_factor: 1.0e-300",
         "10: queues.1.aht_factor must be a number from 0.001 to 1000, got 1e-300"),
        ("channel: email", "aht_s: true",
         "10: queues.1.aht_s must be a number of seconds from 0.001 to 1000000, got true"),
        ("channel: email", "aht_s: five",
         "10: queues.1.aht_s must be a number of seconds from 0.001 to 1000000, got 'five'"),
        ("channel: email", "chanel: email",
         "10: queues.1.chanel must be a known key (nearest: 'channel'), got 'chanel'"),
        ("name: fr-email", "name: fr-phone",
         "10: queues.1.name must be unique among queues, got 'fr-phone' again"),
        ("name: fr-email, ", "", "10: queues.1.name must be given, got nothing"),
        ("name: fr-email", "name: 12",
         "10: queues.1.name must be text of one line (put it in quotes), got 12"),
        ("market: FR", "market: DE", "8: queues.0.market must be one of FR, got 'DE'"),
        ("market: FR", "market: [FR]",
         "8: queues.0.market must be text of one line (put it in quotes), got ['FR']"),
        ("FR: {timezone", "GB: {timezone: Europe/London}\n  FR: {timezone",
         "11: queues.1.market must be one of GB, FR, got nothing"),
        ("timezone: Europe/Paris, ", "", "5: markets.FR.timezone must be given, got nothing"),
        ("Europe/Paris", "Europe/Pari",
         "5: markets.FR.timezone must be an IANA time zone such as 'Europe/Paris' "
         "(nearest: 'Europe/Paris'), got 'Europe/Pari'"),
        ("country: FR", "country: XX",
         "5: markets.FR.country must be an ISO 3166 code such as 'FR', got 'XX'"),
        ("country: FR", "country: FR, subdivision: ZoneA",
         "5: markets.FR.subdivision must be one of 57, 6AE, 971, 972, 973, 974, 976, BL, MF, NC, "
         "PF, PM, TF, WF, Zone A, Zone B, Zone C (nearest: 'Zone A'), got 'ZoneA'"),
        ("country: FR", "country: AT, subdivision: Tyrol",
         "5: markets.FR.subdivision must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9 (nearest: 'Tirol'), "
         "got 'Tyrol'"),
        ("country: FR", "country: PL, subdivision: 99",
         "5: markets.FR.subdivision must be one of 02, 04, 06, 08, 10, 12, 14, 16, 18, 20, 22, 24, "
         "26, 28, 30, 32, got 99"),
        ("country: FR", "country: DK, subdivision: Jylland",
         "5: markets.FR.subdivision must be left out in DK, which has none, got 'Jylland'"),
        ("country: FR", "subdivision: BY",
         "5: markets.FR.subdivision must go with country, got 'BY' alone"),
        ("country: FR", "country: FR, subdivision: true",
         "5: markets.FR.subdivision must be text of one line (put it in quotes), got true"),
        ("country: FR", "country: FR, school_holidays: maybe",
         "5: markets.FR.school_holidays must be true or false, got 'maybe'"),
        ("country: FR", "country: FR, schoolholidays: true",
         "5: markets.FR.schoolholidays must be a known key (nearest: 'school_holidays'), "
         "got 'schoolholidays'"),
        ("interval_minutes: 15", "interval_minutes: 20",
         "2: interval_minutes must be one of 5, 10, 15, 30, 60, 1440, got 20"),
        ("days: 7", "days: 0", "1: horizon.days must be a whole number from 1 to 800, got 0"),
        ("days: 7", "days: 801", "1: horizon.days must be a whole number from 1 to 800, got 801"),
        ("cost_per_hour: 58", "cost_per_hour: 1000001",
         "16: pools.0.cost_per_hour must be a number from 0 to 1000000, got 1000001"),
        ("agents: 5", "agents: 20001",
         "15: pools.0.agents must be a whole number from 0 to 20000, a list of names, "
         "{date: number} or {file: agents.csv}, got 20001"),
        ("agents: 5", "agents: {2027-02-01: 100000000000000000000}",
         "15: pools.0.agents.2027-02-01 must be a whole number from 0 to 20000, "
         "got 100000000000000000000"),
        ("agents: 5", 'agents: {file: "a\\0b"}',
         "15: pools.0.agents.file must name a CSV with the column agent, got 'a\\x00b'"),
        ("paid_hours: [4, 7]", "paid_hours: [0.1, 7]",
         "17: pools.0.shifts.paid_hours.0 must be a number of hours from 0.5 to 24, got 0.1"),
        ("paid_hours: [4, 7]", "breaks: [{minutes: 481, after_hours: [3, 5]}]",
         "17: pools.0.shifts.breaks.0.minutes must be a whole number from 1 to 480, got 481"),
        ("[valentines_day]", "[{name: valentines_day, uplift: 1001}]",
         "11: events.0.uplift must be a number from 0 to 1000, got 1001"),
        ("[valentines_day]", "[{name: valentines_day, multiplier: 1001}]",
         "11: events.0.multiplier must be a number from 0 to 1000, got 1001"),
        ("first_day: 2027-02-01", "first_day: tomorrow",
         "1: horizon.first_day must be a date from 1970 to 2199 such as 2027-02-14, "
         "got 'tomorrow'"),
        ("first_day: 2027-02-01", "first_day: 2027-02-30",
         "1: horizon.first_day must be a date from 1970 to 2199 such as 2027-02-14, "
         "got '2027-02-30'"),
        ("{file: contacts.csv}", "{}",
         "3: history must have one of file, zendesk, sql, got none of them"),
        ("{file: contacts.csv}", "{file: a.csv, zendesk: b.csv}",
         "3: history must have one of file, zendesk, sql, got file and zendesk"),
        ("{file: contacts.csv}", "{sql: 'sqlite:///a.db'}",
         "3: history.query must go with sql: the query that selects start, queue and contacts, "
         "got nothing"),
        ("[valentines_day]", "[valentine_day]",
         "11: events.0.name must have dates or be one of valentines_day, womens_day, "
         "grandmothers_day, mothers_day, fathers_day, easter, all_saints, halloween, thanksgiving, "
         "black_friday, christmas, new_year, month_start, month_end (nearest: 'valentines_day'), "
         "got 'valentine_day'"),
        ("[valentines_day]", "[{name: x, dates: [2027-02-01], markets: [DE]}]",
         "11: events.0.markets.0 must be one of FR, got 'DE'"),
        ("[valentines_day]", "[{name: x, dates: [soon], uplift: -1}]",
         "11: events.0.dates.0 must be a date from 1970 to 2199 such as 2027-02-14, got 'soon'"),
        ("[valentines_day]", "valentines_day",
         "11: events must be a list, got 'valentines_day'"),
        ("queues: [fr-phone]", "queues: [fr-fone]",
         "14: pools.0.queues.0 must be one of fr-phone, fr-email (nearest: 'fr-phone'), "
         "got 'fr-fone'"),
        ("queues: [fr-phone]", "queues: [fr-phone, {name: fr-phone, speed: 2}]",
         "14: pools.0.queues.1 must be named once, got 'fr-phone' again"),
        ("queues: [fr-phone]", "queues: []",
         "14: pools.0.queues must have 1 or more items, got []"),
        ("    cost_per_hour: 58\n", "",
         "13: pools.0 must have either cost_per_hour or cost_per_contact, got neither"),
        ("cost_per_hour: 58", "cost_per_hour: 58\n    cost_per_contact: 4",
         "13: pools.0 must have either cost_per_hour or cost_per_contact, got both"),
        ("cost_per_hour: 58", "cost_per_contact: 4\n    minimum_hours_per_week: 40",
         "17: pools.0.minimum_hours_per_week must go with cost_per_hour, got cost_per_contact"),
        ("cost_per_hour: 58", "cost_per_hour: -58",
         "16: pools.0.cost_per_hour must be a number from 0 to 1000000, got -58"),
        ("agents: 5", "agents: -5",
         "15: pools.0.agents must be a whole number from 0 to 20000, a list of names, "
         "{date: number} or {file: agents.csv}, got -5"),
        ("agents: 5", "agents: {soon: 5}",
         "15: pools.0.agents.soon must be a date such as 2027-02-01: number of agents, got 'soon'"),
        ("agents: 5", "agents: {2027-02-01: -5}",
         "15: pools.0.agents.2027-02-01 must be a whole number from 0 to 20000, got -5"),
        ("agents: 5", "agents: [Bob, Bob]",
         "15: pools.0.agents.1 must be named once, got 'Bob'"),
        ("agents: 5", "shrinkage: 30\n    agents: 5",
         "15: pools.0.shrinkage must be in [0, 1), a fraction, got 30"),
        ('latest_end: "21:00"', 'latest_end: "06:00"',
         "17: pools.0.shifts.latest_end must be after earliest_start (07:00); 06:00 on the next "
         "day is '30:00', got '06:00'"),
        ("paid_hours: [4, 7]", "paid_hours: [15]",
         "17: pools.0.shifts.paid_hours must hold a length that fits, breaks included, from "
         "07:00 to 21:00, "
         "got [15.0]"),
        ("paid_hours: [4, 7]", "paid_hours: [11, 12]",
         "17: pools.0.shifts.paid_hours must hold a length up to contract.max_hours_per_day (10), "
         "got [11.0, 12.0]"),
        ("paid_hours: [4, 7]", "breaks: [{minutes: 45, after_hours: [8, 9]}]",
         "17: pools.0.shifts.breaks.0.after_hours must end its window before the end of the "
         "longest shift (7 paid hours), got [8.0, 9.0]"),
        ("paid_hours: [4, 7]", "breaks: [{minutes: 45, after_hours: [5, 3]}]",
         "17: pools.0.shifts.breaks.0.after_hours must be [earliest, latest] in that order, "
         "got [5.0, 3.0]"),
        ("paid_hours: [4, 7]", "start_every_minutes: 7",
         "17: pools.0.shifts.start_every_minutes must be 5, 10, 15, 20, 30, 60 or another multiple "
         "of 5 that divides a day, got 7"),
        ('"07:00"', "7h", "17: pools.0.shifts.earliest_start must be a local time such as '07:00', "
         "got '7h'"),
        ("market: FR", "open: {mon-fry: '08:00-20:00'}",
         "8: queues.0.open.mon-fry must be days out of mon, tue, wed, thu, fri, sat, sun, such as "
         "'mon-sat' or 'mon,wed', got 'mon-fry'"),
        ("market: FR", "open: {mon: 8 to 20}",
         "8: queues.0.open.mon must be hours such as '08:00-20:00', '08:00-12:00,14:00-18:00', "
         "'24h' or 'closed', got '8 to 20'"),
        ("market: FR", "open: {mon-wed: 24h, tue: closed}",
         "8: queues.0.open.tue must name each day once, got 'tue'"),
        ("market: FR", "escalates: {to: level2, share: 0.4}",
         "8: queues.0.escalates.to must be one of fr-phone, fr-email, got 'level2'"),
        ("market: FR", "escalates: {to: fr-phone, share: 0.4}",
         "8: queues.0.escalates.to must not lead back, got the loop fr-phone -> fr-phone"),
        ("market: FR", "escalates: {to: fr-email, share: 40}",
         "8: queues.0.escalates.share must be in (0, 1], a fraction, got 40"),
        ("interval_minutes: 15", "intervall_minutes: 15",
         "2: intervall_minutes must be a known key (nearest: 'interval_minutes'), "
         "got 'intervall_minutes'"),
        ("interval_minutes: 15", "risk: 1", "2: risk must be in (0, 1), a fraction, got 1"),
        ("interval_minutes: 15", "risk: [0.5]", "2: risk must be in (0, 1), a fraction, got [0.5]"),
        ("interval_minutes: 15", "risk: {paths: 1}",
         "2: risk.paths must be a whole number from 2 to 50, got 1"),
        ("interval_minutes: 15", "risk: {paths: 2.5}",
         "2: risk.paths must be a whole number from 2 to 50, got 2.5"),
        ("interval_minutes: 15", "risk: {paths: true}",
         "2: risk.paths must be a whole number from 2 to 50, got true"),
        ("interval_minutes: 15", "risk: {paths: 51}",
         "2: risk.paths must be a whole number from 2 to 50, got 51"),
        ("interval_minutes: 15", "risk: {worst: 0}",
         "2: risk.worst must be in (0, 1], a fraction, got 0"),
        ("interval_minutes: 15", "risk: {worst: 20}",
         "2: risk.worst must be in (0, 1], a fraction, got 20"),
        ("interval_minutes: 15", "risk: {weight: -0.1}",
         "2: risk.weight must be in [0, 1], a fraction, got -0.1"),
        ("interval_minutes: 15", "risk: {pathes: 10}",
         "2: risk.pathes must be a known key (nearest: 'paths'), got 'pathes'"),
        ("interval_minutes: 15", "interval_minutes: 15\ninterval_minutes: 30",
         "3: interval_minutes must be named once, got it again (first on line 2)"),
        ("interval_minutes: 15", "currency: euro", "2: currency must look like ^[A-Z]{3}$, "
         "got 'euro'"),
        ("interval_minutes: 15", "shortage: {price_per_hour: 0}",
         "2: shortage.price_per_hour must be a number > 0, got 0"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(old, new, fault):
    assert old in GOOD
    assert faults_of(GOOD.replace(old, new, 1))[0] == f"scenario.yaml:{fault}"


def test_rules_between_keys_are_told_beside_faults_of_other_keys():
    text = GOOD.replace(
        "name: fr-email, channel: email", "name: fr-email, aht_s: -1, concurrency: 3"
    )
    text = text.replace("agents: 5", "agents: -5").replace("paid_hours: [4, 7]", (
        "start_every_minutes: 7, breaks: [{minutes: 0, after_hours: [5, 3]}]"
    )).replace('"21:00"', '"06:00"')  # fmt: skip
    assert sorted(fault.split(" ")[1] for fault in faults_of(text)) == [
        "pools.0.agents",
        "pools.0.shifts.breaks.0.after_hours",
        "pools.0.shifts.breaks.0.minutes",
        "pools.0.shifts.latest_end",
        "pools.0.shifts.start_every_minutes",
        "queues.1.aht_s",
        "queues.1.concurrency",
    ]


def test_a_fault_in_the_only_queue_brings_no_others():
    text = GOOD.replace("  - {name: fr-email, channel: email}\n", "")
    assert faults_of(text.replace("market: FR", "aht_s: -1")) == [
        "scenario.yaml:8: queues.0.aht_s must be a number of seconds from 0.001 to 1000000, got -1"
    ]


def test_an_answer_at_once_may_be_promised():
    text = GOOD.replace("answer_within_s: 20", "answer_within_s: 0")
    target = scenario_of(parse_yaml(text, "scenario.yaml")).queues[0].target
    assert isinstance(target, Target)
    assert target.answer_within_s == 0


@pytest.mark.parametrize("key", ["2027", "2027-01-01", "true", "1.5"])
def test_a_variant_is_named_in_text(key):
    name = "True" if key == "true" else key
    found = faults_of(GOOD + f"variants: {{{key}: {{seed: 2}}}}\n")
    assert len(found) == 1
    start = f"scenario.yaml:18: variants.{name} must be text (put it in quotes), got "
    assert found[0].startswith(start)


@pytest.mark.parametrize("seed", ["1" * 400, "0x" + "f" * 400, "0x" + "f" * 5000, "1" * 5000])
def test_a_number_of_many_digits_is_one_short_fault(seed):
    found = faults_of(GOOD + f"seed: {seed}\n")
    assert len(found) == 1
    assert found[0].startswith("scenario.yaml:18: seed must be ")
    assert len(found[0]) < 200


def test_what_cannot_be_printed_is_escaped_and_what_is_long_is_cut():
    text = GOOD.replace("queues: [fr-phone]", 'queues: ["a\\e[31m\\nb"]') + '"se\\ned": 1\n'
    found = faults_of(text + f"? {'k' * 1000}\n: 1\n")
    assert all(fault.isprintable() and len(fault) < 500 for fault in found)
    assert any("got 'a\\x1b[31m\\nb'" in fault for fault in found)
    assert any("se\\ned must be a known key" in fault for fault in found)
    assert any(f"{'k' * 77}... must be" in fault for fault in found)


def test_all_faults_are_told_at_once_in_order():
    text = GOOD.replace("0.80", "80").replace("queues: [fr-phone]", "queues: [x]")
    text = text.replace("Europe/Paris", "Paris").replace("days: 7", "days: -1")
    found = faults_of(text)
    assert [fault.split(" ")[0] for fault in found] == [
        "scenario.yaml:1:", "scenario.yaml:5:", "scenario.yaml:9:", "scenario.yaml:14:"
    ]  # fmt: skip


def test_an_escalation_in_a_circle_is_a_fault():
    text = GOOD.replace("market: FR", "escalates: {to: fr-email, share: 0.4}", 1)
    text = text.replace("channel: email", "channel: email, escalates: {to: fr-phone, share: 0.1}")
    assert "fr-phone -> fr-email -> fr-phone" in faults_of(text)[0]


def two_markets(first, second, minutes, days=7):
    text = GOOD.replace("interval_minutes: 15", f"interval_minutes: {minutes}")
    text = text.replace("days: 7", f"days: {days}").replace("Europe/Paris", first)
    text = text.replace("queues:\n", f"  XX: {{timezone: {second}}}\nqueues:\n", 1)
    return text.replace("channel: email", "channel: email, market: XX")


@pytest.mark.parametrize(
    ("first", "second", "minutes", "apart"),
    [
        ("Europe/Paris", "Asia/Kolkata", 60, "markets FR and XX (4 h 30)"),
        ("Europe/Paris", "Asia/Kathmandu", 30, "markets FR and XX (4 h 45)"),
        ("Australia/Lord_Howe", "Australia/Lord_Howe", 60, "seasons in FR (0 h 30)"),
    ],
)
def test_an_interval_that_two_clocks_do_not_share_is_a_fault(first, second, minutes, apart):
    assert faults_of(two_markets(first, second, minutes, days=90)) == [
        f"scenario.yaml:2: interval_minutes must divide the clocks' difference between {apart}, "
        f"got {minutes}"
    ]


def test_an_interval_that_all_clocks_share_is_none():
    for second, minutes in (
        ("Asia/Kolkata", 30), ("Asia/Kolkata", 1440), ("Asia/Kathmandu", 15), ("Asia/Tokyo", 60)
    ):  # fmt: skip
        scenario_of(parse_yaml(two_markets("Europe/Paris", second, minutes), "scenario.yaml"))
    alone = GOOD.replace("Europe/Paris", "Asia/Kolkata").replace("minutes: 15", "minutes: 60")
    scenario_of(parse_yaml(alone, "scenario.yaml"))


def test_an_agent_in_two_pools_is_a_fault():
    text = GOOD.replace("agents: 5", "agents: [Ana]") + (
        "  - {name: nice, queues: [fr-phone], agents: [Ana], cost_per_hour: 1}\n"
    )
    assert faults_of(text) == [
        "scenario.yaml:18: pools.1.agents must be in one pool only, got 'Ana', who is in pool "
        "'paris' too"
    ]


def test_a_name_that_another_pool_makes_up_is_a_fault():
    text = GOOD + "  - {name: own, queues: [fr-phone], agents: [paris-005], cost_per_hour: 1}\n"
    assert faults_of(text) == [
        "scenario.yaml:18: pools.1.agents must be in one pool only, got 'paris-005', a name that "
        "pool 'paris' makes up for its agents"
    ]
    scenario_of(parse_yaml(text.replace("paris-005", "paris-006"), "scenario.yaml"))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: 1\nb: " + "[" * 3000 + "]" * 3000, "scenario.yaml:2: must be nested 50 deep at most"),
        ("a: 1\nb: " + "[" * 60 + "]" * 60, "scenario.yaml:2: b.0.0.0 must be nested 50 deep"),
        ("a: 1\nb: !!bool maybe\n", "scenario.yaml:2: b must be a plain value, got 'maybe'"),
        (f"? 0x{'f' * 5000}\n: 1\n", "scenario.yaml:1: must have keys of text"),
        ("? !!seq a\n: 1\n", "scenario.yaml:1: must have keys of text"),
        ('a: 1\nb: !!int ""\n', "scenario.yaml:2: b must be a plain value, got ''"),
        ("a: [1,\nb: 2\n", "scenario.yaml:3: must be YAML, got: expected ',' or ']'"),
        ("a:\n\t- b\n", "scenario.yaml:2: must be YAML, got: found character"),
        ("a: *b\n", "scenario.yaml:1: must be YAML, got: found undefined alias"),
        ("- 1\n", "scenario.yaml:1: must be a mapping of keys"),
        ("", "scenario.yaml:1: must be a mapping of keys"),
        ("a: 1\n---\nb: 2\n", "scenario.yaml:2: must be YAML, got: but found another document"),
        ("a: &x [*x]\n", "scenario.yaml:1: a.0 must be a value of its own"),
        ("a: \x00\n", "scenario.yaml: must be YAML, got: "),
        ("? [1, 2]\n: 3\n", "scenario.yaml:1: must have keys of text"),
        ("a: !!python/object 3\n", "scenario.yaml:1: a must be a plain value"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text, start):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "scenario.yaml")
    assert str(caught.value.faults[0]).startswith(start)


def test_an_alias_of_aliases_does_not_go_on_for_ever():
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for i in range(1, 9):
        lines.append(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]")
    with pytest.raises(InputError, match="alias without end"):
        parse_yaml("\n".join(lines), "scenario.yaml")


def test_a_file_that_is_absent_or_no_text_is_a_fault(tmp_path):
    with pytest.raises(InputError, match="must be a file that can be read"):
        load_scenario(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nname: caf\xe9\n")
    with pytest.raises(InputError, match=r"latin.yaml:2: must be UTF-8 text, got byte 0xe9"):
        load_scenario(tmp_path / "latin.yaml")
