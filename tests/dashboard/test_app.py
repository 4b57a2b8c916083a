"""The page's parts, and its answers to requests, without a browser."""

import json

import pytest
from dashboard.reading import Choice, Latest, choice_in

from dashboard import ids
from dashboard.app import GRAPH, facts, make_app, page, shown
from planner.export.wording import THIN
from planner.plan_files import read_plan
from tests.dashboard.plan_folder import NASTY, PEAK


@pytest.fixture
def plan(folder):
    return read_plan(folder)


@pytest.fixture
def client(folder):
    return make_app(Latest(folder)).server.test_client()


def parts(component, kind):
    """Return all components of a kind below one."""
    below = [component, *component._traverse()]
    return [part for part in below if type(part).__name__ == kind]


def asked(client, trigger, search="", market=None, queue=None, day=None):
    """Return what the page gets when one of its inputs changes."""
    values = {ids.ADDRESS: search, ids.MARKET: market, ids.QUEUE: queue, ids.DAY: day}
    inputs = [
        {"id": key, "property": "search" if key == ids.ADDRESS else "value", "value": value}
        for key, value in values.items()
    ]
    wanted = [
        (ids.ADDRESS, "search"),
        (ids.MARKET, "value"),
        (ids.QUEUE, "options"),
        (ids.QUEUE, "value"),
        (ids.DAY, "value"),
        (ids.VIEW, "children"),
    ]
    changed = next(f"{i['id']}.{i['property']}" for i in inputs if i["id"] == trigger)
    body = {
        "output": "..{}..".format("...".join(f"{key}.{prop}" for key, prop in wanted)),
        "outputs": [{"id": key, "property": prop} for key, prop in wanted],
        "inputs": inputs,
        "changedPropIds": [changed],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    return answer.get_json()["response"]


def test_headline_numbers(plan):
    told = {name: (value.replace(THIN, " "), remark.replace(THIN, " "))
            for name, value, remark in facts(plan)}  # fmt: skip
    assert told == {
        "Contacts expected": ("1 200", "in 3 days"),
        "Busiest day": ("Mon 1 Nov", "700 contacts"),
        "Answered in time": ("75.0 %", "83 % promised"),
        "Hours missing": ("12", "of positions needed"),
        "Cost": ("EUR 7 100", "EUR 5.92 a contact offered"),
        "Vendors take": ("25 %", "of the contacts"),
    }


def test_unknown_headline_numbers_are_dashes(folder):
    path = folder / "summary.json"
    nothing = {"cost": None, "contacts": 0, "peak_day": None}
    known = json.loads(path.read_text())
    services = {name: told | {"promised": None} for name, told in known["service"].items()}
    path.write_text(json.dumps(known | nothing | {"service": services}))
    told = {name: value for name, value, _ in facts(read_plan(folder))}
    assert told["Cost"] == f"EUR{THIN}–"
    assert told["Answered in time"] == "–"


def test_every_picture_has_its_table_and_sends_nothing(plan):
    _, _, _, _, view = shown(plan, choice_in(plan, ""))
    assert len(view) == 3
    for figure in view:
        (graph,) = parts(figure, "Graph")
        (details,) = parts(figure, "Details")
        assert graph.config == GRAPH
        assert graph.config["showSendToCloud"] is False
        assert graph.config["displaylogo"] is False
        assert len(parts(details, "Tr")) == 11


def test_a_day_that_its_planner_overrides_says_so(folder):
    path = folder / "summary.json"
    told = {NASTY: {"days": [PEAK.isoformat()], "notes": ["TV spot"]}}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"overrides": told}))
    plan = read_plan(folder)
    words, *pictures = shown(plan, Choice("FR", NASTY, PEAK))[4]
    assert "overridden by the planner (TV spot)" in words.children
    assert len(pictures) == 3
    assert len(shown(plan, Choice("FR", NASTY, plan.days[0]))[4]) == 3


def test_one_market_needs_no_picker(folder, plan):
    def picker(of):
        return [div for div in parts(page(of), "Div") if getattr(div, "hidden", None) is True]

    assert picker(plan) == []
    path = folder / "summary.json"
    path.write_text(path.read_text().replace('"GB"', '"FR"'))
    assert len(picker(read_plan(folder))) == 1


def test_the_address_gives_the_choice_and_stays(client):
    got = asked(client, ids.ADDRESS, search="?queue=%3Dgb-phone&day=2027-10-30")
    assert ids.ADDRESS not in got
    assert got[ids.MARKET]["value"] == "GB"
    assert got[ids.QUEUE]["value"] == "=gb-phone"
    assert got[ids.QUEUE]["options"] == [{"label": "=gb-phone (phone)", "value": "=gb-phone"}]
    assert got[ids.DAY]["value"] == "2027-10-30"


def test_a_choice_by_hand_goes_into_the_address(client):
    got = asked(client, ids.DAY, market="FR", queue="fr-email", day="2027-10-31")
    assert got[ids.ADDRESS]["search"] == "?queue=fr-email&day=2027-10-31"
    got = asked(client, ids.MARKET, market="GB", queue="fr-email", day="2027-10-31")
    assert got[ids.ADDRESS]["search"] == "?queue=%3Dgb-phone&day=2027-10-31"


def test_a_nasty_name_stays_text(plan):
    choice = Choice("FR", NASTY, PEAK)
    assert choice.address.startswith("?queue=%3Cscript%3E")
    _, options, queue, _, _ = shown(plan, choice)
    assert queue == NASTY
    assert options[0]["label"] == f"{NASTY} (phone)"
    assert parts(page(plan), "H1")[0].children == "Florist <b>test</b>"


def test_the_document_holds_no_markup_of_a_plan(client):
    document = client.get("/").get_data(as_text=True)
    assert "<title>Florist &lt;b&gt;test&lt;/b&gt;</title>" in document
    assert "://" not in document


def test_the_page_may_load_from_here_alone(client):
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_own_names_are_let_in(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["planner.example", "127.0.0.1.planner.example:8050"])
def test_another_sites_name_bent_to_this_address_is_not(client, host):
    assert client.get("/_dash-layout", headers={"Host": host}).status_code == 403
