"""A plan's files as an auditor's books: shifts as worked, positions added up, each once."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from planner.audit.files import PlanFiles
from planner.audit.question import Question
from planner.audit.shifts import Worked, earlier, worked
from planner.audit.terms import on_duty


class Books:
    """What all rules look at.

    Parameters
    ----------
    asked
        The question.
    files
        What the files say.
    """

    def __init__(self, asked: Question, files: PlanFiles) -> None:
        self.asked, self.files = asked, files

    @cached_property
    def allocation(self) -> tuple[Worked, ...]:
        """Rows of allocation.csv as they are worked."""
        return tuple(worked(self.asked, self.files.allocation))

    @cached_property
    def roster(self) -> tuple[Worked, ...]:
        """Rows of roster.csv as they are worked."""
        return tuple(worked(self.asked, self.files.roster))

    @cached_property
    def tours(self) -> dict[tuple[str, str], list[Worked]]:
        """Each rostered agent's shifts by pool and name, in order.

        Those worked before the first day come with them, on line 0 of no file.
        """
        found: dict[tuple[str, str], list[Worked]] = defaultdict(list)
        for shift in self.roster:
            found[shift.row.pool, shift.row.agent].append(shift)
        for (pool, name), tour in found.items():
            agent = self.asked.pools[pool].people.get(name)
            tour += earlier(pool, agent) if agent is not None else []
            tour.sort(key=lambda shift: (shift.start, shift.row.line))
        return found

    @cached_property
    def duty(self) -> dict[str, dict[int, float]]:
        """Each pool's positions on duty by interval.

        Heads times the part of the interval that is no pause, times what shrinkage leaves, at the
        pace of the day on which the shift starts.
        """
        step, first = self.asked.step, self.asked.first
        total: dict[str, dict[int, float]] = {name: defaultdict(float) for name in self.asked.pools}
        for shift in self.allocation:
            row = shift.row
            share = self.asked.pools[row.pool].productive.get(row.date, 0.0) * row.heads / step
            own = total[row.pool]
            pauses = [(begin - shift.start, end - shift.start) for begin, end in shift.pauses]
            for begin, end in on_duty(shift.end - shift.start, pauses):
                at, last = shift.start - first + begin, shift.start - first + end
                while at < last:
                    until = min((at // step + 1) * step, last)
                    own[at // step] += share * (until - at)
                    at = until
        return total

    @cached_property
    def given_by_pool(self) -> dict[str, dict[str, dict[int, float]]]:
        """What each queue gets of each pool by interval: positions times the pool's speed."""
        found: dict[str, dict[str, dict[int, float]]] = {queue: {} for queue in self.asked.queues}
        speed = {name: terms.speed for name, terms in self.asked.pools.items()}
        for given in self.files.coverage:
            own = found[given.queue].setdefault(given.pool, defaultdict(float))
            own[given.interval] += given.positions * speed[given.pool].get(given.queue, 0.0)
        return found

    @cached_property
    def given(self) -> dict[str, dict[int, float]]:
        """What each queue gets of all pools by interval."""
        total: dict[str, dict[int, float]] = {
            queue: defaultdict(float) for queue in self.asked.queues
        }
        for queue, pools in self.given_by_pool.items():
            for own in pools.values():
                for interval, some in own.items():
                    total[queue][interval] += some
        return total
