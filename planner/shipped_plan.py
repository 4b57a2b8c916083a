"""The florist's finished plan, shipped with the program, put into a store that is new."""

from __future__ import annotations

import io
import json
import zipfile
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from planner.archive import unpack
from planner.examples import write_example
from planner.export.write import files_of
from planner.question import question_of
from planner.scenario.model import load_scenario
from planner.store.jobs import finish, queue, this_worker
from planner.store.plans import whoever
from planner.stored import asked_of

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.store.database import Store

SHIPPED = "florist-plan.zip"
NAME = "Florist (example)"
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def shipped_plan() -> Plan:
    """Return the finished plan of the florist example.

    Examples
    --------
    >>> plan = shipped_plan()
    >>> len(plan.scenario.queues), len(plan.days)
    (35, 28)
    """
    content = resources.files("planner.examples").joinpath(SHIPPED).read_bytes()
    return unpack(content, SHIPPED)


def keep_shipped(store: Store) -> int:
    """Return the number under which a store now keeps the florist's finished plan."""
    plan = shipped_plan()
    files = files_of(plan)
    with TemporaryDirectory(prefix="planner-") as place:
        scenario = load_scenario(write_example("florist", Path(place) / "florist"))
        question = question_of(scenario).as_files()
    who, worker = whoever(), this_worker()
    note = "Shipped with the program. Change it, run variants of it, or remove it."
    number = queue(store, asked_of(scenario, NAME), question, who, note=note, worker=worker)
    finish(store, number, worker, who, files, json.loads(files["summary.json"]))
    return number


def tightly_packed(archive: bytes) -> bytes:
    """Return a plan's archive pressed as small as it goes, as the shipped one is.

    After a change that alters plans: plan the florist example again, and write what this returns
    of its ``plan.zip`` into ``planner/examples``.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as loose, zipfile.ZipFile(whole, "w") as tight:
        for entry in loose.infolist():
            kept = zipfile.ZipInfo(entry.filename, _WRITTEN)
            kept.compress_type, kept.create_system = zipfile.ZIP_LZMA, 3
            tight.writestr(kept, loose.read(entry))
    return whole.getvalue()
