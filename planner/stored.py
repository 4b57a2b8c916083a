"""Plans made into a store: as they are asked for, from its queue, and again to the same bytes."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from planner.audit.audit import audit
from planner.export.summary import summary_json
from planner.export.write import files_of, tables_of
from planner.question import question_from, question_of
from planner.service import make_plan
from planner.stopping import stop_means
from planner.store.database import Store, StoreError, store_address
from planner.store.jobs import Asked, claim, queue, settle_lost, stopped_at_start, this_worker
from planner.store.plans import check_name, file_sums, found, plan_files, plan_summary, whoever
from planner.verification import verify
from planner.working import working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from planner.clock import Progress
    from planner.plan import Plan
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable
    from planner.verification import Verification
    from planner.working import Work

_TIMES = ("seconds", "written_at")  # what differs between two runs of the same plan
_POLL_S = 2.0
_AGAIN_MEANS = "nothing is compared. Press Ctrl-C again to end at once."


@dataclass(frozen=True, slots=True)
class Made:
    """A plan, what its simulation and audit found if asked for, and the bytes of its files."""

    plan: Plan
    found: Verification | None
    files: Mapping[str, bytes]

    @property
    def summary(self) -> dict[str, Any]:
        """The content of ``summary.json``."""
        return dict(json.loads(self.files["summary.json"]))


@dataclass(frozen=True, slots=True)
class Keep:
    """Where a plan is kept: the store's address, and its name and a note there."""

    store: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A stored plan made again: files alike, files that differ, and what may be why."""

    plan: int
    same: tuple[str, ...]
    different: tuple[str, ...]
    planned_with: str
    version: str


def worked_out(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress,
    *,
    checked: bool = False,
    time_limit_s: float | None = None,
    label: str = "plan",
) -> Made:
    """Return the plan of a scenario with all its files.

    Parameters
    ----------
    checked
        Whether it is simulated and audited, too.
    label
        What faults of its audit name as the folder.
    """
    plan = make_plan(scenario, table, progress, time_limit_s=time_limit_s)
    judged, tables = None, tables_of(plan)
    if checked:
        simulated = verify(plan, lambda done, of: progress("verification", done, of))
        files = tables | {"summary.json": summary_json(plan).encode()}
        judged = replace(simulated, counts=audit(scenario, files, label))
    progress("report", 0, 1)
    made = Made(plan, judged, files_of(plan, judged, tables))
    progress("report", 1, 1)
    return made


@contextmanager
def kept(keep: Keep | None, scenario: Scenario) -> Iterator[Work | None]:
    """Yield the work on a plan that a store keeps from now on; None where none is to keep it."""
    if keep is None:
        with nullcontext():
            yield None
        return
    who, worker = whoever(), this_worker()
    if keep.name:
        check_name(keep.name, "--name")
    with Store(store_address(keep.store)) as store:
        question = question_of(scenario).as_files()
        asked = asked_of(scenario, keep.name)
        try:
            plan = queue(store, asked, question, who, note=keep.note, worker=worker)
            with working(store, plan, worker, who) as work:
                yield work
        except KeyboardInterrupt:  # it may have come between the two
            with suppress(StoreError):
                stopped_at_start(store, worker, who)
            raise


def asked_of(scenario: Scenario, name: str = "") -> Asked:
    """Return what a store's list tells of a scenario."""
    return Asked(
        name=name or ", ".join([scenario.name or "plan", *scenario.applied]),
        scenario=scenario.name,
        variants=scenario.applied,
        first_day=scenario.days[0],
        days=len(scenario.days),
        seed=scenario.seed,
        currency=scenario.currency,
        program_version=version("contact-centre-planner"),
    )


def queued(store: Store, scenario: Scenario, name: str = "", note: str = "") -> int:
    """Return the number of a plan that waits for a worker."""
    if name:
        check_name(name, "--name")
    question = question_of(scenario).as_files()
    return queue(store, asked_of(scenario, name), question, whoever(), note=note)


def work_on(
    store: Store, progress: Progress, told: Callable[[str], None], *, wait: bool = False
) -> int:
    """Return how many plans were worked out of those that wait, one after another.

    A plan that cannot be made is failed with its reason, and the next one is taken.

    Parameters
    ----------
    told
        Hears a line when a plan begins, and when it ends.
    wait
        Whether to wait for more, until Ctrl-C, when none is left.
    """
    done, who, worker = 0, whoever(), this_worker()
    while True:
        settle_lost(store)
        plan = claim(store, worker, who)
        if plan is None:
            if not wait:
                return done
            time.sleep(_POLL_S)
            continue
        told(f"Plan {plan}: started")
        try:
            done, stopped = done + 1, _work_one(store, plan, worker, who, progress)
        except Exception as error:  # noqa: BLE001  whatever it is, the next plan is another
            told(f"Plan {plan}: failed: {error}")
            continue
        told(f"Plan {plan}: {found(store, str(plan)).status}")
        if stopped:
            return done


def _work_one(store: Store, plan: int, worker: str, who: str, progress: Progress) -> bool:
    """Return whether somebody stopped the plan here, by Ctrl-C, and with it this worker."""
    try:
        with working(store, plan, worker, who) as work:
            question = question_from(plan_files(store, plan, "question"), store.name)
            with question.opened() as (scenario, table):
                made = worked_out(scenario, table, work.telling(progress))
            stopped = made.plan.allocation.stopped
            work.finish(made.files, made.summary, stopped=stopped)
    except KeyboardInterrupt:
        if work.stop_asked:  # from elsewhere: this plan ends, and not its worker
            return False
        raise
    return stopped and not work.stop_asked


def made_again(store: Store, plan: int, progress: Progress) -> Again:
    """Return how a stored plan, made again from what it was planned from, compares to itself."""
    before, sums = plan_summary(store, plan), file_sums(store, plan, "plan")
    question = question_from(plan_files(store, plan, "question"), store.name)
    with question.opened() as (scenario, table), stop_means(_AGAIN_MEANS):
        made = worked_out(scenario, table, progress, checked="audit.csv" in sums)
    if made.plan.allocation.stopped:
        raise KeyboardInterrupt
    now = {name: hashlib.sha256(content).hexdigest() for name, content in made.files.items()}
    names = [name for name in sums if name != "summary.json"]
    same = [name for name in names if now.get(name) == sums[name]]
    alike = _timeless(before) == _timeless(made.summary)
    (same if alike else names).append("summary.json")
    record = found(store, str(plan))
    return Again(
        plan,
        tuple(same),
        tuple(name for name in dict.fromkeys((*names, *now)) if name not in same),
        record.program_version,
        version("contact-centre-planner"),
    )


def _timeless(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in summary.items() if name not in _TIMES}
