"""A variant of a stored plan, asked for on a page: looked at in a moment, or put into the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.who import demand
from dashboard.work.worker import worker_for
from planner.check import check_plannable
from planner.comparing.asked import split
from planner.errors import Fault, InputError
from planner.question import QUESTION, question_from
from planner.store.jobs import queue
from planner.store.plans import plan_files
from planner.stored import asked_of
from planner.varied_question import ready_for, scenario_asked, varied_question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.question import Question
    from planner.scenario.model import Scenario
    from planner.scenario.ready import Ready
    from planner.store.database import Store

_LONGEST = 4000  # letters of all changes together
_MOST = 50


def changes_in(text: str) -> list[str]:
    r"""Return the changes in a text: one a line, or with commas between them.

    Examples
    --------
    >>> changes_in("volume+20, aht+10\npools.lyon.agents={2027-02-01: 5, 2027-02-08: 9}")
    ['volume+20', 'aht+10', 'pools.lyon.agents={2027-02-01: 5, 2027-02-08: 9}']
    """
    parts = [part for line in text[:_LONGEST].splitlines() for part in split(line, ",")]
    return list(dict.fromkeys(part for part in parts if part))[:_MOST]


def ready_in(store: Store, plan: int) -> tuple[Ready, ...]:
    """Return the variants that a stored plan has ready; none of one without a question."""
    kept = _asked(store, plan)
    return () if kept is None else ready_for(kept)


def looked_at(store: Store, plan: int, changes: Sequence[str]) -> Scenario:
    """Return the scenario of a variant, without its tables.

    Raises
    ------
    InputError
        With every fault of the changes, and of what they make.
    """
    kept = _asked(store, plan)
    if kept is None:
        raise _nothing_kept(store, plan)
    scenario = scenario_asked(varied_question(kept, changes))
    if not scenario.pools:
        raise InputError([scenario.fault(("pools",), "must name who can work, got nothing")])
    return scenario


def run_variant(
    store: Store, plan: int, changes: Sequence[str], name: str = "", note: str = ""
) -> int:
    """Return the number of a variant of a stored plan, which now waits or is worked out.

    Raises
    ------
    InputError
        With everything that keeps it from being planned.
    """
    looked_at(store, plan, changes)
    question = question_from(plan_files(store, plan, "question"), store.name)
    return run_question(store, varied_question(question, changes), name, note)


def run_question(store: Store, question: Question, name: str = "", note: str = "") -> int:
    """Return the number of a question that now waits or is worked out.

    Raises
    ------
    InputError
        With everything that keeps it from being planned.
    """
    who = demand("make").name
    with question.opened() as (scenario, table):
        check_plannable(scenario, table)
    number = queue(
        store, asked_of(scenario, _plain(name, 200)), question.as_files(), who,
        note=_plain(note, 2000),
    )  # fmt: skip
    worker_for(store).again()
    return number


def run_again(store: Store, plan: int) -> int:
    """Return the number of the same question asked once more."""
    question = question_from(plan_files(store, plan, "question"), store.name)
    return run_question(store, question, note=f"Asked again after plan {plan}.")


def _asked(store: Store, plan: int) -> Question | None:
    """Return a stored plan's question without its tables; None where the store has none."""
    files = plan_files(store, plan, "question", [QUESTION])
    return question_from(files, store.name) if files else None


def _nothing_kept(store: Store, plan: int) -> InputError:
    message = "must be kept with its question to have variants, got one without"
    return InputError([Fault(store.name, None, f"plan {plan}", message)])


def _plain(text: str, most: int) -> str:
    """Return a text as a name or a note may be: printable, on one line, not endless."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]
