"""A plan that is right is found right, and one that was tampered with is not."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from planner import service
from planner.examples import write_example
from planner.export.verified import verification_summary, verification_table, verification_words
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from planner.verification import verify


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Return the starter's plan of three days."""
    place = tmp_path_factory.mktemp("starter") / "centre"
    write_example("starter", place)
    path = place / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    assert "days: 14" in text
    path.write_text(text.replace("days: 14", "days: 3"), encoding="utf-8")
    scenario = load_scenario(path)
    return make_plan(scenario, load_history(scenario))


@pytest.fixture(scope="module")
def found(plan):
    return verify(plan)


def test_chance_in_the_bands_knows_nothing_of_the_paths(plan, monkeypatch):
    first = {}

    def watched(name, own):
        def told(*args, rng, **more):
            first[name] = copy.deepcopy(rng).standard_normal(4)
            return own(*args, rng=rng, **more)

        return told

    for name in ("forecast", "project"):
        monkeypatch.setattr(service, name, watched(name, getattr(service, name)))
    make_plan(plan.scenario, load_history(plan.scenario))
    assert not np.isin(first["forecast"], first["project"]).any()


def test_projected_and_simulated_are_near_and_told_alike(plan, found):
    """Within a point for the large queue over all days: its noise is a tenth of one."""
    summary, table = verification_summary(plan, found), verification_table(plan, found)
    phone = table[table["queue"] == "phone"]
    for name in ("service_level", "simulated", "shared"):
        mean = np.average(phone[name], weights=phone["contacts"])
        key = "projected" if name == "service_level" else name
        assert summary["service"]["phone"][key] == pytest.approx(mean, abs=1e-4)
    assert abs(found.apart[0]).max() < 0.01
    text = verification_words(plan, found)
    line = next(line for line in text.splitlines() if line.startswith("  phone "))
    told = [float(cell.rstrip("%")) for cell in line.split()[2:]]
    service = summary["service"]["phone"]
    assert told[0] == pytest.approx(100 * service["projected"], abs=0.051)
    assert told[1] == pytest.approx(100 * service["simulated"], abs=0.051)
    assert told[2] == pytest.approx(told[0] - told[1], abs=0.11)
    assert told[3] == pytest.approx(100 * service["shared"], abs=0.051)
    assert told[4] == pytest.approx(100 * phone["share_in_band"].mean(), abs=0.51)


def test_a_projection_that_is_wrong_lies_apart(plan):
    """All of ten points too high: the simulation does not follow."""
    seen = plan.projection
    level = np.minimum(seen.service_level + 0.1, 1.0)
    wrong = verify(replace(plan, projection=replace(seen, service_level=level)))
    assert (wrong.apart[0] > 0.07).all()


def test_the_same_plan_is_verified_the_same(plan, found):
    again = verify(plan)
    np.testing.assert_array_equal(again.simulated.in_time, found.simulated.in_time)
    np.testing.assert_array_equal(again.shared.in_time, found.shared.in_time)
    np.testing.assert_array_equal(again.inside, found.inside)


def test_progress_goes_to_its_end(plan):
    steps: list[tuple[int, int]] = []
    verify(plan, lambda done, of: steps.append((done, of)))
    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == list(range(len(steps)))
