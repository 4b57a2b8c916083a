"""Days of one queue simulated with simpy: the second witness of the projection.

Reads a question as JSON from standard input and writes the counts of every day and interval as
JSON to standard output; ``benchmarks.staffing_accuracy`` says what they mean.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import simpy


@dataclass(frozen=True)
class Question:
    """One queue from opening to closing; lists over its intervals."""

    contacts: list[float]
    positions: list[int]
    aht_s: float
    patience_s: float | None
    answer_within_s: float
    interval_s: float
    replications: int
    seed: int


@dataclass
class Counts:
    """Contacts by the interval in which they came, hang-ups by when, and who waits at its end."""

    offered: list[int]
    in_time: list[int]
    lost: list[int]
    left: list[int]
    waiting: list[int] = field(default_factory=list)


class Agents(simpy.Resource):  # type: ignore[misc]
    """Agents whose number changes: the idle leave first, the busy finish outside the queue."""

    def staff(self, number: int) -> None:
        """Make the agents so many."""
        del self.users[: max(self.count - number, 0)]
        self._capacity = number
        for _ in range(min(number - self.count, len(self.queue))):
            self._trigger_put(None)


class Day:
    """One day: its draws, its agents and what it counts."""

    def __init__(self, asked: Question, rng: random.Random) -> None:
        self.asked, self.rng = asked, rng
        self.env = simpy.Environment()
        self.agents = Agents(self.env, capacity=max(asked.positions[0], 1))
        self.agents.staff(asked.positions[0])
        size = len(asked.contacts)
        self.counts = Counts([0] * size, [0] * size, [0] * size, [0] * size)

    def run(self) -> Counts:
        """Return the counts; who waits at closing is lost."""
        asked = self.asked
        self.env.process(self.arrivals())
        self.env.process(self.shifts())
        self.env.run(until=len(asked.contacts) * asked.interval_s)
        self.counts.waiting.append(len(self.agents.queue))
        for request in self.agents.queue:
            self.counts.lost[request.came] += 1
        return self.counts

    def shifts(self) -> Iterator[simpy.Event]:
        """Change the positions at the start of each interval but the first."""
        for number in self.asked.positions[1:]:
            yield self.env.timeout(self.asked.interval_s)
            self.counts.waiting.append(len(self.agents.queue))
            self.agents.staff(number)

    def arrivals(self) -> Iterator[simpy.Event]:
        """Let contacts come, each interval at its own rate."""
        for interval, expected in enumerate(self.asked.contacts):
            rate, left = expected / self.asked.interval_s, self.asked.interval_s
            while rate > 0:
                gap = self.rng.expovariate(rate)
                if gap >= left:
                    break
                left -= gap
                yield self.env.timeout(gap)
                self.env.process(self.contact(interval))
            yield self.env.timeout(left)

    def contact(self, came: int) -> Iterator[simpy.Event]:
        """Wait, be answered or hang up."""
        asked, counts = self.asked, self.counts
        counts.offered[came] += 1
        start = self.env.now
        request = self.agents.request()
        request.came = came
        if not request.triggered:
            if asked.patience_s is None:
                yield request
            else:
                patience = self.env.timeout(self.rng.expovariate(1.0 / asked.patience_s))
                yield request | patience
                if not request.triggered:
                    request.cancel()
                    counts.left[int(self.env.now // asked.interval_s)] += 1
                    counts.lost[came] += 1
                    return
        if self.env.now - start <= asked.answer_within_s:
            counts.in_time[came] += 1
        yield self.env.timeout(self.rng.expovariate(1.0 / asked.aht_s))
        self.agents.release(request)


def main() -> None:
    """Answer one question."""
    asked = Question(**json.load(sys.stdin))
    rng = random.Random(asked.seed)
    days = [Day(asked, rng).run() for _ in range(asked.replications)]
    names = ("offered", "in_time", "lost", "left", "waiting")
    json.dump({name: [getattr(day, name) for day in days] for name in names}, sys.stdout)


if __name__ == "__main__":
    main()
