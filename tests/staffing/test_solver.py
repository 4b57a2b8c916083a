"""The linear program's runner: known answers, our own words, names that a person can read."""

import highspy
import numpy as np
import pytest

from staffing.solver import Method, Program, Status


def glassworks():
    """Doors at 3 and windows at 5 from three plants: 36 from 2 doors and 6 windows.

    The Wyndor Glass example of Hillier and Lieberman, Introduction to Operations Research,
    chapter 3.
    """
    program = Program("Wyndor Glass")
    doors, windows = program.variables("batches", ["doors", "windows"], cost=[-3.0, -5.0])
    program.at_most("plant 1", [(doors, 1.0)], 4.0)
    program.at_most("plant 2", [(windows, 2.0)], 12.0)
    program.at_most("plant 3", [(doors, 3.0), (windows, 2.0)], 18.0)
    return program, np.array([doors, windows])


@pytest.mark.parametrize("method", ["simplex", "interior"])
def test_solves_a_textbook_example(method):
    program, batches = glassworks()
    assert program.solve(method) is Status.OPTIMAL
    assert program.objective == pytest.approx(-36.0)
    assert program.values(batches) == pytest.approx([2.0, 6.0])


def knapsack():
    """Into 10 kg go 2.5 things of 4 kg when they may be cut; whole, one of 4 kg and two of 3."""
    program = Program("knapsack")
    names, most = ["a", "b"], [9.0, 9.0]
    things = program.variables("things", names, cost=[-9.0, -6.5], upper=most, whole=True)
    program.at_most("weight", zip(things.tolist(), [4.0, 3.0], strict=True), 10.0)
    return program, things


def test_whole_values_only_where_asked_for():
    program, things = knapsack()
    program.solve()
    assert program.values(things) == pytest.approx([2.5, 0.0])
    assert program.solve("whole", gap=0.0) is Status.OPTIMAL
    assert program.values(things) == pytest.approx([1.0, 2.0])
    assert program.solve("interior") is Status.OPTIMAL
    assert program.objective == pytest.approx(-22.5)


@pytest.mark.parametrize("method", ["simplex", "interior", "inside"])
def test_duals_bound_the_best_from_below(method):
    program, _ = knapsack()
    program.solve(method)
    assert program.dual_bound(1e6) == pytest.approx(-22.5, abs=1e-4)
    assert program.dual_bound(1e6) <= program.objective + 1e-9


def test_duals_of_another_program_still_bound_it():
    program, things = knapsack()
    program.solve()
    program.fix(things[:1], np.array([0.0]))
    assert program.dual_bound(1e6) <= -65.0 / 3


def test_values_have_the_shape_asked_for():
    program, batches = glassworks()
    program.solve()
    assert program.values(batches[[[0, 1], [1, 0]]]).tolist() == [[2.0, 6.0], [6.0, 2.0]]


def test_holds_variables_and_lets_them_go():
    program, batches = glassworks()
    program.solve()
    program.fix(batches[:1], np.array([4.0]))
    assert program.solve() is Status.OPTIMAL
    assert program.objective == pytest.approx(-27.0)
    program.bound(batches[:1], np.array([0.0]), np.array([np.inf]))
    assert program.solve("interior") is Status.OPTIMAL
    assert program.objective == pytest.approx(-36.0)


def test_holds_variables_before_the_first_solve():
    program, batches = glassworks()
    program.fix(batches[:1], np.array([4.0]))
    assert program.solve() is Status.OPTIMAL
    assert program.objective == pytest.approx(-27.0)


def test_an_upper_limit_holds_and_an_infinite_one_is_none():
    program = Program("p")
    numbers = program.variables("x", ["a", "b"], cost=[1.0, 2.0], upper=[3.0, np.inf])
    program.at_least("enough", [(int(n), 1.0) for n in numbers], 10.0)
    assert program.solve() is Status.OPTIMAL
    assert program.values(numbers) == pytest.approx([3.0, 7.0])


def test_equal_rules_hold_both_ways():
    for cost in (1.0, -1.0):
        program = Program("p")
        (x,) = program.variables("x", ["only"], cost=cost)
        program.equal("just so", [(x, 2.0)], 9.0)
        assert program.solve() is Status.OPTIMAL
        assert program.values(np.array([x])) == pytest.approx([4.5])


@pytest.mark.parametrize("method", ["simplex", "interior"])
def test_says_when_there_is_no_answer(method):
    program = Program("p")
    (x,) = program.variables("x", ["only"], cost=1.0, upper=[1.0])
    program.at_least("too much", [(x, 1.0)], 2.0)
    assert program.solve(method) is Status.INFEASIBLE


def test_says_when_there_is_no_end():
    program = Program("p")
    x, y = program.variables("x", ["a", "b"], cost=[-1.0, 0.0])
    program.at_most("loose", [(x, 1.0), (y, -1.0)], 2.0)
    assert program.solve() in {Status.UNBOUNDED, Status.INFEASIBLE}


def test_a_program_in_which_nothing_costs_has_an_answer():
    program = Program("p")
    (x,) = program.variables("x", ["only"])
    program.at_least("some", [(x, 1.0)], 2.0)
    assert program.solve("interior") is Status.OPTIMAL
    assert program.objective == 0.0


def test_names_that_read_alike_are_told_apart(tmp_path):
    program = Program("p")
    numbers = program.variables("heads", ["lyon partner", "lyon-partner"], cost=1.0)
    program.at_least("agents_lyon partner", [(int(numbers[0]), 1.0)], 2.0)
    program.at_least("agents_lyon-partner", [(int(numbers[1]), 1.0)], 3.0)
    assert program.solve() is Status.OPTIMAL
    assert program.values(numbers) == pytest.approx([2.0, 3.0])
    program.write(tmp_path / "p.lp")
    text = (tmp_path / "p.lp").read_text()
    assert "agents_lyon_partner:" in text
    assert "agents_lyon_partner_2: heads_lyon_partner_2 >= 3" in text


def test_what_is_written_can_be_read_and_solved_again(tmp_path):
    program = Program("Montréal by night")
    names = ["Montréal_2027-02-01_22:00-06:00 break 01:00-01:15", "a*b^c<d>=e,f"]
    numbers = program.variables("heads", names, cost=[2.0, 3.0])
    program.at_least("need: [1]", [(int(n), 1.0) for n in numbers], 5.0)
    program.at_most("few/er", [(int(numbers[0]), 1.0)], 1.5)
    assert program.solve() is Status.OPTIMAL
    program.write(tmp_path / "p.lp")
    assert "heads_Montréal_2027_02_01_22.00_06.00_break_01.00_01.15" in (
        (tmp_path / "p.lp").read_text(encoding="utf-8")
    )
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    assert reader.readModel(str(tmp_path / "p.lp")) == highspy.HighsStatus.kOk
    reader.run()
    assert reader.getObjectiveValue() == pytest.approx(program.objective)


def test_a_search_keeps_what_it_holds_and_never_gets_worse():
    program, things = knapsack()
    program.solve()
    program.fix(things, np.array([0.0, 1.0]))
    program.solve()
    program.bound(things, np.zeros(2), np.full(2, 9.0))
    assert program.search(things[1:], things, nodes=100)  # one thing of 3 kg held: one of 4 beside
    assert program.values(things) == pytest.approx([1.0, 1.0])
    assert program.search(things[:1], things, nodes=100)  # that one held: two of 3 kg
    assert program.values(things) == pytest.approx([1.0, 2.0])
    assert not program.search(things[:1], things, nodes=100)
    assert program.values(things) == pytest.approx([1.0, 2.0])
    assert program.objective == pytest.approx(-22.0)
    program.solve()  # what was held and whole is free again
    assert program.values(things) == pytest.approx([2.5, 0.0])


def test_whole_variables_are_whole_by_one_method_alone(tmp_path):
    """A knapsack: 60, 100 and 120 that weigh 10, 20 and 30, room for 50, none twice.

    Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, chapter 16: 220 whole, 240 in
    parts.
    """
    program = Program("robber")
    values = [-60.0, -100.0, -120.0]
    taken = program.variables("taken", ["a", "b", "c"], cost=values, upper=[1.0] * 3, whole=True)
    rule = [(int(v), weight) for v, weight in zip(taken, (10.0, 20.0, 30.0), strict=True)]
    program.at_most("knapsack", rule, 50.0)
    best: dict[Method, float] = {"interior": -240.0, "whole": -220.0, "simplex": -240.0}
    for method, objective in best.items():
        assert program.solve(method) is Status.OPTIMAL
        assert program.objective == pytest.approx(objective)
    program.solve("whole")
    assert program.values(taken).round(9).tolist() == [0.0, 1.0, 1.0]
    program.write(tmp_path / "robber.lp")
    assert "Binaries" in (tmp_path / "robber.lp").read_text()


def test_columns_added_later_count_as_variables():
    program = Program("bakery")
    bread = program.variables("bread", ["brown"], cost=3.0)
    program.at_least("guests", [(int(bread[0]), 1.0)], 10.0)
    program.at_least("more guests", [(int(bread[0]), 1.0)], 4.0)
    assert program.solve() is Status.OPTIMAL
    rolls = program.add_columns(np.array([1.0, 2.5]), [np.array([0]), np.array([0, 1])])
    assert program.solve("primal") is Status.OPTIMAL
    assert program.values(np.concatenate([bread, rolls])).tolist() == [0.0, 6.0, 4.0]
    assert program.objective == 16.0
    assert program.cost_of(rolls) == 16.0
