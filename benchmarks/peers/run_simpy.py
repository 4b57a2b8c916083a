"""One steady queue simulated with simpy, as its documentation writes it."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator

import simpy


class Queue:
    """M/M/N, with customers who hang up or not; counts after a warm-up."""

    def __init__(self, asked: dict[str, float]) -> None:
        self.env = simpy.Environment()
        self.agents = simpy.Resource(self.env, capacity=int(asked["positions"]))
        self.rng = random.Random(int(asked["seed"]))
        self.asked = asked
        self.rate = asked["contacts"] / asked["interval_s"]
        self.offered = self.in_time = self.lost = 0
        self.waited = 0.0

    def arrivals(self) -> Iterator[simpy.Event]:
        """Let so many contacts come, after those of the warm-up."""
        warm_up = int(self.asked["warm_up"])
        for number in range(warm_up + int(self.asked["simulated"])):
            yield self.env.timeout(self.rng.expovariate(self.rate))
            self.env.process(self.contact(number >= warm_up))

    def contact(self, counts: bool) -> Iterator[simpy.Event]:
        """Wait, be answered or hang up."""
        start, patience_s = self.env.now, self.asked["patience_s"]
        self.offered += counts
        with self.agents.request() as request:
            if not request.triggered:
                if patience_s:
                    yield request | self.env.timeout(self.rng.expovariate(1.0 / patience_s))
                else:
                    yield request
            wait, answered = self.env.now - start, request.triggered
            if counts:
                self.waited += wait * answered
                self.lost += not answered
                self.in_time += answered and wait <= self.asked["answer_within_s"]
            if answered:
                yield self.env.timeout(self.rng.expovariate(1.0 / self.asked["aht_s"]))


def main() -> None:
    """Answer one question."""
    queue = Queue(json.load(sys.stdin))
    began = time.process_time()
    queue.env.process(queue.arrivals())
    queue.env.run()
    seconds = time.process_time() - began
    found = {
        "seconds": seconds,
        "contacts": queue.offered + queue.asked["warm_up"],
        "asa_s": queue.waited / (queue.offered - queue.lost),
        "service_level": queue.in_time / queue.offered,
        "abandonment": queue.lost / queue.offered,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
