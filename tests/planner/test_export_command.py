"""The command `planner export`: what it writes where, what it refuses, what codes hide."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from planner.archive import ARCHIVE, pack
from planner.cli import cli
from planner.export.anonymous import agent_codes
from planner.export.files import distinct, file_names
from planner.export.summary import summary_json
from planner.export.tables import csv_bytes, plan_tables
from planner.export.write import write_files
from staffing.roster import Roster

FAMILIES = ("Quennevald", "Zyxöwitz", "Brontëmann")


def named(plan):
    """Return a plan whose agents have names that stand out, in an order that tells something."""
    people = {
        (pool.name, name): f"={FAMILIES[p]} {n:02d}"
        for p, pool in enumerate(plan.pools)
        for n, name in enumerate(pool.names)
    }
    pools = tuple(
        replace(pool, names=tuple(people[pool.name, name] for name in pool.names))
        for pool in plan.pools
    )
    duties = tuple(replace(d, agent=people[d.pool, d.agent]) for d in plan.roster.duties)
    return replace(plan, pools=pools, roster=Roster(duties, plan.roster.unplaced))


@pytest.fixture(scope="module")
def folder(small_plan, tmp_path_factory):
    """Return the folder of a stored plan."""
    place = tmp_path_factory.mktemp("stored") / "plan"
    plan = named(small_plan)
    files = {ARCHIVE: pack(plan), "summary.json": summary_json(plan).encode()}
    write_files(files, place)
    return place


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words):
    return CliRunner().invoke(cli, ["export", *map(str, words)], catch_exceptions=False)


def exported(*words):
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words):
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.stderr


def rows(path):
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))))


# ---------------------------------------------------------------- what is written


def test_help_is_quick_to_load():
    heavy = ("numpy", "pandas", "xlsxwriter", "icalendar")
    code = (
        "import sys; from click.testing import CliRunner; from planner.cli import cli;"
        "assert CliRunner().invoke(cli, ['export', '--help']).exit_code == 0;"
        "print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, *heavy]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_roster_is_the_plan_s_own_table(folder, here, small_plan):
    said = exported(folder, "roster")
    shifts = f"{len(small_plan.roster.duties):,}".replace(",", "\u202f")
    assert said.startswith(f"Wrote roster.csv: {shifts} shifts of 190 agents, 8 to 21 February")
    assert (here / "roster.csv").read_bytes() == csv_bytes(
        plan_tables(named(small_plan))["roster.csv"]
    )


@pytest.mark.parametrize("what", ["allocation", "coverage", "costs", "service", "projection"])
def test_every_table_comes_as_csv_and_as_a_workbook(folder, here, what):
    exported(folder / ARCHIVE, what)
    exported(folder, what, "--out", f"{what}.xlsx")
    assert len(rows(f"{what}.csv")) > 2
    assert zipfile.is_zipfile(here / f"{what}.xlsx")


def test_calendars_are_a_folder_or_a_zip_or_one_file(folder, here):
    exported(folder, "roster", "--format", "ics", "--pool", "london")
    files = {path.name: path.read_bytes() for path in (here / "calendars").iterdir()}
    exported(folder, "roster", "--format", "ics", "--pool", "london", "--out", "all.zip")
    with zipfile.ZipFile("all.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert len(files) == 40
    name = f"={FAMILIES[2]} 00"
    exported(folder, "roster", "--agent", name, "--out", "one.ics")
    assert (here / "one.ics").read_bytes() == files[f"{FAMILIES[2]} 00.ics"]
    assert "must be a folder, or end in .zip, for 40 files" in refused(
        folder, "roster", "--pool", "london", "--out", "two.ics"
    )


def test_the_time_of_writing_is_the_plan_s(folder, here):
    told = json.loads((folder / "summary.json").read_text())["written_at"]
    exported(folder, "roster", "--agent", f"={FAMILIES[0]} 00", "--out", "one.ics")
    event = Calendar.from_ical((here / "one.ics").read_bytes()).walk("VEVENT")[0]
    assert event.decoded("dtstamp").isoformat() == told
    (here / "bare.zip").write_bytes((folder / ARCHIVE).read_bytes())
    os.utime("bare.zip", (1_900_000_000, 1_900_000_000))
    exported("bare.zip", "roster", "--agent", f"={FAMILIES[0]} 00", "--out", "two.ics")
    event = Calendar.from_ical((here / "two.ics").read_bytes()).walk("VEVENT")[0]
    assert event.decoded("dtstamp").timestamp() == 1_900_000_000


def test_vendors_are_files_of_their_own(folder, here):
    said = exported(folder, "vendor")
    written = sorted(path.name for path in (here / "vendor").iterdir())
    assert written == ["london.csv", "partner.csv"]
    assert "agent hours for @partner, " in said
    exported(folder, "vendor", "--pool", "london", "--out", "london.csv")
    assert (here / "london.csv").read_bytes() == (here / "vendor/london.csv").read_bytes()
    exported(folder, "vendor", "--out", "vendor.xlsx")
    assert "--pool must be one of @partner, london" in refused(folder, "vendor", "--pool", "paris")


def test_days_pools_and_agents_are_chosen(folder, here):
    exported(folder, "roster", "--pool", "london", "--from", "2027-02-10", "--to", "2027-02-11")
    assert {(row["pool"], row["date"]) for row in rows("roster.csv")} == {
        ("london", "2027-02-10"), ("london", "2027-02-11"),
    }  # fmt: skip
    exported(folder, "coverage", "--pool", "paris", "--to", "2027-02-08")
    assert {(row["pool"], row["start"][:10]) for row in rows("coverage.csv")} == {
        ("paris", "2027-02-08")
    }


def test_one_json_document_says_what_was_written(folder, here):
    told = json.loads(exported(folder, "roster", "--format", "xlsx", "--json"))
    assert told["written"] == ["roster.xlsx"]
    assert (told["what"], told["format"], told["agents"]) == ("roster", "xlsx", 190)
    assert (told["first_day"], told["last_day"]) == ("2027-02-08", "2027-02-21")


# ---------------------------------------------------------------- what is refused


def test_words_that_do_not_fit_are_told_at_once(folder, here):
    said = refused(folder, "roster", "--pool", "pariss", "--agent", "x", "--from", "2027-01-01")
    assert "--pool must be one of paris, @partner, london (nearest: 'paris'), got 'pariss'" in said
    assert "--agent must be one of " in said
    assert "--from must be a day from 2027-02-08 to 2027-02-21, got '2027-01-01'" in said
    assert "--to must not be before --from" in refused(
        folder, "roster", "--from", "2027-02-10", "--to", "2027-02-09"
    )
    said = refused(folder, "coverage", "--format", "ics", "--agent", "x", "--key", "k")
    assert [line.split(": ", 1)[1].split(" must")[0] for line in said.splitlines()] == [
        "--format", "--agent", "--key",
    ]  # fmt: skip
    assert "must end in .csv" in refused(folder, "roster", "--format", "csv", "--out", "a.xlsx")
    assert "--from and --to must be left out for costs" in refused(
        folder, "costs", "--to", "2027-02-09"
    )
    assert "paths must be a table of this plan" in refused(folder, "paths")
    assert "no such folder" in refused(here / "absent", "roster")
    assert list(here.iterdir()) == []


def test_a_file_of_anything_else_is_left_alone(folder, here):
    for name in ("mine.csv", "mine.xlsx", "mine.zip"):
        (here / name).write_bytes(b"PK mine")
        format_ = ["--format", "ics", "--pool", "london"] if name == "mine.zip" else []
        said = refused(folder, "roster", "--out", name, *format_)
        assert "must be free or hold an earlier export, got another file" in said
        assert (here / name).read_bytes() == b"PK mine"
    (here / "calendars").mkdir()
    (here / "calendars" / f"{FAMILIES[2]} 00.ics").write_bytes(b"BEGIN:VCALENDAR")
    refused(folder, "roster", "--format", "ics", "--pool", "london")
    assert len(list((here / "calendars").iterdir())) == 1


def test_an_earlier_export_is_replaced(folder, here):
    calendars = ["--format", "ics", "--agent", f"={FAMILIES[0]} 00"]
    for out in (["a.csv"], ["a.xlsx"], ["a.zip", *calendars], ["cal", *calendars]):
        for _ in range(2):
            exported(folder, "roster", "--out", *out)


def test_what_an_earlier_export_left_over_goes_unless_one_pool_is_asked_for(folder, here):
    exported(folder, "vendor")
    gone, kept = here / "vendor" / "gone.csv", here / "vendor" / "mine.csv"
    gone.write_bytes((here / "vendor" / "london.csv").read_bytes())
    kept.write_bytes(b"mine")
    exported(folder, "vendor", "--pool", "london")
    assert gone.exists()
    exported(folder, "vendor")
    assert not gone.exists()
    assert kept.read_bytes() == b"mine"


def test_the_plan_s_own_files_are_never_exported_over(folder, here, monkeypatch):
    monkeypatch.chdir(folder)
    assert "must not be a file of the plan itself" in refused(".", "roster", "--pool", "london")
    assert not Path("roster.csv").exists()


# ---------------------------------------------------------------- codes for names


def everything(path):
    """Return the bytes of a file, a folder's files or a zip's, with their names."""
    if path.is_dir():
        return b"".join(one.name.encode() + one.read_bytes() for one in sorted(path.iterdir()))
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(name.encode() + archive.read(name) for name in archive.namelist())


def test_no_name_is_in_an_anonymous_export(folder, here):
    calendars = ["--format", "ics", "--pool", "london"]
    for out in (["a.csv"], ["a.xlsx"], ["a.zip", *calendars], ["cal", *calendars]):
        said = exported(folder, "roster", "--anonymous", "--out", *out)
        content = everything(here / out[0])
        assert re.search(rb"agent-\d{3}", content)
        assert "Codes stand for names." in said
        for family in FAMILIES:
            assert family.encode() not in content
    assert sorted(path.name for path in here.iterdir()) == ["a.csv", "a.xlsx", "a.zip", "cal"]


def test_codes_are_the_same_in_all_exports_and_tell_no_order(folder, here, small_plan):
    plan = named(small_plan)
    codes = agent_codes(plan, (folder / ARCHIVE).read_bytes())
    exported(folder, "roster", "--anonymous", "--out", "a.csv")
    exported(folder, "roster", "--anonymous", "--pool", "paris", "--out", "b.csv")
    duties = sorted((codes[d.pool, d.agent], d.day.isoformat()) for d in plan.roster.duties)
    assert sorted((row["agent"], row["date"]) for row in rows("a.csv")) == duties
    ours = [row for row in rows("a.csv") if row["pool"] == "paris"]
    assert rows("b.csv") == ours
    # Neither the codes nor the order of rows follow the order of names.
    paris = [codes["paris", name] for name in plan.pools[0].names]
    assert paris != sorted(paris)
    same = [row["agent"] for row in ours if (row["date"], row["shift"]) == (
        ours[0]["date"], ours[0]["shift"])]  # fmt: skip
    assert len(same) > 2
    assert same == sorted(same)


def test_codes_change_names_in_tables_of_agents_and_no_figure(folder, here, small_plan):
    plan = named(small_plan)
    codes = agent_codes(plan, (folder / ARCHIVE).read_bytes())
    for what in ("tours", "activities"):
        own, anonymous = f"{what}-a.csv", f"{what}-b.csv"
        exported(folder, what, "--out", own)
        said = exported(folder, what, "--anonymous", "--out", anonymous, "--key", "key.csv")
        assert "Codes stand for names." in said
        known = {(row["pool"], row["agent"]): row["code"] for row in rows("key.csv")}
        true = [row | {"agent": known[row["pool"], row["agent"]]} for row in rows(own)]
        assert sorted(map(str, true)) == sorted(map(str, rows(anonymous)))
    paris = [row["agent"] for row in rows("tours-b.csv") if row["pool"] == "paris"]
    assert paris == sorted(paris)
    assert set(paris) == {code for (pool, _), code in codes.items() if pool == "paris"}


@pytest.mark.parametrize("what", ["tours", "rules", "activities"])
def test_tables_of_agents_can_be_of_one(folder, here, what):
    name = f"={FAMILIES[0]} 00"
    exported(folder, what, "--agent", name, "--out", "one.csv")
    exported(folder, what, "--out", "all.csv")
    assert rows("one.csv") == [row for row in rows("all.csv") if row["agent"] == f"'{name}"]


def test_another_plan_has_other_codes(small_plan):
    one, two = agent_codes(small_plan, b"one"), agent_codes(small_plan, b"two")
    assert one.keys() == two.keys()
    assert len(set(one.values())) == len(one) == 190
    assert one != two


def test_the_key_is_written_where_asked_for_its_owner_alone(folder, here):
    exported(folder, "roster", "--anonymous", "--out", "a.csv", "--key", "key.csv")
    key = {row["code"]: row["agent"].removeprefix("'") for row in rows("key.csv")}
    exported(folder, "roster", "--out", "b.csv")
    known = sorted((key[row["agent"]], row["date"]) for row in rows("a.csv"))
    assert known == sorted((r["agent"].removeprefix("'"), r["date"]) for r in rows("b.csv"))
    assert (here / "key.csv").stat().st_mode & 0o777 == 0o600
    said = refused(
        folder, "roster", "--anonymous", "--format", "ics", "--out", "cal", "--key", "cal/key.csv"
    )
    assert "must lie elsewhere than what is given away" in said
    (here / "other").write_bytes(b"mine")
    refused(folder, "roster", "--anonymous", "--out", "c.csv", "--key", "other")
    assert not (here / "c.csv").exists()


# ---------------------------------------------------------------- names of files


@settings(max_examples=40)
@given(st.lists(st.text(max_size=80), max_size=8))
def test_file_names_are_distinct_and_safe(names):
    found = file_names(names, ".ics")
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f]', name)
        assert name[0] not in ". "
        assert len(name.encode("utf-8", "surrogatepass")) <= 255


def test_reserved_names_are_set_aside():
    names = ["aux", "COM1", "nul.txt", "..", "LPT³", "console"]
    assert file_names(names, "") == ["aux_", "COM1_", "nul.txt_", "unnamed", "LPT³_", "console"]


@given(st.lists(st.text("abAB (2)", min_size=1, max_size=9), max_size=12), st.integers(7, 12))
def test_names_alike_are_told_apart(names, longest):
    found = distinct(names, longest)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(len(name) <= longest for name in found)
