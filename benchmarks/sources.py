"""How long sources take: three million contacts of a Parquet file, and 100,000 tickets of Zendesk.

Made up: 35 queues over two years, and tickets of 2 kB each, as long as real ones. Run as a module
it makes the files, reads each several times and prints the seconds of the best and the worst, and
those of all processors in the best; each from the file to contacts by queue and interval.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from planner.imported import Request, import_and_write
from planner.scenario.model import load_scenario
from planner.sources.table import load_history

CONTACTS, QUEUES, DAYS = 3_000_000, 35, 730
TICKETS = 100_000
CONTACTS_S, TICKETS_S = 5.0, 2.0  # what they must not exceed
TIMES = 3
FIRST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def write_contacts(folder: Path, rng: np.random.Generator) -> Path:
    """Return a scenario whose history is a Parquet file of one row per contact."""
    names = [f"q{number:02d}" for number in range(QUEUES)]
    start = np.sort(rng.integers(0, DAYS * 86_400_000_000, CONTACTS))
    start += int(FIRST.timestamp()) * 1_000_000
    table = pa.table({
        "start": pa.array(start, pa.timestamp("us", "UTC")),
        "queue": pa.array(np.array(names, dtype=object)[rng.integers(0, QUEUES, CONTACTS)]),
        "aht_s": rng.gamma(2.0, 150.0, CONTACTS).round(1),
        "wait_s": rng.exponential(30.0, CONTACTS).round(1),
        "abandoned": (rng.random(CONTACTS) < 0.05).astype(np.int8),
        "agent": pa.array([f"agent {n}" for n in rng.integers(0, 500, CONTACTS)]),
    })  # fmt: skip
    pq.write_table(table, folder / "calls.parquet")
    target = "{service_level: 0.8, answer_within_s: 20}"
    queues = [f"  - {{name: {name}, channel: phone, target: {target}}}" for name in names]
    lines = ["horizon: {first_day: 2027-02-01, days: 7}", "history: {file: calls.parquet}",
             "markets: {FR: {timezone: Europe/Paris}}", "queues:", *queues]  # fmt: skip
    path = folder / "scenario.yaml"
    path.write_text("\n".join(lines))
    return path


def write_tickets(path: Path, rng: np.random.Generator) -> None:
    """Write tickets, one a line, as Zendesk does."""
    seconds = np.sort(rng.integers(0, DAYS * 86_400, TICKETS))
    channels = rng.choice(["email", "web", "chat", "voice", "whatsapp"], TICKETS)
    brands, groups = rng.integers(0, 7, TICKETS), rng.integers(0, 40, TICKETS)
    florist = rng.random(TICKETS) < 0.2
    words = "the lilies for my mother came late and without the card that I had asked for " * 8
    with path.open("w") as file:
        for number in range(TICKETS):
            came = (FIRST + dt.timedelta(seconds=int(seconds[number]))).isoformat()
            came = came.replace("+00:00", "Z")
            ticket = {
                "url": f"https://lilies.zendesk.com/api/v2/tickets/{number}.json", "id": number,
                "external_id": None, "created_at": came, "updated_at": came, "type": "question",
                "via": {"channel": str(channels[number]), "source": {"from": {"address":
                        f"customer{number}@customers.example"}, "to": {}, "rel": None}},
                "subject": "Where are my lilies?", "description": words, "priority": "normal",
                "status": "closed", "requester_id": 360_000_000 + number, "recipient": None,
                "assignee_id": 7, "group_id": 360_000 + int(groups[number]),
                "brand_id": 36_000 + int(brands[number]), "ticket_form_id": 36,
                "tags": ["delivery", "florist"] if florist[number] else ["delivery"],
                "custom_fields": [{"id": 360_100 + i, "value": None} for i in range(20)],
                "satisfaction_rating": {"score": "unoffered"}, "is_public": True,
            }  # fmt: skip
            file.write(json.dumps({"ticket": ticket}) + "\n")


def seconds(call: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the seconds by the clock and of the processor, several times, least first."""
    found = []
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        call()
        found.append((time.perf_counter() - began, time.process_time() - worked))
    return sorted(found)


def main() -> None:
    """Print how long each takes beside what it may take."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        scenario = load_scenario(write_contacts(folder, rng))
        tickets = folder / "tickets.ndjson"
        write_tickets(tickets, rng)
        size = tickets.stat().st_size / TICKETS
        request = Request(
            "zendesk", (tickets,), folder / "contacts.csv", market="brand", segment="tags",
            words={"segments": ["florist=florists", "*=customers"]},
        )  # fmt: skip
        rows = (
            (f"{CONTACTS:,} contacts, Parquet", CONTACTS_S, lambda: load_history(scenario)),
            (f"{TICKETS:,} tickets of {size:,.0f} bytes", TICKETS_S,
             lambda: import_and_write(request)),
        )  # fmt: skip
        heads = f"{'best s':>7} {'worst s':>8} {'cpu s':>6} {'at most s':>10}"
        print(f"{'from file to intervals':<36} {heads}")
        for name, most, call in rows:
            found = seconds(call)
            (best, cpu), (worst, _) = found[0], found[-1]
            print(f"{name:<36} {best:>7.2f} {worst:>8.2f} {cpu:>6.2f} {most:>10.1f}")


if __name__ == "__main__":
    main()
