"""A plan's folder, a store that has it, and pages in a real browser from a real server."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import make_app
from dashboard.command import bind
from dashboard.shelf import Shelf
from planner.archive import ARCHIVE, pack
from planner.export.summary import summary_json
from planner.plan import Plan
from planner.store.database import Store
from planner.store.jobs import Asked, finish, queue
from tests.planner.conftest import small_plan as small_plan

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def plan_folder(small_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dashboard") / "plan"
    folder.mkdir()
    (folder / ARCHIVE).write_bytes(pack(small_plan))
    return folder


def keep(store: Store, plan: Plan, name: str, question: dict[str, bytes] | None = None) -> int:
    """Return the number of a plan that a store now has."""
    asked = Asked(name, plan.scenario.name, (), plan.days[0], len(plan.days), 1, "EUR", "0.1.0")
    number = queue(store, asked, question or {}, "Anna", worker="w")
    told = json.loads(summary_json(plan))
    finish(store, number, "w", "Anna", {ARCHIVE: pack(plan)}, told)
    return number


@pytest.fixture
def kept(small_plan: Plan, tmp_path: Path) -> Iterator[tuple[Store, int]]:
    """Yield a store, and the number of the plan in it."""
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        yield store, keep(store, small_plan, "Valentine's week")


@contextmanager
def served(shelf: Shelf) -> Iterator[str]:
    """Yield the address at which a real server shows a shelf's plans."""
    server: Any = bind(make_app(shelf).server, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:  # closed by its own loop, which ends when nothing is left to wait for
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=20)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()


@pytest.fixture(scope="module")  # two at once cannot be in one process
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(plan_folder: Path) -> Iterator[str]:
    with served(Shelf(None, plan_folder)) as told:
        yield told


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Yield a function that opens a page; whatever it complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str, width: int = 1280, scheme: str = "light", at: str = address) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda r: complaints.append(r.url) if _outside(r.url, at) else None)
        page.goto(at + path)
        page.wait_for_selector("#main h1")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _outside(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))
