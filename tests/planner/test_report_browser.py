import shutil
from typing import Any

import pytest

from planner.export.report import report_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def address(small_plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(small_plan), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield opened
        opened.close()


def opened_page(
    browser: Any, address: str, width: int, scheme: str
) -> tuple[Any, list[str], list[str]]:
    """Return the page with everything opened and drawn, its complaints and its requests."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details.more').forEach(part => part.open = true)")
    for chart in page.query_selector_all(".chart"):
        chart.scroll_into_view_if_needed()
        page.wait_for_selector(f"#{chart.get_attribute('id')} .main-svg", state="attached")
    return page, complaints, requests


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_report_opens_in_a_browser(browser, address, width, scheme):
    page, complaints, requests = opened_page(browser, address, width, scheme)
    assert complaints == []
    assert requests == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "[...document.querySelectorAll('.chart')].filter(c => c.scrollWidth > c.offsetWidth + 1)"
    assert page.evaluate(f"{wide}.length") == 0
    assert page.evaluate("document.querySelectorAll('.chart svg.main-svg').length") > 10
    page.close()


@pytest.mark.slow
def test_the_first_tab_stop_skips_to_the_plan(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.close()
