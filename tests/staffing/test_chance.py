"""Chance in a day's service: against simulated days, and the bands that are made of it."""

import numpy as np
import pandas as pd
import pytest

from staffing.chance import clustering
from staffing.fluid import Rates
from staffing.projection import project
from staffing.queues import Queue, Target
from staffing.requirement import required_positions
from staffing.simulation import Team, simulate

QUARTER = 900


@pytest.mark.parametrize(
    ("agents", "share", "patience_s", "aht_s"),
    [(5, 0.6, np.inf, 120.0), (10, 0.8, np.inf, 300.0), (30, 0.9, 180.0, 300.0)],
)
def test_days_stray_as_far_as_simulated_ones(agents, share, patience_s, aht_s):
    rate, warm, day, days = share * agents / aht_s, 8, 48, 500
    leaving = 0.0 if np.isinf(patience_s) else 1 / patience_s
    rates = Rates(*(np.array([v]) for v in (rate, 1 / aht_s, leaving, float(agents))))
    factor = float(clustering(rates, np.array([20.0]))[0])
    row = np.ones((1, warm + day))
    seen = simulate(
        [Queue("calls", Target(0.8, 20), patience_s=patience_s)], rate * QUARTER * row,
        aht_s * row, [Team(agents * row[0], {0: 1.0})], QUARTER, is_open=row > 0,
        rng=np.random.default_rng(4), replications=days,
    )  # fmt: skip
    met, came = (counts[:, 0, warm:].sum(axis=1) for counts in (seen.in_time, seen.contacts))
    p = met.sum() / came.sum()
    variance = np.square(met - p * came).mean() / came.mean() / (p * (1 - p))
    # a variance of so many days is known to about sqrt(2 / days), and days are not endless
    assert variance == pytest.approx(factor, rel=4 * np.sqrt(2 / days) + 0.05)


def test_who_never_waits_does_not_cluster():
    rates = Rates(*(np.array([v]) for v in (0.01, 1 / 100, 0.0, 60.0)))
    assert clustering(rates, np.array([20.0])).tolist() == [1.0]


def test_large_queues_on_a_wide_lattice_cluster_like_those_on_a_fine_one():
    """64 agents and more are followed in steps of two customers and more."""
    factor = []
    for agents in (62.0, 66.0):
        rate = (agents - 1.5 * np.sqrt(agents)) / 300
        rates = Rates(*(np.array([v]) for v in (rate, 1 / 300, 1 / 180, agents)))
        factor.append(float(clustering(rates, np.array([20.0]))[0]))
    assert factor[1] == pytest.approx(factor[0], rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("patience_s", [np.inf, 180.0])
@pytest.mark.parametrize(("daily", "sigma"), [(80.0, 0.05), (600.0, 0.1)])
def test_eight_of_ten_simulated_days_lie_in_the_band(daily, sigma, patience_s):
    rng, days, replications = np.random.default_rng(6), 28, 50
    clock = np.arange(96 * days) % 96
    is_open = ((clock >= 32) & (clock < 80))[None]
    shape = np.exp(-(((clock - 56) / 14.0) ** 2)) * is_open[0]
    contacts = (daily * shape / shape[:96].sum())[None]
    aht = np.full(contacts.shape, 300.0)
    target = Target(0.8, 20)
    phone = Queue("phone", target, patience_s=patience_s)
    needed, _ = required_positions(contacts, aht, QUARTER, target, patience_s)
    positions = needed.astype(np.float64)

    def paths(count):
        swing = np.exp(sigma * rng.standard_normal((count, days)) - sigma**2 / 2)
        return contacts[None] * np.repeat(swing, 96, axis=1)[:, None, :]

    times = pd.date_range("2027-01-01", periods=contacts.size, freq="15min", tz="UTC")
    band = project(
        [phone], times, contacts, aht, positions, QUARTER, is_open=is_open,
        paths=paths(replications), rng=rng,
    ).daily.by_day()  # fmt: skip
    seen = simulate([phone], paths(30), aht, [Team(positions[0], {0: 1.0})], QUARTER,
                    is_open=is_open, rng=rng)  # fmt: skip
    came, met = seen.daily(np.arange(96 * days)[None] // 96, days)
    level = met / np.maximum(came, 1)
    assert 0.75 <= ((level >= band.p10) & (level <= band.p90)).mean() <= 0.88
