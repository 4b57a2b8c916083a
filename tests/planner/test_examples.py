"""The ready centres: the same files everywhere, and the figures that they claim."""

import dataclasses
import datetime
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from forecasting.calendars import event_dates
from planner.examples import EXAMPLES, write_example
from planner.examples.flash_sales import CENTRE as FLASH_SALES
from planner.examples.florist import CENTRE as FLORIST
from planner.examples.generate import Centre, Effect, QueueSpec, expected_contacts, write_history
from planner.examples.grocery_drive import NEWSLETTERS
from planner.examples.office_machines import CENTRE as OFFICE_MACHINES
from planner.scenario.model import load_scenario
from planner.scenario.shrinkage import mean_pace

QUEUE = QueueSpec(
    name="phone",
    country="FR",
    timezone="Europe/Paris",
    contacts_a_month=3000.0,
    opening=((8.0, 18.0),) * 5 + (None, None),
    weekday=(1.0,) * 7,
    shape={8: 1.0, 18: 1.0},
    aht_s=300.0,
)
YEAR = Centre((QUEUE,), datetime.date(2025, 1, 1), datetime.date(2025, 12, 31), file="c.csv")


@pytest.fixture(scope="module", params=EXAMPLES)
def written(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("centre") / "made" / request.param
    scenario = load_scenario(write_example(request.param, place))
    path = place / scenario.history.file
    read = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
    table = read(path)
    table["start"] = pd.to_datetime(table["start"], utc=True)
    return scenario, table


@pytest.fixture(scope="module")
def florist(tmp_path_factory):
    return pd.read_parquet(write_history(FLORIST, tmp_path_factory.mktemp("florist")))


def per_day(table: pd.DataFrame, market: str = "") -> pd.Series:
    """Return contacts per day of UTC: the florist opens in no other day of its markets."""
    rows = table[table["queue"].str.startswith(market)]
    return rows.groupby(rows["start"].dt.tz_localize(None).dt.normalize())["contacts"].sum()


def test_history_names_the_scenario_s_queues_and_keeps_their_hours(written):
    scenario, table = written
    assert set(table["queue"]) == {queue.name for queue in scenario.queues}
    for queue in scenario.queues:
        starts = table.loc[table["queue"] == queue.name, "start"]
        local = starts.dt.tz_convert(scenario.market_of(queue).timezone)
        slot = (local.dt.hour * 60 + local.dt.minute) // scenario.interval_minutes
        assert queue.open.slots(scenario.interval_s)[local.dt.day_of_week, slot].all()


def test_history_has_no_gap_no_duplicate_and_ends_before_the_horizon(written):
    scenario, table = written
    assert not table.duplicated(["queue", "start"]).any()
    assert (table["contacts"] >= 0).all()
    assert table["start"].max().date() < scenario.horizon.first_day
    handled = table["contacts"] > 0
    assert (table.loc[handled, "aht_s"] > 0).all()
    assert table.loc[~handled, "aht_s"].isna().all()


def test_every_variant_of_an_example_loads(written):
    scenario, _ = written
    for variant in scenario.variants:
        assert load_scenario(scenario.file, [variant]).applied == (variant,)


def test_one_in_five_absent_comes_on_top_of_what_there_is(written):
    scenario, _ = written
    if "absence-20" not in scenario.variants:
        return  # not every example asks what absence does
    absent = load_scenario(scenario.file, ["absence-20"])
    pairs = list(zip(scenario.pools, absent.pools, strict=True))
    changed = [(old, new) for old, new in pairs if new.shrinkage != old.shrinkage]
    assert changed
    for old, new in changed:
        usual = dict(old.shrinkage.kinds).get("absence", 0.0)
        rest = (1 - old.shrinkage.total) / (1 - usual)
        assert new.shrinkage.total == pytest.approx(1 - 0.8 * rest, abs=2e-4)


def test_the_photo_lab_s_newcomers_learn_before_the_first_call(tmp_path):
    scenario = load_scenario(write_example("photo", tmp_path / "photo"))
    lab, temporary = scenario.pools
    assert lab.agents.most + temporary.agents.most == 60
    assert temporary.newcomers is not None
    assert temporary.newcomers.speed[0] == 0
    assert lab.newcomers is None
    first, last = scenario.days[0], scenario.days[-1]
    speed = temporary.newcomers.speed
    # 14 in their third week, 14 still in training; all have learned at Christmas.
    assert mean_pace(temporary.agents, speed, first) == pytest.approx(14 * speed[2] / 28)
    assert mean_pace(temporary.agents, speed, last) == 1


def test_writing_twice_gives_the_same_bytes(tmp_path):
    for name in ("starter", "florist"):
        first = write_example(name, tmp_path / "a" / name).parent
        second = write_example(name, tmp_path / "b" / name).parent
        assert sorted(p.name for p in first.iterdir()) == sorted(p.name for p in second.iterdir())
        for path in first.iterdir():
            assert path.read_bytes() == (second / path.name).read_bytes()


def test_a_queue_keeps_its_history_when_another_joins(tmp_path):
    alone = pd.read_csv(write_history(YEAR, tmp_path))
    other = dataclasses.replace(QUEUE, name="email")
    both = dataclasses.replace(YEAR, queues=(other, QUEUE), file="both.csv")
    together = pd.read_csv(write_history(both, tmp_path))
    kept = together[together["queue"] == "phone"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)


def test_another_seed_gives_another_history(tmp_path):
    first = write_history(YEAR, tmp_path).read_bytes()
    assert write_history(dataclasses.replace(YEAR, seed=2), tmp_path).read_bytes() != first


def test_csv_tells_the_offset_of_the_clock(tmp_path):
    table = pd.read_csv(write_history(YEAR, tmp_path))
    offsets = table["start"].str[-6:]
    summer = table["start"].str[:10].between("2025-03-30", "2025-10-25")
    assert set(offsets[summer]) == {"+02:00"}
    assert set(offsets[~summer]) == {"+01:00"}


def test_a_day_without_contacts_is_a_zero_and_not_unknown(tmp_path):
    quiet = dataclasses.replace(YEAR, queues=(dataclasses.replace(QUEUE, contacts_a_month=20.0),))
    table = pd.read_csv(write_history(quiet, tmp_path))
    days = set(table["start"].str[:10])
    assert days == {str(d.date()) for d in pd.bdate_range("2025-01-01", "2025-12-31")}
    assert (table["contacts"] == 0).any()


def test_an_ordinary_month_has_the_stated_contacts():
    steady = dataclasses.replace(YEAR, queues=(dataclasses.replace(QUEUE, growth=0.0),))
    expected = expected_contacts(steady, steady.queues[0])
    assert expected.shape == (365, 96)
    assert expected.sum() / 12 == pytest.approx(3000.0, rel=0.01)
    assert (expected[:, : 8 * 4] == 0).all()
    assert (expected.sum(axis=1)[2:6] > 0).tolist() == [True, False, False, True]


def test_offsets_of_an_event_count_open_days():
    # 1 February 2025 is a Saturday: the rush begins on Monday 3.
    rush = dataclasses.replace(QUEUE, effects=(Effect("month_start", {0: 3.0, 1: 2.0, -1: 0.5}),))
    ratio = expected_contacts(YEAR, rush).sum(axis=1)
    plain = expected_contacts(YEAR, QUEUE).sum(axis=1)
    february = np.divide(ratio, plain, out=np.zeros(365), where=plain > 0)[30:36]
    assert february == pytest.approx([0.5, 0, 0, 3.0, 2.0, 1.0])


def test_florist_has_100_000_contacts_in_an_ordinary_month(florist):
    days = per_day(florist)
    months = days.resample("MS").sum()
    assert len(months) == 36
    ordinary = months[pd.DatetimeIndex(months.index).month.isin([1, 4, 6, 7, 9, 10])]
    assert ordinary.mean() == pytest.approx(100_000, rel=0.05)
    assert ordinary.between(90_000, 112_000).all()
    shares = florist.groupby(florist["queue"].str[:2])["contacts"].sum() / florist["contacts"].sum()
    assert shares["fr"] == pytest.approx(0.35, abs=0.02)
    assert shares["it"] == pytest.approx(0.20, abs=0.02)


def ordinary_day(days: pd.Series, day: pd.Timestamp) -> float:
    """Return the mean of the same weekday from five to eight weeks before a day."""
    return float(days.reindex([day - pd.Timedelta(weeks=week) for week in (5, 6, 7, 8)]).mean())


def middle_day(days: pd.Series, day: pd.Timestamp) -> float:
    """Return the middle day of the four weeks that end five weeks before a day."""
    return float(days[day - pd.Timedelta(weeks=9) : day - pd.Timedelta(weeks=5)].median())


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_florist_is_tenfold_on_valentine_s_day(florist, year):
    day = pd.Timestamp(year, 2, 14)
    days = per_day(florist)
    assert days[day] / ordinary_day(days, day) == pytest.approx(10.0, rel=0.15)
    assert days[day] / middle_day(days, day) == pytest.approx(10.0, rel=0.15)
    assert days[day - pd.Timedelta(days=60) : day + pd.Timedelta(days=30)].idxmax() == day


@pytest.mark.parametrize("market", ["FR", "IT", "ES", "PT", "GB", "DK", "SE"])
def test_florist_is_tenfold_on_each_market_s_own_mother_s_day(florist, market):
    days = per_day(florist, market.lower())
    ratios = []
    for date in event_dates("mothers_day", market, 2024, 2026):
        day = pd.Timestamp(date)
        complaints = days[day + pd.Timedelta(days=1)]
        assert complaints > 2.5 * ordinary_day(days, day + pd.Timedelta(days=1))
        ratios.append(days[day] / ordinary_day(days, day))
    assert np.mean(ratios) == pytest.approx(10.0, rel=0.2)


def test_florist_scenario_prices_lie_in_the_published_ranges(tmp_path):
    scenario = load_scenario(write_example("florist", tmp_path / "f"))
    assert (len(scenario.queues), len(scenario.pools)) == (35, 11)
    for pool in scenario.pools:
        low, high = (55, 80) if pool.kind == "in_house" else (14, 27)
        assert pool.cost_per_hour is not None
        assert low <= pool.cost_per_hour <= high


def contacts_of_2026(centre: Centre) -> dict[str, float]:
    assert centre.last_day == datetime.date(2026, 12, 31)
    return {q.name: float(expected_contacts(centre, q)[-365:].sum()) for q in centre.queues}


def test_flash_sales_has_the_published_contacts_a_month():
    found = {name: contacts / 12 for name, contacts in contacts_of_2026(FLASH_SALES).items()}
    assert found == pytest.approx({"email": 85_000, "phone": 15_000, "level2": 40_000}, rel=0.05)


def test_office_machines_has_the_published_calls_a_year():
    assert sum(contacts_of_2026(OFFICE_MACHINES).values()) == pytest.approx(400_000, rel=0.05)


def test_grocery_drive_lists_its_newsletters(tmp_path):
    scenario = load_scenario(write_example("grocery-drive", tmp_path / "g"))
    (newsletter,) = (event for event in scenario.events if event.name == "newsletter")
    assert newsletter.dates == NEWSLETTERS
    assert len(set(NEWSLETTERS) & set(scenario.days)) == 4


def test_progress_counts_the_queues(tmp_path):
    seen = []
    write_example("starter", tmp_path / "s", lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_directory_that_holds_anything_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="absent or empty"):
        write_example("starter", tmp_path)
    with pytest.raises(FileExistsError):
        write_example("starter", tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_directory_is_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    assert write_example("starter", tmp_path / "empty").is_file()


def test_a_failure_leaves_nothing_behind(tmp_path):
    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_example("starter", tmp_path / "s", stop)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_example_is_told_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match="starter, florist"):
        write_example("bakery", tmp_path / "b")


def test_the_list_of_examples_imports_no_table_library():
    code = "import sys, planner.examples; print({'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_grocery_drive_knows_its_team_by_name(tmp_path):
    path = write_example("grocery-drive", tmp_path / "g")
    agents = load_scenario(path, ["by-name"]).pools[0].agents
    assert (len(agents.people), sum(map(bool, agents.skills)), agents.notes) == (20, 2, ())
    assert sum(len(agent.worked) for agent in agents.people) == 76
    assert load_scenario(path).pools[0].agents.people == ()
