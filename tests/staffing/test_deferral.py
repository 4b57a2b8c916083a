"""Work that may wait, with chance in how much comes: against the simulated floor."""

import numpy as np
import pytest

from staffing.deferral import Desked, defer
from staffing.queues import Promise, Queue
from staffing.simulation import Team, simulate


@pytest.mark.parametrize("hours", [2.0, 6.0])
def test_just_enough_agents_are_late_as_often_as_simulated_ones(hours):
    """Positions at the work that comes: without chance nothing would be late."""
    rng, intervals = np.random.default_rng(8), 96
    clock = np.arange(intervals)
    contacts = np.where((clock >= 32) & (clock < 80), 4.0, 0.0)
    positions = contacts * 360 / 900
    always, aht = np.ones(intervals, np.bool_), np.full(intervals, 360.0)
    promise = Promise(reply_within_hours=hours)
    queue = Queue("mail", promise)
    desked = Desked(positions, aht, always, always, 900)
    plain = defer(queue, promise, contacts, desked).service_level
    chance = defer(queue, promise, contacts, desked, rng=rng).service_level
    seen = simulate(
        [queue], contacts[None], aht[None], [Team(np.ceil(positions), {0: 1.0}, {0: positions})],
        900, is_open=always[None], rng=rng, replications=300,
    )  # fmt: skip
    share = seen.in_time.sum() / seen.contacts.sum()
    assert (plain * contacts).sum() == pytest.approx(contacts.sum())
    level = (chance * contacts).sum() / contacts.sum()
    assert level < 0.97
    assert level == pytest.approx(share, abs=0.04)
