"""A plan against what came: read, re-anchored, projected again, and what to move from now on."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from planner.actuals import read_actuals
from planner.cli import cli
from planner.errors import InputError
from planner.reforecast import honesty, reforecast
from planner.rest_of_plan import RestOfPlan
from planner.review import review
from staffing.moving import CALLED_WITHIN
from tests.planner.running import came, stored

NOW = "2027-02-10T11:00"
AT = "2027-02-10T11:00+01:00"


def as_planned(_queue, planned, _start):
    return round(planned)


def exactly(_queue, planned, _start):
    return planned


def today_times(factor):
    return lambda _queue, planned, start: planned * (factor if start >= "2027-02-10" else 1.0)


def unknown(plan, file):
    """Return actuals of which nothing is known."""
    some = read_actuals(plan, came(plan, file, NOW, exactly), AT)
    nan = np.full_like(some.contacts, np.nan)
    return replace(some, contacts=nan, aht_s=nan)


@pytest.fixture(scope="module")
def reviewed(small_plan, tmp_path_factory):
    """Return a function that reviews the plan with today's contacts times a factor."""
    folder, seen = tmp_path_factory.mktemp("actuals"), {}

    def look(factor, rest="day"):
        if (factor, rest) not in seen:
            file = came(small_plan, folder / "came.csv", NOW, today_times(factor))
            seen[factor, rest] = review(small_plan, read_actuals(small_plan, file, AT), rest)
        return seen[factor, rest]

    return look


def test_contacts_lie_on_the_plan_s_intervals(small_plan, tmp_path):
    found = read_actuals(small_plan, came(small_plan, tmp_path / "a.csv", NOW, exactly), AT)
    seen = found.known & (small_plan.forecast.contacts > 0)
    assert found.contacts[seen].sum() == pytest.approx(small_plan.forecast.contacts[seen].sum())
    assert not found.known[:, found.now :].any()


def test_now_is_the_end_of_the_last_interval_unless_it_is_told(small_plan, tmp_path):
    file = came(small_plan, tmp_path / "a.csv", NOW, exactly)
    assert str(read_actuals(small_plan, file).moment) == "2027-02-10 11:00:00+00:00"  # London's
    assert str(read_actuals(small_plan, file, AT).moment) == "2027-02-10 10:00:00+00:00"


def test_what_comes_after_now_is_left_out_and_told(small_plan, tmp_path):
    file = came(small_plan, tmp_path / "a.csv", NOW, exactly)
    found = read_actuals(small_plan, file, "2027-02-09T12:00+01:00")
    assert not found.known[:, found.now :].any()
    assert any("after now: left out" in note for note in found.notes)


def test_days_that_are_not_the_plan_s_are_left_out_and_told(small_plan, tmp_path):
    file = came(small_plan, tmp_path / "a.csv", NOW, exactly)
    with file.open("a") as opened:
        opened.write("2027-02-07T10:00,fr-phone,12,\n2027-03-07T10:00,fr-phone,12,\n")
    found = read_actuals(small_plan, file, AT)
    assert any("2 intervals are not of the plan's days" in note for note in found.notes)


def test_an_absent_day_is_unknown_and_an_absent_interval_a_zero(small_plan, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("start,queue,contacts\n2027-02-09T09:00,fr-phone,7\n")
    found = read_actuals(small_plan, file, AT)
    local = small_plan.times.tz_convert("Europe/Paris")
    day = np.array([stamp.day for stamp in local])
    assert not found.known[0, day == 8].any()
    assert found.contacts[0, day == 9].tolist().count(0.0) == 47
    assert any("fr-phone: no rows of 2027-02-08" in note for note in found.notes)
    assert any("no rows up to now" in note for note in found.notes)


def test_contacts_one_by_one_are_counted(small_plan, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "start,queue,aht_s\n2027-02-09T09:00:05,fr-phone,200\n2027-02-09T09:17:00,fr-phone,400\n"
    )
    found = read_actuals(small_plan, file)
    assert np.nansum(found.contacts) == 2
    assert np.nanmax(found.aht_s[0]) == 300


def test_a_table_of_other_days_is_a_fault(small_plan, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("start,queue,contacts\n2026-02-09T09:00,fr-phone,7\n")
    with pytest.raises(InputError, match="must have rows on days of the plan, 2027-02-08"):
        read_actuals(small_plan, file)


@pytest.mark.parametrize(
    "at", ["", "now", "25:00", "2027-02-10", "2026-02-10T10:00+01:00", "2027-02-10T11:00", "11:00",
           "2027-02-08T00:10+01:00", "99999-01-01"],
)  # fmt: skip
def test_a_now_that_is_no_time_of_the_plan_is_a_fault(small_plan, tmp_path, at):
    file = came(small_plan, tmp_path / "a.csv", NOW, exactly)
    with pytest.raises(InputError, match=r"--at must be a time of the plan.*2 clocks"):
        read_actuals(small_plan, file, at)


def test_nothing_known_leaves_forecast_and_band_as_they_are(small_plan, tmp_path):
    found = reforecast(small_plan, unknown(small_plan, tmp_path / "a.csv"))
    assert np.array_equal(found.contacts, small_plan.forecast.contacts)
    assert found.low == pytest.approx(small_plan.forecast.quantiles[0.1])
    assert found.high == pytest.approx(small_plan.forecast.quantiles[0.9])
    assert (found.aht_factor == 1).all()


def test_what_came_as_planned_leaves_what_is_to_come(reviewed, small_plan):
    found = reviewed(1.0).found
    assert found.contacts == pytest.approx(small_plan.forecast.contacts)
    assert found.factor == pytest.approx(np.ones_like(found.factor))


def test_more_that_came_raises_the_rest_between_plan_and_scaling(reviewed, small_plan):
    rest, told = reviewed(1.4).found.rest[0], small_plan.forecast.contacts[0]
    sums = [reviewed(f).found.contacts[0, rest].sum() / told[rest].sum() for f in (0.6, 1.0, 1.4)]
    assert 0.6 < sums[0] < 1 < sums[2] < 1.4
    assert sums[1] == pytest.approx(1)


def test_later_days_follow_in_part(reviewed, small_plan):
    found, told = reviewed(1.4).found, small_plan.forecast.contacts[0]
    later = found.day[0] == 3
    now = found.contacts[0, later].sum() / told[later].sum()
    today = found.contacts[0, found.rest[0]].sum() / told[found.rest[0]].sum()
    assert 1 < now < today


def test_a_queue_fed_by_another_follows_it_where_nothing_is_known(small_plan, tmp_path):
    def without(queue, planned, start):
        return planned * (1.4 if start >= "2027-02-10" else 1.0)

    file = came(small_plan, tmp_path / "a.csv", NOW, without)
    lines = [line for line in file.read_text().splitlines() if "level2" not in line]
    file.write_text("\n".join(lines))
    found = reforecast(small_plan, read_actuals(small_plan, file, AT))
    assert found.factor[3, found.rest[3]].max() > 1.02


def test_an_outage_is_told_and_no_level(small_plan, tmp_path):
    def broken(queue, planned, start):
        down = queue == "fr-phone" and "2027-02-10T09:00" <= start < "2027-02-10T10:00"
        return 0 if down else planned

    actuals = read_actuals(small_plan, came(small_plan, tmp_path / "a.csv", NOW, broken), AT)
    found = reforecast(small_plan, actuals)
    assert found.outage[0].sum() == 2
    assert found.factor[0] == pytest.approx(np.ones(len(small_plan.times)))


def test_the_band_of_counts_drawn_from_the_plan_is_honest(small_plan, tmp_path):
    rng = np.random.default_rng(2)
    file = came(small_plan, tmp_path / "a.csv", NOW, lambda _q, planned, _s: rng.poisson(planned))
    actuals = read_actuals(small_plan, file, AT)
    found = honesty(small_plan, actuals, reforecast(small_plan, actuals))
    assert found.intervals_inside / found.intervals > 0.75
    assert found.days == 10


def test_known_contacts_stay_as_they_came(reviewed):
    seen = reviewed(1.4)
    known = seen.actuals.known
    assert np.array_equal(seen.found.contacts[known], seen.actuals.contacts[known])


def test_nothing_known_leaves_service_as_projected(small_plan, tmp_path):
    found = reforecast(small_plan, unknown(small_plan, tmp_path / "a.csv"))
    rest = RestOfPlan(small_plan, found)
    base = rest.as_scheduled()
    assert np.array_equal(base.given(), small_plan.allocation.given())
    live = [0, 1, 4]  # the fixture projects e-mail as if somebody were there all night
    level = small_plan.projection.service_level[live]
    assert rest.projected(base).service_level[live] == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.4])
@pytest.mark.parametrize("rest", ["day", "week"])
def test_moves_never_make_it_worse(reviewed, factor, rest):
    moves = reviewed(factor, rest).moves
    live = [0, 1, 4]
    assert moves.missing_after[live].sum() <= moves.missing_before[live].sum() + 1e-6


@pytest.mark.parametrize("factor", [0.5, 1.4])
def test_nothing_of_the_past_is_moved(reviewed, factor):
    seen = reviewed(factor, "week")
    now = seen.actuals.now
    assert seen.moves.moves
    assert all(move.start >= now for move in seen.moves.moves)
    gone = seen.moves.moved.capacity[:, :now] - seen.plan.allocation.capacity[:, :now]
    assert not gone.any()


def test_who_is_called_has_time_to_come(reviewed):
    seen = reviewed(1.4, "week")
    called = [m for m in seen.moves.moves if m.kind in ("call", "vendor") and m.before == "off"]
    assert called
    for move in called:
        assert (move.begins - seen.actuals.moment).total_seconds() / 60 >= CALLED_WITHIN


def test_no_pool_gives_more_than_it_has(reviewed):
    for factor in (0.5, 1.4):
        moved = reviewed(factor, "week").moves.moved
        assert (moved.serve.sum(axis=1) <= moved.capacity + 1e-3).all()


def test_people_go_home_only_where_they_are_spare_and_paid_by_the_hour(reviewed):
    seen = reviewed(0.5)
    home = [move for move in seen.moves.moves if move.kind == "home"]
    assert home
    assert {move.pool for move in home} == {"paris"}  # the others are vendors
    assert all(move.cost < 0 and move.hours < 0 for move in home)


def test_contracted_hours_send_nobody_home(small_plan, tmp_path):
    pools = tuple(
        replace(pool, contract=replace(pool.contract, paid="contracted"))
        for pool in small_plan.pools
    )
    plan = replace(small_plan, pools=pools, allocation=replace(small_plan.allocation, pools=pools))
    file = came(plan, tmp_path / "a.csv", NOW, today_times(0.5))
    seen = review(plan, read_actuals(plan, file, AT))
    assert not [move for move in seen.moves.moves if move.kind == "home"]


def test_hours_that_are_ordered_ahead_are_not_called(small_plan, tmp_path):
    pools = tuple(
        replace(pool, notice_days=30) if pool.name == "london" else pool
        for pool in small_plan.pools
    )
    plan = replace(small_plan, pools=pools, allocation=replace(small_plan.allocation, pools=pools))
    file = came(plan, tmp_path / "a.csv", NOW, today_times(1.4))
    seen = review(plan, read_actuals(plan, file, AT), "week")
    assert not [move for move in seen.moves.moves if move.pool == "london"]
    assert any("hours are ordered 30 days ahead" in note for note in seen.moves.notes)


def test_a_plan_that_is_over_has_nothing_left(small_plan, tmp_path):
    file = came(small_plan, tmp_path / "a.csv", "2027-03-01", exactly)
    seen = review(small_plan, read_actuals(small_plan, file))
    assert not seen.moves.moves
    assert not seen.moves.missing_before.any()


@pytest.fixture(scope="module")
def folder(small_plan, tmp_path_factory):
    place = tmp_path_factory.mktemp("plan")
    came(small_plan, place / "came.csv", NOW, today_times(1.4))
    stored(small_plan, place / "plan")
    return place


def run(*arguments):
    return CliRunner().invoke(cli, ["actuals", *map(str, arguments)])


def test_the_command_writes_its_files_and_says_what_to_do(folder):
    done = run(folder / "plan", folder / "came.csv", "--at", AT, "--out", folder / "out")
    assert done.exit_code == 0, done.output
    assert "The rest of the day" in done.output
    assert "fr-phone" in done.output
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == {"actuals.csv", "actuals_days.csv", "reforecast.csv", "rest.csv", "moves.csv",
                     "actuals.html"}  # fmt: skip
    with (folder / "out" / "reforecast.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert rows[0]["queue"] == "fr-phone"
    assert rows[0]["start"] == "2027-02-10T11:00:00+01:00"
    factor = float(rows[0]["contacts_now"]) / float(rows[0]["contacts"])
    assert float(rows[0]["factor"]) == pytest.approx(factor, rel=1e-3)


def test_the_days_add_up(folder):
    run(folder / "plan", folder / "came.csv", "--at", AT, "--out", folder / "sums")
    with (folder / "sums" / "actuals.csv").open(encoding="utf-8") as opened:
        came_in = sum(float(row["contacts_actual"] or 0) for row in csv.DictReader(opened))
    with (folder / "sums" / "actuals_days.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert rows[-1]["queue"] == rows[-1]["date"] == "all"
    assert float(rows[-1]["contacts_actual"]) == pytest.approx(came_in, abs=0.5)


def test_json_is_one_document(folder):
    done = run(folder / "plan", folder / "came.csv", "--at", AT, "--json", "--rest", "week",
               "--out", folder / "json")  # fmt: skip
    document = json.loads(done.output)
    assert document["now"] == "2027-02-10T11:00:00+01:00"
    assert document["moves"]
    assert json.loads((folder / "json" / "actuals.json").read_text()) == document


def test_names_that_are_markup_or_formulas_harm_nobody(folder):
    run(folder / "plan", folder / "came.csv", "--at", AT, "--out", folder / "safe")
    page = (folder / "safe" / "actuals.html").read_text()
    assert "<script>alert(1)" not in page
    assert "'=gb-phone" in (folder / "safe" / "reforecast.csv").read_text()


def test_a_fault_names_its_row_and_writes_nothing(folder):
    bad = folder / "bad.csv"
    bad.write_text(
        "start,queue,contacts\n2027-02-09T09:00,fr-phone,-7\n2027-02-09T09:30,frphone,1\n"
    )
    done = run(folder / "plan", bad, "--out", folder / "none")
    assert done.exit_code == 2
    assert f"{bad}:2: contacts must be" in done.output
    assert "frphone" in done.output
    assert not (folder / "none").exists()


@pytest.mark.parametrize("place", ["came.csv", "nowhere"])
def test_what_is_no_plan_is_told(folder, place):
    done = run(folder / place, folder / "came.csv", "--out", folder / "none")
    assert done.exit_code == 2
    assert not (folder / "none").exists()


def test_the_plan_s_own_folder_is_not_written_into(folder):
    done = run(folder / "plan", folder / "came.csv", "--at", AT, "--out", folder / "plan")
    assert done.exit_code == 2
    assert "must be another folder than the plan's own" in done.output


def test_a_count_that_is_a_slip_of_the_pen_is_a_fault(small_plan, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("start,queue,contacts\n2027-02-09T09:00,fr-phone,1e9\n")
    with pytest.raises(InputError, match="of fr-phone must be at most 1000 times"):
        read_actuals(small_plan, file)


def test_after_closing_the_next_day_is_looked_at(small_plan, tmp_path):
    file = came(small_plan, tmp_path / "a.csv", "2027-02-10", today_times(1.0))
    actuals = read_actuals(small_plan, file)
    day = reforecast(small_plan, actuals).rest
    week = reforecast(small_plan, actuals, "week").rest
    local = small_plan.times.tz_convert("Europe/Paris")
    assert {stamp.day for stamp in local[day[0]]} == {10}
    assert {stamp.day for stamp in local[week[0]]} - {9} == {10, 11, 12, 13, 14}
