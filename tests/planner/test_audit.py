"""A plan as made passes its audit; each thing wrong in its files is found by its rule and line."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit.audit import audit, audit_folder
from planner.audit.files import AUDITED, AUDITED_TOO
from planner.errors import InputError
from tests.planner.audited import SCENARIO, planned, plus


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("audited"), SCENARIO)


def test_a_plan_as_made_is_right_to_the_cent(plan):
    found = {one.rule: one for one in audit(plan.asked(), plan.files)}
    assert [str(fault) for one in found.values() for fault in one.faults] == []
    rows = {name: len(plan.rows(name)) for name in plan.files if name.endswith(".csv")}
    assert found["rows"].number == sum(
        rows[name] for name in (*AUDITED, *AUDITED_TOO) if name in rows
    )
    assert found["roster"].number == rows["roster.csv"] > 30
    assert found["costs"].number == 3
    assert found["share"].number == 4
    assert found["ordered"].number == 1
    contacts = sum(float(row["contacts"]) for row in plan.rows("projection.csv"))
    assert found["contacts"].number == pytest.approx(contacts)


def test_the_plan_uses_what_is_audited(plan):
    """Penalty, tiers, minimum, overtime of none: an audit of nothing would prove nothing."""
    costs = {row["pool"]: row for row in plan.rows("costs.csv")}
    assert float(costs["partner"]["penalty"]) > 1.0
    assert float(costs["piece"]["bonus"]) > 1.0
    assert float(costs["partner"]["billed_hours"]) > float(costs["partner"]["paid_hours"])
    assert {row["breaks"] for row in plan.rows("allocation.csv")} > {""}


def of(pool):
    return lambda row: row["pool"] == pool


def with_break(row):
    return bool(row["breaks"])


def is_open(row):
    return float(row["positions"]) > 0


def later(minutes):
    """Return a change of a time, or of the two of a break, within the day."""

    def changed(text):
        if "T" not in text:
            return "-".join(changed(f"T{part}")[1:] for part in text.split("-"))
        day, clock = text.split("T")
        total = int(clock[:2]) * 60 + int(clock[3:5]) + minutes
        return f"{day}T{total // 60:02d}:{total % 60:02d}{clock[5:]}"

    return changed


SHIFTS = ("allocation.csv", "roster.csv")
SUMS = ("heads", "positions")  # told with the last row that they add up


@pytest.mark.parametrize("name", SHIFTS)
@pytest.mark.parametrize(
    ("where", "cells", "column"),
    [
        (with_break, {"breaks": later(120)}, "breaks"),
        (with_break, {"breaks": ""}, "breaks"),
        (of("piece"), {"breaks": "10:00-10:15"}, "breaks"),
        (with_break, {"start": later(10), "end": later(10), "breaks": later(10)}, "start"),
        (of("partner"), {"end": later(30)}, "end"),
        (of("partner"), {"date": "2027-03-02"}, "start"),
        (of("partner"), {"date": "2027-03-09"}, "date"),
        (of("team"), {"start": lambda text: text.replace("+01:00", "+02:00")}, "start"),
        (of("team"), {"shift": "morning"}, "shift"),
    ],
)
def test_a_shift_that_the_rules_do_not_know(plan, name, where, cells, column):
    changed, line = plan.with_cells(name, where, **cells)
    found = changed.faults()["shifts"]
    assert (found[0].file, found[0].line) == (name, line)
    assert column in [fault.field for fault in found]


@pytest.mark.parametrize(
    ("name", "where", "cells", "rule", "column"),
    [
        ("allocation.csv", of("team"), {"heads": plus(1, 0)}, "roster", "heads"),
        ("allocation.csv", of("team"), {"heads": plus(1, 0)}, "hours", "paid_hours"),
        ("allocation.csv", of("team"), {"heads": "7"}, "heads", "heads"),
        ("allocation.csv", of("team"), {"paid_hours": plus(-1, 2)}, "hours", "paid_hours"),
        ("allocation.csv", of("team"), {"cost": plus(0.01, 2)}, "hours", "cost"),
        ("allocation.csv", of("partner"), {"cost": plus(-0.01, 2)}, "hours", "cost"),
        ("allocation.csv", of("partner"), {"cost": ""}, "hours", "cost"),
        ("allocation.csv", of("piece"), {"cost": "1.00"}, "hours", "cost"),
        ("roster.csv", of("team"), {"paid_hours": plus(-1, 2)}, "hours", "paid_hours"),
        ("roster.csv", of("team"), {"agent": "team-999"}, "employed", "agent"),
        ("roster.csv", of("team"), {"agent": "team-006"}, "employed", "agent"),
        ("coverage.csv", of("team"), {"positions": plus(1, 7)}, "positions", "positions"),
        ("coverage.csv", of("team"), {"positions": plus(-9, 7)}, "queues served", "positions"),
        ("coverage.csv", of("piece"), {"queue": "phone"}, "queues served", "queue"),
        ("projection.csv", is_open, {"positions": plus(0.001, 3)}, "covered", "positions"),
        ("projection.csv", is_open, {"understaffing": plus(0.01, 7)}, "missing", "understaffing"),
        ("projection.csv", is_open, {"answered": plus(9, 6)}, "contacts", "answered"),
        ("projection.csv", is_open, {"in_time": plus(9, 6)}, "contacts", "in_time"),
        (
            "projection.csv",
            lambda row: row["queue"] == "email" and is_open(row),
            {"answered": plus(0.01, 6)},
            "contacts",
            "backlog",
        ),
        ("service.csv", lambda row: True, {"service_level": plus(-1e-3, 4)}, "service",
         "service_level"),
        ("service.csv", lambda row: True, {"contacts": plus(0.002, 3)}, "service", "contacts"),
        ("service.csv", lambda row: True, {"abandonment": plus(1e-3, 4)}, "service",
         "abandonment"),
        ("costs.csv", of("partner"), {"kind": "in_house"}, "costs", "kind"),
    ],
)  # fmt: skip
def test_a_number_that_is_wrong(plan, name, where, cells, rule, column):
    changed, line = plan.with_cells(name, where, **cells)
    found = changed.faults()[rule]
    assert (name, column) in [(fault.file, fault.field) for fault in found]
    if rule not in SUMS:
        assert line in [fault.line for fault in found]


@pytest.mark.parametrize("pool", ["team", "partner", "piece"])
@pytest.mark.parametrize(
    ("column", "least", "places"),
    [
        ("paid_hours", 0.01, 2),
        ("productive_hours", 0.02, 2),
        ("billed_hours", 0.01, 2),
        ("contacts", 0.002, 3),
        ("cost", 0.01, 2),
        ("penalty", 0.01, 2),
        ("bonus", 0.01, 2),
        ("contacts_solved", 0.002, 3),
        ("cost_per_hour", 2e-4, 4),
        ("cost_per_productive_hour", 2e-4, 4),
        ("cost_per_contact", 2e-4, 4),
        ("cost_per_contact_solved", 2e-4, 4),
    ],
)
@given(times=st.integers(-5_000, 5_000).filter(bool))
@settings(max_examples=5, deadline=None)
def test_an_invoice_that_is_wrong_by_however_little(plan, pool, column, least, places, times):
    changed, line = plan.with_cells("costs.csv", of(pool), **{column: plus(times * least, places)})
    (fault,) = changed.faults()["costs"]
    assert (fault.file, fault.line, fault.field) == ("costs.csv", line, column)


@pytest.mark.parametrize(
    ("key", "much", "rule"),
    [
        ("cost", 0.01, "totals"),
        ("vendor_share", 0.0002, "totals"),
        ("understaffing_hours", 0.02, "missing hours"),
        ("understaffing_hours_on_the_line", -0.02, "missing hours"),
        ("overdue_work_hours", 0.02, "missing hours"),
    ],
)
def test_a_sum_of_the_summary_that_is_wrong(plan, key, much, rule):
    text = plan.files["summary.json"].decode()
    line = next(line for line in text.splitlines() if line.startswith(f'  "{key}":'))
    value = float(line.split(":")[1].rstrip(","))
    wrong = text.replace(f"\n{line}", f'\n  "{key}": {value + much:.4f},')
    changed = replace(plan, files={**plan.files, "summary.json": wrong.encode()})
    (fault,) = changed.faults()[rule]
    assert (fault.file, fault.field) == ("summary.json", key)


def test_more_need_is_more_missing(plan):
    changed, _ = plan.with_cells("requirement.csv", is_open, positions=plus(9, 7))
    (fault,) = changed.faults()["missing"]
    assert (fault.file, fault.field) == ("projection.csv", "understaffing")


def test_work_done_before_it_comes(plan):
    changed, _ = plan.with_cells(
        "coverage.csv", lambda row: row["queue"] == "email", positions=plus(60, 7)
    )
    (fault,) = changed.faults()["work"]
    assert fault.file == "coverage.csv"


def test_an_agent_rostered_twice_a_day(plan):
    rows = plan.rows("roster.csv")
    day = [n for n, row in enumerate(rows) if row["pool"] == "team" and row["date"] == "2027-03-01"]
    rows[day[1]]["agent"] = rows[day[0]]["agent"]
    found = plan.with_rows("roster.csv", rows).faults()
    (fault,) = found["once a day"]
    assert (fault.file, fault.field) == ("roster.csv", "date")
    assert fault.line in (day[0] + 2, day[1] + 2)


def test_a_shift_nobody_has_and_one_too_many(plan):
    rows = plan.rows("roster.csv")
    (fewer,) = plan.with_rows("roster.csv", rows[1:]).faults()["roster"]
    assert (fewer.file, fewer.field) == ("allocation.csv", "heads")
    more = plan.with_rows("roster.csv", [*rows, rows[0]]).faults()
    assert (more["roster"][0].line, more["roster"][0].field) == (len(rows) + 2, "agent")
    assert more["once a day"]


@pytest.mark.parametrize(
    ("changes", "rule", "file"),
    [
        ({"pools.team.contract.min_rest_hours": 23}, "rest", "roster.csv"),
        ({"pools.team.contract.hours_per_week": 21}, "hours a week", "roster.csv"),
        ({"pools.team.contract.days_off_per_week": 5}, "days a week", "roster.csv"),
        ({"pools.team.contract.max_consecutive_days": 1}, "days in a row", "roster.csv"),
        ({"pools.partner.notice.ordered_hours_per_week": 9}, "ordered", "allocation.csv"),
        (
            {"pools.partner.max_share_of": "hours", "pools.partner.max_share": 0.05},
            "share of hours",
            "allocation.csv",
        ),
        ({"pools.partner.max_share": 0.05}, "share", "coverage.csv"),
        ({"pools.team.shrinkage": 0.3}, "positions", "coverage.csv"),
        ({"pools.team.newcomers.speed": [0.1]}, "positions", "coverage.csv"),
        ({"pools.partner.tiers": []}, "costs", "costs.csv"),
        ({"pools.partner.penalty": None}, "costs", "costs.csv"),
        ({"pools.piece.bonus": None}, "costs", "costs.csv"),
        ({"pools.piece.committed_share_of_forecast": 2}, "costs", "costs.csv"),
        ({"pools.partner.minimum_hours_per_week": 200}, "costs", "costs.csv"),
        ({"queues.email.backlog": 900}, "missing", "projection.csv"),
        ({"queues.email.target": {"reply_within_hours": 1}}, "missing", "projection.csv"),
    ],
)
def test_a_contract_that_the_plan_does_not_keep(plan, changes, rule, file):
    found = plan.faults(changes)[rule]
    assert {fault.file for fault in found} == {file}


def test_overtime_is_billed_by_agent(plan):
    """An agent over the contract's hours is paid overtime, whoever else is under them."""
    hours: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for row in plan.rows("roster.csv"):
        if row["pool"] == "team":
            hours[row["agent"], row["date"] < "2027-03-08"] += float(row["paid_hours"])
    most = max(hours.values())
    faults = plan.faults({"pools.team.contract.hours_per_week": most - 0.1})["costs"]
    (fault,) = [fault for fault in faults if fault.field == "overtime_hours"]
    expected = 0.1 * list(hours.values()).count(most)
    assert (fault.file, fault.message) == ("costs.csv", f"must be {expected:.2f}, got 0.00")


@pytest.mark.parametrize(
    ("name", "where", "cells", "column"),
    [
        ("allocation.csv", of("team"), {"heads": "half"}, "heads"),
        ("allocation.csv", of("team"), {"pool": "nobody"}, "pool"),
        ("allocation.csv", of("team"), {"date": "1 March"}, "date"),
        ("roster.csv", of("team"), {"start": "08:00"}, "start"),
        ("coverage.csv", of("team"), {"positions": "nan"}, "positions"),
        ("coverage.csv", of("team"), {"start": later(7)}, "start"),
        ("projection.csv", is_open, {"start": later(1)}, "start"),
        ("requirement.csv", is_open, {"start": later(30)}, "start"),
        ("requirement.csv", is_open, {"queue": "letters"}, "queue"),
        ("costs.csv", of("team"), {"cost": "much"}, "cost"),
        ("service.csv", lambda row: True, {"days": "0"}, "days"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_line(plan, name, where, cells, column):
    changed, line = plan.with_cells(name, where, **cells)
    places = [(fault.file, fault.line, fault.field) for fault in changed.faults()["rows"]]
    assert (name, line, column) in places or (name, line + 1, column) in places


def test_a_file_or_a_column_that_is_missing(plan, tmp_path):
    with pytest.raises(InputError, match=r"allocation\.csv: must be a file that `planner run`"):
        audit_folder(plan.asked(), tmp_path)
    lost = {**plan.files, "costs.csv": plan.files["costs.csv"].replace(b"penalty", b"fine", 1)}
    with pytest.raises(InputError, match=r"costs\.csv:1: penalty must be a column, got none"):
        audit(plan.asked(), lost)
    for name, content in plan.files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(InputError, match=r"summary\.json: must be JSON"):
        audit_folder(plan.asked(), tmp_path)
