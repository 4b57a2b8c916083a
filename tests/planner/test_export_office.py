"""Workbooks opened by LibreOffice itself: pages, texts and sums."""

import csv
import os
import re
import shutil
import subprocess

import pytest

from planner.export.roster_words import About
from planner.export.team_sheets import roster_workbook
from planner.export.tours import Choice, teams_of

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        OFFICE is None and not os.environ.get("CI"), reason="LibreOffice is not installed"
    ),
]
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def converted(small_plan, tmp_path_factory):
    """Return a folder with a roster's workbook as LibreOffice prints it, and its sheets as CSV."""
    place = tmp_path_factory.mktemp("office")
    choice = Choice(frozenset(["@partner"]))
    content = roster_workbook(teams_of(small_plan, choice), small_plan.days, About("A florist"))
    (place / "roster.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    for form in ("pdf", EVERY_SHEET):
        command = [str(OFFICE), profile, "--headless", "--convert-to", form, "roster.xlsx"]
        subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=120)
    return place


def test_a_page_holds_a_week_s_whole_width(converted):
    """Sixty agents of two lines at most take some pages a week, never a page beside another."""
    content = (converted / "roster.pdf").read_bytes()
    pages = re.findall(rb"/Type\s*/Page[^s]", content)
    sides = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
    assert len(pages) in (1 + 2 * 3, 1 + 2 * 4)
    assert all(float(wide) > float(high) for wide, high in sides)


def test_texts_are_as_written_and_sums_are_right(converted, small_plan):
    with (converted / "roster-@partner.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[2][0] == "@partner-001"
    duties = [duty for duty in small_plan.roster.duties if duty.pool == "@partner"]
    foot = next(row for row in rows if row[0] == "On duty")
    first = [duty for duty in duties if duty.day == small_plan.days[0]]
    assert int(foot[1]) == len(first)
    week = sum(d.shift.paid_hours for d in duties if d.day < small_plan.days[7])
    assert float(foot[8]) == pytest.approx(week)
    assert not any(cell.startswith(("#", "Err:")) for row in rows for cell in row)
