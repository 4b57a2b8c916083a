import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import pytest

from planner.export.digest import digest
from planner.export.findings import gap_sentence, headlines, worst_table
from planner.export.palette import LEVELS
from planner.export.report import report_html


@pytest.fixture(scope="module")
def page(small_plan):
    return report_html(small_plan)


@pytest.fixture(scope="module")
def figures(page):
    found = re.findall(r'<script type="application/json" id="figure-(.*?)">(.*?)</script>', page)
    return {key: json.loads(text) for key, text in found}


class Outline(HTMLParser):
    """Collects headings, and whether each table has a caption and each picture a text."""

    def __init__(self) -> None:
        super().__init__()
        self.tables, self.captions, self.scripts = 0, 0, 0
        self.headings: list[int] = []
        self.pictures: list[dict[str, str | None]] = []
        self.loads: list[str | None] = []
        self.ids: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.scripts += tag == "script"
        self.ids += [values["id"]] if "id" in values else []
        self.pictures += [values] if values.get("role") == "img" else []
        self.loads += [value for name, value in attrs if name == "src"]
        self.loads += [values["href"]] if tag == "link" else []


@pytest.fixture(scope="module")
def outline(page):
    parser = Outline()
    parser.feed(page)
    return parser


def test_it_is_one_page_that_loads_nothing(page, outline):
    assert outline.loads == ["data:,"]
    assert "default-src 'none'" in page
    assert page.count("plotly.js v") == 1
    assert '"showSendToCloud":false' in page
    assert '"displaylogo":false' in page
    assert len(page.encode()) < 8_000_000


def test_names_from_the_scenario_cannot_become_markup(page, outline, figures):
    assert "<script>alert" not in page
    assert "<b>Valentine" not in page
    assert "<i>markup" not in page
    assert outline.scripts == len(figures) + 2


def test_headings_step_down_and_tables_and_pictures_have_words(outline):
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert outline.tables == outline.captions
    assert len(outline.pictures) >= 10
    assert all(len(picture["aria-label"]) > 20 for picture in outline.pictures)
    assert len(set(outline.ids)) == len(outline.ids)


def test_every_figure_is_valid_and_has_its_place(figures, outline):
    for key, figure in figures.items():
        go.Figure(figure)
        assert f"chart-{key}" in outline.ids


def test_counts_start_at_zero(figures):
    for key, figure in figures.items():
        heat = figure["data"][0]["type"] == "heatmap"
        assert heat or figure["layout"]["yaxis"]["rangemode"] == "tozero", key


def test_the_event_is_marked_by_name(figures):
    notes = [note["text"] for note in figures["daily"]["layout"]["annotations"]]
    assert notes == ["Valentine&#x27;s Day"]


def test_a_band_lies_around_the_forecast(figures):
    high, low, _, middle = (trace["y"] for trace in figures["daily"]["data"])
    assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))


def test_the_heat_map_holds_levels(figures):
    levels = {v for row in figures["service-once"]["data"][0]["z"] for v in row if v is not None}
    assert levels <= set(range(len(LEVELS)))


def test_headlines_hold_the_numbers(small_plan):
    said = " ".join(headlines(small_plan, digest(small_plan))).replace("\u202f", " ")
    cost = f"{sum(cost.cost for cost in small_plan.costs):,.0f}".replace(",", " ")
    assert f"The plan costs EUR {cost}" in said
    assert "The busiest day is Sat 13 Feb" in said
    assert "Vendors handle 67 % of the contacts" in said
    assert "position hours are missing" in said


def test_the_gap_is_told_in_words(small_plan):
    assert "at most 2.0\u202f%" in gap_sentence(small_plan)


def test_the_worst_intervals_come_worst_first(small_plan):
    table = worst_table(small_plan, digest(small_plan))
    assert len(table.rows) == 10
    missed = [float(row[2].replace("\u202f", "")) for row in table.rows]
    assert missed == sorted(missed, reverse=True)


def test_the_arithmetic_stands_on_the_page(page):
    text = re.sub(r"\s+", " ", page.replace("\u202f", " "))
    for words in ("a position hour; × ", "of the day = ", "erlangs", "one fewer", "erved"):
        assert words in text
    assert "One half hour around Valentine&#39;s Day, from its history to its price" in text


def test_a_plan_without_contacts_or_agents_still_makes_a_page(small_plan):
    solved, seen, need = small_plan.allocation, small_plan.projection, small_plan.requirement
    nobody = replace(
        solved,
        heads=tuple(np.zeros_like(heads) for heads in solved.heads),
        capacity=np.zeros_like(solved.capacity),
        serve=np.zeros_like(solved.serve),
        understaffing=np.zeros_like(solved.understaffing),
        gap=0.0,
    )
    quiet = replace(
        small_plan,
        allocation=nobody,
        requirement=replace(need, positions=np.zeros_like(need.positions)),
        projection=replace(
            seen, contacts=np.zeros_like(seen.contacts), positions=np.zeros_like(seen.positions)
        ),
        roster=replace(small_plan.roster, duties=(), unplaced=()),
        costs=tuple(
            replace(c, paid_hours=0.0, billed_hours=0.0, contacts=0.0, cost=0.0)
            for c in small_plan.costs
        ),
    )
    page = report_html(quiet)
    assert "Nobody is missing at any time." in page
    assert "Every promise is kept in every interval." in page
    assert "Every shift found an agent." in page
    assert "nan" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL).lower()
