"""A scenario and tables handed over: nothing else is read, columns and queues are guessed."""

import gzip

import pytest

from planner.errors import InputError
from planner.examples import write_example
from planner.handed_over import (
    IGNORE,
    HandedOver,
    first_rows,
    guessed_queues,
    kind_of,
    queue_words,
    read_over,
)
from planner.scenario.document import read_yaml
from planner.sources.guessed_columns import guessed_columns

OTHER_WORDS = [("start,queue,contacts", "Interval Start,Team,Offered"), (",phone,", ",FR Phone,")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return write_example("starter", tmp_path_factory.mktemp("shop") / "shop")


@pytest.fixture
def folder(shop, tmp_path):
    for path in shop.parent.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def renamed(folder, *pairs, to="calls.csv"):
    text = (folder / "contacts.csv").read_text()
    for theirs, ours in pairs:
        text = text.replace(theirs, ours)
    (folder / to).write_text(text)
    return folder / to


def refused(folder, yaml):
    (folder / "scenario.yaml").write_text(yaml)
    with pytest.raises(InputError) as caught:
        HandedOver(folder, "scenario.yaml").check()
    return str(caught.value)


def test_a_scenario_with_its_own_history_is_checked_and_asked(folder):
    handed = HandedOver(folder, "scenario.yaml")
    assert handed.check().queues == 3
    assert [*handed.question().files] == ["contacts.csv"]


def test_another_history_takes_its_place_in_its_own_words(folder):
    path = renamed(folder, *OTHER_WORDS)
    columns = guessed_columns(first_rows(path)[0])
    words = queue_words(read_over(path, columns))
    queues = guessed_queues(words, read_yaml(folder / "scenario.yaml"))
    assert queues == {"FR Phone": "phone", "chat": "chat", "email": "email"}
    handed = HandedOver(folder, "scenario.yaml", "calls.csv", columns, queues)
    own = HandedOver(folder, "scenario.yaml").check()
    assert handed.check().history_contacts == own.history_contacts


def test_words_that_are_left_out_are_counted_by_the_report(folder):
    renamed(folder, (",chat,", ",Fax,"), to="contacts.csv")
    handed = HandedOver(folder, "scenario.yaml", "contacts.csv", {}, {"Fax": IGNORE})
    data = handed.check().data
    assert data is not None
    assert [*data.left_out] == ["of queues that are ignored"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("file: contacts.csv", "file: /etc/passwd"),
        ("file: contacts.csv", "file: ../shop/contacts.csv"),
        ("file: contacts.csv", "zendesk: [contacts.csv, /etc/hosts]"),
        ("agents: 11", "agents: {file: /etc/passwd}"),
        ("agents: 11", "agents: {file: contacts.csv, worked: ../roster.csv}"),
    ],
)
def test_a_scenario_may_name_no_file_but_those_handed_over(folder, before, after):
    told = refused(folder, (folder / "scenario.yaml").read_text().replace(before, after, 1))
    assert "must be a file handed over: contacts.csv" in told
    assert "root:" not in told


def test_not_even_in_a_variant_that_nobody_asks_for(folder):
    text = (folder / "scenario.yaml").read_text()
    told = refused(folder, f"{text}\n  x: {{pools: {{team: {{agents: {{file: /etc/passwd}}}}}}}}\n")
    assert "variants.x.pools.team.agents.file must be a file handed over" in told


def test_nor_a_database(folder):
    text = (folder / "scenario.yaml").read_text()
    told = refused(folder, text.replace("{file: contacts.csv}", "{sql: sqlite:///x.db, query: y}"))
    assert "history.sql must not ask a database here" in told


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PK\x03\x04rest", "a zip or an Excel file: save it as CSV"),
        (gzip.compress(b"start,queue,contacts"), "a gzip file: unpack it"),
        (b"%PDF-1.7", "a PDF"),
        ("start,queue".encode("utf-16"), "perhaps text of another coding"),
        (b" \n", "an empty file"),
        (b"PAR1" + b"x" * 100, "a broken one"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(tmp_path, content, found):
    (tmp_path / "calls.csv").write_bytes(content)
    with pytest.raises(InputError, match=found):
        kind_of(tmp_path / "calls.csv")


def test_tickets_are_known_by_their_first_sign(tmp_path):
    (tmp_path / "t.ndjson").write_text('{"id": 1, "created_at": "2026-01-05T09:00:00Z"}\n')
    assert kind_of(tmp_path / "t.ndjson") == "tickets"
    assert first_rows(tmp_path / "t.ndjson") == ([], [])


def test_what_a_person_chose_holds_over_a_guess(folder):
    document = read_yaml(folder / "scenario.yaml")
    chosen = {"FR Phone": IGNORE, "mail": "chat", "fax": "no such queue"}
    assert guessed_queues(["FR Phone", "mail", "fax"], document, chosen) == {
        "FR Phone": IGNORE, "mail": "chat", "fax": IGNORE
    }  # fmt: skip
