"""A variant of a kept question: changes merged in, all faults at once, no other file read."""

import pytest

from planner.errors import InputError
from planner.question import Question, question_of
from planner.scenario.model import load_scenario
from planner.varied_question import ready_for, scenario_asked, varied_question
from tests.planner.conftest import SCENARIO


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    (folder / "scenario.yaml").write_text(SCENARIO)
    (folder / "contacts.csv").write_text("start,queue,contacts\n2026-02-08T08:00,fr-phone,3\n")
    return question_of(load_scenario(folder / "scenario.yaml"))


def told(asked, *changes):
    with pytest.raises(InputError) as caught:
        varied_question(asked, changes)
    return [str(fault) for fault in caught.value.faults]


def test_changes_are_merged_in_their_order(asked):
    varied = varied_question(asked, ["aht+10", "queues.fr-phone.aht_factor=1.5"])
    factors = {one.name: one.aht_factor for one in scenario_asked(varied).queues}
    assert factors["fr-phone"] == 1.5
    assert factors["fr-email"] == 1.1
    assert varied.applied == ("aht+10", "queues.fr-phone.aht_factor=1.5")
    assert varied.files == asked.files


def test_a_variant_of_a_variant_builds_on_it(asked):
    once = varied_question(asked, ["aht+10"])
    twice = varied_question(once, ["aht+10"])
    assert scenario_asked(twice).queues[0].aht_factor == pytest.approx(1.21)
    assert twice.applied == ("aht+10", "aht+10")


def test_every_ready_variant_can_be_asked(asked):
    names = [one.name for one in ready_for(asked)]
    assert "valentines_day-x10" in names
    for name in names:
        assert varied_question(asked, [name]).applied == (name,)


def test_all_faults_are_told_at_once(asked):
    faults = told(asked, "volum+20", "pools.paris.agents=-1", "risk=7")
    assert len(faults) == 3
    assert any("nearest: 'volume+20'" in one for one in faults)
    assert all(one.startswith("--variant") for one in faults)


@pytest.mark.parametrize(
    "change",
    [
        "history.file=/etc/passwd",
        "history.file=../contacts.csv",
        "history={sql: 'sqlite:////tmp/x.db', query: select 1}",
        "pools.paris.agents={file: /etc/passwd}",
        "drivers=[{name: orders, file: /etc/passwd}]",
    ],
)
def test_no_change_leads_to_a_file_of_this_machine(asked, change):
    told(asked, change)


def test_a_question_is_looked_at_without_its_tables(asked):
    bare = Question(asked.document, asked.file, asked.applied, {})
    assert varied_question(bare, ["volume+20"]).files == {}
