"""A kept question with something changed: the question of a stored plan's variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.question import Question
from planner.scenario.changes import merge_text
from planner.scenario.document import ON_THE_SPOT, Document
from planner.scenario.kept import kept_document, read_names, scenario_kept
from planner.scenario.model import scenario_from
from planner.scenario.ready import ready_variants
from planner.scenario.telling import nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.model import Scenario
    from planner.scenario.ready import Ready


def ready_for(question: Question) -> tuple[Ready, ...]:
    """Return the variants that a kept question has ready, see ``planner.scenario.ready``."""
    return ready_variants(dict(question.document))


def scenario_asked(question: Question) -> Scenario:
    """Return the scenario of a kept question; its tables are not looked at."""
    return scenario_kept(dict(question.document), question.file, question.applied)


def varied_question(question: Question, changes: Sequence[str]) -> Question:
    """Return a kept question with changes merged in, in their order; no file is opened.

    Parameters
    ----------
    changes
        Variants that are ready, such as volume+20, and changes such as pools.paris.agents=40.

    Raises
    ------
    InputError
        With every fault of the changes and of what they make; if they ask for another history,
        or for any table that was not kept.

    Examples
    --------
    >>> values = {
    ...     "horizon": {"first_day": "2027-02-01", "days": 1},
    ...     "history": {"file": "calls.csv"},
    ...     "queues": [{"name": "phone"}],
    ... }
    >>> asked = Question(values, "scenario.yaml", (), {"calls.csv": b""})
    >>> varied = varied_question(asked, ["aht+10"])
    >>> varied.document["queues"], varied.applied
    ([{'name': 'phone', 'aht_factor': 1.1}], ('aht+10',))
    """
    document = Document(question.file, dict(question.document), {})
    merged, faults = document, []
    for text in changes:
        merged, problems = merge_text(merged, text)
        faults += [
            _unknown(document, text) if place == ("variants",) else document.fault(place, message)
            for place, message in problems
        ]
    if merged.value.get("history") != document.value.get("history"):
        must = "must stay as it is, for the plan keeps its own history, got another"
        faults.append(Fault(ON_THE_SPOT, None, "history", must))
    scenario = _read(merged, (*question.applied, *changes), faults)
    tables = read_names(scenario)
    strange = [name for name in tables if name not in question.files]
    if strange and question.files:
        must = "must name a table that the plan keeps, got another"
        raise InputError([Fault(ON_THE_SPOT, None, "drivers", must)])
    files = {name: question.files[name] for name in tables if name in question.files}
    return Question(kept_document(scenario), question.file, scenario.applied, files)


def _unknown(document: Document, text: str) -> Fault:
    near = nearest(text, [one.name for one in ready_variants(document.value)])
    hint = f" (nearest: {quoted(near)})" if near else ""
    must = f"must be a change such as risk=0.8, or one that is ready{hint}, got {quoted(text)}"
    return Fault(ON_THE_SPOT, None, "", must)


def _read(document: Document, applied: Sequence[str], faults: Sequence[Fault]) -> Scenario:
    """Return the scenario of a changed document, or raise its faults with those before."""
    try:
        scenario = scenario_from(document, applied)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    return scenario
