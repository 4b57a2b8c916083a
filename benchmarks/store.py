"""The store: a large plan written and looked at, a thousand listed; SQLite and PostgreSQL.

``python -m benchmarks.store`` plans the florist's 35 queues over 28 days and keeps it, in a file
and on a PostgreSQL server of its own, where one is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from benchmarks.staffing_table import Reached, closing, say
from planner.check import read_question
from planner.examples import write_example
from planner.question import question_of
from planner.store.database import Store
from planner.store.jobs import Asked, finish, queue
from planner.store.plans import file_sums, found, listed, log_of, notes_of, plan_files, plan_summary
from planner.store.tables import PLANS
from planner.stored import Made, asked_of, worked_out
from tests.postgres import BINARIES, server

_TIMES, _PLANS = 5, 1000
_SHOWN = ("service.csv", "costs.csv")


def main() -> int:
    """Print what was measured beside what was to be reached."""
    say("the florist, planned to be kept")
    lines: list[Reached] = []
    with tempfile.TemporaryDirectory() as place:
        path = write_example("florist", Path(place) / "florist", lambda _done, _of: None)
        scenario, table = read_question(path, ())
        made = worked_out(scenario, table, lambda *_: None)
        before = time.perf_counter()
        question = question_of(scenario).as_files()
        print(f"its question gathered in {time.perf_counter() - before:.2f} s")
        size = sum(map(len, made.files.values()))
        print(f"{len(made.files)} files of {size / 1e6:.1f} MB\n")
        for name, address in stores(Path(place)):
            with Store(address) as store:
                lines += _measured(store, name, made, question, asked_of(scenario))
                lines.append(_command(name, address))
    print(closing(lines))
    return 0


def stores(place: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and address of an empty store on each database that is installed."""
    yield "SQLite", f"sqlite:///{place}/plans.db"
    if not BINARIES:
        print("no PostgreSQL server is installed: SQLite alone\n")
        return
    with server() as address:
        yield "PostgreSQL", f"{address}postgres"


def _measured(
    store: Store, name: str, made: Made, question: dict[str, bytes], asked: Asked
) -> list[Reached]:
    plans: list[int] = []

    def write() -> None:
        plan = queue(store, asked, question, "bench", worker="bench")
        finish(store, plan, "bench", "bench", made.files, made.summary)
        plans.append(plan)

    def anew() -> None:
        with store.write() as connection:
            for table in ("files", "blobs"):
                connection.execute(sa.text(f"delete from {table}"))

    def overview() -> None:
        one = found(store, str(plans[-1]))
        plan_summary(store, one.id), notes_of(store, one.id), log_of(store, one.id)
        file_sums(store, one.id, "plan")
        plan_files(store, one.id, "plan", _SHOWN)

    written = _slowest(write, anew)
    seen = _slowest(overview)
    with store.write() as connection:
        row = dict(connection.execute(sa.select(PLANS)).mappings().first() or {})
        rows = [row | {"id": 1000 + i} for i in range(_PLANS)]
        connection.execute(sa.insert(PLANS), rows)
    return [
        Reached.at_most(f"{name}: 35 queues, 28 days written", 3.0, written, "s"),
        Reached.at_most(f"{name}: its overview read", 0.3, seen, "s"),
        Reached.at_most(
            f"{name}: {_PLANS} plans listed", 0.2, _slowest(lambda: listed(store)), "s"
        ),
    ]


def _command(name: str, address: str) -> Reached:
    planner = Path(sys.executable).parent / "planner"

    def run() -> None:
        words = [str(planner), "plans", "list", "--store", address]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))

    took = f"{_slowest(run):.2f} s"
    return Reached(f"{name}: the command that lists them", "told", took, True)


def _slowest(step: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the slowest of a few times, in seconds."""
    spent = []
    for _ in range(_TIMES):
        before()
        start = time.perf_counter()
        step()
        spent.append(time.perf_counter() - start)
    return max(spent)


if __name__ == "__main__":
    sys.exit(main())
