"""A sweep as it is sent to whoever works on it: the question once, and what each task changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.errors import Fault, InputError
from planner.question import Question
from planner.scenario.changes import merge_text
from planner.scenario.document import Document
from planner.scenario.model import scenario_from
from planner.scenario.risk import MIDDLE
from planner.scenario.variants import merge_change
from planner.swept import Axis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.model import Scenario


@dataclass(frozen=True)
class AskedSweep:
    """A question, what is varied in it, and by which program.

    Tasks are numbered: point by point in the order of the cross product, the last axis fastest, and
    within a point path by path.

    Parameters
    ----------
    question
        The scenario as it is, with the tables that it reads.
    axes
        What is varied.
    paths
        Demand paths that each point is planned for; 0 for its forecast.
    program
        Mark of the program, see ``planner.sweep.program``.
    variants
        The variants that the scenario defines, as far as the axes name them.
    """

    question: Question = field(repr=False)
    axes: tuple[Axis, ...]
    paths: int
    program: str
    variants: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def points(self) -> int:
        """How many points there are."""
        count = 1
        for axis in self.axes:
            count *= len(axis.labels)
        return count

    @property
    def tasks(self) -> int:
        """How many plans are made."""
        return self.points * max(self.paths, 1)

    def labels(self, point: int) -> tuple[str, ...]:
        """Return a point's value on each axis."""
        return tuple(a.labels[n] for a, n in zip(self.axes, self._places(point), strict=True))

    def applied(self, point: int) -> tuple[str, ...]:
        """Return what a point changes, as variants of the scenario are written."""
        texts = (a.texts[n] for a, n in zip(self.axes, self._places(point), strict=True))
        return tuple(text for text in texts if text)

    def path_of(self, number: int) -> int | None:
        """Return the path of a task, None where it is planned for the forecast."""
        return number % self.paths if self.paths else None

    def point_of(self, number: int) -> int:
        """Return the point of a task."""
        return number // max(self.paths, 1)

    def scenario(self, number: int, file: str) -> Scenario:
        """Return the scenario of a task, whose tables lie beside ``file``.

        Raises
        ------
        InputError
            With every fault of it.
        """
        values = {**self.question.document, "variants": dict(self.variants)}
        document = Document(file, values, {})
        faults: list[Fault] = []
        applied = self.applied(self.point_of(number))
        for text in applied:
            document, problems = merge_text(document, text)
            faults += [document.fault(place, message) for place, message in problems]
        if self.paths:
            document, _ = merge_change(document, {"risk": MIDDLE})
        try:
            scenario = scenario_from(document, applied)
        except InputError as error:
            raise InputError([*faults, *error.faults]) from None
        if faults:
            raise InputError(faults)
        return scenario

    @cached_property
    def identity(self) -> str:
        """What the sweep is known by: the same question, points and program, the same signs.

        The files' bytes, the scenario, the axes with their changes, the paths and the program.
        """
        sums = hashlib.sha256()
        for name, content in sorted(self.question.as_files().items()):
            sums.update(f"{name}\0{len(content)}\0".encode() + content)
        told = repr((self.axes, self.variants, self.paths, self.program))
        return hashlib.sha256(sums.digest() + told.encode()).hexdigest()[:16]

    def _places(self, point: int) -> tuple[int, ...]:
        places = []
        for axis in reversed(self.axes):
            point, place = divmod(point, len(axis.labels))
            places.append(place)
        return tuple(reversed(places))
