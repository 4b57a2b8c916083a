"""Ticket exports of Zendesk, CSV and JSON, as single contacts of a scenario's queues."""

import gzip
import json

import pytest

from planner.errors import InputError
from planner.question import question_of
from planner.scenario.model import load_scenario
from planner.sources.in_our_words import Words
from planner.sources.table import load_history
from planner.sources.ticket_lines import row_of
from planner.sources.tickets import Asked, read_tickets
from tests.planner.zendesk_stand_in import ticket


@pytest.fixture
def read(tmp_path):
    def call(*contents, name="tickets.ndjson", **asked):
        paths = []
        for number, content in enumerate(contents):
            paths.append(tmp_path / f"{number}{name}")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_tickets(paths, Asked(**asked))

    return call


def lines(*tickets):
    return "".join(json.dumps(t) + "\n" for t in tickets)


def found(rows):
    starts = [str(t) for t in rows.columns["start"].to_pylist()]
    return sorted(zip(starts, rows.columns["queue"].to_pylist(), strict=True))


MANY = [ticket(n) for n in range(1, 301)]
BY_BRAND = {
    "market": "brand",
    "segment": "tags",
    "words": Words(
        parts={"market": {"36": "FR"}, "segment": {"florist": "florists", "*": "customers"}}
    ),
}


@pytest.mark.parametrize(
    "content",
    [
        lines(ticket(1), ticket(2)),
        lines({"ticket": ticket(1)}, {"ticket": ticket(2)}),
        "\ufeff" + lines(ticket(1), ticket(2)).replace("\n", "\r\n"),
        lines(ticket(1)) + "\n\n" + lines(ticket(2)).rstrip(),
        json.dumps([ticket(1), ticket(2)], indent=2),
        json.dumps([{"ticket": ticket(1)}, ticket(2)]),
        json.dumps({"count": 2, "tickets": [ticket(1), ticket(2)], "end_of_stream": True}),
        lines({"tickets": [ticket(1)]}, {"tickets": [ticket(2)]}),
        gzip.compress(lines(ticket(1), ticket(2)).encode()),
        lines(ticket(1, subject="x" * 3_000_000), ticket(2)),
        lines(ticket(1, group_id="seven"), ticket("2", via="email")),
    ],
)
def test_json_is_read_in_every_shape_that_there_is(read, content):
    assert found(read(content)) == [("2026-03-02 08:15:12+00:00", "email")] * 2


def test_the_quick_and_the_careful_way_read_the_same(read):
    tickets = [ticket(n, tags=["florist"] * (n % 2), brand_id=36 + n % 3) for n in range(50)]
    quick = read(lines(*tickets), **BY_BRAND)
    careful = read(lines(*tickets[:-1], tickets[-1] | {"brand_id": "37"}), **BY_BRAND)
    assert found(quick) == found(careful)


def test_queues_are_named_after_market_channel_and_kind_of_caller(read):
    rows = read(
        lines(
            ticket(1, tags=["vip", "florist"]),
            ticket(2, via={"channel": "whatsapp"}),
            ticket(3, via={"channel": "voice"}, brand_id=None),
            ticket(4, via={"channel": "api"}, brand_id=40),
        ),
        **BY_BRAND,
    )
    assert [queue for _, queue in found(rows)] == [
        "40-api-customers", "fr-email-florists", "fr-messaging-customers",
        "unknown-phone-customers",
    ]  # fmt: skip


def test_a_custom_field_tells_the_kind_of_caller(read):
    fields = {"custom_fields": [{"id": 9, "value": True}, {"id": 33, "value": "Florist shop"}]}
    rows = read(lines(ticket(1, **fields), ticket(2)), segment="33")
    assert [queue for _, queue in found(rows)] == ["email-florist-shop", "email-unknown"]


def test_the_last_state_of_a_ticket_holds_across_files(read):
    rows = read(lines(ticket(1), ticket(2)), lines(ticket(2, status="deleted"), ticket(1)))
    assert len(found(rows)) == 1
    assert rows.data.repaired == {"tickets that come again, of which the last holds": 2}
    assert rows.data.left_out == {"tickets that were deleted": 1}


@pytest.mark.parametrize("gone", [
    {"status": "deleted"}, {"tags": ["a", "closed_by_merge"]}, {"tags": ["spam"]},
    {"status": "suspended"}, {"via": {"channel": "sample_ticket"}},
])  # fmt: skip
def test_what_is_no_contact_is_left_out_and_counted(read, gone):
    rows = read(lines(ticket(1), ticket(2, **gone)))
    assert len(found(rows)) == 1
    assert list(rows.data.left_out.values()) == [1]


@pytest.mark.parametrize("bad", [
    b'{"id": 5, \n', b"{}\n", b"5\n", b'"Jane"\n', b'{"id": "Jane"}\n', b'{"id": 1e400}\n',
    b'{"id": 99999999999999999999999}\n', b'{"id": -1}\n', b'{"id": true}\n', b"[" * 9999 + b"\n",
    b'{"id": 7, "created_at": "Jane"}\n', b'{"id": 7, "created_at": null}\n',
    b'{"id": 7, "created_at": "1066-10-14T09:00:00Z"}\n', b'{"id": 7, "s": "\xe9"}\n',
])  # fmt: skip
def test_a_broken_line_is_told_with_its_number_and_no_word_of_it(read, bad):
    rows = read(lines(*MANY[:200]).encode() + bad + lines(*MANY[200:]).encode())
    assert len(found(rows)) == 300
    assert rows.data.refused_rows == 1
    (place,) = rows.data.refused
    assert "tickets.ndjson:201: " in place
    assert "Jane" not in place


def test_many_broken_lines_are_another_file(read):
    with pytest.raises(InputError, match=r"1\.0% of its lines at most, got 9 of 109"):
        read(lines(*MANY[:100]) + "{}\n" * 9)
    assert len(found(read(lines(*MANY[:100]) + "{}\n" * 9, broken=0.1))) == 100
    with pytest.raises(InputError, match=":101: must be a ticket"):
        read(lines(*MANY[:100]) + "{}\n", broken=0.0)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{", b"[]", b"{}", b"nonsense", b"\x1f\x8b\x08",
                                     lines(ticket(1)).encode("utf-16")])  # fmt: skip
def test_a_file_without_tickets_is_a_fault(read, content):
    with pytest.raises(InputError):
        read(content)


SHEET = (
    "Id,Requester,Requester email,Subject,Tags,Status,Via,Group,Created at\n"
    '1,Jane,j@x,"=1+1\nlilies, white",vip florist,Open,Mail,FR Care,2027-03-27 10:30\n'
    "2,Jane,j@x,x,,Closed,Phone call (incoming),FR Care,2027-03-28 02:30\n"
    "2,Jane,j@x,x,,Closed,Phone call (incoming),FR Care,2027-06-28 02:30\n"
)


@pytest.mark.parametrize("content", [
    SHEET, "\ufeff" + SHEET, SHEET.replace("\n", "\r\n"), SHEET.replace(",", ";"),
    SHEET.replace(",", "\t"),
])  # fmt: skip
def test_a_csv_is_in_the_zone_of_the_account(read, content):
    rows = read(content, name="t.csv", zone="Europe/Paris", market="group")
    assert found(rows) == [
        ("2027-03-27 09:30:00+00:00", "fr-care-email"),
        ("2027-06-28 00:30:00+00:00", "fr-care-phone"),
    ]
    assert rows.data.dropped == ("Requester", "Requester email", "Subject")
    clocks = "at a time that the clocks of Europe/Paris skip or have twice, taken for the first"
    assert rows.data.repaired[clocks] == 1


@pytest.mark.parametrize("created", [
    "2027-01-01 10:00 UTC", "2027-01-01 11:00:00 +0100", "2027-01-01T10:00:00Z", "2027-01-01 11:00",
])  # fmt: skip
def test_a_csv_may_write_an_offset_in_several_ways(read, created):
    rows = read(f"Id,Via,Created at\n1,Mail,{created}\n", name="t.csv", zone="Europe/Paris")
    assert found(rows) == [("2027-01-01 10:00:00+00:00", "email")]


def test_broken_lines_of_a_csv_are_told(read):
    rows = read(SHEET + "4,5\nx,,,,,,Mail,,2027-01-01 10:00\n", name="t.csv", broken=0.5)
    assert len(found(rows)) == 2
    assert [place.rpartition("t.csv:")[2][:2] for place in rows.data.refused] == ["6:", "7:"]


def test_a_csv_column_of_ones_own_tells_the_kind_of_caller(read):
    content = "Id,Via,Created at,Caller type\n1,Mail,2027-01-01 10:00,Florist\n"
    assert found(read(content, name="t.csv", segment="caller type"))[0][1] == "email-florist"
    with pytest.raises(InputError, match="nearest: 'Caller type'"):
        read(content, name="t.csv", segment="Caler type")


@pytest.mark.parametrize("field", ["subject", "Requester email", "customer", "Customer name"])
def test_nothing_that_names_a_person_tells_anything(read, field):
    with pytest.raises(InputError, match="who somebody is"):
        read(lines(ticket(1)), market=field)


@pytest.mark.parametrize(("asked", "told"), [
    ({"market": "brnd"}, "nearest: 'brand'"), ({"segment": "tags"}, "go with segments"),
    ({"market": "1", "segment": "2"}, "one field of your own"),
])  # fmt: skip
def test_a_field_that_cannot_tell_is_a_fault(read, asked, told):
    with pytest.raises(InputError, match=told):
        read(lines(ticket(1)), **asked)


def test_nobody_is_in_what_is_read(read):
    rows = read(lines(*MANY), **BY_BRAND)
    text = repr([column.to_pylist() for column in rows.columns.values()]) + rows.data.text()
    assert "jane" not in text.casefold()
    assert "subject" in rows.data.dropped
    assert {"subject", "description", "requester_id"}.isdisjoint(row_of(ticket(1)) or ())


def test_by_which_fields_markets_could_be_told_is_said(read):
    rows = read(lines(ticket(1), ticket(2, group_id=8)))
    assert rows.data.notes == (
        "markets or kinds of caller could be told apart by group (2 of them)",
    )


@pytest.mark.parametrize("number", [1, "1"])  # the quick way, and the careful one
def test_first_replies_are_told_where_the_export_has_them(read, number):
    times = [60, 120, 180, None, 6000]
    tickets = [
        ticket(n, metric_set={"reply_time_in_minutes": {"calendar": t}})
        for n, t in enumerate(times[:-1], 10)
    ]
    gone = ticket(5, status="deleted", metric_set={"reply_time_in_minutes": {"calendar": 6000}})
    (note, *_) = read(lines(ticket(number), gone, *tickets)).data.notes
    assert note.startswith("first replies to 3 tickets: half within 2.0 h, nine of ten within 2.8")
    sheet = "Id,Via,Created at,First reply time in minutes\n1,Mail,2027-01-01 10:00,{}\n"
    (note, *_) = read(sheet.format("90"), name="t.csv").data.notes
    assert "half within 1.5 h" in note
    assert read(sheet.format("soon"), name="t.csv").data.notes == ()


SCENARIO = """
horizon: {first_day: 2026-04-01, days: 1}
history:
  zendesk: [a.ndjson, b.ndjson]
  columns: {market: brand, segment: tags}
  markets: {36: fr}
  segments: {florist: florists, "*": customers}
  queues: {"fr-*-florists": fr-florists}
  ignore: [fr-chat-*]
queues:
  - {name: fr-email-customers, channel: email, target: {reply_within_hours: 7, share: 0.9}}
  - {name: fr-florists, channel: email, target: {reply_within_hours: 7, share: 0.9}}
"""


@pytest.fixture
def scenario(tmp_path):
    def call(text=SCENARIO):
        (tmp_path / "scenario.yaml").write_text(text)
        (tmp_path / "a.ndjson").write_text(lines(ticket(1), ticket(2, time="09:00:00")))
        more = [ticket(3, tags=["florist"]), ticket(4, via={"channel": "chat"})]
        (tmp_path / "b.ndjson").write_text(lines(*more, ticket(5, day="2026-03-03")))
        return load_scenario(tmp_path / "scenario.yaml")

    return call


def test_a_scenario_reads_tickets_by_its_own_words(scenario):
    table = load_history(scenario())
    counts = table.frame.groupby("queue", observed=True)["contacts"].sum().to_dict()
    assert counts == {"fr-email-customers": 3, "fr-florists": 1}
    assert table.data is not None
    assert table.data.left_out == {"of queues that are ignored": 1}


def test_words_that_lead_nowhere_are_faults(scenario):
    with pytest.raises(InputError, match=r"queue must be one of .* got 'fr-chat-customers'"):
        load_history(scenario(SCENARIO.replace("ignore: [fr-chat-*]", "")))
    with pytest.raises(InputError, match=r"history.queues.fr-\*-florists must be one of"):
        scenario(SCENARIO.replace(": fr-florists}", ": fr-florist}"))
    with pytest.raises(InputError, match=r"must go with columns\.market"):
        scenario(SCENARIO.replace("market: brand, ", ""))


def test_tickets_kept_with_a_plan_give_the_same_history(scenario):
    asked = scenario()
    table = load_history(asked)
    with question_of(asked).opened() as (_, again):
        assert again.frame.equals(table.frame)


def test_one_ticket_on_the_full_hour_is_one_contact(scenario, tmp_path):
    asked = scenario(SCENARIO.replace("[a.ndjson, b.ndjson]", "a.ndjson"))
    (tmp_path / "a.ndjson").write_text(lines(ticket(1, time="09:00:00")))
    assert load_history(asked).frame["contacts"].tolist() == [1]
    with question_of(asked).opened() as (_, again):
        assert again.frame["contacts"].tolist() == [1]
