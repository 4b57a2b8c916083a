"""The florist's finished plan that ships with the program."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from planner.examples import write_example
from planner.question import question_from
from planner.scenario.model import load_scenario
from planner.shipped_plan import NAME, SHIPPED, keep_shipped, shipped_plan
from planner.store.database import Store
from planner.store.plans import is_new, listed, plan_files

ROOT = Path(__file__).parents[2]


def test_it_unpacks_and_is_of_the_example_as_it_is(tmp_path):
    plan = shipped_plan()
    scenario = load_scenario(write_example("florist", tmp_path / "florist"))
    assert plan.days == scenario.days
    assert plan.scenario.queues == scenario.queues
    assert plan.scenario.pools == scenario.pools
    assert plan.variants == ()


def test_the_wheel_takes_it_along():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "planner" in told["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert resources.files("planner.examples").joinpath(SHIPPED).is_file()


def test_it_is_pressed_as_small_as_it_goes():
    content = resources.files("planner.examples").joinpath(SHIPPED).read_bytes()
    assert len(content) < 7_500_000
    assert content[8:10] == b"\x0e\x00"  # LZMA


@pytest.mark.slow
def test_a_new_store_has_it_as_if_it_had_been_planned_there(tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        assert is_new(store)
        number = keep_shipped(store)
        one = listed(store)[0]
        assert (one.id, one.name, one.status) == (number, NAME, "done")
        assert one.cost is not None
        assert one.cost > 0
        assert not is_new(store)
        assert {"plan.zip", "roster.csv", "report.html"} <= {*plan_files(store, number, "plan")}
        question = question_from(plan_files(store, number, "question"), "store")
        assert [*question.files] == ["contacts.parquet"]
