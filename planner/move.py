"""A suggestion for the rest of a plan, and the rest of the plan with those made so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from planner.rest_of_plan import RestOfPlan
    from staffing.allocation import Allocation
    from staffing.moving import Desk, Option
    from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]
MoveKind = Literal["switch", "break", "overtime", "call", "vendor", "home"]

#: Position hours too few to be worth a word.
FELT = 0.05


@dataclass(frozen=True, slots=True)
class Move:
    """One suggestion.

    Parameters
    ----------
    kind
        Agents to another queue, a break moved, a shift longer, one more shift of the own people,
        more hours of a vendor, people sent home.
    pool, queue, from_queue
        Whose agents, the queue that is helped most, and the one that lends them.
    agents
        Who; empty where any of the pool may.
    heads
        How many agents.
    start, end
        First interval that changes, and the first after the last that does.
    begins, ends
        From when to when, to the minute, in UTC.
    before, after
        The shift as it is and as it would be, in words; empty where none changes.
    hours
        Paid hours more; below 0 fewer.
    cost
        Money more; below 0 saved.
    filled_hours
        Position hours of those missing that it fills.
    service_before, service_after
        The queue's service from ``start`` to ``end``, before and after all moves of the kind.
    """

    kind: MoveKind
    pool: str
    queue: str
    from_queue: str
    agents: tuple[str, ...]
    heads: int
    start: int
    end: int
    begins: pd.Timestamp
    ends: pd.Timestamp
    before: str
    after: str
    hours: float
    cost: float
    filled_hours: float
    service_before: float = float("nan")
    service_after: float = float("nan")


@dataclass(slots=True)
class Chosen:
    """A change of shift that some agents of a pool make."""

    pool: int
    option: Option
    agents: list[str]
    cost: float
    filled: FloatArray  # position hours by queue [Q]


@dataclass(slots=True)
class Standing:
    """The rest of a plan with what was suggested so far."""

    rest: RestOfPlan
    allocation: Allocation
    projection: Projection
    desks: Sequence[Desk | None]

    @property
    def missing(self) -> FloatArray:
        """Positions missing from now on ``[Q, I]``."""
        return self.rest.missing(self.allocation)

    @property
    def today(self) -> int:
        """Number of the first day that is looked at."""
        return int(self.rest.day[self.rest.rest].min())

    def capacity(self, chosen: Iterable[Chosen]) -> FloatArray:
        """Return the pools' positions on duty with some changes ``[P, I]``."""
        found = self.allocation.capacity.copy()
        for one in chosen:
            found[one.pool] += len(one.agents) * np.where(self.rest.future, one.option.change, 0.0)
        return found

    def accept(
        self, allocation: Allocation, moves: Iterable[Move], projection: Projection | None = None
    ) -> list[Move]:
        """Go on with an allocation; return its moves with the service before and after."""
        after = projection or self.rest.projected(allocation)
        told = [
            replace(
                move,
                service_before=service(self.projection, move),
                service_after=service(after, move),
            )
            for move in _merged(moves)
        ]
        self.allocation, self.projection = allocation, after
        return told

    def move(self, one: Chosen) -> Move:
        """Return a change as a suggestion."""
        pool, option = self.allocation.pools[one.pool], one.option
        changed = np.flatnonzero(self.rest.future & (np.abs(option.change) > 1e-9))
        kind: MoveKind = option.kind
        if kind in ("call", "overtime") and pool.kind == "vendor":
            kind = "vendor"
        given = np.where(self.rest.rest, self.allocation.serve[one.pool], 0.0).sum(axis=1)
        most = one.filled if one.filled.any() else np.where(self.rest.live, given, -1.0)
        return Move(
            kind, pool.name, self.allocation.queues[int(np.argmax(most))], "",
            tuple(one.agents), len(one.agents), int(changed[0]), int(changed[-1]) + 1,
            option.begins, option.ends, option.before.label if option.before else "off",
            option.after.label,
            len(one.agents) * option.paid_hours, one.cost, float(one.filled.sum()),
        )  # fmt: skip


def _merged(moves: Iterable[Move]) -> list[Move]:
    """Return moves by time, those that only differ in whose shift it is as one."""
    found: dict[tuple[object, ...], Move] = {}
    for move in moves:
        each = round(move.hours / max(move.heads, 1), 3)
        key: tuple[object, ...] = (
            move.kind,
            move.pool,
            move.queue,
            move.from_queue,
            move.begins,
            move.ends,
            each,
        )
        if move.kind == "break":
            key = (*key, move.before, move.after)
        if key in found:
            was = found[key]
            move = replace(
                move,
                agents=(*was.agents, *move.agents),
                heads=was.heads + move.heads,
                before=_both(was.before, move.before),
                after=_both(was.after, move.after),
                hours=was.hours + move.hours,
                cost=was.cost + move.cost,
                filled_hours=was.filled_hours + move.filled_hours,
            )
        found[key] = move
    return sorted(found.values(), key=lambda move: (move.begins, move.ends))


def _both(one: str, other: str) -> str:
    return one if other in one.split("; ") else f"{one}; {other}"


def service(projection: Projection, move: Move) -> float:
    """Return a queue's service while a move lasts; NaN where nobody comes."""
    q = projection.queues.index(move.queue)
    contacts = projection.contacts[q, move.start : move.end]
    level = projection.service_level[q, move.start : move.end]
    return float(contacts @ level / contacts.sum()) if contacts.sum() > 0 else float("nan")
