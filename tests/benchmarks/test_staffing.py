"""What the staffing benchmark asks its witnesses and peers, and how it judges what they say."""

import doctest
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import (
    staffing,
    staffing_accuracy,
    staffing_days,
    staffing_ours,
    staffing_positions,
    staffing_table,
    staffing_witnesses,
)
from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_accuracy import Counts, difference, projected, share
from benchmarks.staffing_days import OPEN, SPIKE, Day, days
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Reached, closing
from staffing.erlang import service


@pytest.mark.parametrize(
    "module", [staffing_accuracy, staffing_days, staffing_table, staffing_witnesses]
)
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0


def test_every_peer_is_pinned_with_hashes():
    place = Path(staffing.__file__).parent / "peers"
    for name in ("ciw", "pyworkforce", "simpy"):
        lines = (place / f"{name}.txt").read_text().replace("\\\n", "").splitlines()
        for wanted in filter(None, (line.partition("#")[0].strip() for line in lines)):
            assert "==" in wanted
            assert "--hash=sha256:" in wanted


def test_days_differ_in_what_their_names_say():
    assert len({day.name for day in days()}) == len(days())
    plain, spike = Day(1000, 180.0), Day(1000, 180.0, spike=10, foreseen=5)
    assert plain.contacts.sum() == pytest.approx(1000)
    assert spike.contacts[SPIKE] == pytest.approx(10 * plain.contacts[SPIKE])
    outside = np.setdiff1d(np.arange(OPEN), np.r_[SPIKE])
    assert (spike.positions[outside] == plain.positions[outside]).all()
    assert (spike.positions[SPIKE] > 3 * plain.positions[SPIKE]).all()
    blocks = Day(1000, blocks=True).positions
    assert (blocks.reshape(-1, 8) == blocks[::8, None]).all()


def test_a_witness_who_agrees_differs_by_nothing():
    day = Day(1000, spike=10)
    found, opened = projected(day), slice(staffing_accuracy.BEFORE, staffing_accuracy.BEFORE + OPEN)
    offered = np.tile(day.contacts, (2, 1))
    same = Counts(
        offered=offered,
        in_time=offered * found.service_level[0, opened],
        lost=offered * found.abandonment[0, opened],
        waiting=np.tile(found.backlog[0, opened], (2, 1)),
        left=np.tile(found.abandoned[0, opened], (2, 1)),
    )
    got = difference(day, same)
    for name in ("day", "intervals", "largest", "abandonment", "backlog_end", "backlog_after"):
        assert getattr(got, name) == pytest.approx(0.0, abs=1e-12)
    worse = difference(day, replace(same, in_time=same.in_time - 0.01 * offered, left=None))
    assert worse.day == pytest.approx(0.01)
    assert worse.intervals == pytest.approx(0.01)
    assert math.isnan(worse.backlog_after)


def test_the_standard_error_of_a_share_is_that_of_drawn_shares():
    rng = np.random.default_rng(1)
    whole = rng.poisson(20.0, (400, 300)).astype(float)
    part = rng.binomial(whole.astype(int), 0.7).astype(float)
    ratio, error = share(part, whole)
    assert ratio.std() == pytest.approx(error.mean(), rel=4 / math.sqrt(2 * 300))


def test_our_simulator_answers_as_the_peers_do():
    day = Day(300)
    counts = Counts.of(staffing_ours.day(day.question(400, seed=1)))
    assert counts.offered.shape == (400, OPEN)
    assert (counts.in_time + counts.lost <= counts.offered).all()
    whole, error = share(counts.offered.sum(axis=1), np.full(400, 300.0))
    assert abs(whole - 1) < 5 * error
    asked = {
        "positions": 30,
        "contacts": 81.0,
        "interval_s": 900.0,
        "aht_s": 300.0,
        "patience_s": 180.0,
        "answer_within_s": 20.0,
        "simulated": 200_000,
        "seed": 1,
    }
    got, want = staffing_ours.steady(asked), service(30, 81, 300, 900, 20, 180)
    assert got["contacts"] == pytest.approx(200_000, rel=0.05)
    # a share of 200,000 clustered contacts strays by half a point at most
    assert got["service_level"] == pytest.approx(float(want.service_level), abs=0.015)
    assert got["abandonment"] == pytest.approx(float(want.abandonment), abs=0.006)


def test_a_peer_that_fails_says_why(tmp_path):
    with pytest.raises(PeerError, match="run_absent"):
        ask("", "benchmarks.peers.run_absent", {}, tmp_path)


def test_positions_are_asked_for_as_their_names_say():
    cases = staffing_positions.cases()
    assert {case.load.size for case in cases} == {1_200_000}
    usual = cases[0].load[cases[0].load > 0]
    assert np.median(usual) == pytest.approx(30, rel=0.01)
    assert {case.most_s for case in cases} == {1.0, 4.0, 8.0, None}


def test_the_closing_table_tells_what_was_missed():
    lines = [Reached.at_most("a", 1.0, 2.0, "s"), Reached("b", "-", "3", None)]
    assert [line.split()[-1] for line in closing(lines).splitlines()] == ["met", "NO", "-"]
