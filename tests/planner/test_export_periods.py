"""Service over days, weeks and the horizon: sums that agree, and bands around them."""

import numpy as np

from planner.export.periods import service_table


def test_days_weeks_and_the_whole_add_up(small_plan):
    table = service_table(small_plan)
    assert table["period"].unique().tolist() == ["day", "week", "horizon"]
    for queue, rows in table.groupby("queue"):
        assert (rows.loc[rows["period"] == "horizon", "days"] == len(small_plan.days)).all(), queue
        by = rows.assign(met=rows["contacts"] * rows["service_level"]).groupby("period")
        for name in ("days", "contacts", "met"):
            sums = by[name].sum()
            np.testing.assert_allclose(sums, sums.iloc[0], rtol=2e-3, atol=0.05)


def test_a_day_is_that_of_its_intervals(small_plan):
    table = service_table(small_plan)
    seen = small_plan.projection
    for q, queue in enumerate(seen.queues):
        (whole,) = table[(table["queue"] == queue) & (table["period"] == "horizon")].to_dict(
            "records"
        )
        level = (seen.contacts[q] * seen.service_level[q]).sum() / seen.contacts[q].sum()
        assert abs(whole["service_level"] - level) < 1e-3
        assert whole["service_level_p10"] <= whole["service_level_p90"]


def test_longer_periods_have_narrower_bands_where_luck_evens_out(small_plan):
    table = service_table(small_plan).query("contacts > 0")
    width = (
        (table["service_level_p90"] - table["service_level_p10"]).groupby(table["period"]).mean()
    )
    assert width["horizon"] < width["day"]
