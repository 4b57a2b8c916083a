"""Logging in as a person does, in a real browser; a page whose session is over leads back."""

import pytest

from dashboard.accounts import Accounts
from dashboard.app import make_app
from dashboard.shelf import Shelf
from planner.store.database import Store
from tests.dashboard.test_accounts import PASSWORD, people, serving


@pytest.mark.slow
def test_log_in_look_and_log_out(browser, tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        people(store)
        with serving(make_app(Shelf(store), Accounts(store, secure=False))) as address:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page, errors = context.new_page(), []
            page.on("console", lambda said: errors.append(said.text))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(f"{address}/staffing")
            page.keyboard.type("eve")  # the first field has the focus
            page.keyboard.press("Tab")
            page.keyboard.type(PASSWORD["eve"])
            page.keyboard.press("Enter")
            page.wait_for_selector("#main h1")  # a callback with its token was answered
            page.wait_for_load_state("networkidle")
            assert page.url.startswith(f"{address}/staffing")
            other = context.new_page()
            other.goto(f"{address}/account")
            other.get_by_role("button", name="Log out").click()
            other.wait_for_selector("#password")
            assert errors == []
            page.get_by_role("link", name="Overview").click()
            page.wait_for_selector("#password")
            context.close()
