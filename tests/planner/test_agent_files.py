"""Agents, absences, wishes and shifts worked before, read from files beside the scenario."""

import csv
import datetime as dt
import io
import json

import pytest

from planner.agents_told import agents_notes, agents_words
from planner.errors import InputError
from planner.scenario.kept import kept_document, scenario_kept
from planner.scenario.model import load_scenario
from planner.scenario.variants import nested
from staffing.people import ANY_TIME, NEVER, Agent, Wish, Worked

SCENARIO = """
horizon: {first_day: 2027-02-01, days: 14}
history: {file: contacts.csv}
queues: [{name: phone}, {name: chat, channel: chat}]
pools:
  - {name: paris, queues: [phone, chat], cost_per_hour: 58, agents: AGENTS}
"""
VARIANTS = """
variants:
  fewer: {pools: {paris: {agents: 1}}}
  ill: {pools: {paris: {agents: {absences: ill.csv}}}}
"""
AGENTS = """agent,number,queues,hours_per_week,first_day,last_day,seniority,sat,sun
Ada,7,,,,,3.5,08:00-14:00,off
Bob,8,phone,24,2027-02-03,,,,20:00-04:00
Çelik,,chat;phone,,,2027-02-10,,,
"""
ABSENCES = """agent,first_day,last_day,reason
Ada,2027-02-02,2027-02-04,illness
Bob,2027-02-09,,
Bob,2027-03-09,,later than the horizon
"""
WISHES = """agent,date,wish,weight,from,to
Ada,2027-02-06,off,,,
Ada,2027-02-08,ON,2.5,14:00,
Bob,2027-03-08,off,,,
"""
WORKED = """pool,date,agent,shift,start,end,breaks,paid_hours
paris,2027-01-31,Ada,late,2027-01-31T14:00:00+01:00,2027-01-31T22:00:00+01:00,,7.50
lyon,nonsense,Zoe,,,,,
paris,2026-12-01,Ada,late,2026-12-01T14:00:00+01:00,2026-12-01T22:00:00+01:00,,7.50
paris,2027-02-01,Bob,late,2027-02-01T14:00:00+01:00,2027-02-01T22:00:00+01:00,,7.50
"""
ALL = "{file: agents.csv, absences: absences.csv, wishes: wishes.csv, worked: roster.csv}"
FILES = {
    "agents.csv": AGENTS, "absences.csv": ABSENCES, "wishes.csv": WISHES, "roster.csv": WORKED,
}  # fmt: skip
DAY = dt.date(2027, 2, 1)


def written(folder, agents=ALL, **changed):
    for name, text in (FILES | {k.replace("_", "."): v for k, v in changed.items()}).items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(content)
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace("AGENTS", agents), encoding="utf-8")
    return path


def faults(folder, **changed):
    with pytest.raises(InputError) as caught:
        load_scenario(written(folder, **changed))
    return [str(fault).split("/")[-1] for fault in caught.value.faults]


def test_all_that_is_known_of_agents_is_read(tmp_path):
    found = load_scenario(written(tmp_path)).pools[0].agents
    ada, bob, third = found.people
    ended = dt.datetime(2027, 1, 31, 21, tzinfo=dt.UTC)
    assert ada == Agent(
        "Ada", "7", seniority=3.5, times={5: (480, 840), 6: NEVER},
        absences=((dt.date(2027, 2, 2), dt.date(2027, 2, 4)),),
        wishes=(Wish(dt.date(2027, 2, 6), on=False),
                Wish(dt.date(2027, 2, 8), on=True, weight=2.5, within=(840, ANY_TIME[1]))),
        worked=(Worked(dt.date(2027, 1, 31), ended - dt.timedelta(hours=8), ended, 7.5),),
    )  # fmt: skip
    assert bob.times == {6: (1200, 1680)}
    assert (bob.hours_per_week, bob.first_day, third.last_day) == (
        24, dt.date(2027, 2, 3), dt.date(2027, 2, 10),
    )  # fmt: skip
    assert found.skills == ((), ("phone",), ())
    assert found.names == ("Ada", "Bob", "Çelik")


def test_how_many_are_employed_follows_their_dates(tmp_path):
    agents = load_scenario(written(tmp_path)).pools[0].agents
    employed = [agents.on(DAY + dt.timedelta(days=n)) for n in (0, 1, 2, 9, 10)]
    assert employed == [2, 2, 3, 3, 2]
    assert agents.most == 3


def test_what_was_read_is_told_without_a_name_or_a_reason(tmp_path):
    scenario = load_scenario(written(tmp_path))
    told = agents_words(scenario.pools[0])
    assert told == (
        "3 by name, 1 part-time, 2 who come or leave, 2 with times of their own, 1 who serve some "
        "of its queues, 2 absences, 2 wishes, 1 shift worked before"
    )
    assert agents_notes(scenario) == (
        "paris: roster.csv: 1 shifts from 2027-02-01 on are left aside",
    )


def test_a_plan_keeps_agents_without_reasons_and_reads_them_again(tmp_path):
    scenario = load_scenario(written(tmp_path))
    text = json.dumps(kept_document(scenario))
    assert "illness" not in text
    again = scenario_kept(json.loads(text), "scenario.yaml", ())
    assert again.pools[0].agents.people == scenario.pools[0].agents.people
    assert again.pools[0].agents.skills == scenario.pools[0].agents.skills


def test_names_alone_stay_names(tmp_path):
    path = written(tmp_path, "{file: agents.csv}", agents_csv="agent\nAda\nBob\n")
    agents = load_scenario(path).pools[0].agents
    assert (agents.names, agents.people, agents.most) == (("Ada", "Bob"), (), 2)


def test_a_column_that_is_not_read_is_said(tmp_path):
    path = written(tmp_path, "{file: agents.csv}", agents_csv="agent,hours_per_weak\nAda,20\n")
    scenario = load_scenario(path)
    assert agents_notes(scenario) == (
        "paris: agents.csv: columns that are not read: hours_per_weak",
    )
    assert scenario.pools[0].agents.people == ()


def test_excel_in_french_is_read(tmp_path):
    rows = list(csv.reader(io.StringIO(AGENTS)))
    rows[2][3] = "24,5"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    french = b"\xef\xbb\xbf" + text.getvalue().encode()
    plain = load_scenario(written(tmp_path)).pools[0].agents
    found = load_scenario(written(tmp_path, agents_csv=french)).pools[0].agents
    assert found.people[1].hours_per_week == 24.5
    assert (found.people[0], found.skills) == (plain.people[0], plain.skills)


def test_a_name_that_could_be_a_formula_is_text_and_found_again_in_a_roster(tmp_path):
    guarded = WORKED.replace(",Ada,", ",'=2+3,")
    path = written(tmp_path, "{file: agents.csv, worked: roster.csv}",
                   agents_csv="agent\n=2+3\n", roster_csv=guarded)  # fmt: skip
    (agent,) = load_scenario(path).pools[0].agents.people
    assert (agent.name, len(agent.worked)) == ("=2+3", 1)


def test_a_name_is_one_however_its_accents_are_written(tmp_path):
    agents, away = "agent\n\u00c9lise\n", "agent,first_day\nE\u0301lise,2027-02-02\n"
    path = written(tmp_path, agents_csv=agents, absences_csv=away, wishes_csv="agent,date,wish\n")
    (elise,) = load_scenario(path).pools[0].agents.people
    assert elise.absences == ((dt.date(2027, 2, 2),) * 2,)
    told = faults(tmp_path, agents_csv=f"{agents}E\u0301lise\n", absences_csv=away)
    assert "agents.csv:3: agent must be named once" in told[0]


@pytest.mark.parametrize(
    ("absences", "told"),
    [
        ("agent,first_day,last_day\nAda,2027-02-02,a secret\n",
         "absences.csv:2: last_day must be a date from 1970 to 2199 such as 2027-02-14, got words"),
        ("Ada,2027-02-02,2027-02-03,a secret\n",
         "absences.csv:1: agent must be a column of the file, got a line with none of its names"),
    ],
)  # fmt: skip
def test_a_reason_in_the_wrong_place_is_not_told(tmp_path, absences, told):
    found = faults(tmp_path, absences_csv=absences)
    assert found[0] == told
    assert "secret" not in "\n".join(found)


def test_a_file_with_nobody_is_told_once(tmp_path):
    assert faults(tmp_path, agents_csv="agent\n") == [
        "agents.csv:1: agent must be followed by a row for each agent, got nothing"
    ]


def test_files_of_another_year_are_said_to_hold_nothing(tmp_path):
    path = written(
        tmp_path, absences_csv="agent,first_day,reason\nAda,2026-02-02,secret\n",
        wishes_csv="agent,date,wish\nBob,2026-02-03,off\n",
    )  # fmt: skip
    told = "\n".join(agents_notes(load_scenario(path)))
    assert "absences.csv: no absence in it lies from 2027-02-01 to 2027-02-14" in told
    assert "wishes.csv: no wish in it lies from 2027-02-01 to 2027-02-14" in told
    assert "Ada" not in told
    assert "secret" not in told


def test_every_fault_of_agents_is_told_at_its_place(tmp_path):
    wrong = (
        "agent,number,queues,hours_per_week,first_day,last_day,seniority,mon\n"
        "Ada,7,mail,0,,,x,8-9\n"
        ",7,,,,,,\n"
        "Ada,7,phone;phone,,2027-13-01,,,\n"
        "Bob,8,,,2027-02-03,2027-02-02,,20:00-20:00\n"
    )
    assert sorted(faults(tmp_path, agents="{file: agents.csv}", agents_csv=wrong)) == [
        "agents.csv:2: hours_per_week must be a number from 0.5 to 168, got '0'",
        "agents.csv:2: mon must be times such as 08:00-18:00 or 20:00-30:00, off, or nothing for "
        "any time, got '8-9'",
        "agents.csv:2: queues must be one of phone, chat, which its pool serves, got 'mail'",
        "agents.csv:2: seniority must be a number from 0 to 100000, got 'x'",
        "agents.csv:3: agent must be a name, got nothing",
        "agents.csv:4: agent must be named once, got 'Ada' again (first on line 2)",
        "agents.csv:4: first_day must be a date from 1970 to 2199 such as 2027-02-14, got "
        "'2027-13-01'",
        "agents.csv:4: number must be named once, got '7' again (first on line 2)",
        "agents.csv:4: queues must name a queue once, got 'phone'",
        "agents.csv:5: last_day must be on or after first_day (2027-02-03), got 2027-02-02",
        "agents.csv:5: mon must be times such as 08:00-18:00 or 20:00-30:00, off, or nothing for "
        "any time, got '20:00-20:00'",
    ]


def test_every_fault_of_absences_wishes_and_shifts_is_told_at_its_place(tmp_path):
    found = faults(
        tmp_path,
        absences_csv="agent,first_day,last_day\nAdda,2027-02-02,\nAda,2027-02-05,2027-02-04\n"
        "Bob,2027-02-02,2027-02-04\nBob,2027-02-04,\nBob,,\n",
        wishes_csv="agent,date,wish,weight,from,to\nAda,2027-02-06,maybe,-1,,\n"
        "Ada,2027-02-07,off,,12:00,11:00\nBob,2027-02-07,off,,,\nBob,2027-02-07,on,,08:00,12:00\n",
        roster_csv="agent,date,start,end,paid_hours\n"
        "Ada,2027-01-30,2027-01-30T08:00:00,2027-01-30T16:00:00+01:00,7\n"
        "Ada,2027-01-30,2027-01-30T08:00:00+01:00,2027-01-30T07:00:00+01:00,\n"
        "Ada,2027-01-30,2027-01-30T08:00:00+01:00,2027-01-30T16:00:00+01:00,7\n"
        "Ada,2027-01-30,2027-01-30T15:00:00+01:00,2027-01-30T18:00:00+01:00,3\n",
    )
    assert sorted(found) == sorted([
        "absences.csv:2: agent must be one of Ada, Bob, Çelik (nearest: 'Ada'), got 'Adda'",
        "absences.csv:3: last_day must be on or after first_day (2027-02-05), got 2027-02-04",
        "absences.csv:5: first_day must not overlap, got days that meet those of line 4",
        "absences.csv:6: first_day must be given, got nothing",
        "wishes.csv:2: wish must be on or off, got 'maybe'",
        "wishes.csv:2: weight must be a number from 0 to 1000, got '-1'",
        "wishes.csv:3: to must be after from; 06:00 on the next day is 30:00, got '11:00'",
        "wishes.csv:5: date must not overlap, got wishes of a day that meet those of line 4",
        "roster.csv:2: start must be a time with its offset such as 2027-02-14T09:00:00+01:00, "
        "got '2027-01-30T08:00:00'",
        "roster.csv:3: paid_hours must be given, got nothing",
        "roster.csv:5: start must not overlap, got shifts of an agent that meet those of line 4",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("agent,agent\nAda,Bob\n", "absences.csv:1: agent must be one column, got it twice"),
        ("agent,first day\nAda,1\n", "absences.csv:1: first_day must be a column of the file, got "
         "agent, first day (nearest: 'first day')"),
        ("agent,first_day\nAda,2027-02-02,x\n", "absences.csv:2:  must have 2 cells, as many as "),
        (b"agent,first_day\nAd\xe9,2027-02-02\n", "absences.csv:2: must be a CSV file in UTF-8, "),
        ('agent,first_day\n"' + "x" * 200_000 + '",2027-02-02\n', "absences.csv:2: must be CSV, "),
        (b"x" * 20_000_001, "absences.csv: must have at most 20,000,000 bytes, got more"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_told(tmp_path, content, said):
    found = faults(tmp_path, absences_csv=content)
    assert any(said.replace(":  must", ": must") in fault for fault in found), found


def test_of_a_thousand_faults_alike_twenty_are_told(tmp_path):
    rows = "".join(f"Nobody,2027-02-{1 + n % 20:02d},\n" for n in range(1000))
    found = faults(tmp_path, absences_csv=f"agent,first_day,last_day\n{rows}")
    assert len(found) == 21
    assert "got 980 more like it" in found[0]


def test_a_key_of_agents_that_is_not_known_is_told(tmp_path):
    (told,) = faults(tmp_path, agents="{file: agents.csv, absense: absences.csv}")
    assert told == (
        "scenario.yaml:6: pools.0.agents.absense must be one of file, absences, wishes, worked "
        "(nearest: 'absences'), got 'absense'"
    )


def test_a_missing_file_is_told_on_both_sides(tmp_path):
    path = written(tmp_path)
    (tmp_path / "wishes.csv").unlink()
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert [fault.field for fault in caught.value.faults] == ["pools.0.agents.wishes", ""]


def test_a_variant_counts_agents_or_exchanges_a_file(tmp_path):
    path = written(tmp_path, ill_csv="agent,first_day\nÇelik,2027-02-05\n")
    path.write_text(path.read_text(encoding="utf-8") + VARIANTS, encoding="utf-8")
    fewer = load_scenario(path, ["fewer"]).pools[0].agents
    assert (fewer.most, fewer.people) == (1, ())
    ill = load_scenario(path, ["ill"]).pools[0].agents.people
    assert [len(one.absences) for one in ill] == [0, 0, 1]
    assert len(ill[0].wishes) == 2
    seventy = load_scenario(path, (), [nested("pools.paris.agents", 70)]).pools[0].agents
    assert seventy.most == 70


def test_agents_of_two_files_are_in_one_pool_only(tmp_path):
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8")
    text += "  - {name: lyon, queues: [phone], cost_per_hour: 1, agents: [Ada]}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="in one pool only, got 'Ada', who is in pool 'paris'"):
        load_scenario(path)
