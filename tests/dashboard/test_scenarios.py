"""The page of what-if without a browser: what it compares, runs, renames, notes and removes."""

import pytest

from dashboard.app import make_app
from dashboard.pages import all_plans as plans_page
from dashboard.pages.all_plans import ADD, AGAIN, REMOVE, RENAME, _changed, pane, rows
from dashboard.pages.scenarios import alike, body, show
from dashboard.pages.side_by_side import comparison_of, side_by_side
from dashboard.shelf import Shelf
from dashboard.work import asking
from dashboard.work.asking import changes_in, ready_in, run_variant
from planner.errors import InputError, PlannerError
from planner.examples import write_example
from planner.question import question_of
from planner.scenario.model import load_scenario
from planner.store.plans import EditedError, found, listed, log_of, notes_of, rename
from tests.dashboard.conftest import keep


@pytest.fixture
def quiet_worker(monkeypatch):
    """Let nothing be worked out: what is asked only waits."""

    class Nobody:
        trouble = ""

        def again(self):
            pass

        tend = again

        def works_on(self, _one):
            return False

    monkeypatch.setattr(asking, "worker_for", lambda _store: Nobody())
    monkeypatch.setattr("dashboard.work.panel.worker_for", lambda _store: Nobody())


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    path = write_example("starter", tmp_path_factory.mktemp("asked") / "shop")
    return question_of(load_scenario(path)).as_files()


@pytest.fixture
def asked(kept, small_plan, question):
    """Return a store and the number of a plan in it that has a question."""
    store, _ = kept
    return store, keep(store, small_plan, "With a question", question)


def parts(component, kind):
    below = [component, *component._traverse()]
    return [part for part in below if type(part).__name__ == kind]


def test_up_to_four_plans_stand_side_by_side_the_chosen_one_first(kept, small_plan):
    store, first = kept
    others = [keep(store, small_plan, f"plan {n}") for n in range(4)]
    found = comparison_of(Shelf(store), [others[0], first, *others])
    assert [one.name for one in found.outcomes] == ["plan 0", "Valentine's week", "plan 1",
                                                    "plan 2"]  # fmt: skip
    assert any("All cost the same" in str(part) for part in side_by_side(found))


def test_plans_of_one_name_are_told_apart(kept, small_plan):
    store, first = kept
    second = keep(store, small_plan, "Valentine's week")
    found = comparison_of(Shelf(store), [first, second])
    assert [one.name for one in found.outcomes] == [f"Valentine's week ({first})",
                                                    f"Valentine's week ({second})"]  # fmt: skip


def test_a_removed_plan_is_told(kept):
    store, first = kept
    with pytest.raises(InputError, match="removed"):
        comparison_of(Shelf(store), [first, 99])


def test_without_a_choice_the_newest_of_the_same_question_are_compared(kept, small_plan):
    store, first = kept
    second = keep(store, small_plan, "another")
    assert alike(Shelf(store), first) == [str(second)]


def test_the_address_fills_the_form(asked, quiet_worker):
    store, plan = asked
    told = {"with": "", "changes": "volume+20,risk=0.8", "look": str(plan)}
    page = body(Shelf(store), {"plan": plan, **told})
    picked = parts(page[0], "MultiSelect")[0]
    typed = parts(page[0], "Textarea")[0]
    assert (picked.value, typed.value) == (["volume+20"], "risk=0.8")
    assert f"{plan}: With a question" in str(page[3])


def test_a_folder_or_an_empty_store_says_what_to_do(plan_folder, tmp_path, quiet_worker):
    from planner.store.database import Store

    words = str(body(Shelf(None, plan_folder), {"plan": 0, "with": "", "changes": "", "look": ""}))
    assert "variants are made of plans in a store" in words
    with Store(f"sqlite:///{tmp_path}/empty.db") as store:
        told = {"plan": None, "with": "", "changes": "", "look": ""}
        assert "/data" in str(body(Shelf(store), told))
    assert show(None, {})[0].data["plan"] is None


def test_changes_stand_on_lines_or_between_commas():
    assert changes_in("a, b\n\na\nc={x: 1, y: 2}") == ["a", "b", "c={x: 1, y: 2}"]
    assert len(changes_in(",".join(str(n) for n in range(900)))) == 50


def test_a_variant_is_queued_with_its_question_name_and_note(asked, quiet_worker):
    store, plan = asked
    number = run_variant(store, plan, ["volume+20"], "  More\nof it ", "why")
    one = found(store, str(number))
    assert (one.status, one.name, one.variants) == ("queued", "More of it", ("volume+20",))
    assert notes_of(store, number)[0].text == "why"
    assert one.scenario == "Starter shop, two weeks in March"


@pytest.mark.parametrize("change", ["nonsense", "pools.team.agents=many", "pools=null"])
def test_a_wrong_variant_queues_nothing(asked, quiet_worker, change):
    store, plan = asked
    before = len(listed(store))
    with pytest.raises(InputError):
        run_variant(store, plan, [change])
    assert len(listed(store)) == before


def test_a_plan_without_a_question_has_no_variants(kept, quiet_worker):
    store, plan = kept
    assert ready_in(store, plan) == ()
    with pytest.raises(InputError, match="must be kept with its question"):
        run_variant(store, plan, ["volume+20"])


def test_the_second_of_two_editors_is_told(kept):
    store, plan = kept
    version = found(store, str(plan)).version
    rename(store, plan, "By Bob", "Bob")
    for what in (RENAME, REMOVE):
        with pytest.raises(EditedError, match="edited by Bob"):
            _changed(store, what, plan, version, ("By Ann", ""))
    assert found(store, str(plan)).name == "By Bob"


def test_a_plan_is_renamed_noted_run_again_and_removed(asked, quiet_worker):
    store, plan = asked
    _changed(store, RENAME, plan, found(store, str(plan)).version, (" As agreed ", ""))
    _changed(store, ADD, plan, 0, ("", "for Monday <script>"))
    assert found(store, str(plan)).name == "As agreed"
    shown = pane(store, plan)
    assert "for Monday <script>" in str(shown)
    assert "renamed from" in str(shown)
    _changed(store, AGAIN, plan, 0, ("", ""))
    assert listed(store, "queued")[0].scenario == "Starter shop, two weeks in March"
    _changed(store, REMOVE, plan, found(store, str(plan)).version, ("", ""))
    assert plan not in [one.id for one in listed(store)]
    assert log_of(store, plan)[-1].text == "removed 'As agreed'"


@pytest.mark.parametrize("note", ["", "   ", "x" * 2001])
def test_a_note_says_something_and_ends(kept, note):
    store, plan = kept
    with pytest.raises(PlannerError, match="must be a text of 1 to 2000"):
        _changed(store, ADD, plan, 0, ("", note))


def test_the_list_has_numbers_to_sort_by(kept):
    store, plan = kept
    told = rows(listed(store))[0]
    assert told["key"] == str(plan)
    assert isinstance(told["cost"], float)
    assert told["who"] == "Anna"


def test_every_callback_is_accepted(kept, plan_folder):
    make_app(Shelf(kept[0]))
    make_app(Shelf(None, plan_folder))
    assert plans_page.GRID == "scenarios-plans"
