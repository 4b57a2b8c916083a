"""The shell and its pages, without a browser."""

import pytest

from dashboard.app import make_app, selected
from dashboard.pages import PAGES
from dashboard.pages.overview import OVERVIEW
from dashboard.parts import GRAPH
from dashboard.shelf import Shelf
from planner.errors import InputError
from planner.export.figures_service import service_chart


@pytest.fixture(scope="module")
def seen(plan_folder):
    return Shelf(None, plan_folder).get(0)


@pytest.fixture(scope="module")
def client(plan_folder):
    return make_app(Shelf(None, plan_folder)).server.test_client()


def parts(component, kind):
    """Return all components of a kind below one."""
    below = [component, *component._traverse()]
    return [part for part in below if type(part).__name__ == kind]


def shown(page, seen, **values):
    told, _ = selected(page, seen, values)
    return page.show(seen, told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_picture_has_its_table_and_sends_nothing(page, seen):
    for part in shown(page, seen):
        for graph in parts(part, "Graph"):
            assert graph.config == GRAPH
            assert graph.config["showSendToCloud"] is False
        for figure in parts(part, "Figure"):
            assert len(parts(figure, "Table")) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_selection_that_is_none_becomes_the_first(page, seen):
    nonsense = {control.key: "<script>" for control in page.controls}
    assert selected(page, seen, nonsense)[0] == selected(page, seen, {})[0]


def test_channels_are_those_of_the_market(seen):
    assert [key for key, _ in OVERVIEW.options(seen, {"market": "GB"})["channel"]] == [
        "all", "phone"
    ]  # fmt: skip


def test_the_service_shown_is_that_of_the_selection(seen):
    chart = service_chart(seen.plan, seen.sums, seen.sums.queues(market="GB"), "service", "")
    (graph,) = [
        graph for part in shown(OVERVIEW, seen, market="GB") for graph in parts(part, "Graph")
    ]
    assert graph.figure["data"][0]["z"] == chart.figure["data"][0]["z"]


def test_the_document_holds_no_markup_of_a_plan(client):
    document = client.get("/").get_data(as_text=True)
    assert "<title>Planner</title>" in document
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


def test_plans_of_a_store_are_found_by_number(kept):
    store, number = kept
    shelf = Shelf(store)
    assert shelf.plans() == [(number, f"{number}: Valentine's week")]
    assert shelf.get(number) is shelf.get(number)
    with pytest.raises(InputError, match="must have the plan that was asked for"):
        shelf.get(number + 1)


def test_a_folder_is_read_again_when_it_changes(plan_folder, tmp_path):
    folder = tmp_path / "plan"
    folder.mkdir()
    archive = folder / "plan.zip"
    archive.write_bytes((plan_folder / "plan.zip").read_bytes())
    shelf = Shelf(None, folder)
    first = shelf.get(0)
    assert shelf.get(0) is first
    archive.touch()
    assert shelf.get(0) is not first


def test_without_a_store_there_is_one_plan(plan_folder):
    with pytest.raises(InputError, match="got plan 3 and no store"):
        Shelf(None, plan_folder).get(3)
