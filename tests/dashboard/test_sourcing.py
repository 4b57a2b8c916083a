"""The buyer's page: prices at once, a rate changed, and the price that decides worked out."""

import re

import pytest

from dashboard.french_sourcing import SOURCING as FRENCH
from dashboard.pages.rates import changed
from dashboard.pages.sourcing import SOURCING
from dashboard.shelf import Seen, Shelf
from planner.archive import ARCHIVE, pack
from planner.errors import PlannerError
from tests.dashboard.conftest import served
from tests.planner.test_sourcing import folder as folder
from tests.planner.test_sourcing import plan as plan

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
PATIENCE_MS = 60_000


def test_rates_that_are_not_todays_are_asked_and_nonsense_is_not(plan):
    assert changed(plan, [58, "20.5", ""]) == {"<i>lille": 20.5}
    assert changed(plan, ["nan", -1, None]) == {}
    assert changed(plan, [[], {"a": 1}, "1e99"]) == {}


def test_rates_of_another_plan_are_refused(plan):
    with pytest.raises(PlannerError, match="a rate for each of 3 pools, got 2"):
        changed(plan, [58, 26])


def test_the_page_says_every_price_at_once(plan):
    said = str(SOURCING.show(Seen(0, "shop", plan), {"rate.own": "61", "day": "nonsense"}))
    for what in ("productive hour", "contact solved", "30 h a week", "All days on average"):
        assert what in said
    assert "value=61.0" in said


def test_each_french_text_keeps_its_values():
    for english, french in FRENCH.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french)), english


@pytest.fixture(scope="module")
def shop(plan, tmp_path_factory):
    place = tmp_path_factory.mktemp("shop") / "plan"
    place.mkdir()
    (place / ARCHIVE).write_bytes(pack(plan))
    with served(Shelf(None, place)) as told:
        yield told


@pytest.mark.slow
def test_a_rate_is_answered_and_can_be_sent(visit, shop):
    page = visit("/sourcing", at=shop)
    answer = sync_api.expect(page.locator("#sourcing-answer"))
    answer.to_contain_text("Ready: change a rate above", timeout=PATIENCE_MS)
    page.get_by_label("<i>lille, EUR an hour").fill("60")
    answer.to_contain_text("Planned anew, one week, at least", timeout=PATIENCE_MS)
    answer.to_contain_text("Heads are counted in fractions")
    page.wait_for_url("**/sourcing?rate.%3Ci%3Elille=60")
    page.reload()
    sync_api.expect(page.get_by_label("<i>lille, EUR an hour")).to_have_value("60")
    answer.to_contain_text("Planned anew, one week, at least", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Back to today's rates").click()
    answer.to_contain_text("Ready: change a rate above", timeout=PATIENCE_MS)
    page.wait_for_url("**/sourcing")


@pytest.mark.slow
def test_the_price_that_decides_is_worked_out_and_found_again(visit, shop):
    page = visit("/sourcing", width=390, scheme="dark", at=shop)
    state = sync_api.expect(page.locator("#sourcing-state"))
    state.to_contain_text("Not worked out yet.", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Work it out").click()
    found = sync_api.expect(page.locator("#sourcing-found"))
    found.to_contain_text("What more or less service costs", timeout=PATIENCE_MS)
    page.reload()
    found.to_contain_text("What more or less service costs", timeout=PATIENCE_MS)
    found.to_contain_text("<i>lille: ")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.slow
def test_another_day_is_shown_and_kept(visit, shop):
    page = visit("/sourcing", at=shop)
    page.locator("#sourcing-day").click()
    page.get_by_role("option", name="Wed 3 Mar 2027").click()
    sync_api.expect(page.locator("#sourcing-worth")).to_contain_text("on Wed 3 Mar")
    page.wait_for_url("**/sourcing?day=2027-03-03")
    page.reload()
    sync_api.expect(page.locator("#sourcing-worth")).to_contain_text("on Wed 3 Mar")
