"""Demand and positions: what if is the forecast's own arithmetic, and is in the address."""

import io
import json
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from dashboard.app import selected
from dashboard.pages.demand import DEMAND
from dashboard.pages.demand_accuracy import _so_far
from dashboard.pages.demand_changes import _fault, wanted_changes
from dashboard.pages.staffing import STAFFING, clicked_interval
from dashboard.shelf import Seen, Shelf
from forecasting.forecast import Forecast, forecast
from planner.circumstances import circumstances
from planner.errors import InputError
from planner.escalation import with_escalated
from planner.export.accuracy_words import tried_on_the_past
from planner.export.changed_days import as_changes, changed_days, effects, further_overrides
from planner.inputs import escalations, time_axis
from planner.plan import Plan
from planner.scenario.model import Scenario
from planner.store.actuals import keep_actuals

SPOT = '[{"day":"2027-02-13","factor":1.2,"markets":["FR"]},{"day":"2027-02-12","add":30}]'


def forecast_again(scenario: Scenario, plan: Plan) -> Forecast:
    told = forecast(
        plan.histories,
        scenario.days,
        time_axis(scenario),
        known=circumstances(scenario, plan.histories[0].first_day),
        rng=np.random.default_rng(scenario.seed),
        replications=2,
    )
    return with_escalated(told, scenario, escalations(scenario))


def test_nothing_changed_is_the_plan(small_plan: Plan) -> None:
    found = changed_days(small_plan, {})
    planned = [one.day_total for one in small_plan.forecast.by_queue]
    np.testing.assert_allclose(found, planned, rtol=1e-6)


@pytest.mark.parametrize("times", [0.0, 3.0, 10.0])
def test_changed_days_are_those_of_a_forecast_made_again(small_plan: Plan, times: float) -> None:
    overrides = further_overrides(SPOT)
    scenario = small_plan.scenario
    events = tuple(e.model_copy(update={"multiplier": times}) for e in scenario.events)
    again = forecast_again(
        scenario.model_copy(
            update={"events": events, "overrides": (*scenario.overrides, *overrides)}
        ),
        small_plan,
    )
    found = changed_days(small_plan, {"valentines_day": times}, overrides)
    handed = {to for to, _ in escalations(scenario).values()}
    for q, one in enumerate(again.by_queue):
        close = 5e-3 if one.queue in handed else 1e-9
        np.testing.assert_allclose(found[q], one.day_total, rtol=close, err_msg=one.queue)


def test_an_event_of_a_plan_is_told_with_its_markets(small_plan: Plan) -> None:
    (one,) = effects(small_plan)
    assert (one.name, one.multiplier, one.seen) == ("valentines_day", 1.0, True)
    assert set(one.markets) == {"FR", "GB"}
    assert one.factor > 2


@pytest.mark.parametrize(
    "text",
    ["{}", "[1]", "nonsense", '[{"day": "2027-02-13"}]', '[{"day": "x", "factor": 2}]',
     '[{"factor": 2}]', '[{"day": "2027-02-13", "factor": 2, "add": 1}]', "[" * 5000,
     '[{"day": "2027-02-13", "factor": -1}]', '[{"day": "2027-02-13", "factor": 1e999}]',
     json.dumps([{"day": "2027-02-13", "factor": 2}] * 31)],
)  # fmt: skip
def test_other_overrides_in_an_address_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="must be a list of at most 30 overrides"):
        further_overrides(text)


def test_changes_hold_the_overrides_that_the_plan_has(small_plan: Plan) -> None:
    multiplied, listed = as_changes(
        small_plan.scenario, {"valentines_day": 3.0}, further_overrides(SPOT)
    )
    assert multiplied == "valentines_day-x3"
    told = json.loads(listed.removeprefix("overrides="))
    assert [one["day"] for one in told] == ["2027-02-18", "2027-02-13", "2027-02-12"]


def test_fault_of_an_amount() -> None:
    assert "number" in _fault("factor", "many")
    assert "0 or more" in _fault("contacts", -1)
    assert "1000 times" in _fault("factor", 1001)
    assert "million" in _fault("add", float("inf"))
    assert _fault("add", -20) == ""


def test_address_of_a_page_is_what_is_tried(small_plan: Plan) -> None:
    seen = Seen(0, "plan", small_plan)
    tried = wanted_changes(seen, {"events": "valentines_day-x3,unknown-x2", "overrides": SPOT})
    assert tried.multipliers == {"valentines_day": 3.0}
    assert len(tried.overrides) == 2


@pytest.mark.parametrize("page", [DEMAND, STAFFING])
@pytest.mark.parametrize("values", [{}, {"market": "GB"}, {"queue": "fr-email"},
                                    {"queue": "fr-level2", "day": "2027-02-20"},
                                    {"queue": "nobody", "day": "never", "at": "then"}])  # fmt: skip
def test_pages_show_whatever_is_chosen(small_plan: Plan, page, values) -> None:
    seen = Seen(0, "plan", small_plan)
    told, _ = selected(page, seen, values)
    assert "InputError" not in str(page.show(seen, {**told, "events": "valentines_day-x3"}))


def test_a_click_chooses_the_interval_listed() -> None:
    listed = [{"value": "2027-02-14T10:00:00+01:00"}, {"value": "2027-02-14T10:30:00+01:00"}]
    assert clicked_interval({"points": [{"x": "2027-02-14T10:30"}]}, listed) == listed[1]["value"]
    assert clicked_interval({"points": [{"x": "2027-02-14T03:30"}]}, listed) == ""
    assert clicked_interval(None, listed) == ""


def test_accuracy_is_that_of_what_came_so_far(kept, small_plan: Plan) -> None:
    store, number = kept
    shelf = Shelf(store)
    seen = shelf.get(number)
    assert "has been read in yet" in str(_so_far(shelf, seen, [0]))
    start = small_plan.times[np.flatnonzero(small_plan.forecast.contacts[0] > 0)[:4]]
    rows = pd.DataFrame({"start": start, "queue": "fr-phone", "contacts": [9.0, 8.0, 7.0, 6.0]})
    room = io.BytesIO()
    rows.to_parquet(room)
    until = (start[-1] + pd.Timedelta(minutes=30)).to_pydatetime()
    keep_actuals(store, number, "today.csv", room.getvalue(), until, 30.0, "Anna")
    told = str(_so_far(shelf, seen, [0, 1]))
    assert "'30'" in told
    assert "0 whole days" in told
    assert "Nothing of these queues" in str(_so_far(shelf, seen, [4]))


def test_a_queue_is_tried_on_its_past(small_plan: Plan) -> None:
    found = tried_on_the_past(small_plan, 0)
    assert found is not None
    assert found.table.rows[0][0]
    assert "days judged" in found.says
    assert tried_on_the_past(small_plan, 3) is None  # it has no past of its own


def test_a_slider_is_seen_at_once_and_stays_with_another_market(visit) -> None:
    page = visit("/demand?plan=0")
    thumb = page.locator("#main [role=slider]").first
    thumb.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=With your changes")
    page.wait_for_selector("#main [role=slider]:focus")  # drawn again, it keeps the keyboard
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "valentines_day-x2" in url)
    page.get_by_role("textbox", name="Market").click()
    page.get_by_role("option", name="GB").click()
    page.wait_for_url(lambda url: "market=GB" in url)
    assert "events=valentines_day-x2" in page.evaluate("location.search")
    page.get_by_label("How much").fill("1.5")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_selector("text=Take away")
    told = parse_qs(urlsplit(page.evaluate("location.href")).query)
    assert json.loads(told["overrides"][0])[0]["markets"] == ["GB"]
    page.get_by_role("button", name="Back to the plan").click()
    page.wait_for_url(lambda url: "overrides" not in url)


def test_an_interval_is_explained_and_in_the_address(visit) -> None:
    page = visit("/staffing?plan=0&queue=fr-phone&at=2027-02-14T10%3A30%3A00%2B01%3A00")
    page.wait_for_selector("ol.steps > li:nth-child(8)")
    assert "10:30" in page.locator("section.card h2").last.inner_text()
    page.wait_for_selector("#staffing-positions .scatterlayer", state="attached")
    box = page.locator("#staffing-positions .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    page.wait_for_timeout(200)
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    page.wait_for_url(lambda url: "T10%3A30" not in url, timeout=8000)
    page.wait_for_selector("ol.steps > li:nth-child(8)")


@pytest.mark.parametrize("path", ["/demand", "/staffing"])
def test_no_page_scrolls_sideways_on_a_phone(visit, path: str) -> None:
    page = visit(path, width=390)
    page.wait_for_selector(".js-plotly-plot", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
