"""What `planner plans` does with what plans are made of: carried elsewhere, made, made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.check import check_plannable, read_question
from planner.errors import Fault, InputError
from planner.export.files import refuse_foreign, zipped
from planner.export.write import PLAN_FILES, write_files
from planner.kept_plans import as_json_text, opened_store
from planner.parcels import MARK, opened_parcel
from planner.question import as_folder, question_from
from planner.store.actuals import actuals_files
from planner.store.database import Store, store_address
from planner.store.parcel import parcel_of, unparcelled
from planner.store.plans import file_sums, found, plan_files, whoever
from planner.stored import made_again, queued, work_on

if TYPE_CHECKING:
    from planner.clock import Progress

_NEVER = b"\0 no file of a question may be overwritten \0"


def get_plan(
    address: str | None, which: str, out: Path | None, part: Literal["plan", "question", "actuals"]
) -> str:
    """Return what to print after writing a plan's files, or what belongs to it, into a folder."""
    with opened_store(address) as store:
        one = found(store, which)
        files = (
            actuals_files(store, one.id) if part == "actuals" else plan_files(store, one.id, part)
        )
        if not files:
            must = "have actuals read in" if part == "actuals" else "have an answer"
            message = f"must {must}, got one that is {one.status} {one.reason}".rstrip()
            raise InputError([Fault(store.name, None, f"plan {one.id}", message)])
    folder = out or Path(f"plan-{one.id}" if part == "plan" else f"plan-{one.id}-{part}")
    if part == "question":
        files = as_folder(question_from(files, store.name))
    for name in files if part != "plan" else ():
        refuse_foreign(folder / name, _NEVER)
    written = write_files(files, folder, ours=PLAN_FILES if part == "plan" else ())
    return f"{len(written)} files of plan {one.id} in {folder}."


def export_plan(address: str | None, which: str, out: Path | None) -> str:
    """Return what to print after writing a plan as one file."""
    with opened_store(address) as store:
        one = found(store, which)
        content = zipped(parcel_of(store, one.id), MARK)
    path = out or Path(f"plan-{one.id}.parcel.zip")
    refuse_foreign(path, MARK)
    write_files({path.name: content}, path.parent, ours=(path.name,))
    return f"Plan {one.id} with its question, files, notes and log: {path}"


def import_plan(address: str | None, file: Path) -> str:
    """Return what to print after keeping a plan that another store exported."""
    files = opened_parcel(file)
    with Store(store_address(address)) as store:
        plan = unparcelled(store, files, file.name, whoever())
        return f"Plan {plan} in {store.name}."


def again_words(
    address: str | None, which: str, progress: Progress, *, as_json: bool
) -> tuple[str, bool]:
    """Return what to print of a plan made again, and whether all its files are the same."""
    with opened_store(address) as store:
        one = found(store, which)
        if not file_sums(store, one.id, "plan"):
            message = f"must have an answer to be made again, got one that {one.status}"
            raise InputError([Fault(store.name, None, f"plan {one.id}", message)])
        found_again = made_again(store, one.id, progress)
    same = not found_again.different
    if as_json:
        return as_json_text(asdict(found_again) | {"alike": same}), same
    if same:
        told = f"Plan {one.id} made again: all {len(found_again.same)} files are the same"
        return f"{told}, byte for byte (of summary.json all but its times).", True
    lines = [f"Plan {one.id} made again: not the same: {', '.join(found_again.different)}."]
    if found_again.planned_with != found_again.version:
        lines.append(f"It was made by {found_again.planned_with}, this is {found_again.version}.")
    if one.status == "stopped":
        lines.append("Its search was stopped: where, only that run knows.")
    return "\n".join(lines), False


def queue_plan(
    address: str | None, path: Path, variants: Sequence[str], name: str, note: str
) -> dict[str, Any]:
    """Return the number and the store of a scenario that now waits to be planned."""
    scenario, table = read_question(path, variants)
    check_plannable(scenario, table)
    if not scenario.pools:
        raise InputError([scenario.fault(("pools",), "must name who can work, got nothing")])
    with Store(store_address(address)) as store:
        return {"plan": queued(store, scenario, name, note), "store": store.name}


def work_plans(
    address: str | None, progress: Progress, told: Callable[[str], None], *, wait: bool
) -> int:
    """Return how many of the plans that wait were worked out."""
    with Store(store_address(address)) as store:
        return work_on(store, progress, told, wait=wait)
