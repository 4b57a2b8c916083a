"""What-if and data in a real browser: a variant run, a file planned."""

import datetime as dt
import os
import re
import signal

import pytest

from dashboard.shelf import Shelf
from planner.examples import write_example
from planner.question import question_of
from planner.scenario.model import load_scenario
from planner.store.database import Store
from planner.store.jobs import Asked, ask_to_stop, queue, stopped_without
from planner.store.plans import found, listed, rename
from tests.dashboard.conftest import keep, served

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.slow
LONG = 120_000  # ms: a small plan on a busy machine


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return a shop of one queue and one team, planned in seconds."""
    path = write_example("starter", tmp_path_factory.mktemp("asked") / "shop")
    text = path.read_text().replace("days: 14", "days: 1")
    text = text.replace("start_every_minutes: 30", "start_every_minutes: 240")
    path.write_text(text)
    return path


@pytest.fixture
def at(kept, small_plan, shop, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store, _ = kept
    keep(store, small_plan, "With a question", question_of(load_scenario(shop)).as_files())
    with served(Shelf(store)) as address:
        yield store, address


def test_a_variant_is_run_found_again_and_compared(at, visit):
    store, address = at
    page = visit("/scenarios?plan=2&changes=aht-10", at=address)
    page.click("#scenarios-run:not([disabled])")
    page.wait_for_selector("ul.jobs li")
    page.reload()
    page.wait_for_selector("ul.jobs li:has-text('aht-10')")
    page.wait_for_selector("ul.jobs li:has-text('aht-10'):has-text('Done')", timeout=LONG)
    assert listed(store)[0].status == "done"
    page.click("#scenarios-with")
    page.get_by_role("option", name=re.compile("aht-10")).click()
    page.wait_for_selector(".compared th:has-text('aht-10')")
    page.wait_for_url("**with=*3*")
    page.locator("ul.jobs").get_by_text("Open it").first.click()
    page.locator("h1", has_text="Overview").wait_for()
    assert "plan=3" in page.url


def test_a_killed_worker_is_told_on_the_page(at, visit):
    store, address = at
    page = visit("/scenarios?plan=2&changes=aht-10", at=address)
    page.click("#scenarios-run:not([disabled])")
    while listed(store)[0].id < 3 or found(store, "3").status == "queued":
        page.wait_for_timeout(20)
    pid = int(found(store, "3").worker.rpartition(":")[2])
    os.kill(pid, signal.SIGKILL)
    page.wait_for_selector("ul.jobs li:has-text('was killed (SIGKILL')")


def test_faults_are_told_while_typing(at, visit):
    _, address = at
    page = visit("/scenarios?plan=2", at=address)
    page.fill("#scenarios-typed", "pools.team.agents=-1\nnonsense")
    page.wait_for_selector(".faults li:has-text('nonsense')")
    assert page.locator(".faults li").count() == 2
    assert page.locator("#scenarios-run").is_disabled()


def test_the_second_editor_is_told_on_the_page(at, visit):
    store, address = at
    page = visit("/scenarios?plan=2&look=1", at=address)
    page.wait_for_selector("#scenarios-new-name")
    rename(store, 1, "<b>Bob</b>", "Bob")
    page.fill("#scenarios-new-name", "By Ann")
    page.click("#scenarios-rename")
    page.wait_for_selector(".faults li:has-text('was edited by Bob')")
    assert page.input_value("#scenarios-new-name") == "<b>Bob</b>"
    assert found(store, "1").name == "<b>Bob</b>"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("path", ["/scenarios?look=1&with=1", "/data"])
def test_the_pages_of_a_store_fit(at, visit, path, width, scheme):
    store, address = at
    days = listed(store)[0]
    asked = Asked("W" * 150, "", (), days.first_day, days.days, 1, "EUR", "1")
    queue(store, asked, {}, "Anna", worker="w:1")
    page = visit(path, width, scheme, at=address)
    page.wait_for_selector("ul.jobs li")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_files_handed_over_become_a_plan(at, visit, shop, tmp_path):
    store, address = at
    calls = tmp_path / "calls.csv"
    text = (shop.parent / "contacts.csv").read_text()
    calls.write_text(text.replace("start,queue", "Interval Start,Team").replace(",chat,", ",Web,"))
    book = tmp_path / "book.csv"
    book.write_bytes(b"PK\x03\x04 a workbook")
    page = visit("/data", at=address)
    page.set_input_files("[data-upload=history] input", book)
    page.wait_for_selector(".upload-said:has-text('a zip or an Excel file: save it as CSV')")
    page.set_input_files("[data-upload=scenario] input", shop)
    page.wait_for_selector(".files li:has-text('scenario.yaml')")
    page.set_input_files("[data-upload=history] input", calls)
    page.wait_for_selector(".files li:has-text('calls.csv')")
    page.wait_for_url("**data=*")
    page.reload()
    page.wait_for_selector(".files li:has-text('calls.csv')")
    page.get_by_label("Web").first.click()
    page.get_by_role("option", name="chat", exact=True).click()
    page.click("#data-check")
    page.wait_for_selector("pre.check:has-text('Nothing wrong')")
    page.fill("#data-name", "From a file")
    page.click("#data-plan")
    page.wait_for_selector("ul.jobs li:has-text('From a file'):has-text('Done')", timeout=LONG)
    page.locator("ul.jobs").get_by_text("Open it").first.click()
    page.locator("h1", has_text="Overview").wait_for()
    assert found(store, "3").name == "From a file"
    assert page.input_value("#plan") == "3: From a file"


def test_a_store_without_a_finished_plan_shows_what_is_at_work(visit, tmp_path):
    with Store(f"sqlite:///{tmp_path}/new.db") as store:
        asked = Asked("Monday", "", (), dt.date(2027, 2, 8), 7, 1, "EUR", "1")
        queue(store, asked, {}, "Anna", worker="elsewhere:1")
        with served(Shelf(store)) as address:
            page = visit("/scenarios", at=address)
            page.wait_for_selector("ul.jobs li:has-text('Monday')")
            ask_to_stop(store, 1, "Anna")
            page.wait_for_selector("ul.jobs li:has-text('Stopping')")
            stopped_without(store, 1, "elsewhere:1", "Anna")
            page.wait_for_selector("ul.jobs li:has-text('Stopped: stopped before it had')")
            page.wait_for_timeout(500)
            page.context.close()
