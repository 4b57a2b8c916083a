"""Plans side by side: what is asked for, planned once for all, told in tables, words and a page."""

import csv
import io
import json
import math
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from planner.archive import pack
from planner.cli import cli
from planner.comparing import planned
from planner.comparing.asked import asked_variants
from planner.comparing.comparison import change
from planner.comparing.page import comparison_html
from planner.comparing.planned import compared, plan_all, plans_to_make
from planner.comparing.sentences import sentences
from planner.comparing.tables import comparison_document, comparison_files, comparison_json
from planner.comparing.words import comparison_words
from planner.errors import InputError
from planner.examples import write_example
from planner.export.write import write_plan
from planner.outcome import Outcome, outcome_of
from planner.service import make_plan
from planner.store.database import Store
from planner.store.jobs import finish, queue
from planner.stored import asked_of

NAMES = ("as planned", "cheap", "pools.a-pool-with-a-very-long-name.agents={2027-02-08: 40}")


@pytest.fixture(scope="module")
def found(small_plan):
    first = outcome_of(small_plan)
    low = tuple(replace(one, service_level=0.5, kept=0) for one in first.queues)
    low_channels = tuple(replace(one, service_level=0.5) for one in first.channels)
    cheap = replace(first, name="cheap", cost=first.cost * 0.9, queues=low, channels=low_channels,
                    missing_hours=first.missing_hours + 40)  # fmt: skip
    long = replace(first, name=NAMES[2], cost=first.cost * 1.25)
    return compared("Shop", [first, cheap, long])


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return write_example("starter", tmp_path_factory.mktemp("starter"))


def rows_of(found):
    text = comparison_files(found)["compare.csv"].decode()
    return list(csv.DictReader(io.StringIO(text)))


def value(rows, variant, figure, column="value", part="plan", name=""):
    (row,) = [r for r in rows if (r["variant"], r["part"], r["name"], r["figure"])
              == (variant, part, name, figure)]  # fmt: skip
    return float(row[column])


def test_the_table_has_a_row_per_plan_and_figure(found):
    rows = rows_of(found)
    assert {row["variant"] for row in rows} == set(NAMES)
    assert {row["part"] for row in rows} == {"plan", "channel", "market", "queue", "pool"}
    assert value(rows, "cheap", "cost", "relative_difference") == pytest.approx(-0.1, abs=1e-4)
    base = value(rows, "as planned", "cost")
    assert value(rows, "cheap", "cost", "first") == base
    assert value(rows, "cheap", "understaffing_hours", "difference") == 40
    assert value(rows, "cheap", "service_level", part="channel", name="phone") == 0.5


def test_differences_of_the_first_plan_are_none(found):
    own = [row for row in rows_of(found) if row["variant"] == "as planned"]
    assert {row["difference"] for row in own} <= {"0.0", ""}


def test_json_holds_every_outcome_and_its_differences(found):
    told = json.loads(comparison_json(found))
    assert [plan["name"] for plan in told["plans"]] == list(NAMES)
    assert Outcome.from_dict(told["plans"][1]) == found.outcomes[1]
    assert told["plans"][1]["against_first"]["understaffing_hours"] == 40
    assert told["first"] == "as planned"
    assert told == comparison_document(found)


def test_the_same_plans_give_the_same_bytes(found):
    assert comparison_files(found) == comparison_files(found)
    assert comparison_html(found) == comparison_html(found)


def test_words_mark_differences_by_sign_and_word(found, tmp_path):
    text = comparison_words(found, tmp_path, 4)
    assert "-10.0% cheaper" in text
    assert "+25.0% dearer" in text
    assert "50% -" in text  # the service of cheap, points below the first plan
    assert "!" in text
    assert f"  3. {NAMES[2]}" in text  # long names stand whole above the tables
    assert max(map(len, text.split("\n\nCheapest")[0].splitlines())) <= 80


def test_sentences_name_the_cheapest_that_keeps_its_promises(found):
    kept = replace(found.outcomes[2], queues=tuple(
        replace(one, service_level=0.99) for one in found.outcomes[2].queues
    ))  # fmt: skip
    told = " ".join(sentences(replace(found, outcomes=(*found.outcomes[:2], kept))))
    assert "Cheapest is cheap" in told
    assert f"the cheapest of them is {NAMES[2]}" in told
    assert "No plan keeps every promise" in " ".join(
        sentences(replace(found, outcomes=found.outcomes[1:2] * 2))
    )


def test_the_page_escapes_names_and_loads_nothing(found):
    page = comparison_html(found)
    assert "<script>alert(1)</script>" not in page
    assert "missed, " in page
    assert "10.0\u202f% cheaper" in page
    assert "default-src 'none'" in page


def test_another_currency_is_refused_and_other_days_are_told(found):
    first = found.first
    with pytest.raises(InputError, match="must be EUR"):
        compared("", [first, replace(first, name="b", currency="GBP")])
    assert (
        "Not of the same days" in compared("", [first, replace(first, name="b", days=7)]).notes[0]
    )


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ([], [(), ("mailing-twice-as-strong",), ("absence-20",), ("vendor-at-24",)]),
        (["volume+20,aht+10"], [(), ("volume+20",), ("aht+10",)]),
        (["volume+20 + aht+10", "as planned, volume+20"],
         [(), ("volume+20", "aht+10"), ("volume+20",)]),
        (["pools.team.agents={2027-03-01: 5, 2027-03-08: 9}, risk=0.8"],
         [(), ("pools.team.agents={2027-03-01: 5, 2027-03-08: 9}",), ("risk=0.8",)]),
    ],
)  # fmt: skip
def test_commas_part_plans_and_a_plus_joins_variants(starter, written, asked):
    assert asked_variants(starter, written) == tuple(asked)


def test_nothing_to_compare_with_is_a_fault(starter):
    with pytest.raises(InputError, match="must name a variant to compare with"):
        asked_variants(starter, ["as planned"])


def test_every_fault_is_told_before_anything_is_planned(starter):
    with pytest.raises(InputError) as caught:
        plans_to_make(starter, [(), ("pools.tem.agents=4",), ("volume-120",), ("currency=GBP",)])
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["pools.tem", "volume-120", "currency"]


def test_a_forecast_is_made_once_for_all_that_share_it(starter, monkeypatch, small_plan):
    made = []

    def expect(scenario, *_):
        made.append(scenario.applied)
        return "past", "forecast"

    monkeypatch.setattr(planned, "expect", expect)
    monkeypatch.setattr(planned, "make_plan", lambda *_, **__: small_plan)
    asked = [(), ("vendor-at-24",), ("aht+10",), ("risk=0.8",), ("volume+20",)]
    found = plan_all(plans_to_make(starter, asked), lambda *_: None)
    assert (len(found.outcomes), found.stopped, len(made)) == (5, False, 2)


def test_ctrl_c_keeps_what_is_planned(starter, monkeypatch, small_plan, tmp_path):
    left = [small_plan, small_plan]

    def plan(*_, **__):
        if not left:
            raise KeyboardInterrupt
        return left.pop()

    monkeypatch.setattr(planned, "expect", lambda *_: ("past", "forecast"))
    monkeypatch.setattr(planned, "make_plan", plan)
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli, ["compare", str(starter), "--out", str(out)])
    assert ran.exit_code == 130
    assert "not planned are absence-20, vendor-at-24" in ran.output
    assert json.loads((out / "compare.json").read_text())["not_planned"] == [
        "absence-20", "vendor-at-24"
    ]  # fmt: skip


def test_a_plan_cut_short_is_not_compared(starter, monkeypatch, small_plan):
    cut = replace(small_plan, allocation=replace(small_plan.allocation, stopped=True))
    plans = [cut, small_plan]
    monkeypatch.setattr(planned, "expect", lambda *_: ("past", "forecast"))
    monkeypatch.setattr(planned, "make_plan", lambda *_, **__: plans.pop())
    to_make = plans_to_make(starter, [(), ("aht+10",), ("volume+20",)])
    found = plan_all(to_make, lambda *_: None)
    assert (len(found.outcomes), found.stopped) == (1, True)


def test_plans_made_before_are_compared_without_planning(small_plan, tmp_path):
    write_plan(small_plan, tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    places = [str(tmp_path / "one"), str(tmp_path / "two" / "plan.zip")]
    ran = CliRunner().invoke(cli, ["compare", *places, "--out", str(tmp_path / "out"), "--json"])
    assert ran.exit_code == 0, ran.output
    assert [plan["name"] for plan in json.loads(ran.stdout)["plans"]] == places


def test_plans_of_the_store_are_compared_by_their_numbers_beside_folders(
    small_plan, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write_plan(small_plan, tmp_path / "one")
    with Store("sqlite:///plans.db") as store:
        number = queue(store, asked_of(small_plan.scenario), {}, "Anna", worker="w")
        finish(store, number, "w", "Anna", {"plan.zip": pack(small_plan)}, {})
    ran = CliRunner().invoke(cli, ["compare", "one", str(number), "--json"])
    assert ran.exit_code == 0, ran.output
    assert [plan["name"] for plan in json.loads(ran.stdout)["plans"]] == ["one", "plan 1"]
    ran = CliRunner().invoke(cli, ["compare", "one", "7"])
    assert (ran.exit_code, "(the newest is 1), got '7'" in ran.output) == (2, True)


def test_a_plan_that_fails_is_told_and_the_others_are_compared(
    starter, monkeypatch, small_plan, tmp_path
):
    def plan(scenario, *_, **__):
        if scenario.applied == ("absence-20",):
            message = "no luck"
            raise ZeroDivisionError(message)
        return small_plan

    monkeypatch.setattr(planned, "expect", lambda *_: ("past", "forecast"))
    monkeypatch.setattr(planned, "make_plan", plan)
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli, ["compare", str(starter), "--out", str(out)])
    assert ran.exit_code == 1
    assert "not compared: absence-20: ZeroDivisionError: no luck" in ran.output
    told = json.loads((out / "compare.json").read_text())
    assert (len(told["plans"]), told["failed"], told["not_planned"]) == (3, ["absence-20"], [])
    few = ["compare", str(starter), "--variants", "absence-20", "--out", str(tmp_path / "few")]
    ran = CliRunner().invoke(cli, few)
    assert (ran.exit_code, (tmp_path / "few").exists()) == (2, False)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nowhere.yaml"], "nowhere.yaml: must be a file that can be read"),
        ([".", "nowhere"], "nowhere: must be a folder, plan.zip or number of a plan beside other"),
        (["."], ".: must be compared with another plan, got this one alone"),
        ([".", ".."], "must hold plan.zip, got none"),
        ([".", "..", "--variants", "a"], "--variants: must go with one scenario file, got plans"),
    ],
)
def test_what_cannot_be_compared_is_told(arguments, fault, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(cli, ["compare", *arguments])
    assert ran.exit_code == 2
    assert fault in ran.output
    assert not (tmp_path / "compare").exists()


def test_a_difference_of_nothing_is_unknown():
    assert math.isnan(change(1.0, 0.0))
    assert change(-50.0, -100.0) == 0.5


@pytest.mark.slow
def test_outcomes_are_the_same_side_by_side_and_with_a_forecast_of_their_own(starter):
    short = ("horizon.days=1", "pools.partner.agents=4", "queues.phone.patience_s=null")
    to_make = plans_to_make(starter, [short, (*short, "aht+10")])
    assert to_make[0].key == to_make[1].key
    in_turn = plan_all(to_make, lambda *_: None).outcomes
    assert repr(plan_all(to_make, lambda *_: None, jobs=2).outcomes) == repr(in_turn)
    alone = make_plan(to_make[1].scenario, to_make[1].table)
    assert repr(outcome_of(alone)) == repr(in_turn[1])
    assert in_turn[1].paid_hours >= in_turn[0].paid_hours
