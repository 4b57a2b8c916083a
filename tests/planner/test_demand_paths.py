"""Plans against several demand paths: how the paths are chosen, and what is told of them."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.archive import pack, unpack
from planner.check import describe
from planner.demand_paths import chosen_contacts, demand_paths, paths_notes, risk_words
from planner.errors import InputError
from planner.examples import write_example
from planner.export.paths import paths_lines, paths_report, paths_summary, paths_table
from planner.export.report import report_html
from planner.export.write import write_plan
from planner.inputs import open_mask
from planner.plan import Asked
from planner.run import plan_and_write
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from staffing.several import PathCosts
from tests.planner.conftest import SCENARIO

SEVERAL = SCENARIO + "risk: {paths: 4, worst: 0.25, weight: 0.5}\n"


def read(text):
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def several_of(plan, scenario):
    asked = Asked(plan.histories, plan.forecast, plan.queues, plan.requirement)
    is_open = open_mask(scenario, plan.times)
    told = []
    found = demand_paths(
        scenario, asked, is_open, np.ones_like(is_open), lambda *step: told.append(step)
    )
    return found, told


@pytest.fixture(scope="module")
def planned(small_plan):
    """Return the small plan as if it were made against two paths, over its two weeks."""
    scenario = read(SCENARIO.replace("agents: 60", "agents: 60, decided: on_the_day"))
    pools = tuple(
        replace(pool, decided="on_the_day") if pool.name == "@partner" else pool
        for pool in small_plan.pools
    )
    cost = np.array([[100.0, 200.0], [300.0, 400.0]])
    dearer = np.array([[0.0, 0.0], [0.0, 60.0]])
    later = np.zeros((2, 3, 2))
    later[:, 1] = [[8.0, 0.0], [16.0, 24.0]]
    paths = PathCosts(
        contacts=cost * 2,
        cost=cost,
        cost_of_middle=cost + dearer,
        cost_in_fractions=cost * 0.8,
        shortage_hours=cost / 100,
        later_hours=later,
        unhandled=later / 8,
        worst=0.5,
        weight=0.25,
    )
    allocation = replace(small_plan.allocation, pools=pools, paths=paths)
    return replace(small_plan, scenario=scenario, pools=pools, allocation=allocation)


def test_one_quantile_has_no_paths(small_plan):
    assert several_of(small_plan, small_plan.scenario) == (None, [])
    assert risk_words(small_plan.scenario) == paths_notes(small_plan.scenario) == ()
    assert paths_table(small_plan) is None
    assert paths_report(small_plan) is None
    assert (paths_lines(small_plan), paths_summary(small_plan)) == ([], {})


def test_paths_take_what_the_requirement_of_each_takes(small_plan):
    several, told = several_of(small_plan, read(SEVERAL))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert (several.worst, several.weight) == (0.25, 0.5)
    contacts = np.array([demand.contacts for demand in several.demands])
    assert contacts.mean(axis=0) == pytest.approx(small_plan.forecast.contacts)
    at_once = ~np.array([queue.deferred for queue in small_plan.queues])
    for demand in several.demands:  # agents for all of it, and more to keep the promise
        load = demand.contacts * small_plan.forecast.aht_s / 1800
        busy = demand.contacts[0] > 0
        assert (demand.positions[0, busy] > load[0, busy]).all()
        assert demand.load[~at_once].sum() > 0
    positions = [float(demand.positions.sum()) for demand in several.demands]
    assert positions == sorted(positions)
    assert positions[-1] > 1.02 * positions[0]


def test_a_path_for_each_of_the_forecasts_is_the_forecasts_own(small_plan):
    forecast = small_plan.forecast
    chosen = chosen_contacts(forecast, len(forecast.paths))
    order = np.argsort((forecast.paths * forecast.aht_s).sum(axis=(1, 2)), kind="stable")
    assert chosen == pytest.approx(forecast.paths[order], rel=1e-3, abs=1e-3)


def test_a_check_says_what_is_decided_when():
    scenario = read(SEVERAL.replace("agents: 60", "agents: 60, decided: on_the_day"))
    first, second = risk_words(scenario)
    assert first == "4 demand paths, the worst 25% of them with a weight of 50%"
    assert second == (
        "shifts are decided ahead, save those of @partner; overtime of no pool is decided later"
    )
    (note,) = paths_notes(scenario)
    assert "shown for the middle of the forecast" in note


def test_a_large_question_says_so_before_it_is_put():
    many = read(SEVERAL.replace("paths: 4", "paths: 50").replace("minutes: 30", "minutes: 15"))
    assert "variables a week: planning may take" in paths_notes(many)[1]
    assert "fewer paths or longer intervals shorten it" in paths_notes(many)[1]


def test_paths_csv_has_a_row_for_each_path_and_week(planned):
    table = paths_table(planned)
    assert table is not None
    assert table["path"].tolist() == [1, 1, 2, 2]
    assert table["week"].tolist() == ["2027-02-08", "2027-02-15"] * 2
    assert table["cost"].tolist() == [100.0, 200.0, 300.0, 400.0]
    assert table["cost_of_middle"].tolist() == [100.0, 200.0, 300.0, 460.0]
    assert table["called_hours"].tolist() == table["called_hours:'@partner"].tolist()
    assert table["called_hours"].tolist() == [8.0, 0.0, 16.0, 24.0]
    assert table["overtime_hours"].tolist() == [0.0] * 4
    assert table["unhandled_contacts"].tolist() == [1.0, 0.0, 2.0, 3.0]


def test_the_summary_tells_what_deciding_ahead_for_the_paths_saves(planned):
    told = paths_summary(planned)["paths"]
    assert (told["expected_cost"], told["cost_in_the_worst"]) == (500.0, 700.0)
    assert (told["expected_cost_of_middle"], told["cost_in_the_worst_of_middle"]) == (530.0, 760.0)
    assert told["saved"] == 0.75 * 30 + 0.25 * 60
    assert told["gap"] == 0.25
    assert told["later"] == {
        "@partner": {"decided": "called", "mean_hours": 24.0, "most_hours": 40.0}
    }


def test_the_terminal_and_the_report_tell_of_the_paths(planned):
    text = "\n".join(paths_lines(planned))
    assert "Deciding ahead for the paths saves EUR 38;" in text
    assert "@partner: called on the day 24 h on average, 40 h at most." in text
    assert max(len(line) for line in text.splitlines()[:3]) <= 80
    assert "staffing the middle alone" in report_html(planned)
    table = paths_report(planned)
    assert table is not None
    assert table.rows[-1] == ("@partner, called on the day, hours: mean and most", "24", "40")


def test_paths_are_kept_with_the_plan(planned, tmp_path):
    kept = unpack(pack(planned))
    assert paths_summary(kept) == paths_summary(planned)
    written = write_plan(kept, tmp_path / "out")
    assert "paths.csv" in [path.name for path in written]


def test_paths_that_do_not_fit_the_plan_are_refused(planned):
    paths = planned.allocation.paths
    assert paths is not None
    for wrong in ({"cost": np.zeros((2, 3))}, {"worst": 2.0}, {"later_hours": np.zeros((1, 2, 2))}):
        allocation = replace(planned.allocation, paths=replace(paths, **wrong))
        with pytest.raises(InputError):
            unpack(pack(replace(planned, allocation=allocation)))


@pytest.mark.slow
def test_the_starter_against_three_paths(tmp_path):
    path = write_example("starter", tmp_path / "centre")
    text = path.read_text(encoding="utf-8").replace("days: 14", "days: 7")
    text = text.replace("risk: 0.5", "risk: {paths: 3}")
    path.write_text(text.replace("kind: vendor", "kind: vendor\n    decided: on_the_day"))
    assert "3 demand paths" in describe(path, ()).text()
    steps = []
    words = plan_and_write(path, (), tmp_path / "out", lambda *step: steps.append(step))
    assert "Cost against 3 demand paths" in words
    assert ("demand paths", 2, 3) in steps
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    table = pd.read_csv(tmp_path / "out" / "paths.csv")
    assert table["cost"].mean() == pytest.approx(told["paths"]["expected_cost"], abs=0.01)
    assert table["called_hours"].max() > table["called_hours"].min()
    assert any("3 demand paths" in note for note in told["notes"])
    needed = pd.read_csv(tmp_path / "out" / "requirement.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("risk: {paths: 3}", "risk: 0.5"))
    plan_and_write(path, (), tmp_path / "middle", lambda *step: None)
    assert needed.equals(pd.read_csv(tmp_path / "middle" / "requirement.csv"))
    assert not (tmp_path / "middle" / "paths.csv").exists()
