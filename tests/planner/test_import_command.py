"""`planner import`: what is written, what is told, and what is refused."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from planner.cli import cli
from tests.planner.zendesk_stand_in import EMAIL, TOKEN, StandIn, ticket

GENESYS = (
    "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,"
    "Total Handle Time (Seconds)\n"
    "2020-02-26T00:00:00Z,Care,Voice,lilies|||roses,Spanish,16,6,1200\n"
    "2020-02-26T00:00:00Z,Care,Voice,roses,French,4,2,100\n"
    "2020-02-26T00:15:00.000Z,Care,Voice,roses,French,4,0,0\n"
    "2020-02-26T00:15:00Z,=Care,Chat,,French,14,7,6\n"
)
CONNECT = (
    "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,"
    "AverageHandleTime,ContactsHandled\n"
    "Basic,1-2,VOICE,2022-06-26T01:00:00Z,15,8,300,8\n"
    "Basic,1-2,VOICE,2022-06-26T01:15:00Z,15,9,100,2\n"
    "Basic,1-2,CHAT,2022-06-26T01:15:00Z,15,2,,0\n"
)
TICKETS = [
    ticket(1, time="08:15:12"),
    ticket(2, time="08:16:00", tags=["florist"]),
    ticket(3, day="2026-03-03", time="23:59:59"),
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ZENDESK_EMAIL", "ZENDESK_TOKEN", "ZENDESK_OAUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "g.csv").write_text(GENESYS)
    (tmp_path / "k.csv").write_text(CONNECT)
    (tmp_path / "t.ndjson").write_text("".join(json.dumps(t) + "\n" for t in TICKETS))

    def call(*words, status=0):
        result = CliRunner().invoke(cli, ["import", *words])
        assert result.exit_code == status, result.output
        return result

    return call


def rows(tmp_path, name="contacts.csv"):
    table = pd.read_csv(tmp_path / name)
    return [tuple(row) for row in table.itertuples(index=False)]


def test_tickets_become_a_history_by_interval_with_quiet_days(run, tmp_path):
    run("zendesk", "t.ndjson", "--segment", "tags", "--segments", "florist=florists",
        "--segments", "*=customers", "--timezone", "Europe/Paris")  # fmt: skip
    assert rows(tmp_path) == [
        ("2026-03-02T09:15:00+01:00", "email-customers", 1),
        ("2026-03-03T00:00:00+01:00", "email-customers", 0),
        ("2026-03-04T00:45:00+01:00", "email-customers", 1),
        ("2026-03-02T09:15:00+01:00", "email-florists", 1),
        ("2026-03-03T00:00:00+01:00", "email-florists", 0),
        ("2026-03-04T00:00:00+01:00", "email-florists", 0),
    ]


def test_handling_times_of_genesys_are_weighted_by_contacts_handled(run, tmp_path):
    run("genesys", "g.csv")
    table = pd.read_csv(tmp_path / "contacts.csv").set_index(["queue", "start"])
    phone = table.loc["care-phone"]
    assert phone["contacts"].tolist() == [20, 4]
    assert phone["aht_s"].iloc[0] == pytest.approx(1300 / 8)
    assert pd.isna(phone["aht_s"].iloc[1])


def test_a_language_tells_queues_apart_where_it_is_asked(run, tmp_path):
    run("genesys", "g.csv", "--segment", "Language", "--markets", "care=fr", "--ignore", "*-chat-*")
    assert {row[1] for row in rows(tmp_path)} == {"fr-phone-french", "fr-phone-spanish"}


def test_handling_times_of_connect_are_weighted_by_contacts_handled(run, tmp_path):
    run("connect", "k.csv", "--interval", "30", "--queues", "basic-phone=fr-phone")
    table = pd.read_csv(tmp_path / "contacts.csv").set_index("queue")
    assert table.loc["fr-phone", "contacts"] == 17
    assert table.loc["fr-phone", "aht_s"] == pytest.approx((8 * 300 + 2 * 100) / 10)


def test_an_interval_that_comes_again_is_not_counted_twice(run, tmp_path):
    (tmp_path / "more.csv").write_text(CONNECT.replace(",15,8,", ",15,11,"))
    result = run("connect", "k.csv", "more.csv", "--json")
    document = json.loads(result.stdout)
    assert sum(document["data"]["repaired"].values()) == 3
    assert [q["contacts"] for q in document["queues"]] == [2, 20]


def test_an_hour_that_comes_twice_on_the_clock_is_no_repetition(run, tmp_path):
    hour = "Basic,1-2,VOICE,2022-10-30T02:00:00,15,8,300,8\n"
    (tmp_path / "k.csv").write_text(CONNECT.splitlines(keepends=True)[0] + hour + hour)
    result = run("connect", "k.csv", "--timezone", "Europe/Paris")
    assert "repaired" not in result.stdout
    assert [row[0] for row in rows(tmp_path)] == [
        "2022-10-30T02:00:00+02:00", "2022-10-30T02:00:00+01:00",
    ]  # fmt: skip


def test_the_interval_in_the_file_is_told(run):
    assert "rows are of 15 minutes" in run("connect", "k.csv").stdout
    assert "in steps of 15 minutes" in run("genesys", "g.csv").stdout


@pytest.mark.parametrize("bad", [
    "x,Care,Voice,,,1,1,1", "2020-02-26T00:30:00Z,Care,Voice,,,Zoe,1,1",
    "2020-02-26T00:30:00Z,Care",
])  # fmt: skip
def test_a_broken_row_is_left_out_and_told_or_refused(run, tmp_path, bad):
    start = pd.date_range("2020-03-01", periods=200, freq="15min").strftime("%Y-%m-%dT%H:%M:%SZ")
    good = "".join(f"{s},Care,Voice,,,1,1,60\n" for s in start)
    (tmp_path / "g.csv").write_text(GENESYS + good + bad + "\n")
    data = json.loads(run("genesys", "g.csv", "--json", "--report", "r.json").stdout)["data"]
    assert (data["rows"], data["kept"], data["refused_rows"]) == (205, 204, 1)
    assert data["refused"][0].startswith("g.csv:206: must have")
    assert "Zoe" not in (tmp_path / "r.json").read_text()
    assert (
        "g.csv:206" in run("genesys", "g.csv", "--broken", "0", "--out", "n.csv", status=2).stderr
    )
    assert not (tmp_path / "n.csv").exists()


def test_a_wrong_handling_time_is_a_fault_with_its_line(run, tmp_path):
    (tmp_path / "k.csv").write_text(CONNECT.replace(",300,8", ",five,8"))
    error = run("connect", "k.csv", status=2).stderr
    assert "k.csv:2: aht_s must be a number >= 0, got 'five'" in error


@pytest.mark.parametrize(("words", "told"), [
    (("genesys", "k.csv"), "must be a column of an export of Genesys Cloud"),
    (("connect", "absent.csv"), "absent.csv: must be a file that can be read"),
    (("zendesk",), "Name ticket exports"),
    (("zendesk", "t.ndjson", "--since", "2026-01-01"), "--since goes with --from-api"),
    (("zendesk", "t.ndjson", "--timezone", "Europe/Pari"), "nearest: 'Europe/Paris'"),
    (("zendesk", "t.ndjson", "--queues", "email"), "must look like 'FR Care=fr', got 'email'"),
    (("zendesk", "t.ndjson", "--out", "t.ndjson"), "must not be a file that is read"),
    (("zendesk", "t.ndjson", "--out", "g.csv"), "must be free or hold an earlier export"),
    (("zendesk", "t.ndjson", "--report", "g.csv"), "must be free or hold an earlier export"),
    (("zendesk", "t.ndjson", "--report", "contacts.csv"), "must not be where the history goes"),
    (("zendesk", "t.ndjson", "--ignore", "*"), "must have contacts after all"),
    (("zendesk", "--from-api", "lilies"), "ZENDESK_EMAIL and ZENDESK_TOKEN must be set"),
    (("genesys", "g.csv", "--segment", "Langage"), "nearest: 'Language'"),
])  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_written(run, tmp_path, words, told):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert told in run(*words, status=2).stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_report_tells_all_and_names_nobody(run, tmp_path):
    (tmp_path / "t.ndjson").write_text(
        "".join(json.dumps(t) + "\n" for t in [*TICKETS, ticket(1), ticket(8, status="deleted")])
    )
    out = run("zendesk", "t.ndjson", "--report", "report.txt").stdout
    report = (tmp_path / "report.txt").read_text()
    assert "read      t.ndjson: 5 rows, 3 kept" in report
    assert "dropped on reading: updated_at, subject" in report
    assert "1 row: tickets that were deleted" in report
    for text in (out, report, (tmp_path / "contacts.csv").read_text()):
        assert "jane" not in text.casefold()
        assert "0612345678" not in text
    run("zendesk", "t.ndjson", "--report", "report.txt")  # an earlier one may be replaced


def test_a_formula_in_the_name_of_a_queue_is_made_harmless(run, tmp_path):
    scenario = "history: {file: x.csv, queues: {'care-*': '=1+1'}}\nhorizon: "
    scenario += "{first_day: 2027-01-01, days: 1}\nqueues:\n  - {name: '=1+1', channel: email}\n"
    (tmp_path / "s.yaml").write_text(scenario)
    run("genesys", "g.csv", "--scenario", "s.yaml")
    assert "'=1+1" in (tmp_path / "contacts.csv").read_text()


def test_a_scenario_says_how_and_is_told_what_it_lacks(run, tmp_path):
    (tmp_path / "s.yaml").write_text(
        "history: {zendesk: t.ndjson, columns: {segment: tags}, segments: {florist: florists},"
        " queues: {email-florists: shops}, timezone: Europe/Paris}\n"
        "horizon: {first_day: 2027-01-01, days: 1}\nqueues:\n"
        "  - {name: shops, channel: email}\n  - {name: phone, channel: phone}\n"
    )
    out = run("zendesk", "t.ndjson", "--scenario", "s.yaml", "--segments", "*=customers").stdout
    assert "NOT IN THE SCENARIO: email-customers" in out
    assert "no contacts for phone" in out
    assert "2026-03-02T09:15:00+01:00,shops,1" in (tmp_path / "contacts.csv").read_text()


def test_what_is_imported_can_be_planned_with(run, tmp_path):
    run("zendesk", "t.ndjson")
    (tmp_path / "s.yaml").write_text(
        "history: {file: contacts.csv}\nhorizon: {first_day: 2026-04-01, days: 1}\n"
        "queues:\n  - {name: email, channel: email}\n"
    )
    checked = CliRunner().invoke(cli, ["check", "s.yaml", "--json"])
    document = json.loads(checked.stdout)
    assert document["history_contacts"] == 3
    assert document["data"]["kept"] == 2
    text = CliRunner().invoke(cli, ["check", "s.yaml"]).stdout
    assert "  read      contacts.csv: 2 rows, 2 kept\n" in text


def test_an_account_is_asked_and_its_token_kept_nowhere(run, tmp_path, monkeypatch):
    monkeypatch.setenv("ZENDESK_EMAIL", EMAIL)
    monkeypatch.setenv("ZENDESK_TOKEN", TOKEN)
    with StandIn(TICKETS, page=5) as zendesk:
        asked = ("zendesk", "--from-api", zendesk.address, "--report", "r.json")
        first = run(*asked, "--since", "2026-03-01")
        zendesk.tickets.append(ticket(9, day="2026-03-04"))
        second = run(*asked)
        assert zendesk.asked[-1]["cursor"] == ["c3"]
    assert [row[2] for row in rows(tmp_path)] == [2, 1, 1]
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (TOKEN, EMAIL):
        assert secret not in first.output + second.output
        assert secret.encode() not in written


def test_an_account_that_does_not_let_us_in_leaves_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("ZENDESK_OAUTH_TOKEN", "wr0ng")
    before = sorted(path.name for path in tmp_path.iterdir())
    with StandIn(TICKETS) as zendesk:
        words = ("zendesk", "--from-api", zendesk.address, "--since", "2026-03-01")
        error = run(*words, status=2).stderr
    assert "got status 401" in error
    assert "wr0ng" not in error
    assert sorted(path.name for path in tmp_path.iterdir()) == before
