"""Pages in a real browser, from a real server."""

import pytest

from dashboard.pages import PAGES

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.slow
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


def ready(page, key):
    page.wait_for_selector(f"#{key}-view > *")
    page.wait_for_timeout(500)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.key)
def test_a_page_fits_and_keeps_to_itself(visit, one, width, scheme):
    page = visit(one.path, width, scheme)
    ready(page, one.key)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.locator("h1").inner_text() == one.title
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == scheme


def test_a_choice_can_be_sent_and_taken_back(visit):
    page = visit("/?market=FR")
    ready(page, "overview")
    assert page.input_value("#overview-market") == "FR"
    page.click("#overview-market")
    page.get_by_role("option", name="GB", exact=True).first.click()
    page.wait_for_url("**/?plan=0&market=GB&channel=all")
    page.get_by_role("heading", name="Service by day and hour, GB").wait_for()
    page.go_back()
    page.wait_for_url("**/?market=FR")
    sync_api.expect(page.locator("#overview-market")).to_have_value("FR")


def test_pages_are_links_and_keep_the_plan(visit):
    page = visit("/")
    ready(page, "overview")
    page.get_by_role("link", name="Staffing").click()
    page.wait_for_url("**/staffing?plan=0")
    page.locator("h1", has_text="Staffing").wait_for()


def test_the_page_speaks_french(visit):
    page = visit("/")
    ready(page, "overview")
    page.click("#language")
    page.get_by_role("option", name="Français").first.click()
    page.locator("h1", has_text="Synthèse").wait_for()


def test_names_are_text(visit):
    page = visit("/staffing")
    ready(page, "staffing")
    assert page.locator("script", has_text="alert(1)").count() == 0
