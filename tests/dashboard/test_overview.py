"""The manager's page: tiles of what is chosen, the worst intervals and their remedies."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from dashboard.app import selected
from dashboard.command import span
from dashboard.freshness import Reader
from dashboard.pages.overview import OVERVIEW
from dashboard.shelf import Seen
from planner.errors import InputError
from planner.export.chosen_facts import chosen_facts
from planner.export.digest import digest, total_cost
from planner.export.findings import worst_intervals
from planner.export.mending import mending
from planner.export.wording import money
from planner.export.worth_rows import covers_of
from planner.plan import Plan
from planner.store.database import Store


def test_all_queues_cost_what_the_plan_costs(small_plan: Plan):
    sums = digest(small_plan)
    told = chosen_facts(small_plan, sums, np.arange(len(small_plan.queues)))
    assert told[0].value == money(total_cost(small_plan), "EUR")


def test_markets_share_out_the_money(small_plan: Plan):
    sums, seen = digest(small_plan), []
    for market in sums.markets:
        fact = chosen_facts(small_plan, sums, sums.queues(market=market))[0]
        seen.append(float("".join(c for c in fact.value if c.isdigit())))
    assert sum(seen) == pytest.approx(total_cost(small_plan), abs=1.0)


def test_each_worst_interval_has_a_remedy(small_plan: Plan):
    sums, covers = digest(small_plan), covers_of(small_plan)
    places = worst_intervals(small_plan, sums)
    assert places
    for place in places:
        told = mending(small_plan, sums, covers, place)
        assert told.queue == sums.axes[place[0]].queue
        assert told.remedy.endswith(".")
        assert not told.cost or told.cost.startswith("EUR")


def test_only_chosen_queues_are_among_the_worst(small_plan: Plan):
    assert {q for q, *_ in worst_intervals(small_plan, digest(small_plan), [0])} <= {0}


def test_a_market_chosen_is_in_the_tiles_and_links(small_plan: Plan):
    seen = Seen(0, "plan", small_plan)
    told, _ = selected(OVERVIEW, seen, {"market": "GB"})
    text = str(OVERVIEW.show(seen, told))
    assert "market=GB&channel=phone" in text
    assert "Where it is worst, GB" in text


def test_a_fault_of_actuals_is_kept_for_the_page(tmp_path: Path):
    with Store(f"sqlite:///{tmp_path / 'plans.db'}") as store:
        reader = Reader(store, tmp_path / "none.csv", dt.timedelta(hours=1))
        reader.read_once(dt.date(2027, 2, 10))
        news = reader.news(1)
    assert news.kept is None
    assert "covers today, 2027-02-10" in news.fault


@pytest.mark.parametrize("text", ["0m", "25h", "-1m", "1 day", "", "99999h"])
def test_times_between_readings_have_limits(text: str):
    with pytest.raises(InputError, match="--every"):
        span(text)
