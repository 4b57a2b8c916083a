"""A pool's shifts by when they start and end: where their breaks lie does not bind a tour."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from staffing.shifts import Shift

Numbers = npt.NDArray[np.int64]
Place = tuple[int, int, int]
"""Day, shift, and the agent or the number of heads."""


class ShiftKinds:
    """The kinds of a pool's shifts, alike in start, end and paid time.

    Examples
    --------
    >>> early, late = Shift(480, 960, ((720, 765),), 435), Shift(480, 960, ((780, 825),), 435)
    >>> kinds = ShiftKinds([early, late])
    >>> kinds.shown
    (Shift(start_minute=480, end_minute=960, breaks=(), paid_minutes=435),)
    >>> kinds.heads(np.array([[2, 1]])).tolist()
    [[3, 0]]
    """

    def __init__(self, shifts: Sequence[Shift]) -> None:
        spans = [(shift.start_minute, shift.end_minute, shift.paid_minutes) for shift in shifts]
        kinds = sorted(set(spans))
        self.shown = tuple(Shift(start, end, (), paid) for start, end, paid in kinds)
        self._of = np.array([kinds.index(span) for span in spans], dtype=np.int64)

    @property
    def off(self) -> int:
        """The kind of a day off: one more than there are."""
        return len(self.shown)

    def of(self, shift: int) -> int:
        """Return the kind of a shift, by its number."""
        return int(self._of[shift])

    def heads(self, heads: Numbers) -> Numbers:
        """Return heads by kind ``[D, K]``, none of a day off, of heads by shift ``[D, S]``."""
        found = np.zeros((len(heads), self.off + 1), dtype=np.int64)
        for s, kind in enumerate(self._of.tolist()):
            found[:, kind] += heads[:, s]
        return found

    def worked(self, kinds: npt.NDArray[np.int32]) -> Numbers:
        """Return how many agents work each kind, none a day off ``[D, K]``, of kinds ``[D, A]``."""
        found = np.array([np.bincount(row, minlength=self.off + 1) for row in kinds])
        found[:, self.off] = 0
        return found

    def placed(
        self, kinds: npt.NDArray[np.int32], heads: Numbers, before: AbstractSet[Place] = frozenset()
    ) -> tuple[list[Place], list[Place]]:
        """Return who works which shift, and the heads that nobody works.

        Parameters
        ----------
        kinds
            The kind of each day and agent, ``[D, A]``.
        heads
            Heads of each shift, ``[D, S]``, at least those that ``kinds`` takes.
        before
            ``(day, shift, agent)`` to keep where the kind allows.
        """
        duties: list[Place] = []
        left: list[Place] = []
        for d, own in enumerate(heads):
            takers: dict[int, list[int]] = {}
            for a, kind in enumerate(kinds[d].tolist()):
                takers.setdefault(kind, []).append(a)
            count = own.copy()
            for s in np.flatnonzero(own).tolist():
                here = takers.get(self.of(s), [])
                for a in [a for a in here if (d, s, a) in before][: int(count[s])]:
                    duties.append((d, s, a))
                    here.remove(a)
                    count[s] -= 1
            for s in np.flatnonzero(count).tolist():
                here = takers.get(self.of(s), [])
                taken, takers[self.of(s)] = here[: int(count[s])], here[int(count[s]) :]
                duties += [(d, s, a) for a in taken]
                if len(taken) < count[s]:
                    left.append((d, s, int(count[s]) - len(taken)))
        return duties, left
