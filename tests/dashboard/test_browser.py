"""The page in a real browser, from a real server."""

import shutil
import threading
from typing import Any

import pytest
from dashboard.reading import Latest

from dashboard.app import make_app
from dashboard.command import bind
from tests.dashboard.plan_folder import write_folder

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
DRAWN = "#graph-service .scatterlayer .trace"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
INK = "getComputedStyle(document.querySelector('#graph-contacts .js-line[style*=\"127, 127\"]'))"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = write_folder(tmp_path_factory.mktemp("dashboard") / "plan")
    server: Any = bind(make_app(Latest(folder)).server, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    # Closed by its own loop, which ends when nothing is left to wait for.
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=20)
    server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens the page; whatever it complains of fails the test."""
    complaints, contexts = [], []

    def outside(request):
        return not request.url.startswith((address, "data:", "blob:"))

    def open_page(width, scheme, query=""):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda r: complaints.append(r.url) if outside(r) else None)
        page.goto(address + query)
        page.wait_for_selector(DRAWN, state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("width", "scheme", "ink"),
    [(390, "dark", "rgb(232, 234, 237)"), (1280, "light", "rgb(27, 31, 36)")],
)
def test_the_page_fits_and_keeps_to_itself(visit, width, scheme, ink):
    page = visit(width, scheme)
    for details in page.query_selector_all("figure summary"):
        details.click()
    assert page.locator("figure table").count() == 3
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.locator("h1").inner_text() == "Florist <b>test</b>"
    assert page.evaluate(f"{INK}.stroke") == ink
    page.locator("#graph-contacts .nsewdrag").hover()
    page.wait_for_selector("#graph-contacts .hoverlayer .bg")


def test_a_choice_can_be_sent_and_taken_back(visit):
    page = visit(1280, "light", "?queue=fr-email&day=2027-10-30")
    assert "fr-email" in page.locator("#queue").inner_text()
    page.locator("#day").click()
    page.get_by_text("Sun 31 Oct 2027", exact=True).click()
    page.wait_for_url("**/?queue=fr-email&day=2027-10-31")
    page.go_back()
    page.wait_for_url("**/?queue=fr-email&day=2027-10-30")
    sync_api.expect(page.locator("#day")).to_contain_text("Sat 30 Oct 2027")
    page.locator("#market").click()
    page.get_by_text("GB", exact=True).click()
    page.wait_for_url("**/?queue=%3Dgb-phone&day=2027-10-30")
