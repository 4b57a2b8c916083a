"""What `planner estimate` finds in histories of which the truth is known, and says of others."""

import heapq
import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from planner.cli import cli
from planner.errors import InputError
from planner.estimate import estimate
from planner.found_patience import history_patience, patience_notes
from planner.scenario.model import load_scenario
from planner.service import ask
from planner.sources.table import load_history

SCENARIO = """
name: Small centre
horizon: {first_day: 2027-02-01, days: 2}
history: {file: contacts.csv}
queues:
  - {name: phone, open: "08:00-18:00", PATIENCE target: {service_level: 0.8, answer_within_s: 20}}
  - {name: mail, channel: email, aht_s: 400}
pools: [{name: us, queues: [phone, mail], agents: 30, cost_per_hour: 20, shifts: {paid_hours: [4]}}]
"""
DAYS, AGENTS, ABLE, AHT_S, PATIENCE_S = 20, 15, 12, 300.0, 240.0


def simulated():
    """Return contacts of twenty days: fifteen agents, of whom three at a time are not able."""
    rng, rows = np.random.default_rng(3), []
    for day in range(DAYS):
        opens = pd.Timestamp("2027-01-04T08:00") + pd.Timedelta(days=day)
        free = [(0.0, agent) for agent in range(ABLE)]
        for now in np.sort(rng.uniform(0, 36_000, rng.poisson(1400))):
            idle, agent = free[0]
            wait, patience = max(idle - now, 0.0), rng.exponential(PATIENCE_S)
            gone = patience < wait
            took = rng.exponential(AHT_S) + 1.0
            if not gone:  # three more names take turns, so that all fifteen are on duty
                name = int(rng.integers(0, AGENTS))
                heapq.heapreplace(free, (now + wait + took, agent))
            rows.append(
                {
                    "start": opens + pd.Timedelta(seconds=round(now)),
                    "queue": "phone",
                    "aht_s": None if gone else round(took, 1),
                    "wait_s": round(min(wait, patience), 2),
                    "abandoned": int(gone),
                    "agent": "" if gone else f"Ana {name}",
                    "customer": f"+33 6 {rng.integers(0, 4000):08}",
                }
            )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def contacts():
    return simulated()


def intervals(contacts, **more):
    """Return the same as a report by quarter hour."""
    start = contacts["start"].dt.floor("15min")
    met = (contacts["abandoned"] == 0) & (contacts["wait_s"] <= 20)
    table = contacts.assign(start=start, met=met).groupby("start").agg(
        contacts=("queue", "size"),
        aht_s=("aht_s", "mean"),
        answered=("abandoned", lambda gone: (1 - gone).sum()),
        abandoned=("abandoned", "sum"),
        answered_within=("met", "sum"),
        wait_s=("wait_s", "mean"),
    )  # fmt: skip
    return table.assign(queue="phone", **more).reset_index()


@pytest.fixture
def centre(tmp_path):
    def centre(table, patience=""):
        path = tmp_path / "contacts.csv"
        path.write_text(table if isinstance(table, str) else table.to_csv(index=False))
        text = SCENARIO.replace("PATIENCE", patience and f"patience_s: {patience},")
        (tmp_path / "scenario.yaml").write_text(text)
        return tmp_path / "scenario.yaml"

    return centre


def read(path):
    scenario = load_scenario(path)
    return scenario, load_history(scenario)


def found(path):
    return estimate(*read(path))[0]


def run(path, *options):
    return CliRunner().invoke(cli, ["estimate", str(path), *options], catch_exceptions=False)


# ---------------------------------------------------------------- what is found


def test_contact_by_contact_patience_handling_and_availability_are_found(centre, contacts):
    got = found(centre(contacts))
    assert got.patience.how == "contacts"
    error = got.patience.told.standard_error_s
    assert abs(got.patience.mean_s - PATIENCE_S) < 3 * error
    answered = int((contacts["abandoned"] == 0).sum())
    assert got.handling.contacts == answered
    assert abs(got.handling.mean_s - AHT_S - 1) < 3 * AHT_S / math.sqrt(answered)
    assert got.handling.variation == pytest.approx(1.0, abs=0.05)  # exponential
    # on duty as seen from contacts, which begin and end a little inside the day
    assert abs(got.availability.value - ABLE / AGENTS) < 3 * got.availability.standard_error + 0.03
    labels = [check.label for check in got.checks]
    assert labels[0] == "happened"
    assert got.checks[0].abandonment == pytest.approx(contacts["abandoned"].mean())
    assert got.checks[1].abandonment == pytest.approx(got.checks[0].abandonment, abs=0.003)
    assert got.checks[2].abandonment < 0.5 * got.checks[0].abandonment


def test_by_interval_the_same_is_found(centre, contacts):
    single, table = found(centre(contacts)), intervals(contacts, agents=AGENTS)
    got = found(centre(table))
    assert got.patience.how == "intervals"
    assert got.patience.mean_s == pytest.approx(single.patience.mean_s, rel=0.01)
    assert got.handling.mean_s == pytest.approx(single.handling.mean_s, rel=0.01)
    assert abs(got.availability.value - ABLE / AGENTS) < 3 * got.availability.standard_error + 0.02
    assert got.checks[0].service_level == pytest.approx(single.checks[0].service_level)


def test_without_waits_patience_is_what_erlang_a_needs(centre, contacts):
    table = intervals(contacts, agents=ABLE).drop(columns=["wait_s", "answered"])
    got = found(centre(table))
    assert got.patience.how == "hang-ups"
    assert 1 / 1.5 < got.patience.mean_s / PATIENCE_S < 1.5  # rough, and said to be
    assert got.availability is None
    assert any("no waits (wait_s)" in note for note in got.notes)


def test_hang_ups_that_are_not_told_follow_from_the_answered(centre, contacts):
    table = intervals(contacts, agents=AGENTS)
    whole, part = (found(centre(one)) for one in (table, table.drop(columns="abandoned")))
    assert part.patience == whole.patience
    assert part.of_known_outcome == len(contacts)


def test_nobody_hung_up(centre):
    rows = "".join(f"2027-01-04T{h:02}:{m:02},phone,5,200,0,30\n" for h in range(8, 18)
                   for m in range(0, 60, 15))  # fmt: skip
    path = centre("start,queue,contacts,aht_s,abandoned,wait_s\n" + rows, "history")
    got = found(path)
    assert got.patience.mean_s is None
    assert got.patience.low_s == pytest.approx(40 * 5 * 30 / 2.9957, rel=1e-3)
    output = run(path).output
    assert "unknown   2,003 s or more (95 %); 0 hung up" in output
    assert "patience_s:" not in output
    assert history_patience(*read(path)) == {"phone": math.inf}


def test_rows_on_and_after_the_first_day_are_no_history(centre, contacts):
    later = contacts.assign(start=contacts["start"] + pd.Timedelta(days=200))
    both = pd.concat([contacts, later.assign(abandoned=1, agent="")])
    assert found(centre(both)).patience == found(centre(contacts)).patience


def test_an_agent_of_two_queues_counts_in_each_in_part(centre, contacts):
    split = contacts.assign(queue=np.where(contacts.index % 2 == 0, "phone", "mail"))
    got = found(centre(split))
    assert any("15 of them serve other queues too and count in part" in n for n in got.notes)


# ---------------------------------------------------------------- what it says


def test_a_planner_can_read_it_and_paste_it(centre, contacts):
    path = centre(contacts)
    result = run(path)
    got = found(path)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "Small centre: what contacts.csv tells of its queues"
    assert f"    patience_s: {got.patience.mean_s:.0f}" in lines
    assert f"    aht_s: {got.handling.mean_s:.0f}" in lines
    for word in ("happened", "Erlang A, these numbers", "Erlang C, all on duty", "availability"):
        assert word in result.output
    assert "mail: no rows before the horizon" in lines
    assert max(map(len, lines)) <= 100
    assert "+33" not in result.output
    assert "Ana" not in result.output


def test_json_holds_the_same_and_no_infinity(centre, contacts):
    document = json.loads(run(centre(contacts), "--json").output, parse_constant=pytest.fail)
    phone, mail = document["queues"]
    assert phone["patience"]["how"] == "contacts"
    assert phone["patience"]["told"]["bands"][-1]["to_s"] is None
    assert mail["handling"] is None


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["contacts"], ["no patience: it takes abandoned, and wait_s or agents",
                        "no handling time: aht_s is nowhere given"]),
        (["contacts", "abandoned"], ["no patience: beside abandoned it takes wait_s, or agents"]),
        (["contacts", "abandoned", "wait_s"], ["no availability: it takes the column agents"]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_with_what_it_would_take(centre, contacts, columns, words):
    got = found(centre(intervals(contacts)[["start", "queue", *columns]]))
    for word in [*words, "redials are not known: they take a row per contact, with a customer"]:
        assert any(word in note for note in got.notes), got.notes


# ---------------------------------------------------------------- patience_s: history


def test_a_plan_takes_its_patience_from_the_history(centre, contacts):
    scenario, table = read(centre(intervals(contacts), "history"))
    asked = ask(scenario, table)
    told = estimate(scenario, table)[0].patience
    assert told is not None
    assert asked.queues[0].patience_s == told.mean_s
    check = CliRunner().invoke(cli, ["check", str(scenario.file)])
    assert (check.exit_code, check.exception) == (0, None), check.output
    stated = ask(*read(centre(intervals(contacts), f"{asked.queues[0].patience_s!r}")))
    assert asked.requirement.positions.tolist() == stated.requirement.positions.tolist()


def test_a_scenario_whose_history_tells_patience_is_checked(centre, contacts):
    result = CliRunner().invoke(cli, ["check", str(centre(intervals(contacts), "history"))])
    assert result.exit_code == 0
    assert result.output.startswith("Nothing wrong. Small centre:")


def test_a_history_that_tells_no_patience_is_a_fault_of_the_scenario(centre, contacts):
    path = centre(intervals(contacts)[["start", "queue", "contacts", "aht_s"]], "history")
    result = CliRunner().invoke(cli, ["check", str(path)])
    assert result.exit_code == 2
    assert result.output.endswith(
        "scenario.yaml:6: queues.0.patience_s must be a number, as the history does not tell it "
        "for 'phone' (it takes abandoned, and wait_s or agents), got 'history'\n"
    )


def test_any_other_word_is_a_fault(centre, contacts):
    with pytest.raises(InputError) as caught:
        load_scenario(centre(contacts, "forecast"))
    assert "queues.0.patience_s must be a number > 0, or history, got 'forecast'" in str(
        caught.value
    )


# ---------------------------------------------------------------- the history's columns


@pytest.mark.parametrize(
    ("head", "row", "fault"),
    [
        ("contacts,answered,abandoned", "5,4,2",
         "abandoned must be at most contacts - answered, each contact counted in the interval in "
         "which it came, got 2 (most: 1)"),
        ("contacts,answered", "5,6", "answered must be at most contacts, each contact counted in "
         "the interval in which it came, got 6 (most: 5)"),
        ("contacts,abandoned,answered_within", "5,2,4",
         "answered_within must be at most the contacts answered, got 4 (most: 3)"),
        ("contacts,answered,answered_within", "5,2,3",
         "answered_within must be at most the contacts answered, got 3 (most: 2)"),
        ("contacts,agents", "5,-1", "agents must be a number >= 0, got '-1'"),
        ("contacts,abandoned", "5,x", "abandoned must be a number >= 0, got 'x'"),
    ],
)  # fmt: skip
def test_counts_that_contradict_are_told_with_their_row(centre, head, row, fault):
    path = centre(f"start,queue,{head}\n2027-01-04T10:00,phone,{row}\n")
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).endswith(f"contacts.csv:2: {fault}")


def test_marks_that_contradict_are_told_with_their_row_and_no_name(centre):
    path = centre(
        "start,queue,answered,abandoned,customer\n2027-01-04T10:00:01,phone,1,1,+33 6 1234\n"
        "2027-01-04T10:00:02,phone,2,0,+33 6 1234\n"
    )
    with pytest.raises(InputError) as caught:
        read(path)
    text = str(caught.value)
    assert "contacts.csv:2: abandoned must be 0 where answered is 1, got 1 (most: 0)" in text
    assert "contacts.csv:3: answered must be 0 or 1" in text
    assert "+33" not in text


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_customers_and_agents_are_codes_from_the_moment_they_are_read(centre, contacts, kind):
    path = centre(contacts)
    if kind == "parquet":
        contacts.assign(agent=contacts["agent"].astype("category")).to_parquet(
            path.parent / "contacts.csv"
        )
    table = read(path)[1]
    assert table.contacts.customer.dtype == np.int64
    assert len(set(table.contacts.customer.tolist())) == contacts["customer"].nunique()
    assert (table.contacts.agent == -1).sum() == contacts["abandoned"].sum()
    assert "+33" not in repr(table)
    assert "agent" not in table.frame.columns


def test_agents_on_duty_are_a_mean_and_not_a_sum(centre):
    rows = "".join(f"2027-01-04T10:{m:02},phone,3,{10 + m}\n" for m in (0, 5, 10))
    table = read(centre("start,queue,contacts,agents\n" + rows))[1]
    assert table.rows_of("phone")["agents"].tolist() == [15]


def test_agents_of_a_whole_day_are_not_those_of_its_intervals(centre):
    days = "".join(f"2027-01-{day:02},phone,90,8\n" for day in range(4, 31))
    table = read(centre("start,queue,contacts,agents\n" + days))[1]
    assert table.rows_of("phone")["agents"].isna().all()


def test_a_report_with_a_customer_column_is_read_as_before(centre):
    text = "start,queue,contacts,agent,customer\n2027-01-04T10:00,phone,3,Ana,retail\n"
    table = read(centre(text))[1]
    assert table.contacts is None
    assert table.rows_of("phone")["contacts"].tolist() == [3]


def test_a_plan_says_whose_patience_the_history_told(centre, contacts):
    scenario, table = read(centre(intervals(contacts), "history"))
    queues = ask(scenario, table).queues
    assert patience_notes(scenario, queues) == (
        f"phone: customers' patience of {queues[0].patience_s:.0f} s is from the history",
    )
    endless = [replace(queue, patience_s=math.inf) for queue in queues]
    assert "nobody does in the plan (Erlang C)" in patience_notes(scenario, endless)[0]
