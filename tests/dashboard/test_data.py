"""Files handed over: taken in pieces, bounded, private, refused plainly, and planned."""

import os
import stat

import pytest

from dashboard.app import make_app
from dashboard.intake import desk as desks
from dashboard.intake.desk import MOST, Desk, State, clear_away, plain_name
from dashboard.intake.upload import MARK
from dashboard.pages.data import body, show
from dashboard.pages.data_calls import _put
from dashboard.pages.data_history import LEAVE_OUT
from dashboard.shelf import Shelf
from planner.errors import InputError
from planner.examples import write_example
from planner.handed_over import IGNORE

TOKEN = "t" * 32
CSV = b"Interval Start,Team,Offered\n2026-01-05T09:00,FR Phone,3\n2026-01-05T09:30,FR Phone,4\n"


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def client(kept):
    return make_app(Shelf(kept[0])).server.test_client()


def send(client, kind, content, name="calls.csv", token=TOKEN, **headers):
    sent = {MARK: "1", "Host": "localhost", **headers}
    address = f"/data/upload/{token}/{kind}"
    return client.post(address, query_string={"name": name}, data=content, headers=sent)


def parts(components, kind):
    whole = [part for part in components if part is not None]
    below = [one for part in whole for one in (part, *part._traverse())]
    return [part for part in below if type(part).__name__ == kind]


def test_a_history_is_taken_guessed_and_read(client, kept):
    assert send(client, "history", CSV).json == {"name": "calls.csv"}
    page = body(Shelf(kept[0]), TOKEN)
    picked = {
        one.id["ours"]: one.value for one in parts(page, "Select") if isinstance(one.id, dict)
    }
    assert picked["start"] == "Interval Start"
    assert picked["queue"] == "Team"
    assert picked["contacts"] == "Offered"
    assert "calls.csv: 2 rows, 2 kept" in str(page)
    assert "The table has the queues FR Phone" in str(page)


def test_what_lies_there_is_ours_alone(client):
    send(client, "history", CSV)
    desk = Desk(TOKEN)
    for place in (desk._folder.parent, desk._files):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(desk.path("calls.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE((desk._folder / "desk.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must hold something, got nothing"),
        (b"PAR1" + b"x" * 99, "must be a Parquet file, got a broken one"),
        (b"PK\x03\x04" + b"x" * 99, "got a zip or an Excel file: save it as CSV"),
        (b"start\0queue", "must be a table as CSV"),
    ],
)
def test_a_broken_history_is_refused_in_a_line_and_not_kept(client, content, told):
    fault = send(client, "history", content).json["fault"]
    assert told in fault
    assert fault.startswith("calls.csv: ")
    assert Desk(TOKEN).state == State()
    assert not Desk(TOKEN).path("calls.csv").exists()


def test_what_is_too_large_is_refused_before_and_while_it_comes(client, monkeypatch):
    monkeypatch.setitem(MOST, "history", 1 << 20)
    answer = send(client, "history", b"x" * ((1 << 20) + 1))
    assert answer.status_code == 413
    assert answer.json["fault"] == "calls.csv: must be of 1 MB at most, got more"
    with pytest.raises(InputError, match="1 MB at most"):
        Desk(TOKEN).take("history", "calls.csv", iter([b"x" * (1 << 20), b"x"]))
    assert not any(Desk(TOKEN)._files.iterdir())


@pytest.mark.parametrize(
    "headers", [{MARK: "0"}, {"Origin": "https://other.example"}, {"Host": "other.example"}]
)
def test_another_sites_page_sends_nothing(client, headers):
    assert send(client, "history", CSV, **headers).status_code == 403
    assert Desk(TOKEN).state == State()


@pytest.mark.parametrize("token", ["short", "..%2f..%2fetc", "a" * 65, "x" * 20 + "."])
def test_a_token_that_is_none_opens_nothing(client, token):
    answer = send(client, "history", CSV, token=token)
    assert "name" not in (answer.json or {})


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/cron.d/x", "x"), ("C:\\a\\calls.csv", "calls.csv"), ("..", "history"),
        ("", "history"), (".bashrc", "bashrc"), ("a\nb\0.csv", "ab.csv"),
        ("<script>.csv", "<script>.csv"),
    ],
)  # fmt: skip
def test_a_name_stays_a_name(name, kept_as):
    assert plain_name(name, "history") == kept_as


def test_a_name_never_grows_endless():
    assert len(plain_name("é" * 500 + ".csv", "history").encode()) <= 150


def test_an_example_is_ready_to_check_and_plan():
    desk = Desk(TOKEN)
    desk.put(State(example="starter"))
    assert desk.handed_over().check().queues == 3


def test_an_examples_queues_are_found_in_the_tables_words(client, kept, tmp_path):
    shop = write_example("starter", tmp_path / "shop").parent
    text = (shop / "contacts.csv").read_text().replace(",phone,", ",FR Phone,")
    send(client, "history", text.encode())
    desk = Desk(TOKEN)
    desk.put(State(example="starter", history="calls.csv"))
    page = body(Shelf(kept[0]), TOKEN)
    words = [one for one in parts(page, "Select") if isinstance(one.id, dict) and "word" in one.id]
    assert [(one.id["word"], one.value) for one in words] == [("FR Phone", "phone")]
    state = _put(desk, ([], []), (["phone"], [words[0].id]))
    assert state.queues == {"FR Phone": "phone"}
    assert desk.handed_over().check().history_contacts > 0
    assert _put(desk, ([], []), ([LEAVE_OUT], [words[0].id])).queues == {"FR Phone": IGNORE}


def test_a_scenario_handed_over_reads_nothing_else(client):
    yaml = b"horizon: {first_day: 2027-03-01, days: 7}\nhistory: {file: /etc/passwd}\n"
    yaml += b"queues: [{name: phone}]\n"
    assert send(client, "scenario", yaml, "mine.yaml").json == {"name": "mine.yaml"}
    with pytest.raises(InputError) as caught:
        Desk(TOKEN).handed_over().check()
    fault = str(caught.value.faults[0])
    for place in Desk(TOKEN).hidden:
        fault = fault.replace(place, "")
    assert fault == (
        "mine.yaml:2: history.file must be a file handed over: none yet, got '/etc/passwd'"
    )


def test_a_scenario_that_is_no_text_is_refused(client):
    fault = send(client, "scenario", b"a: \xff\n", "mine.yaml").json["fault"]
    assert fault == "mine.yaml:1: must be UTF-8 text, got byte 0xff"


def test_what_is_left_lying_is_removed(monkeypatch):
    for n in range(20):
        desk = Desk(f"{n:032d}")
        desk.put(State(example="starter"))
        os.utime(desk._folder, (1e9 + n, 1e9 + n) if n < 4 else None)
    clear_away()
    left = [*desks._root().iterdir()]
    assert len(left) < desks.MOST_DESKS
    assert not any(folder.name.endswith(("00", "01", "02", "03")) for folder in left)


def test_a_planned_desk_is_empty():
    desk = Desk(TOKEN)
    desk.put(State(example="starter"))
    desk.handed_over().question()
    desk.remove()
    assert not desk._folder.exists()
    assert desk.state == State()


def test_the_address_keeps_the_desk():
    assert show(None, {"data": TOKEN})[0].data == TOKEN
    made = show(None, {"data": "../.."})[0].data
    assert made != "../.."
    Desk(made)


def test_a_folder_alone_takes_nothing(plan_folder):
    client = make_app(Shelf(None, plan_folder)).server.test_client()
    assert send(client, "history", CSV).status_code == 405
    assert "A folder holds one plan" in str(body(Shelf(None, plan_folder), TOKEN))
