"""Workbooks as a spreadsheet reads them: sheets, texts that stay texts, pages, sums."""

import datetime as dt
import io
from collections import defaultdict

import numpy as np
import openpyxl
import pandas as pd
import pytest

from planner.errors import PlannerError
from planner.export import workbook
from planner.export.roster_words import About, clock_changes
from planner.export.team_sheets import roster_workbook
from planner.export.tours import Choice, Team, duty_rows, teams_of
from planner.export.workbook import sheet_names, tables_workbook
from staffing.crew import Duty
from staffing.pools import Pool
from staffing.shifts import Shift

SUNDAY = dt.date(2026, 10, 25)  # 25 hours


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def roster_of(plan, choice=Choice()):  # noqa: B008
    days = choice.days_of(plan.days)
    return roster_workbook(teams_of(plan, choice), days, About("A florist"))


@pytest.fixture(scope="module")
def book(small_plan):
    return opened(roster_of(small_plan))


def test_a_roster_has_a_sheet_that_says_what_it_is_and_one_a_team(small_plan, book):
    assert book.sheetnames == ["About", "paris", "@partner", "london"]
    told = dict(book["About"].iter_rows(values_only=True))
    assert told["Days"] == "8 to 21 February 2027"
    assert told["Sheet london"].startswith("london: 40 agents,")
    (missing,) = small_plan.roster.unplaced
    assert missing.shift.label in told["Nobody could take"]
    assert "Codes" not in told
    assert "The clocks change" not in told


def test_agents_are_rows_and_days_columns_each_week_with_its_hours(small_plan, book):
    sheet = book["paris"]
    heads = [cell.value for cell in sheet[2]]
    assert heads[:2] == ["Agent", "Mon 8 Feb"]
    assert [n for n, head in enumerate(heads) if head == "Hours"] == [8, 16]
    assert sheet["B1"].value == "Week 6: 8 to 14 February 2027"
    assert sheet["J1"].value == "Week 7: 15 to 21 February 2027"
    hours: dict[tuple[str, bool], float] = defaultdict(float)
    for duty in small_plan.roster.duties:
        hours[duty.agent, duty.day < dt.date(2027, 2, 15)] += duty.shift.paid_hours
    pool = small_plan.pools[0]
    for row, name in zip(sheet.iter_rows(min_row=3), pool.names, strict=False):
        assert row[0].value == name
        assert (row[8].value, row[16].value) == (hours[name, True], hours[name, False])


def test_a_team_s_last_row_counts_who_is_on_duty(small_plan, book):
    sheet, heads = book["paris"], small_plan.allocation.heads[0].sum(axis=1)
    last = 3 + len(small_plan.pools[0].names)
    assert sheet.cell(last, 1).value == "On duty"
    assert sheet.cell(last, 2).value == f"=COUNTA(B3:B{last - 1})"
    filled = [sum(bool(sheet.cell(r, c).value) for r in range(3, last)) for c in (2, 8, 10)]
    assert filled == [heads[0], heads[6], heads[7]]
    assert sheet.cell(last, 9).value == f"=SUM(I3:I{last - 1})"


def test_a_week_is_a_page(book):
    for sheet in book.worksheets[1:]:
        assert sheet.page_setup.orientation == "landscape"
        assert [pages.id for pages in sheet.col_breaks.brk] == [9]
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.print_title_cols == "$A:$A"
        assert sheet.freeze_panes == "B3"
        assert sheet.title in sheet.oddHeader.left.text


def test_what_looks_like_a_formula_is_text(book):
    cells = [cell for row in book["@partner"].iter_rows() for cell in row]
    assert book["@partner"]["A3"].value == "@partner-001"  # as it is: a sheet knows its types
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert formulas
    assert all(text.startswith(("=COUNTA(", "=SUM(")) for text in formulas)
    table = pd.DataFrame({"queue": ["=1+1", "@x", "http://a.b", "12", "{=1}"]})
    sheet = opened(tables_workbook({"t": table}, "t"))["t"]
    values = [(cell.value, cell.data_type, cell.hyperlink) for cell in sheet["A"][1:]]
    assert values == [(text, "s", None) for text in table["queue"]]


def test_the_same_roster_gives_the_same_bytes(small_plan):
    assert roster_of(small_plan) == roster_of(small_plan)


def test_nights_say_that_they_end_on_the_next_day_and_are_shaded():
    pool = Pool("paris", "in_house", "Europe/Paris", {}, np.array([2]), ("Zoë", "Max"))
    night = Shift(1320, 1800, ((1560, 1605),), 435)
    past = Shift(1500, 1980, (), 480)  # starts at 01:00 of the next day
    duties = [
        Duty("paris", SUNDAY - dt.timedelta(days=1), night, "Zoë"),
        Duty("paris", SUNDAY, past, "Zoë"),
        Duty("paris", SUNDAY, Shift(960, 1440, (), 480), "Max"),
    ]
    days = [SUNDAY - dt.timedelta(days=1), SUNDAY]
    team = Team("paris", "Europe/Paris", pool.names, duty_rows(duties, pool), ())
    book = opened(roster_workbook([team], days, About("night")))
    sheet = book["paris"]
    found = [sheet[name].value for name in ("B3", "C3", "C4")]
    assert found == [
        "22:00-05:00 +1\n(8 h)\nbreak 02:00-02:45", "+1 01:00-09:00", "16:00-00:00",
    ]  # fmt: skip
    shaded = [sheet[name].fill.fill_type == "solid" for name in ("B3", "C3", "C4", "B4")]
    assert shaded == [True, True, False, False]
    told = dict(book["About"].iter_rows(values_only=True))
    assert told["The clocks change"].startswith("Sun 25 Oct has 25 hours. ")
    assert clock_changes([dt.date(2027, 3, 28)], "Europe/Paris") == ["Sun 28 Mar has 23 hours"]


def test_times_are_dates_of_the_sheet_and_keep_their_offsets():
    table = pd.DataFrame(
        {
            "start": ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
            "date": ["2026-10-25", "2026-10-25"],
            "asa_s": [np.nan, np.inf],
        }
    )
    rows = list(opened(tables_workbook({"t": table}, "t"))["t"].iter_rows(values_only=True))
    assert rows[0] == ("start", "start_offset", "date", "asa_s")
    moment, day = map(dt.datetime.fromisoformat, ("2026-10-25T02:30", "2026-10-25"))
    assert rows[1] == (moment, "+02:00", day, None)
    assert rows[2] == (moment, "+01:00", day, "inf")


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    tables_workbook({"t": pd.DataFrame({"n": [1, 2]})}, "t")
    with pytest.raises(PlannerError, match="t has 3 rows, a sheet at most 2: choose days with"):
        tables_workbook({"t": pd.DataFrame({"n": [1, 2, 3]})}, "t")


def test_sheets_have_names_that_a_spreadsheet_takes():
    names = ["a" * 40, "A" * 40, "[b]:*?/\\", "About", "", "history", "c\nd", "'e'"]
    found = sheet_names(names, taken=["About"])
    assert found[2:] == ["-b------", "About (2)", "sheet", "history_", "cd", "e"]
    assert found[:2] == ["a" * 31, "A" * 27 + " (2)"]
