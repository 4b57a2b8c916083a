"""Work that waits when the horizon begins: asked, checked, planned and told."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from planner.check import describe
from planner.errors import InputError
from planner.examples import write_example
from planner.export.digest import digest
from planner.export.explain import explain
from planner.export.findings import headlines
from planner.export.summary import summary
from planner.export.tables import csv_bytes, plan_tables
from planner.export.waiting import reach_sentence, start_sentence, waiting, waiting_table
from planner.export.wording import THIN
from planner.export.words import plan_words
from planner.inputs import staffing_queues, waiting_words
from planner.scenario.document import parse_yaml
from planner.scenario.model import json_schema, load_scenario, scenario_of
from planner.service import make_plan
from planner.sources.table import load_history

TEXT = """\
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London}}
queues:
  - {name: mail, market: FR, channel: email, BACKLOG}
  - {name: phone, market: GB}
"""


def read(backlog, more=""):
    text = TEXT.replace("BACKLOG", backlog) + more
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def faults_of(backlog, text=TEXT):
    with pytest.raises(InputError) as caught:
        scenario_of(parse_yaml(text.replace("BACKLOG", backlog), "scenario.yaml"))
    return [str(fault).removeprefix("scenario.yaml:") for fault in caught.value.faults]


def test_a_number_is_as_old_as_promised():
    mail = staffing_queues(read("backlog: 120, target: {reply_within_hours: 7}"))[0].backlog
    assert (mail.contacts, mail.oldest_hours, mail.counted_s) == (120, 7, 0)


def test_its_age_may_be_stated():
    mail = staffing_queues(read("backlog: {contacts: 120, oldest_hours: 30}"))[0].backlog
    assert (mail.contacts, mail.oldest_hours) == (120, 30)


def test_none_is_none():
    for queue in ("aht_s: 60", "backlog: 0", "backlog: {contacts: 0, oldest_hours: 9}"):
        assert staffing_queues(read(queue))[0].backlog.contacts == 0


def test_it_is_counted_when_the_market_s_day_begins():
    text = TEXT.replace("FR, channel: email, BACKLOG", "GB, channel: email, backlog: 5")
    text = text.replace("phone, market: GB", "phone, market: FR")
    mail = staffing_queues(scenario_of(parse_yaml(text, "scenario.yaml")))[0].backlog
    assert mail.counted_s == 3600


def test_callbacks_may_wait_on_the_telephone():
    text = TEXT.replace("phone, market: GB", "phone, market: GB, backlog: 9, "
                        "target: {reply_within_hours: 4}").replace(", BACKLOG", "")  # fmt: skip
    assert staffing_queues(scenario_of(parse_yaml(text, "s.yaml")))[1].backlog.contacts == 9


def test_a_variant_changes_it():
    more = "variants: {many: {queues: {mail: {backlog: 300}}}}\n"
    document = parse_yaml(TEXT.replace("BACKLOG", "backlog: 120") + more, "scenario.yaml")
    assert staffing_queues(scenario_of(document, ["many"]))[0].backlog.contacts == 300


@pytest.mark.parametrize(
    ("backlog", "fault"),
    [
        ("backlog: -1", "5: queues.0.backlog must be a number from 0 to 1000000, or "
         "{contacts: 120, oldest_hours: 30}, got -1"),
        ("backlog: true", "5: queues.0.backlog must be a number from 0 to 1000000, or "
         "{contacts: 120, oldest_hours: 30}, got true"),
        ("backlog: .inf", "5: queues.0.backlog must be a number from 0 to 1000000, or "
         "{contacts: 120, oldest_hours: 30}, got inf"),
        ("backlog: {contacts: -3}",
         "5: queues.0.backlog.contacts must be a number from 0 to 1000000, got -3"),
        ("backlog: {contacts: 3, oldest_hours: -1}",
         "5: queues.0.backlog.oldest_hours must be a number of hours from 0 to 10000, got -1"),
        ("backlog: {contacts: 3, oldest_hours: .nan}",
         "5: queues.0.backlog.oldest_hours must be a number of hours from 0 to 10000, got nan"),
        ("backlog: {oldest_hours: 3}", "5: queues.0.backlog.contacts must be given, got nothing"),
        ("backlog: {contacts: 3, oldest: 3}", "5: queues.0.backlog.oldest must be a known key "
         "(nearest: 'oldest_hours'), got 'oldest'"),
    ],
)  # fmt: skip
def test_a_fault_says_what_is_allowed(backlog, fault):
    assert faults_of(backlog) == [fault]


@pytest.mark.parametrize("channel", ["phone", "chat", "messaging"])
def test_a_queue_answered_at_once_has_none(channel):
    target = "target: {service_level: 0.8, answer_within_s: 20}"
    text = TEXT.replace("channel: email", f"channel: {channel}")
    assert faults_of(f"backlog: 12, {target}", text) == [
        "5: queues.0.backlog must be left out, as this queue is answered at once; work that may "
        "wait has a target with reply_within_hours, got 12"
    ]


def test_the_schema_knows_it():
    asked = json_schema()["$defs"]["Queue"]["properties"]["backlog"]
    kinds = [kind.get("type", kind.get("$ref")) for kind in asked["anyOf"]]
    assert kinds == ["number", "#/$defs/Backlog", "null"]


def test_the_check_tells_what_waits_and_what_is_late():
    assert waiting_words(read("backlog: {contacts: 120, oldest_hours: 30}")) == (
        "mail: 120 contacts at the start, the oldest 30 h old, 24 of them late already",
    )
    assert waiting_words(read("backlog: 1200")) == (
        "mail: 1,200 contacts at the start, the oldest 24 h old, none of them late yet",
    )
    calls = "  - {name: calls, market: FR, patience_s: history}\n"
    assert len(waiting_words(read("backlog: 1200", calls))) == 1
    assert waiting_words(read("aht_s: 60")) == waiting_words(read("backlog: 0")) == ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a week of the flash sales, 1,200 e-mails waiting of which some are late."""
    place = tmp_path_factory.mktemp("flash") / "sales"
    write_example("flash-sales", place)
    path = place / "scenario.yaml"
    text = path.read_text(encoding="utf-8").replace("days: 14", "days: 7")
    level1 = "    segment: level 1\n    target: {reply"
    assert text.count(level1) == 1
    some = "    backlog: {contacts: 1200, oldest_hours: 60}\n"
    for name, backlog in {"none": "", "zero": "    backlog: 0\n", "some": some}.items():
        (place / f"{name}.yaml").write_text(text.replace(level1, f"{backlog}{level1}"), "utf-8")
    return place


@pytest.fixture(scope="module")
def plans(folder):
    """Return the plans without, with none and with some waiting."""
    return {name: planned(folder / f"{name}.yaml") for name in ("none", "zero", "some")}


def planned(path):
    scenario = load_scenario(path)
    return make_plan(scenario, load_history(scenario))


def test_a_backlog_of_zero_changes_no_byte(plans):
    none, zero = ({n: csv_bytes(t) for n, t in plan_tables(plans[k]).items()}
                  for k in ("none", "zero"))  # fmt: skip
    assert none == zero
    apart = {"seconds": 0, "written_at": 0}
    assert summary(plans["none"]) | apart == summary(plans["zero"]) | apart
    assert headlines(plans["none"], digest(plans["none"])) == headlines(
        plans["zero"], digest(plans["zero"])
    )


def test_offered_and_waiting_is_answered_and_waiting(plans):
    for plan in plans.values():
        seen = plan.projection
        before = seen.contacts.sum(axis=1) + seen.starting.contacts
        after = seen.answered.sum(axis=1) + seen.abandoned.sum(axis=1) + seen.backlog[:, -1]
        assert before == pytest.approx(after)
        costs = sum(cost.contacts for cost in plan.costs)
        phone = (seen.contacts * (1 - seen.abandonment))[1].sum()
        assert costs == pytest.approx(phone + seen.answered[[0, 2]].sum())


def test_monday_works_off_what_waits(plans):
    some, none = plans["some"].projection, plans["none"].projection
    assert some.backlog[0, 0] == pytest.approx(1200)
    assert some.backlog[0, 0] - none.backlog[0, 0] == pytest.approx(1200)
    assert some.starting.in_time[0] > 0.98 * (1200 - some.starting.out_of_reach[0])
    # Twelve open hours before Monday 8:00, shut on Sunday, are over for all that came by Friday
    # evening: eight hours of the sixty, late since Saturday, and the night after, due at 8:00.
    assert some.starting.late[0] == pytest.approx(160, abs=2)
    assert some.starting.out_of_reach[0] == pytest.approx(400, abs=2)
    assert plans["some"].allocation.understaffing[0].sum() / 4 < 1.0


def test_the_table_has_the_age_of_the_oldest(plans):
    table = pd.read_csv(io.BytesIO(csv_bytes(plan_tables(plans["some"])["projection.csv"])))
    by_queue = table.groupby("queue")["oldest_hours"]
    assert by_queue.count()["phone"] == 0
    email = table[table["queue"] == "email"]
    assert email["oldest_hours"].iloc[0] == pytest.approx(60.25)
    assert (email["oldest_hours"] >= 0).all()


def test_words_and_report_tell_what_waited(plans):
    plan, sums = plans["some"], digest(plans["some"])
    told = waiting(plan, sums)
    assert [one.queue for one in told] == ["email", "level2"]
    email = told[0]
    assert email.most >= 1200
    assert email.gone_at is not None
    assert email.oldest_hours == pytest.approx(68, abs=0.3)
    said = start_sentence(told).replace(THIN, ",")
    assert said.startswith("1,200 contacts wait at the start, 160 of them late already and 240 due "
                           "before anybody can be there: ")  # fmt: skip
    text = plan_words(plan, plan.scenario.folder, 9)
    assert said in text
    assert "Work that waits, at most" in text
    assert start_sentence(told) in headlines(plan, sums)
    table = waiting_table(told)
    assert table is not None
    assert table.rows[0][:3] == ("email", f"1{THIN}200", "160")
    assert all(len(row) == len(table.header) for row in table.rows)
    nothing = waiting(plans["none"], digest(plans["none"]))
    assert start_sentence(nothing) == ""
    short = waiting_table(nothing)
    assert short is not None
    assert [name for name in table.header if name not in short.header] == [
        "at the start", "of these late already", "of these in time"
    ]  # fmt: skip
    assert [short.header[c] for c in sorted(short.texts)] == ["queue", "when", "all answered by",
                                                              "on"]  # fmt: skip
    document = json.loads(json.dumps(summary(plan)))["waiting"]
    assert document["email"]["at_start"] == 1200
    assert document["email"]["at_start_in_time"] == pytest.approx(email.start_in_time, abs=0.1)


def test_what_comes_when_nobody_can_be_there_is_told_apart(folder):
    path = folder / "night.yaml"
    text = (folder / "none.yaml").read_text("utf-8")
    promise = "{reply_within_hours: 12, share: 0.90, clock: open}"
    assert promise in text
    text = text.replace(promise, "{reply_within_hours: 2}")
    path.write_text(text.replace('latest_end: "20:00"', 'latest_end: "17:00"'), "utf-8")
    plan = planned(path)
    (email, _) = waiting(plan, digest(plan))
    hour = np.asarray(plan.times.tz_convert("Europe/Paris").hour)
    lost = plan.projection.out_of_reach[0]
    # People may be there from 8:00 to 17:00: what comes from 17:00 to 6:00 is late.
    assert (lost == ((hour >= 17) | (hour < 6))).all()
    come = plan.projection.contacts[0] > 0.01
    assert come[lost == 1].any()
    assert not plan.projection.service_level[0][come & (lost == 1)].any()
    assert plan.allocation.understaffing[0][(hour < 8) | (hour >= 19)].sum() == 0
    if email.share_out_of_reach > 0:
        assert "of email cannot be answered in time" in reach_sentence((email,))


def test_an_interval_tells_what_is_left_of_it(plans):
    plan = plans["some"]

    def told(queue, day, hour):
        at = f"2027-03-{day:02d}T{hour:02d}:15Z"
        return explain(plan, queue, at).text().replace(THIN, ",")

    left = 1200 - plan.projection.answered[0, : 8 * 4 + 2].sum()
    assert 500 < left < 1150
    assert (
        f"{left:,.1f} of them are left of the 1,200 that waited when the plan began, of which "
        "160 were late by then"
    ) in told("email", 1, 7)
    assert "that waited" not in told("email", 2, 11)
    assert "that waited" not in told("phone", 1, 7)
    assert ", the oldest for " in told("level2", 1, 7)


def test_the_check_of_a_file_says_it(folder):
    check = describe(folder / "some.yaml", ())
    line = "email: 1,200 contacts at the start, the oldest 60 h old, 160 of them late already"
    assert check.as_dict()["waiting"] == (line,)
    assert f"  waiting   {line}" in check.text()
    assert describe(folder / "none.yaml", ()).waiting == ()
