"""The team leader's page: its table, its bars, its files, and odd requests."""

import io
import zipfile

import pytest

from dashboard.app import make_app, selected
from dashboard.pages.roster import ROSTER, weeks_of
from dashboard.pages.roster_files import roster_file
from dashboard.shelf import Shelf
from planner.errors import InputError
from planner.export_command import export
from planner.plan import Plan
from tests.planner.running import stored


@pytest.fixture(scope="module")
def shelf(small_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return the small plan in a folder."""
    return Shelf(None, stored(small_plan, tmp_path_factory.mktemp("roster") / "plan"))


def shown(shelf: Shelf, **values: str) -> str:
    """Return the page as text."""
    seen = shelf.get(0)
    told, _ = selected(ROSTER, seen, values)
    return str(ROSTER.show(seen, told))


def test_weeks_begin_on_monday(small_plan: Plan):
    weeks = weeks_of(small_plan.days[2:])
    assert [len(days) for days in weeks.values()] == [5, 7]
    assert [days[-1].weekday() for days in weeks.values()] == [6, 6]


def test_a_team_alone_is_shown(shelf: Shelf):
    text = shown(shelf, team="london", day="2027-02-10")
    assert "london-" in text
    assert "paris-" not in text


def test_an_unknown_team_is_the_first(shelf: Shelf):
    assert "paris" in shown(shelf, team="=cmd", day="2027-99-99")


def test_files_are_those_of_the_command(shelf: Shelf, tmp_path):
    for format_, out in (("csv", "roster.csv"), ("xlsx", "r.xlsx"), ("ics", "c.zip")):
        name, content = roster_file(shelf, {"plan": "0", "pool": "paris", "format": format_})
        file = tmp_path / out
        words = [str(shelf.folder), "roster", "--format", format_, "--pool", "paris"]
        export.main([*words, "--out", str(file)], standalone_mode=False)
        assert content == file.read_bytes(), name
    with zipfile.ZipFile(io.BytesIO(content)) as calendars:
        assert all(one.endswith(".ics") for one in calendars.namelist())


@pytest.mark.parametrize(
    "asked",
    [
        {"plan": "../0"}, {"plan": ""}, {"plan": "9"}, {"plan": "0", "format": "exe"},
        {"plan": "0", "pool": "../../etc"}, {"plan": "0", "from": "yesterday"},
        {"plan": "0", "from": "2027-02-12", "to": "2027-02-11"},
    ],
)  # fmt: skip
def test_odd_requests_are_refused(shelf: Shelf, asked: dict[str, str]):
    with pytest.raises(InputError):
        roster_file(shelf, asked)


def test_a_download_is_a_file(shelf: Shelf):
    client = make_app(shelf).server.test_client()
    answer = client.get("/download/roster?plan=0&pool=@partner&format=csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    refused = client.get("/download/roster?plan=0&pool=<script>&format=csv")
    assert (refused.status_code, refused.mimetype) == (400, "text/plain")
