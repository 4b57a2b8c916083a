"""A sweep as it is sent to whoever works on it: the question once, and what each task changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.question import Question
from planner.scenario.document import Document
from planner.scenario.model import scenario_from
from planner.scenario.risk import MIDDLE
from planner.scenario.variants import merge_change
from planner.swept import Axis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.model import Scenario

NOT_OF_THE_FORECAST = ("name", "currency", "risk", "pools", "shortage", "variants")
"""Keys of a scenario that its forecast does not depend on."""


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
    """

    question: Question = field(repr=False)
    axes: tuple[Axis, ...]
    paths: int
    program: str

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
        """Return what a plan of the point is called: variants by name, values with their paths."""
        pairs = zip(self.axes, self.labels(point), strict=True)
        told = (name if axis.name == "variants" else f"{axis.name}={name}" for axis, name in pairs)
        return tuple(name for name in told if name != "none")

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
        document = Document(file, dict(self.question.document), {})
        faults: list[Fault] = []
        point = self.point_of(number)
        changes = [axis.changes[n] for axis, n in zip(self.axes, self._places(point), strict=True)]
        if self.paths:
            changes.append({"risk": MIDDLE})
        for change in changes:
            document, problems = merge_change(document, dict(change), ())
            faults += [document.fault(place, message) for place, message in problems]
        try:
            scenario = scenario_from(document, self.applied(point))
        except InputError as error:
            raise InputError([*faults, *error.faults]) from None
        if faults:
            raise InputError(faults)
        return scenario

    @cached_property
    def identity(self) -> str:
        """What the sweep is known by: the same question, points and program, the same sixteen signs.

        The files' bytes, the scenario, the axes with their changes, the paths and the program.
        """
        sums = hashlib.sha256()
        for name, content in sorted(self.question.as_files().items()):
            sums.update(f"{name}\0{len(content)}\0".encode() + content)
        told = repr((self.axes, self.paths, self.program))
        return hashlib.sha256(sums.digest() + told.encode()).hexdigest()[:16]

    def _places(self, point: int) -> tuple[int, ...]:
        places = []
        for axis in reversed(self.axes):
            point, place = divmod(point, len(axis.labels))
            places.append(place)
        return tuple(reversed(places))


def forecast_key(document: Mapping[str, Any]) -> str:
    """Return what the forecast of a scenario depends on, as one text."""
    return repr({key: document[key] for key in sorted(document) if key not in NOT_OF_THE_FORECAST})
