"""A sweep added up: spreads, promises, the frontier, and how it is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.sweep.page import sweep_html
from planner.sweep.tables import points_table, sweep_document
from planner.sweep.words import sweep_words
from planner.swept import Axis, Point, Swept, frontier_of, spread_of
from tests.planner.sweep.fakes import outcome_of


def point(number, cost, *services, status="done", message=""):
    values = (str(number), "<b>x</b>")
    return Point(number, values, status, message, tuple(outcome_of(cost, s) for s in services))


def swept(*points, paths=0):
    axes = (
        Axis("pools.team.agents", tuple(str(n) for n in range(len(points))), ()),
        Axis("variants", ("<b>x</b>",), ("<b>x</b>",)),
    )
    return Swept("Shop", "EUR", "2027-03-01", 7, "id", axes, paths, points)


POINTS = (
    point(0, 100.0, 0.70),
    point(1, 120.0, 0.85),
    point(2, 130.0, 0.80),
    point(3, 150.0, 0.95),
    point(4, 100.0, status="failed", message="its worker died"),
    point(5, 1.0, status="refused", message="agents must be ..."),
)


def test_the_frontier_leaves_out_what_another_beats():
    assert [p.number for p in frontier_of(POINTS[:4])] == [0, 1, 3]


def test_points_alike_stay_on_the_frontier_together():
    alike = (point(0, 100.0, 0.8), point(1, 100.0, 0.8), point(2, 100.0, 0.7))
    assert [p.number for p in frontier_of(alike)] == [0, 1]


def test_the_cheapest_that_keeps_every_promise_comes_first():
    assert [p.number for p in swept(*POINTS).good] == [1, 2, 3]


def test_promises_must_be_kept_on_nine_of_ten_paths():
    nine, eight = point(0, 1.0, *[0.8] * 9, 0.7), point(1, 1.0, *[0.8] * 8, 0.7, 0.7)
    assert (nine.meets, eight.meets) == (True, False)


def test_a_spread_is_mean_and_quantiles():
    assert spread_of([0.0, 10.0]).mean == 5.0
    assert spread_of([0.0, 10.0]).p10 == pytest.approx(1.0)


def test_a_point_without_a_plan_has_no_figures():
    rows = points_table(swept(*POINTS)).set_index("point")
    assert rows.loc[5, "status"] == "failed"
    assert rows.loc[[5, 6], ["cost", "service_level"]].isna().all().all()


def test_the_document_is_json_without_times():
    told = sweep_document(swept(*POINTS))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["cheapest_that_meets_promises"] == 2
    assert told["frontier"] == [1, 2, 4]
    assert "seconds" not in json.dumps(told)


def test_the_words_say_what_to_take_and_what_went_wrong():
    text = sweep_words(swept(*POINTS), Path("sweep"))
    assert "3 of 4 points with a plan keep every promise." in text
    assert "The cheapest of them: pools.team.agents 1" in text
    assert "misses phone (70.0% of 80%)" in text
    assert "1 point failed:" in text
    assert "1 point cannot be planned:" in text


def test_the_words_say_which_comes_nearest_where_none_is_good():
    text = sweep_words(swept(POINTS[0]), Path("sweep"))
    assert "No point keeps every promise." in text


@pytest.mark.parametrize("paths", [0, 2])
def test_the_page_escapes_what_people_wrote(paths):
    points = [replace(p, outcomes=p.outcomes * max(paths, 1)) for p in POINTS]
    html = sweep_html(swept(*points, paths=paths))
    assert "<b>x</b>" not in html
    assert "sampled from its forecast" in html or not paths


def test_the_page_stands_without_any_plan():
    assert "No point has a plan." in sweep_html(swept(POINTS[4], POINTS[5]))
