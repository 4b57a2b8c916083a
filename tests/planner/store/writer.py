"""Writes plans into a store, and says after each that it is kept: STORE, NAME and COUNT."""

import sys
from dataclasses import replace

from planner.store.database import Store
from planner.store.jobs import finish, queue
from tests.planner.store.conftest import ASKED


def content(name: str) -> dict[str, bytes]:
    """Return files that tell which plan they belong to."""
    return {"forecast.csv": f"{name}\n".encode() * 20_000, "plan.zip": name.encode() * 1000}


if __name__ == "__main__":
    address, prefix, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Store(address) as store:
        print("ready", flush=True)  # noqa: T201
        for i in range(count):
            name = f"{prefix}-{i}"
            plan = queue(store, replace(ASKED, name=name), {}, "writer", worker=prefix)
            finish(store, plan, prefix, "writer", content(name), {"cost": float(i)})
            print(plan, name, flush=True)  # noqa: T201
