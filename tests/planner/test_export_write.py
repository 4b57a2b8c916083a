import json
import math
from pathlib import Path

import numpy as np
import pytest

from planner.errors import PlannerError
from planner.export.digest import digest
from planner.export.summary import summary
from planner.export.tables import plan_tables
from planner.export.write import check_out, write_files, write_plan


def test_the_same_plan_gives_the_same_bytes_save_for_times(small_plan, tmp_path):
    first, second = (write_plan(small_plan, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == [
        *plan_tables(small_plan),
        "tours.csv",
        "rules.csv",
        "unplaced.csv",
        "activities.csv",
        "service.csv",
        "summary.json",
        "report.html",
        "plan.zip",
    ]
    for one, other in zip(first, second, strict=True):
        if one.name != "summary.json":
            assert one.read_bytes() == other.read_bytes(), one.name
    told = [json.loads((tmp_path / name / "summary.json").read_text("utf-8")) for name in "ab"]
    for one in told:
        del one["written_at"], one["seconds"]
    assert told[0] == told[1]


def test_a_new_folder_appears_with_its_parents_and_nothing_beside_it(tmp_path):
    paths = write_files({"a.csv": b"1", "b.csv": b"2"}, tmp_path / "deep" / "plan")
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["plan"]


def test_an_old_plan_is_replaced_and_other_files_stay(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"old")
    (tmp_path / "mine.txt").write_bytes(b"mine")
    write_files({"a.csv": b"new", "b.csv": b"new"}, tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.csv", "b.csv", "mine.txt"]
    assert (tmp_path / "a.csv").read_bytes() == b"new"


def test_a_failure_half_way_leaves_what_was_there(tmp_path):
    out = tmp_path / "plan"
    out.mkdir()
    (out / "mine.txt").write_bytes(b"keep")
    (out / "a.csv").write_bytes(b"old")
    (out / "costs.csv").write_bytes(b"of an earlier plan")
    rename = Path.rename

    def stubborn(self, target):
        if Path(target) == out / "c.csv":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", stubborn)
        with pytest.raises(PlannerError, match="No space left"):
            write_files({"a.csv": b"new", "b.csv": b"new", "c.csv": b"new"}, out)
    assert (out / "a.csv").read_bytes() == b"old"
    assert (out / "costs.csv").read_bytes() == b"of an earlier plan"
    assert sorted(path.name for path in out.iterdir()) == ["a.csv", "costs.csv", "mine.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_an_earlier_plan_is_gone_with_all_its_files(tmp_path):
    """A stage written over a plan leaves nothing of the plan: no two plans in one folder."""
    for name in ("forecast.csv", "projection.csv"):
        (tmp_path / name).write_bytes(b"old")
    write_files({"forecast.csv": b"new"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["forecast.csv"]


@pytest.mark.parametrize("mine", [False, True])
def test_a_stop_at_any_step_leaves_one_whole_plan(tmp_path, mine):
    """Whatever rename is the last, the folder holds the old plan or the new one."""
    old, new = (dict.fromkeys(("costs.csv", "roster.csv"), side) for side in (b"old", b"new"))
    for last in range(8):
        out = tmp_path / str(last) / "plan"
        out.mkdir(parents=True)
        for name, content in old.items():
            (out / name).write_bytes(content)
        if mine:
            (out / "mine.txt").write_bytes(b"mine")
        rename, count = Path.rename, [0]

        def stopped(self, target, rename=rename, count=count, last=last):
            count[0] += 1
            if count[0] == last + 1:
                raise KeyboardInterrupt
            return rename(self, target)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "rename", stopped)
            try:
                write_files(new, out)
            except KeyboardInterrupt:
                expected = old
            else:
                expected = new
        assert {name: (out / name).read_bytes() for name in old} == expected
        assert (out / "mine.txt").exists() == mine
        assert [path.name for path in out.parent.iterdir()] == ["plan"]


def test_what_must_not_be_overwritten_is_refused_before_any_work(tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(PlannerError, match=r"report\.html must be free"):
        check_out(tmp_path)
    history = tmp_path / "in" / "forecast.csv"
    with pytest.raises(PlannerError, match="must not be overwritten"):
        check_out(tmp_path / "in", [history])
    with pytest.raises(PlannerError, match="must be a folder that can be written"):
        check_out(Path("/dev/null/plan"))


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "plan").write_bytes(b"a file")
    with pytest.raises(PlannerError, match="must be a folder that can be written"):
        write_files({"a.csv": b"1"}, tmp_path / "plan")
    assert (tmp_path / "plan").read_bytes() == b"a file"


def test_the_summary_says_what_the_contract_asks(small_plan):
    told = summary(small_plan)
    assert told["cost"] == pytest.approx(sum(cost.cost for cost in small_plan.costs), abs=0.01)
    missing = small_plan.allocation.understaffing.sum() / 2
    assert told["understaffing_hours"] == pytest.approx(missing, abs=0.01)
    parts = told["understaffing_hours_on_the_line"], told["overdue_work_hours"]
    assert sum(parts) == pytest.approx(missing, abs=0.02)
    deferred = np.array([queue.deferred for queue in small_plan.queues])
    late = small_plan.allocation.understaffing[deferred].sum() / 2
    assert parts[1] == pytest.approx(late, abs=0.01)
    assert told["notes"] == ["A note with <i>markup</i>"]
    assert told["vendor_share"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["seed"] == 7
    assert told["solver"]["gap"] == pytest.approx(1 / 51, abs=1e-6)
    assert told["peak_day"]["date"] == "2027-02-13"
    assert set(told["service"]) == {queue.name for queue in small_plan.queues}
    phone = told["service"]["fr-phone"]
    assert phone["promised"] == 0.8
    assert len(phone["by_day"]) == 14
    assert all(0 <= share <= 1 for share in phone["by_day"].values())
    assert {"python", "numpy", "pandas"} <= set(told["versions"])


def test_service_is_weighted_by_contacts(small_plan):
    sums, seen = digest(small_plan), small_plan.projection
    inside = sums.axes[0].inside
    weights = seen.contacts[0, inside]
    expected = (weights * seen.service_level[0, inside]).sum() / weights.sum()
    assert sums.outcome([0]).service_level == pytest.approx(expected)
    assert math.isnan(sums.outcome([]).service_level)
