"""Our own simulator, asked as the peers are: a question as JSON in, an answer as JSON out."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from staffing.queues import Queue, Target
from staffing.simulation import Team, simulate

_WARM_UP = 40  # intervals of the steady queue that are not counted


def steady(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return seconds and measures of one long steady queue."""
    intervals = math.ceil(asked["simulated"] / asked["contacts"]) + _WARM_UP
    row = np.ones((1, intervals))
    queue = _queue(asked)
    began = time.process_time()
    seen = simulate(
        [queue],
        asked["contacts"] * row,
        asked["aht_s"] * row,
        [Team(asked["positions"] * row[0], {0: 1.0})],
        int(asked["interval_s"]),
        is_open=row > 0,
        rng=np.random.default_rng(int(asked["seed"])),
    )
    seconds = time.process_time() - began
    some = np.s_[0, 0, _WARM_UP:]
    offered, lost = seen.contacts[some].sum(), seen.lost[some].sum()
    return {
        "seconds": seconds,
        "contacts": float(seen.contacts.sum()),
        "asa_s": float(seen.wait_s[some].sum() / (offered - lost)),
        "service_level": float(seen.in_time[some].sum() / offered),
        "abandonment": float(lost / offered),
    }


def day(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of a day ``[R, I]``, simulated again and again; it closes at the end."""
    contacts = np.array([[*asked["contacts"], 0.0]])
    positions = np.array([*asked["positions"], 0.0])
    is_open = np.ones(contacts.shape, np.bool_)
    is_open[:, -1] = False
    seen = simulate(
        [_queue(asked)],
        contacts,
        np.full(contacts.shape, asked["aht_s"]),
        [Team(positions, {0: 1.0})],
        int(asked["interval_s"]),
        is_open=is_open,
        rng=np.random.default_rng(int(asked["seed"])),
        replications=int(asked["replications"]),
    )
    counted = {
        "offered": seen.contacts,
        "in_time": seen.in_time,
        "lost": seen.lost,
        "waiting": seen.backlog,
    }
    return {name: counts[:, 0, :-1].tolist() for name, counts in counted.items()}


def _queue(asked: Mapping[str, Any]) -> Queue:
    patience_s = asked["patience_s"] or math.inf
    return Queue("q", Target(0.8, asked["answer_within_s"]), patience_s)


if __name__ == "__main__":
    question = json.load(sys.stdin)
    json.dump(day(question) if "replications" in question else steady(question), sys.stdout)
