"""A plan's archive gives the plan back, holds no secret, and is refused in one line where wrong."""

import html
import io
import json
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planner.archive import ARCHIVE, MOST_BYTES, pack, unpack
from planner.cli import cli
from planner.errors import InputError
from planner.explained import explained
from planner.export.axes import queue_axes
from planner.export.explain import explain, explain_interval
from planner.export.summary import summary
from planner.export.tables import csv_bytes, plan_tables
from planner.export.write import write_plan
from planner.plan_files import read_archive
from planner.scenario.document import Document, parse_yaml
from planner.scenario.kept import kept_document, scenario_kept
from planner.scenario.model import scenario_of


@pytest.fixture(scope="module")
def packed_plan(small_plan):
    return pack(small_plan)


@pytest.fixture
def archive_path(packed_plan, tmp_path):
    """Return the archive of a plan in a folder of its own."""
    (tmp_path / ARCHIVE).write_bytes(packed_plan)
    return tmp_path / ARCHIVE


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def changed(content, change):
    """Return an archive whose plain values were changed by a function."""
    files = members(content)
    values = json.loads(files["plan.json"])
    change(values)
    return zipped(files | {"plan.json": json.dumps(values)})


def refusal(content):
    with pytest.raises(InputError) as caught:
        unpack(content, "my-plan/plan.zip")
    said = str(caught.value)
    assert said.startswith("my-plan/plan.zip: must be a plan as `planner run` writes it, got ")
    assert said.endswith("; plan the scenario again with `planner run`")
    assert "\n" not in said
    return said


# ---------------------------------------------------------------- what is kept


def test_the_same_plan_gives_the_same_bytes_whenever_it_is_packed(small_plan, packed_plan):
    assert pack(replace(small_plan, seconds={"forecast": 99.0})) == packed_plan
    assert pack(unpack(packed_plan)) == packed_plan


def test_every_table_and_the_summary_can_be_written_from_the_archive(small_plan, packed_plan):
    again = unpack(packed_plan)
    tables = plan_tables(again)
    for name, table in plan_tables(small_plan).items():
        assert csv_bytes(tables[name]) == csv_bytes(table), name
    told, retold = summary(small_plan), summary(again)
    for one in (told, retold):
        del one["seconds"], one["written_at"]
    assert retold == told


def test_every_interval_is_explained_word_for_word(small_plan, packed_plan):
    again = unpack(packed_plan)
    axes = queue_axes(again.scenario, again.times, again.days, again.interval_s)
    for q, axis in enumerate(axes):
        for i in axis.inside[5::17].tolist():
            told = explain_interval(again, q, i, axis)
            assert told.text() == explain_interval(small_plan, q, i, axis).text()


def test_the_report_s_words_come_from_the_folder_alone(small_plan, tmp_path):
    write_plan(small_plan, tmp_path / "plan")
    page = html.unescape((tmp_path / "plan" / "report.html").read_text(encoding="utf-8"))
    told = explain(read_archive(tmp_path / "plan"))
    assert explained(tmp_path / "plan") == told.text()
    for step in told.steps:
        for line in (step.title, *step.lines, *step.more):
            assert line in page
    document = json.loads(explained(tmp_path / "plan", as_json=True))
    assert [step["lines"] for step in document["steps"]] == [list(s.lines) for s in told.steps]


def test_sample_paths_are_left_out(small_plan, packed_plan):
    assert len(small_plan.forecast.paths) == 20
    assert unpack(packed_plan).forecast.paths.shape == (0, 5, len(small_plan.times))


SECRET = """
horizon: {first_day: 2027-02-01, days: 3}
history: {sql: "postgresql://planner:s3cret@host/calls", query: select hidden, absent_days: zero}
markets: {FR: {timezone: Europe/Paris, country: FR, subdivision: 57, closed: [2027-02-02]}}
queues: [{name: fr, open: {mon-fri: "08:00-20:00"}, aht_s: 300}]
events: [{name: mailing, dates: [2027-02-02]}]
overrides: [{day: 2027-02-03, factor: 1.5}]
pools:
  - {name: a, queues: [fr], agents: {2027-02-01: 3, 2027-02-02: 5}, cost_per_hour: 30}
  - {name: b, queues: [fr], agents: [Ann, Bob], cost_per_hour: 30}
variants:
  dear: {pools: {a: {cost_per_hour: 40}}}
  other: {history: {sql: "sqlite:///s3cret.db"}}
"""


def test_a_scenario_is_kept_without_addresses_and_without_other_variants():
    asked = scenario_of(parse_yaml(SECRET, "far/away/scenario.yaml"), ["dear"])
    kept = json.dumps(kept_document(asked))
    assert "s3cret" not in kept
    assert "hidden" not in kept
    again = scenario_kept(json.loads(kept), "scenario.yaml", asked.applied)
    assert again.applied == ("dear",)
    assert again.pools[0].cost_per_hour == 40
    ours = again.model_dump(exclude={"history", "variants"})
    assert ours == asked.model_dump(exclude={"history", "variants"})
    assert again.history.absent_days == "zero"


def test_no_secret_and_no_folder_is_in_the_archive(small_plan, packed_plan):
    plain = small_plan.scenario
    document = plain.document | {"history": {"sql": "postgresql://u:s3cret@h/d", "query": "select"}}
    text = json.dumps(kept_document(plain), default=str)
    asked = scenario_of(parse_yaml(text, "/home/ann/centre/scenario.yaml"))
    assert document["history"] != asked.document["history"]
    asked._document = Document(asked.file, document, {})
    content = pack(replace(small_plan, scenario=asked))
    for whole in members(content).values():
        assert b"s3cret" not in whole
        assert b"ann" not in whole.replace(b"channel", b"").replace(b"planner", b"")
    assert members(packed_plan).keys() == members(content).keys()


# ---------------------------------------------------------------- what is refused


def test_what_is_no_archive_is_refused(packed_plan):
    assert "cannot be read, File is not a zip file" in refusal(b"not a zip")
    assert "cannot be read" in refusal(packed_plan[:5000])
    assert "cannot be read" in refusal(zipped({"other.txt": b""}))
    damaged = bytearray(packed_plan)
    with zipfile.ZipFile(io.BytesIO(packed_plan)) as archive:
        largest = max(archive.infolist(), key=lambda member: member.compress_size)
    damaged[largest.header_offset + largest.compress_size // 2] ^= 255  # within, not in a heading
    refusal(bytes(damaged))


def test_another_format_is_refused(packed_plan):
    said = refusal(changed(packed_plan, lambda values: values.update(format=2)))
    assert "format must be 1, the one of this version, got 2" in said


def test_a_field_of_another_version_is_named(packed_plan):
    def newer(values):
        values["plan"]["queues"][0]["mood"] = 1

    def older(values):
        del values["plan"]["queues"][0]["target"]

    assert "does not know 'mood'" in refusal(changed(packed_plan, newer))
    assert "queues.0 must have the fields of Queue" in refusal(changed(packed_plan, older))


def test_a_field_that_was_added_since_has_its_default(packed_plan):
    def before(values):
        del values["plan"]["queues"][0]["patience_s"]

    assert np.isinf(unpack(changed(packed_plan, before)).queues[0].patience_s)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("queues", 0, "target", 0), "Popen", "queues.0.target must be one of Target, Promise"),
        (("queues", 0, "name"), 5, "queues.0.name must be of type str, got 5"),
        (("queues", 0, "concurrency"), True, "queues.0.concurrency must be of type int, got True"),
        (("queues", 0, "name"), "other", "queues must be ('fr-phone', "),
        (("days", 0), "2027-02-30", "days.0 must be of type date, got '2027-02-30'"),
        (("days", 0), "2027-02-09", "days must be "),
        (("interval_s",), 900, "interval_s must be 1800, got 900"),
        (("forecast", "contacts"), 10**9, "forecast.contacts must be the number of one of "),
        (("requirement", "contacts"), 0, "requirement.contacts must be an array of float64"),
        (("requirement", "contacts"), 1, "Requirement.contacts must be (5, "),
        (("pools", 0, "kind"), "robots", "pools.0.kind must be one of in_house, vendor"),
        (("allocation", "pools", 0, "timezone"), "/etc/passwd", "timezone of paris must fit"),
        (("allocation", "shifts", 0, 0, "end_minute"), 10**15, "shifts of paris must fit"),
        (("times", 0), "years", "times must be a unit of s, ms, us, ns, got 'years'"),
        (("times",), [], "times must be a list of 2, got []"),
    ],
)
def test_what_does_not_fit_is_named(packed_plan, place, value, said):
    def change(values):
        inside = values["plan"]
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = value

    assert said in refusal(changed(packed_plan, change))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"hours_per_week": float("nan")}, "hours_per_week of an agent of paris"),
        ({"hours_per_week": -5.0}, "hours_per_week of an agent of paris"),
        ({"times": [[9, [0, 60]]]}, "times of an agent of paris"),
        ({"absences": [["2027-02-09", "2027-02-08"]]}, "absences of an agent of paris"),
        ({"seniority": float("inf")}, "seniority of an agent of paris"),
        ({"first_day": "0001-01-01"}, "dates of an agent of paris"),
        ({"name": "Somebody else"}, "people of paris"),
        (
            {"wishes": [{"day": "2027-02-08", "on": True, "weight": -1.0, "within": [0, 60]}]},
            "wishes of an agent of paris",
        ),
        (
            {
                "worked": [
                    {"day": "2027-02-07", "start": "2027-02-07T08:00:00",
                     "end": "2027-02-07T16:00:00", "paid_hours": 7.0}
                ]
            },
            "worked of an agent of paris",
        ),
    ],
)  # fmt: skip
def test_strange_people_are_refused_and_not_named(packed_plan, what, told):
    def change(values):
        pool = values["plan"]["pools"][0]
        plain = {"number": "", "times": [], "absences": [], "wishes": [], "worked": [], "off": []}
        pool["people"] = [{"name": name} | plain for name in pool["names"]]
        pool["people"][0] |= what

    said = refusal(changed(packed_plan, change))
    assert f"{told} must be such as a scenario can ask for" in said
    assert "Somebody" not in said


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("roster", "duties", 0, "agent"), "nobody", "duties"),
        (("roster", "duties", 0, "pool"), "nowhere", "duties"),
        (("roster", "duties", 0, "day"), "2030-01-01", "duties"),
        (("roster", "duties", 0, "shift", "start_minute"), 1, "duties"),
        (("pools", 0, "contract", "max_consecutive_days"), 10**12, "contract.max_consecutive_days"),
        (("pools", 0, "contract", "min_rest_hours"), float("nan"), "contract.min_rest_hours"),
        (("pools", 0, "contract", "bend"), [["rest", -5.0]], "contract.bend"),
    ],
)
def test_a_roster_that_its_pools_cannot_work_is_refused(packed_plan, place, value, told):
    def change(values):
        inside = values["plan"]
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = value

    said = refusal(changed(packed_plan, change))
    assert f"{told} " in said
    assert "must be such as a scenario can ask for" in said


def test_no_file_is_opened_for_a_scenario_in_an_archive(packed_plan, tmp_path):
    (tmp_path / "agents.csv").write_text("agent\nAnn\n")

    def change(values):
        values["scenario"]["pools"][0]["agents"] = {"file": str(tmp_path / "agents.csv")}

    assert "scenario: must be the agents themselves in a plan, no file" in refusal(
        changed(packed_plan, change)
    )


def header(text):
    room = text.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(room).to_bytes(2, "little") + room


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,)}"), "cannot be read"),
        (
            header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"),
            "0.npy must hold the numbers that its header tells of",
        ),
        (
            header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}") + b"cos\nsystem\n.",
            "0.npy must hold the numbers",
        ),
        (b"\x93NUMPY\x03\x00" + bytes(100), "format 1.0"),
        (b"", "cannot be read"),
    ],
)
def test_an_array_that_lies_of_its_size_takes_no_memory(packed_plan, array, said):
    assert said in refusal(zipped(members(packed_plan) | {"0.npy": array}))


def test_an_archive_that_swells_is_refused_unread(packed_plan):
    """The zip's own directory says what is in it: more than the limit is not unpacked."""
    content = bytearray(packed_plan)
    at = content.rindex(b"PK\x01\x02")  # the directory's last entry: its size lies 24 bytes in
    content[at + 24 : at + 28] = (MOST_BYTES + 1).to_bytes(4, "little")
    assert f"unpacked it must have at most {MOST_BYTES:,} bytes" in refusal(bytes(content))


def test_a_header_quoted_whole_is_told_in_short(packed_plan):
    files = members(packed_plan)
    files["0.npy"] = files["0.npy"][:6] + b"\x01\x00" + b"\xff\x7f" + b"(" * 32_767
    assert len(refusal(zipped(files))) < 700


def test_deep_values_are_refused(packed_plan):
    deep = b"[" * 200_000 + b"]" * 200_000
    assert "cannot be read" in refusal(zipped(members(packed_plan) | {"plan.json": deep}))


def answered_in_text_or_one_line(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / ARCHIVE).write_bytes(content)
    arguments = ["explain", str(folder), "--queue", "fr-phone", "--at", "2027-02-12T10:00"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code in (0, 2), done.exception
    assert done.exit_code == 0 or len(done.stderr.splitlines()) == 1


@pytest.mark.slow
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_changed_there_is_an_answer_or_one_line(archive_path, data):
    """Values and arrays swapped for others: explained, or refused with exit status 2."""
    files = members(archive_path.read_bytes())
    values = json.loads(files["plan.json"])
    odd = st.sampled_from(["null", "-1", "0", "7", "1e308", '""', '"nan"', '"x"', "[]", "{}",
                           "[1, 2]", '"1600-01-01"'])  # fmt: skip
    for _ in range(data.draw(st.integers(1, 3))):
        inside, key = values, data.draw(st.sampled_from(["plan", "scenario"]))
        while isinstance(inside[key], dict | list) and inside[key] and data.draw(st.integers(0, 5)):
            inside = inside[key]
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            key = data.draw(st.sampled_from(keys))
        inside[key] = json.loads(data.draw(odd))
    content = files | {"plan.json": json.dumps(values)}
    answered_in_text_or_one_line(archive_path.parent / "other", zipped(content))


@pytest.mark.slow
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.sampled_from([0.0, -1.0, np.nan, np.inf, 1e300]))
@example(986, 1e300)
def test_arrays_of_nonsense_are_answered_in_one_line_too(archive_path, which, value):
    files = members(archive_path.read_bytes())
    name = f"{which % (len(files) - 1)}.npy"
    array = np.lib.format.read_array(io.BytesIO(files[name]))
    with np.errstate(over="ignore"):  # 1e300 is endless to a short float
        room, filled = io.BytesIO(), np.full_like(array, value if array.dtype.kind == "f" else 99)
    np.lib.format.write_array(room, filled, version=(1, 0))
    changed_one = zipped(files | {name: room.getvalue()})
    answered_in_text_or_one_line(archive_path.parent / "other", changed_one)


def test_a_folder_without_an_archive_says_what_mends_it(tmp_path):
    with pytest.raises(InputError) as caught:
        read_archive(tmp_path)
    assert re.search(
        r"must hold plan\.zip, got none \(older versions wrote none\): plan the scenario again "
        r"with `planner run`$",
        str(caught.value),
    )
    with pytest.raises(InputError, match=r"must be a folder written by .* got no such folder"):
        read_archive(tmp_path / "absent")
