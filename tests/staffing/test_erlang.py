"""Laws of the Erlang formulas, and their edges."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.erlang import Service, erlang_b, erlang_c, service

FIELDS = Service.__slots__
CONVENTIONS = ("service_level", "waited_in_time", "service_level_of_answered")
positions = st.floats(0.2, 3000) | st.integers(1, 3000).map(float)
ratios = st.floats(0.05, 3.0)
ahts = st.floats(5.0, 5000.0)
patiences = st.floats(0.5, 1e6) | st.just(math.inf)
thresholds = st.floats(0.0, 600.0)


def serve(n, ratio, aht, patience=math.inf, within=20.0):
    """Return the service of n positions at a load of ratio times n."""
    return service(n, ratio * n / aht, aht, 1.0, within, patience)


@settings(deadline=None)
@given(positions, ratios, ahts, thresholds, patiences)
def test_one_more_agent_never_hurts(n, ratio, aht, within, patience):
    got = service([n, n + 1], ratio * n / aht, aht, 1.0, within, patience)
    for name in ("wait_probability", "abandonment", "occupancy", "queue_length", "asa_s"):
        fewer, more = getattr(got, name)
        assert more <= fewer * (1 + 1e-10) + 1e-12, name
    assert got.service_level[1] >= got.service_level[0] - 1e-12


@settings(deadline=None)
@given(positions, ratios, ahts, thresholds, patiences)
def test_shares_are_shares_and_nothing_is_unknown(n, ratio, aht, within, patience):
    got = serve(n, ratio, aht, patience, within)
    for name in (*CONVENTIONS, "wait_probability", "abandonment", "occupancy"):
        assert 0.0 <= getattr(got, name) <= 1.0
    assert got.asa_s >= 0.0
    assert got.queue_length >= 0.0


@settings(deadline=None)
@given(positions, ratios, ahts, thresholds, st.floats(0.5, 1e6))
def test_offered_is_answered_plus_abandoned(n, ratio, aht, within, patience):
    got = serve(n, ratio, aht, patience, within)
    answered = got.occupancy * n / (ratio * n)
    assert answered + got.abandonment == pytest.approx(1.0, abs=1e-11)
    assert got.service_level <= answered + 1e-12
    assert got.queue_length == pytest.approx(ratio * n / aht * patience * got.abandonment)


@settings(deadline=None)
@given(positions, ratios, ahts, thresholds, patiences)
def test_the_three_service_levels_stand_in_order(n, ratio, aht, within, patience):
    """Quick leavers, and offered contacts that are not answered, are all that lies between them."""
    got = serve(n, ratio, aht, patience, within)
    assert got.service_level <= got.service_level_of_answered
    assert got.service_level <= got.waited_in_time <= got.service_level + got.abandonment + 1e-12
    answered = 1.0 - float(got.abandonment)
    of_offered = got.service_level_of_answered * answered
    assert of_offered == pytest.approx(float(got.service_level), abs=1e-11)
    if math.isinf(patience):
        assert got.service_level == got.waited_in_time == got.service_level_of_answered


@settings(deadline=None)
@given(positions, ratios, ahts, st.floats(0.5, 1e6))
def test_waits_counted_to_the_end_are_all_in_time(n, ratio, aht, patience):
    """Nobody waits for ever; at a threshold of nothing only those answered at once are in time."""
    late = serve(n, ratio, aht, patience, 1e9)
    assert late.waited_in_time == pytest.approx(1.0, abs=1e-11)
    assert late.service_level_of_answered == pytest.approx(1.0, abs=1e-11)
    at_once = serve(n, ratio, aht, patience, 0.0)
    assert at_once.waited_in_time == pytest.approx(1.0 - at_once.wait_probability, abs=1e-11)


@settings(deadline=None)
@given(positions, ratios, ahts, thresholds)
def test_endless_patience_is_erlang_c(n, ratio, aht, within):
    endless, c = serve(n, ratio, aht, math.inf, within), serve(n, ratio, aht, 1e300, within)
    for name in FIELDS:
        assert getattr(endless, name) == getattr(c, name)


@settings(deadline=None)
@given(positions, st.floats(0.05, 0.97), ahts, thresholds)
def test_growing_patience_comes_near_erlang_c(n, ratio, aht, within):
    c, a = serve(n, ratio, aht, math.inf, within), serve(n, ratio, aht, 1e8 * aht, within)
    for name in FIELDS:
        assert getattr(a, name) == pytest.approx(getattr(c, name), rel=1e-3, abs=1e-5)


@settings(deadline=None)
@given(positions, ratios, ahts)
def test_no_patience_is_erlang_b(n, ratio, aht):
    lost = serve(n, ratio, aht, 0.0).abandonment
    assert lost == pytest.approx(erlang_b(n, ratio * n), rel=1e-8)


@settings(deadline=None)
@given(positions, ratios)
def test_erlang_b_recursion_holds_between_whole_numbers(n, ratio):
    a = ratio * n
    before, after = erlang_b([n, n + 1], a)
    assert after == pytest.approx(a * before / (n + 1 + a * before), rel=1e-12)


@settings(deadline=None)
@given(st.floats(0.0, 40.0), st.floats(0.05, 60.0))
def test_fractions_of_agents_lie_between_their_neighbours(n, load):
    low, middle, high = erlang_b([math.floor(n), n, math.floor(n) + 1], load)
    assert low * (1 + 1e-12) >= middle >= high * (1 - 1e-12)


@pytest.mark.parametrize("patience", [math.inf, 180.0])
def test_shapes_broadcast(patience):
    got = service(np.arange(1.0, 4.0)[:, None], [50.0, 100.0], 180, 1800, 20, patience)
    assert got.service_level.shape == (3, 2)
    alone = service(3.0, 100.0, 180, 1800, 20, patience)
    assert got.asa_s[2, 1] == alone.asa_s
    assert service(np.zeros((0, 3)), 1.0, 180, 1800, 20, patience).asa_s.shape == (0, 3)


def test_edges():
    nothing = service(5, 0, 300, 900)
    assert [float(getattr(nothing, name)) for name in FIELDS] == [0, 1, 0, 0, 0, 0, 1, 1]
    over = service(10, 100, 300, 900)
    assert [float(getattr(over, name)) for name in FIELDS] == [1, 0, math.inf, 0, 1, math.inf, 0, 0]
    nobody = service(0, 90, 300, 900, 20, 60)
    gone = 1 - math.exp(-20 / 60)
    assert [float(getattr(nobody, name)) for name in FIELDS] == [1, 0, math.inf, 1, 1, 6, gone, 0]
    unknown_aht = service(5, 0, math.nan, 900)
    assert unknown_aht.service_level == 1.0


def test_wild_numbers_neither_raise_nor_warn_nor_are_unknown():
    some = [-1.0, 0.0, 1e-12, 0.3, 1.0, 30.0, 1e5, 1e7, math.nan, math.inf]
    waits = [0.0, 1e-9, 180.0, 1e9, 1e14, 1e300, math.inf, math.nan]
    product = itertools.product(some, some, [0.0, 300.0, math.nan], [0.0, 900.0], [0.0, 1e9], waits)
    got = service(*(np.array(column) for column in zip(*product, strict=True)))
    for name in FIELDS:
        values = getattr(got, name)
        assert not np.isnan(values).any(), name
        assert (values >= 0.0).all(), name
        if name not in ("asa_s", "queue_length"):
            assert (values <= 1.0).all(), name


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.floats(0.3, 1.6), st.floats(0.1, 8.0), st.floats(0.0, 1.5))
def test_erlang_a_is_its_birth_and_death_chain(n, ratio, patience, within):
    """Without any formula: states added up, and one customer followed to the head of the queue."""
    load, longest = ratio * n, 600
    waiting = np.arange(longest)
    leaves = n + np.arange(1, longest + 1) / patience
    log_rate = np.log(load) - np.log(np.concatenate([np.arange(1, n + 1), leaves]))
    share = np.exp(np.concatenate([[0.0], np.cumsum(log_rate)]) - np.cumsum(log_rate).max())
    share /= share.sum()
    got = service(n, load, 1.0, 1.0, within, patience)
    assert got.wait_probability == pytest.approx(share[n:].sum(), abs=1e-10)
    queue = (share[n:] * np.arange(longest + 1)).sum()
    assert got.queue_length == pytest.approx(queue, abs=1e-9)
    chance = _ended_within(n, patience, within, longest, counting_leavers=False)
    in_time = share[:n].sum() + (share[n + waiting] * chance).sum()
    assert got.service_level == pytest.approx(in_time, abs=1e-8)
    lost = (share[n:] * np.arange(longest + 1)).sum() / patience / load
    assert got.service_level_of_answered == pytest.approx(in_time / (1.0 - lost), abs=1e-8)
    chance = _ended_within(n, patience, within, longest, counting_leavers=True)
    ended = share[:n].sum() + (share[n + waiting] * chance).sum()
    assert got.waited_in_time == pytest.approx(ended, abs=1e-8)


def _ended_within(n, patience, within, longest, *, counting_leavers):
    """Return the chance of being served in time (or gone) with 0, 1, 2 ... ahead (uniformised)."""
    ahead = np.arange(longest)
    rate = float(n + (longest + 1) / patience)
    forward = (n + ahead / patience) / rate
    gone = 1.0 / patience / rate
    reached, chance = np.zeros(longest), np.zeros(longest)
    log_weight = -rate * within
    for step in range(int(rate * within + 12 * math.sqrt(rate * within) + 30)):
        chance += math.exp(log_weight) * reached
        before = np.concatenate([[1.0], reached[:-1]])
        reached = forward * before + (1.0 - forward - gone) * reached + counting_leavers * gone
        log_weight += math.log(rate * within) - math.log(step + 1) if within > 0 else -math.inf
    return chance


def test_erlang_c_without_load_or_agents():
    assert erlang_c([0, 0, 5], [0, 1, 0]).tolist() == [0.0, 1.0, 0.0]
    assert erlang_b([0, 0, 5], [0, 1, 0]).tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize("patience", [math.inf, 0.3, 180.0, 1e5])
def test_a_hundred_thousand_erlangs(patience):
    n = np.array([1.0, 500.5, 90_000.0, 99_999.9, 100_000.0, 100_000.5, 101_000.0, 1e5 + 1e4])
    got = service(n, 1e5 / 300.0, 300.0, 1.0, 20.0, patience)
    for name in FIELDS:
        values = getattr(got, name)
        assert not np.isnan(values).any(), name
        rising = -1.0 if name in CONVENTIONS else 1.0
        with np.errstate(invalid="ignore"):  # an endless queue less an endless queue
            growth = rising * np.diff(values)
        assert not (growth > 1e-9 * np.abs(values[:-1])).any(), name


def test_a_million_agents():
    """Beyond the documented range fewer digits are kept, but the answer stays."""
    assert erlang_b(2e9, 2e9) == pytest.approx(math.sqrt(2 / math.pi / 2e9), rel=1e-4)
    assert erlang_b(1e9, 2e9) == pytest.approx(0.5, rel=1e-6)
