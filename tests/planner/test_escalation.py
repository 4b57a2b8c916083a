"""Contacts handed on arrive where somebody takes them, and their days add up."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from forecasting.forecast import forecast
from forecasting.history import History, local_slots
from forecasting.queue_forecast import Circumstances
from planner.escalation import with_escalated
from planner.inputs import escalations, local_days, open_mask, time_axis, zone_of
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of

SCENARIO = """
horizon: {first_day: 2027-03-26, days: 4}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London}}
queues:
  - {name: app, market: FR, channel: messaging, escalates: {to: level2, share: 0.5}}
  - {name: shop, market: GB, open: "09:00-18:00", escalates: {to: level2, share: 0.25}}
  - {name: level2, market: FR, open: {mon-fri: "08:00-18:00"}, aht_s: 600,
     escalates: {to: claims, share: 0.1}}
  - {name: claims, market: GB, channel: email, aht_s: 900}
"""  # Friday to Monday; the clocks go forward on Sunday


def told(text=SCENARIO, aht_s=200.0):
    scenario = scenario_of(parse_yaml(text, "scenario.yaml"))
    shop = np.r_[[0.0] * 9, [8.0] * 9, [0.0] * 6]
    found = forecast(
        [_history(scenario, 0, np.full(24, 4.0)), _history(scenario, 1, shop)],
        scenario.days,
        time_axis(scenario),
        rng=np.random.default_rng(1),
        known={name: Circumstances(aht_s=aht_s) for name in ("app", "shop")},
        replications=10,
    )
    return scenario, found, with_escalated(found, scenario, escalations(scenario))


def _history(scenario, q, day):
    counts = np.random.default_rng(q).poisson(np.tile(day, (70, 1))).astype(float)
    queue = scenario.queues[q]
    is_open = np.tile(day > 0, (7, 1))
    first = dt.date(2027, 1, 4)
    return History(queue.name, zone_of(scenario, queue), 3600, first, counts, None, is_open)


@pytest.fixture(scope="module")
def found():
    return told()


def test_contacts_come_while_a_queue_answered_at_once_is_open(found):
    scenario, before, after = found
    is_open = open_mask(scenario, after.times)
    assert after.contacts[2, ~is_open[2]].sum() == 0
    handed = 0.5 * before.contacts[0] + 0.25 * before.contacts[1]
    last = np.flatnonzero(is_open[2])[-1]
    assert after.contacts[2].sum() == pytest.approx(handed[: last + 1].sum())


def test_a_weekend_waits_for_monday_morning(found):
    _, before, after = found
    paris = after.times.tz_convert("Europe/Paris")
    monday = np.flatnonzero((paris.day == 29) & (paris.hour == 8))[0]
    friday = np.flatnonzero((paris.day == 26) & (paris.hour == 17))[0]
    handed = 0.5 * before.contacts[0] + 0.25 * before.contacts[1]
    assert after.contacts[2, monday] == pytest.approx(handed[friday + 1 : monday + 1].sum())
    assert after.contacts[2, friday] == pytest.approx(handed[friday])


def test_what_comes_after_the_last_opening_is_told(found):
    _, before, after = found
    lost = (0.5 * before.contacts[0] + 0.25 * before.contacts[1]).sum() - after.contacts[2].sum()
    assert lost > 5
    assert after.by_queue[2].notes == (
        "level2: contacts handed on by app, shop",
        f"level2: {lost:.1f} contacts handed on after the horizon's last opening are left out",
    )
    assert len(after.by_queue[3].notes) == 1


def test_work_that_may_wait_arrives_when_it_is_handed_on(found):
    _, _, after = found
    assert after.contacts[3] == pytest.approx(0.1 * after.contacts[2])


def test_the_day_times_its_share_is_the_interval(found):
    scenario, _, after = found
    days = local_days(scenario, after.times)
    for q in (2, 3):
        own, zone = after.by_queue[q], zone_of(scenario, scenario.queues[q])
        _, slot = local_slots(after.times, zone, 3600, scenario.days[0])
        inside = days[q] >= 0
        made = own.day_total[days[q]] * own.share[days[q], slot]
        assert made[inside] == pytest.approx(after.contacts[q, inside])
        assert after.contacts[q, ~inside].sum() == 0
        assert own.share.sum(axis=1) == pytest.approx((own.day_total > 0).astype(float))


def test_the_spread_is_that_of_the_contacts(found):
    _, before, after = found
    low, middle, high = (after.quantiles[level][2] for level in (0.1, 0.5, 0.9))
    some = after.contacts[2] > 0
    assert (low <= middle)[some].all()
    assert ((low < after.contacts[2]) & (after.contacts[2] < high))[some].all()
    assert high[~some].sum() == 0
    assert after.paths[:, 2].mean(axis=0) == pytest.approx(after.contacts[2], rel=1e-4)
    assert after.sigma[2][some].max() <= before.sigma.max() + 1e-12
    assert (after.sigma[2][some] >= before.sigma[before.sigma > 0].min() - 1e-12).all()
    assert 1 <= after.by_queue[2].dispersion <= max(day.dispersion for day in before.by_queue)


def test_half_of_a_count_at_random_is_as_sure_as_a_count_of_half_the_size():
    """Poisson counts stay Poisson; a tenth of them has a spread of its own, not of the whole."""
    _, before, after = told(SCENARIO.replace("escalates: {to: level2, share: 0.25}", ""). replace(
        '"09:00-18:00", }', '"09:00-18:00"}'))  # fmt: skip
    over = before.by_queue[0].dispersion
    assert after.by_queue[2].dispersion == pytest.approx(1 + 0.5 * (over - 1))


def test_nobody_s_handling_time_stays_unknown():
    _, _, after = told(aht_s=None)
    assert np.isnan(after.aht_s[:2]).all()
    assert (after.aht_s[2] == 600).all()
    assert (told()[2].aht_s[:2] == 200).all()


def test_a_queue_that_never_opens_takes_nothing():
    _, before, after = told(SCENARIO.replace('{mon-fri: "08:00-18:00"}', "closed"))
    lost = (0.5 * before.contacts[0] + 0.25 * before.contacts[1]).sum()
    assert after.contacts[2].sum() == 0
    assert f"{lost:,.1f} contacts" in after.by_queue[2].notes[1]
    assert after.by_queue[3].day_total.sum() == 0


OVERRIDES = """\
overrides:
  - {queues: [app], day: 2027-03-26, factor: 1.5}
  - {queues: [level2], day: 2027-03-26, factor: 2}
  - {queues: [level2], day: 2027-03-29, add: 10}
  - {queues: [level2], day: 2027-03-28, contacts: 50}
"""


def test_overrides_act_on_a_queue_without_a_history(found):
    """The overridden share of its sources is handed on, its own act on its days, and on go both."""
    _, before, plain = found
    scenario = scenario_of(parse_yaml(SCENARIO + OVERRIDES, "scenario.yaml"))
    days = local_days(scenario, before.times)
    scale = np.where(days[0] == 0, 1.5, 1.0)
    app = np.array([1.0, 0.0])[:, None]
    sources = 1 + app * (scale - 1)
    after = with_escalated(
        replace(before, contacts=before.contacts * sources, paths=before.paths * sources),
        scenario, escalations(scenario),
    )  # fmt: skip
    level2, claims = after.by_queue[2:]
    friday, monday = (np.flatnonzero(days[2] == d) for d in (0, 3))
    handed = (0.5 * before.contacts[0] * scale + 0.25 * before.contacts[1])[friday]
    taken = plain.contacts[2, friday] > 0
    assert after.contacts[2, friday][taken][1:] == pytest.approx(2 * handed[taken][1:])
    assert after.contacts[2, monday].sum() > plain.contacts[2, monday].sum() + 9.99
    assert after.model[2] == pytest.approx(plain.contacts[2])
    assert level2.model_total == pytest.approx(plain.by_queue[2].day_total)
    assert level2.day_total[2] == 0  # a Sunday, on which nobody takes what is stated
    assert level2.overridden.tolist() == [True, False, False, True]
    assert np.prod(list(level2.parts.values()), axis=0) == pytest.approx(level2.day_total)
    assert after.contacts[3] == pytest.approx(0.1 * after.contacts[2])
    assert claims.overridden.any()
    assert after.paths[:, 2].mean(axis=0) == pytest.approx(after.contacts[2], rel=1e-4)
    some = after.contacts[2] > 0
    assert (after.quantiles[0.025][2] < after.quantiles[0.975][2])[some].all()


def test_without_overrides_the_model_is_the_forecast(found):
    _, _, after = found
    assert after.model == pytest.approx(after.contacts)
    assert not any(own.overridden.any() for own in after.by_queue)
    assert after.by_queue[2].parts["override"] == pytest.approx(np.ones(4))
    assert after.by_queue[2].weights == {}


def test_contacts_may_be_stated_for_a_day_on_which_nothing_is_handed_on():
    """They come like the other days', in open hours."""
    text = SCENARIO.replace("app, market: FR, channel: messaging, escalates: {to: level2, share: "
                            "0.5}", "app, market: FR, channel: messaging")  # fmt: skip
    shut = text.replace('open: "09:00-18:00"', 'open: {fri: "09:00-18:00"}')
    day = "overrides: [{queues: [level2], day: 2027-03-29, contacts: 50}]\n"
    scenario, before, _ = told(text)
    scenario = scenario_of(parse_yaml(shut + day, "scenario.yaml"))
    friday = local_days(scenario, before.times)[1] == 0
    early = friday & (before.times < before.times[friday][12])
    before = replace(
        before,
        contacts=before.contacts * early,
        paths=before.paths * early,
        model=before.model * early,
    )
    after = with_escalated(before, scenario, escalations(scenario))
    own, is_open = after.by_queue[2], open_mask(scenario, after.times)[2]
    assert own.day_total[3] == pytest.approx(50)
    assert own.parts["override"][3] == 1
    assert own.parts["handed on"][3] == pytest.approx(50)
    assert after.contacts[2, ~is_open].sum() == 0
    assert after.paths[:, 2].sum(axis=1).mean() == pytest.approx(after.contacts[2].sum(), rel=1e-3)
    assert (own.day_sigma[own.day_total > 0] > 0).all()


def test_an_override_of_an_event_acts_through_what_is_handed_on(found):
    _, before, plain = found
    text = SCENARIO.replace("queues:\n", "events: [{name: gala, dates: [2027-03-26]}]\nqueues:\n")
    text += "overrides: [{event: gala, queues: [level2], factor: 2}]\n"
    scenario = scenario_of(parse_yaml(text, "scenario.yaml"))
    gala = np.array([3.0, 1.0, 1.0, 1.0])
    own = tuple(replace(q, parts={**q.parts, "event gala": gala}) for q in before.by_queue)
    after = with_escalated(replace(before, by_queue=own), scenario, escalations(scenario))
    # A factor of 3 becomes 1 + 2 * (3 - 1) = 5.
    assert after.by_queue[2].day_total[0] == pytest.approx(5 / 3 * plain.by_queue[2].day_total[0])
    assert after.by_queue[2].overridden.tolist() == [True, False, False, False]


MAIL = SCENARIO.replace(
    'market: GB, open: "09:00-18:00"', 'market: GB, channel: email, open: "10:00-16:00"'
)


def test_mail_that_comes_while_nobody_is_there_is_handed_on_when_somebody_is():
    scenario, before, after = told(MAIL.replace("share: 0.5", "share: 0.000001"))
    is_open = open_mask(scenario, after.times)[1]
    london = after.times.tz_convert("Europe/London")
    at = np.flatnonzero(london.hour == 10)
    early = np.array([before.contacts[1, i - 9 : i + 1].sum() for i in at[1:]])
    evening = np.array([before.contacts[1, i - 24 + 6 : i - 9].sum() for i in at[1:]])
    got = after.contacts[2].sum() + sum(map(left_out, after.by_queue[2].notes))
    assert is_open[at].all()
    assert got == pytest.approx(0.25 * before.contacts[1].sum(), abs=0.06)
    monday = (london.day == 29) & (london.hour == 10)  # level 2 is shut at the weekend
    assert after.contacts[2, monday] > 0.25 * (early + evening)[-1]


def left_out(note):
    return float(note.split(" ")[1]) if note.endswith("left out") else 0.0


def test_what_waits_at_a_source_is_handed_on_over_its_first_open_day():
    text = MAIL.replace("channel: email, open", "channel: email, backlog: 120, open")
    scenario, _, plain = told(MAIL)
    _, _, after = told(text)
    is_open = open_mask(scenario, after.times)[1]
    first = is_open & (local_days(scenario, after.times)[1] == 0)
    more = after.contacts[2] - plain.contacts[2]
    assert more[first] == pytest.approx(np.full(6, 0.25 * 120 / 6))
    assert more[~first] == pytest.approx(np.zeros((~first).sum()), abs=1e-9)
    assert after.contacts[3].sum() - plain.contacts[3].sum() == pytest.approx(3.0)
    assert after.by_queue[2].notes[1].startswith("level2: 30.0 of these wait at the start")


def test_a_source_without_a_backlog_hands_on_what_it_did():
    assert np.array_equal(
        told(MAIL)[2].contacts,
        told(MAIL.replace("channel: email, open", "channel: email, backlog: 0, open"))[2].contacts,
    )
