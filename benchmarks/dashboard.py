"""The dashboard: every page of a large plan in a real browser, and fifty people clicking.

``python -m benchmarks.dashboard`` plans the florist's 35 queues over 28 days (or takes ``--plan
plan.zip``), keeps it in SQLite and in PostgreSQL where one is installed, and serves it with the
command.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page, Request, sync_playwright

from benchmarks.staffing_table import Reached, closing, say
from benchmarks.store import stores
from dashboard.choice import address
from dashboard.ids import VIEW, control
from dashboard.page import Page as Shown
from dashboard.pages import PAGES
from planner.archive import ARCHIVE, pack, unpack
from planner.check import read_question
from planner.examples import write_example
from planner.export.summary import summary_json
from planner.question import question_of
from planner.service import make_plan
from planner.store.database import Store
from planner.store.jobs import finish, queue
from planner.stored import asked_of
from tests.postgres import free_port

_TIMES = 3
_PEOPLE, _SECONDS, _THINKS_S = 50, 60.0, 2.0
_DRAWN = (
    "view => [...document.querySelectorAll('#' + view + ' .js-plotly-plot')]"
    ".every(one => one.querySelector('.main-svg')) && document.querySelector('#' + view + ' > *')"
)


def main() -> int:
    """Print what was measured beside what was to be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, help="a finished florist's plan.zip")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="how long people click")
    options = parser.parse_args()
    lines: list[Reached] = []
    with tempfile.TemporaryDirectory() as place:
        path = write_example("florist", Path(place) / "florist", lambda _done, _of: None)
        scenario, table = read_question(path, ())
        say("the florist, planned to be shown")
        plan = (
            make_plan(scenario, table, lambda *_: None)
            if options.plan is None
            else unpack(options.plan.read_bytes(), str(options.plan))
        )
        for name, url in stores(Path(place)):
            with Store(url) as store:
                number = queue(store, asked_of(scenario), question_of(scenario).as_files(), "bench",
                               worker="bench")  # fmt: skip
                told = json.loads(summary_json(plan))
                finish(store, number, "bench", "bench", {ARCHIVE: pack(plan)}, told)
            with _serving(url) as server:
                lines += _pages(server, name)
                lines += _people(server, name, number, options.seconds)
    print(closing(lines))
    return 0


@contextmanager
def _serving(url: str) -> Iterator[str]:
    port = free_port()
    command = [str(Path(sys.executable).parent / "planner"), "dashboard", "--store", url,
               "--port", str(port)]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    here = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                requests.get(here, timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield here
    finally:
        server.terminate()
        server.wait(timeout=30)


def _pages(server: str, name: str) -> list[Reached]:
    """Return first load, filter and payload of every page, the slowest of a few times."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    lines = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for one in PAGES:
            say(f"{name}: {one.title}")
            seen = [_visited(browser, server, one) for _ in range(_TIMES)]
            loads, sizes, filters = zip(*seen, strict=True)
            what = f"{name}, {one.title}"
            lines.append(Reached.at_most(f"{what}: first load", 2.0, max(loads), "s"))
            if one.controls:
                lines.append(Reached.at_most(f"{what}: a filter", 0.5, max(filters), "s"))
            lines.append(Reached.at_most(f"{what}: payload", 3.0, max(sizes), "MB"))
        browser.close()
    return lines


def _visited(browser: Browser, server: str, one: Shown) -> tuple[float, float, float]:
    """Return a page's first load in seconds, its payload in MB, and a filter in seconds, or 0."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    got: list[Request] = []

    def keep(request: Request) -> None:
        got.append(request)

    page.on("requestfinished", keep)
    start = time.perf_counter()
    page.goto(server + one.path)
    page.wait_for_function(_DRAWN, arg=control(one.key, VIEW))
    load = time.perf_counter() - start
    page.wait_for_timeout(300)
    size = sum(request.sizes()["responseBodySize"] for request in got) / 1e6
    took = _filtered(page, one.key, one.controls[0].key) if one.controls else 0.0
    context.close()
    return load, size, took


def _filtered(page: Page, key: str, name: str) -> float:
    """Return how long a page takes to show another choice, in seconds."""
    picker = page.locator(f"#{control(key, name)}")
    picker.click()
    view = control(key, VIEW)
    page.evaluate(
        "view => {const seen = document.getElementById(view); window.changed = 0;"
        "new MutationObserver(() => {window.changed = performance.now()})"
        ".observe(seen, {childList: true, subtree: true})}",
        view,
    )
    others = page.locator("[data-combobox-option]:not([data-checked])")
    start = time.perf_counter()
    others.locator("visible=true").last.click()
    page.wait_for_function(
        "view => window.changed && performance.now() - window.changed > 150 && ("
        + _DRAWN
        + ")(view)",
        arg=view,
    )
    return time.perf_counter() - start - 0.15


def _people(server: str, name: str, plan: int, seconds: float) -> list[Reached]:
    """Return the median answer and the errors of people who click on every page at once."""
    say(f"{name}: {_PEOPLE} people")
    known: list[dict[str, Any]] = requests.get(f"{server}/_dash-dependencies", timeout=30).json()
    views = [
        (one, next(d for d in known if f"{control(one.key, VIEW)}.children" in d["output"]))
        for one in PAGES
    ]
    answers: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds

    def click(seed: int) -> None:
        rng = random.Random(seed)
        with requests.Session() as session:
            time.sleep(rng.uniform(0, _THINKS_S))
            chosen: dict[str, str] = {}
            while time.monotonic() < end:
                page, known_as = rng.choice(views)
                start = time.monotonic()
                answer = session.post(
                    f"{server}/_dash-update-component",
                    json=_asked(known_as, address(plan, chosen)),
                    timeout=60,
                )
                answers.append(time.monotonic() - start)
                if answer.status_code != 200:
                    errors.append(f"{page.key}: {answer.status_code}")
                else:
                    chosen = _another(page.key, answer.json()["response"], rng)
                time.sleep(rng.uniform(0, 2 * _THINKS_S))

    people = [threading.Thread(target=click, args=(seed,)) for seed in range(_PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    print(f"{name}: {len(answers)} clicks, the slowest {max(answers):.2f} s", *errors[:3])
    return [
        Reached.at_most(f"{name}, {_PEOPLE} people: median answer", 0.5,
                        statistics.median(answers), "s"),
        Reached.at_most(f"{name}, {_PEOPLE} people: errors", 1, len(errors), "errors"),
    ]  # fmt: skip


def _asked(known: dict[str, Any], search: str) -> dict[str, Any]:
    """Return what a browser sends when a page is opened at an address."""
    outputs = [
        dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
        for one in known["output"].strip(".").split("...")
    ]
    inputs = [
        {**one, "value": search if one["property"] == "search" else None} for one in known["inputs"]
    ]
    changed = next(f"{one['id']}.search" for one in inputs if one["property"] == "search")
    return {
        "output": known["output"],
        "outputs": outputs,
        "inputs": inputs,
        "state": [{**one, "value": None} for one in known["state"]],
        "changedPropIds": [changed],
    }


def _another(key: str, told: dict[str, Any], rng: random.Random) -> dict[str, str]:
    """Return a choice among the options that a page has just told."""
    chosen = {}
    for name, values in told.items():
        if name.startswith(f"{key}-") and values.get("data"):
            chosen[name.removeprefix(f"{key}-")] = str(rng.choice(values["data"])["value"])
    return chosen


if __name__ == "__main__":
    sys.exit(main())
