"""Overrides and events like others: from the scenario to the core, every fault told at once."""

import datetime as dt

import numpy as np
import pytest

from forecasting.overrides import Override, apply_overrides
from planner.check import describe
from planner.circumstances import events_by_queue, overrides_by_queue
from planner.errors import InputError
from planner.foreseen import foreseen_notes, override_words
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of

SCENARIO = """\
horizon: {first_day: 2027-02-08, days: 14}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}, DK: {timezone: Europe/Copenhagen, country: DK}}
queues:
  - {name: fr-phone, market: FR, aht_s: 300}
  - {name: fr-email, market: FR, aht_s: 300, channel: email}
  - {name: dk-phone, market: DK, aht_s: 300}
events: [mothers_day, {name: valentines_day, markets: [FR]}]
overrides:
  - {queues: [fr-phone], first_day: 2027-02-13, last_day: 2027-02-14, factor: 1.2, note: "TV spot"}
  - {event: valentines_day, factor: 1.1, name: warm}
  - {queues: [fr-email], day: 2027-02-15, contacts: 800}
  - {markets: [DK], add: -5}
"""
EVENTS = "events: [mothers_day, {name: valentines_day, markets: [FR]}]"
LAST = "  - {markets: [DK], add: -5}"


def read(text=SCENARIO, chosen=()):
    return scenario_of(parse_yaml(text, "scenario.yaml"), chosen)


def faults_of(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return [str(fault).removeprefix("scenario.yaml:") for fault in caught.value.faults]


def test_each_queue_gets_the_overrides_that_concern_it_in_order():
    found = overrides_by_queue(read())
    spot = Override(dt.date(2027, 2, 13), dt.date(2027, 2, 14), factor=1.2, note="TV spot")
    warm = Override(event="valentines_day", factor=1.1)
    day = dt.date(2027, 2, 15)
    assert found == {
        "fr-phone": (spot, warm),
        "fr-email": (warm, Override(day, day, contacts=800.0)),
        "dk-phone": (Override(add=-5.0),),
    }


def test_the_core_takes_what_the_scenario_gives():
    scenario = read()
    total = np.full(14, 100.0)
    peak = {"valentines_day": np.where(np.arange(14) == 6, 3.0, 1.0)}
    after, touched = apply_overrides(
        scenario.days, total, total > 0, peak, overrides_by_queue(scenario)["fr-phone"]
    )
    assert after[5:8].tolist() == pytest.approx([120, 120 / 3 * 3.2, 100])
    assert touched.nonzero()[0].tolist() == [5, 6]


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("{queues: [fr-fone], add: 5}",
         "queues.0 must be one of fr-phone, fr-email, dk-phone (nearest: 'fr-phone'), "
         "got 'fr-fone'"),
        ("{markets: [FRA], add: 5}", "markets.0 must be one of FR, DK (nearest: 'FR'), got 'FRA'"),
        ("{event: valentine_day, factor: 2}",
         "event must be one of mothers_day, valentines_day (nearest: 'valentines_day'), "
         "got 'valentine_day'"),
        ("{queues: [fr-phone]}", " must have one of factor, add, contacts, got none of them"),
        ("{factor: 2, contacts: 5}",
         " must have one of factor, add, contacts, got factor and contacts"),
        ("{factor: -1}", "factor must be a number from 0 to 1000, got -1"),
        ("{contacts: -1}", "contacts must be a number from 0 to 1000000, got -1"),
        ("{add: .nan}", "add must be a number from -1000000 to 1000000, got nan"),
        ("{day: 2027-02-14, last_day: 2027-02-15, add: 5}",
         "last_day must go without day, got both"),
        ("{first_day: 2027-02-14, last_day: 2027-02-13, add: 5}",
         "last_day must be 2027-02-14 or later, got 2027-02-13"),
        ("{day: tomorrow, add: 5}",
         "day must be a date from 1970 to 2199 such as 2027-02-14, got 'tomorrow'"),
        ("{name: warm, add: 5}", "name must be unique among overrides, got 'warm' again"),
        ("{facto: 2, add: 5}", "facto must be a known key (nearest: 'factor'), got 'facto'"),
    ],
)  # fmt: skip
def test_a_wrong_override_is_told(override, fault):
    dot = "" if fault.startswith(" ") else "."
    assert faults_of(SCENARIO.replace(LAST, f"  - {override}")) == [f"13: overrides.3{dot}{fault}"]


def test_check_lists_the_overrides_in_words(tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    rows = "".join(f"2026-06-01T10:00,{q},5\n" for q in ("fr-phone", "fr-email", "dk-phone"))
    (tmp_path / "contacts.csv").write_text("start,queue,contacts\n" + rows)
    check = describe(tmp_path / "scenario.yaml", ())
    assert check.overrides == (
        "times 1.2 from 2027-02-13 until 2027-02-14 in fr-phone (TV spot)",
        "the effect of valentines_day times 1.1 in fr-phone, fr-email (warm)",
        "800 contacts on 2027-02-15 in fr-email",
        "-5 contacts a day in dk-phone",
    )
    assert "  override  800 contacts on" in check.text()


def test_many_queues_are_counted():
    queues = "".join(f"  - {{name: q{i}, market: FR}}\n" for i in range(6))
    text = SCENARIO.replace("queues:\n", "queues:\n" + queues).replace(LAST, "  - {add: 1}")
    assert override_words(read(text))[-1].endswith("in q0, q1, q2, q3, q4 and 4 more")


@pytest.mark.parametrize(
    ("override", "note"),
    [
        ("{day: 2027-01-01, add: 5, note: old}",
         "overrides.3 (old) changes nothing: its days lie outside the horizon"),
        ("{first_day: 2027-03-01, add: 5}",
         "overrides.3 changes nothing: its days lie outside the horizon"),
        ("{first_day: 2027-02-20, last_day: 2027-03-20, add: 5}",
         "overrides.3 reaches beyond the horizon, where it changes nothing"),
        ("{markets: [DK], event: valentines_day, factor: 2, name: danes}",
         "overrides.3 (danes) changes nothing: it concerns no queue"),
        ("{markets: [DK], queues: [fr-phone], factor: 2}",
         "overrides.3 changes nothing: it concerns no queue"),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_noted(override, note):
    assert foreseen_notes(read(SCENARIO.replace(LAST, f"  - {override}")), {}) == (note,)
    assert foreseen_notes(read(), {}) == ()


def test_variants_address_overrides_by_name_or_replace_all():
    change = "variants: {v: {overrides: {warm: {factor: 2}}}, w: {overrides: [{add: 1}]}}\n"
    warm = overrides_by_queue(read(SCENARIO + change, ["v"]))["fr-phone"][1]
    assert warm.factor == 2
    assert read(SCENARIO + change, ["w"]).overrides[0].add == 1
    away = SCENARIO + "variants: {v: {overrides: {warm: null}}}\n"
    assert len(read(away, ["v"]).overrides) == 3
    for name in ("cold", '""'):
        (fault,) = faults_of(SCENARIO + f"variants: {{v: {{overrides: {{{name}: null}}}}}}\n")
        assert "must be one of warm" in fault


def like(event, events=EVENTS):
    return SCENARIO.replace(EVENTS, events.removesuffix("]") + f", {event}]")


def test_an_event_like_another_has_its_window_and_its_own_strength():
    new = "{name: thanks, dates: [2027-02-19], like: mothers_day, strength: 0.5}"
    found = events_by_queue(read(like(new)), dt.date(2025, 1, 1))["dk-phone"]
    assert [event.name for event in found] == ["mothers_day", "thanks"]
    assert (found[1].like, found[1].strength, found[1].window) == ("mothers_day", 0.5, (14, 5))
    stated = EVENTS.replace("mothers_day", "{name: mothers_day, days_before: 4}")
    found = events_by_queue(read(like(new, stated)), dt.date(2025, 1, 1))["dk-phone"]
    assert found[1].window == (4, 5)
    own = new.replace("strength", "days_after: 1, strength")
    found = events_by_queue(read(like(own, stated)), dt.date(2025, 1, 1))["dk-phone"]
    assert found[1].window == (4, 1)


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ("{name: x, dates: [2027-02-19], like: mother_day}",
         "like must be one of mothers_day, valentines_day (nearest: 'mothers_day'), "
         "got 'mother_day'"),
        ("{name: x, dates: [2027-02-19], like: christmas}",
         "like must be one of mothers_day, valentines_day, got 'christmas'"),
        ("{name: x, dates: [2027-02-19], like: x}",
         "like must name another event, got its own name 'x'"),
        ("{name: x, dates: [2027-02-19], like: valentines_day}",
         "like must name an event that concerns dk-phone too, got 'valentines_day'"),
        ("{name: x, dates: [2027-02-19], like: mothers_day, uplift: 2}",
         "uplift must go without like, got both"),
        ("{name: x, dates: [2027-02-19], strength: 2}",
         "strength must go with like, got no like"),
        ("{name: x, dates: [2027-02-19], like: mothers_day, strength: -1}",
         "strength must be a number from 0 to 1000, got -1"),
        ("{name: x, dates: [2027-02-19], like: [1]}",
         "like must be text of one line (put it in quotes), got [1]"),
    ],
)  # fmt: skip
def test_a_wrong_likeness_is_told(event, fault):
    assert faults_of(like(event)) == [f"8: events.2.{fault}"]


def test_likeness_ends_after_one_step_and_where_the_calendar_has_no_date():
    second = "{name: y, dates: [2027-02-20], like: x}"
    first = like("{name: x, dates: [2027-02-19], like: mothers_day}")
    (fault,) = faults_of(first.replace("like: mothers_day}", f"like: mothers_day}}, {second}"))
    assert "events.3.like must name an event that is like no other itself, got 'x'" in fault
    danish = EVENTS.replace("mothers_day", "grandmothers_day")
    (fault,) = faults_of(like("{name: x, dates: [2027-02-19], like: grandmothers_day}", danish))
    assert "must name an event that concerns dk-phone too, got 'grandmothers_day'" in fault
