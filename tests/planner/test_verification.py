"""A plan verified: projected beside simulated, and everything counted again."""

from dataclasses import replace

import numpy as np
import pytest

from planner.examples import write_example
from planner.export.verified import verification_summary, verification_table, verification_words
from planner.recount import recount
from planner.scenario.model import load_scenario
from planner.service import make_plan
from planner.sources.table import load_history
from planner.verification import verify


@pytest.fixture(scope="module")
def found(small_plan):
    return verify(small_plan)


def test_projected_is_near_simulated_where_contacts_are_many(small_plan, found):
    live = np.array([not queue.deferred for queue in small_plan.queues])
    came = (found.projected.contacts > 0) & live[:, None]
    assert came.any()
    apart = np.abs(found.apart)
    limit = 0.03 + 4 * found.error
    assert (apart[came] < limit[came]).all()
    assert apart[came].mean() < 0.02


def test_the_same_plan_is_verified_the_same(small_plan, found):
    again = verify(small_plan)
    np.testing.assert_array_equal(again.simulated.in_time, found.simulated.in_time)
    np.testing.assert_array_equal(again.shared.in_time, found.shared.in_time)
    np.testing.assert_array_equal(again.inside, found.inside)


def test_progress_goes_to_its_end(small_plan):
    steps: list[tuple[int, int]] = []
    verify(small_plan, lambda done, of: steps.append((done, of)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == list(range(len(steps)))


def test_words_table_and_summary_tell_the_same(small_plan, found):
    table = verification_table(small_plan, found)
    told = verification_summary(small_plan, found)
    text = verification_words(small_plan, found)
    apart = (table["service_level"] - table["simulated"]).abs()
    assert told["mean_difference_by_day"] == pytest.approx(apart.mean(), abs=2e-5)
    assert told["largest_difference_by_day"] == pytest.approx(apart.max(), abs=2e-5)
    assert f"differ by {100 * apart.mean():.1f} points" in text
    for queue in small_plan.queues:
        assert f"{told['service'][queue.name]['simulated']:.1%}" in text
    assert table["share_in_band"].between(0, 1).all()


def test_a_sound_plan_is_counted_the_same(tmp_path):
    scenario = load_scenario(write_example("starter", tmp_path / "starter"))
    plan = make_plan(scenario, load_history(scenario))
    assert [one.faults for one in recount(plan)] == [()] * 4
    assert all(one.number > 0 for one in recount(plan))


def test_what_does_not_agree_is_told(small_plan):
    duties = small_plan.roster.duties
    twice = replace(duties[0], agent=duties[1].agent, day=duties[1].day, pool=duties[1].pool)
    roster = replace(small_plan.roster, duties=(*duties[1:], twice))
    solved = small_plan.allocation
    allocation = replace(solved, serve=(solved.serve * 3).astype(np.float32))
    seen = small_plan.projection
    projection = replace(seen, backlog=seen.backlog + 5.0)
    wrong = replace(small_plan, roster=roster, allocation=allocation, projection=projection)
    shifts, tours, positions, contacts = recount(wrong)
    assert any("planned" in fault for fault in shifts.faults)
    assert any("two shifts on" in fault for fault in tours.faults)
    assert any("given to queues" in fault for fault in positions.faults)
    assert any("are answered, lost or left" in fault for fault in contacts.faults)
