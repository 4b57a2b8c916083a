"""What is compared of a plan: the same figures as its summary, and back from JSON exactly."""

import json
from dataclasses import replace

import numpy as np
import pytest

from planner.export.digest import digest
from planner.export.summary import summary
from planner.outcome import Outcome, outcome_of


@pytest.fixture(scope="module")
def found(small_plan):
    return outcome_of(small_plan)


def test_the_figures_are_those_of_the_summary(small_plan, found):
    told = summary(small_plan)
    assert round(found.cost, 2) == told["cost"]
    assert round(found.understaffing_hours, 2) == told["understaffing_hours"]
    assert round(found.vendor_share, 4) == told["vendor_share"]
    assert {one.name: round(one.service_level, 4) for one in found.queues} == {
        name: queue["service_level"] for name, queue in told["service"].items()
    }
    assert {one.pool: round(one.cost, 2) for one in found.pools} == told["costs"]
    assert found.unplaced == told["unplaced_shifts"]


def test_a_market_s_service_counts_every_contact_the_same(found):
    french = [one for one in found.queues if one.market == "FR"]
    market = next(one for one in found.markets if one.name == "FR")
    in_time = sum(one.contacts * one.service_level for one in french)
    assert market.service_level == pytest.approx(in_time / sum(one.contacts for one in french))
    assert (market.market, market.channel) == ("FR", "")
    assert sum(one.contacts for one in found.channels) == pytest.approx(found.contacts)


def test_days_that_keep_a_promise_are_counted(small_plan, found):
    level = digest(small_plan).service_level[0]
    assert (found.queues[0].judged, found.queues[0].kept) == (14, int((level >= 0.7995).sum()))
    assert found.promises_met == (not found.below)


def test_a_queue_without_promise_is_judged_on_no_day(small_plan):
    sums = digest(small_plan)
    free = outcome_of(small_plan, replace(sums, promised=np.full_like(sums.promised, np.nan)))
    assert [one.judged for one in free.queues] == [0] * 5
    assert free.promises_met


def test_pools_share_all_contacts_that_are_handled(found):
    assert sum(one.share for one in found.pools) == pytest.approx(1)


def test_variants_name_the_outcome(small_plan):
    assert outcome_of(small_plan).name == "as planned"
    changed = replace(small_plan, variants=("absence-20", "volume+20"))
    assert outcome_of(changed).name == "absence-20 + volume+20"


def test_json_gives_the_same_outcome_back_exactly(found):
    text = json.dumps(found.as_dict(), allow_nan=False)
    again = Outcome.from_dict(json.loads(text))
    assert repr(again) == repr(found)  # NaN is not equal to itself
    assert json.dumps(again.as_dict()) == text


def test_values_that_are_no_outcome_are_refused(found):
    values = {name: one for name, one in found.as_dict().items() if name != "cost"}
    with pytest.raises(KeyError):
        Outcome.from_dict(values)
