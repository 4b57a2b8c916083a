import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from planner.export.digest import digest, notes_of
from planner.export.explain_history import past_peaks
from planner.export.figures_service import service_chart
from planner.export.findings import facts, gap_sentence, headlines, worst_table
from planner.export.overridden import Overridden, overridden_words
from planner.export.palette import LEVELS
from planner.export.report import report_html
from planner.export.summary import summary
from planner.export.words import plan_words
from planner.plan import Plan


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
    high, low, _, middle = (trace["y"] for trace in figures["daily"]["data"][:4])
    assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))


def test_overridden_days_are_marked_with_what_the_model_says(figures, small_plan):
    told = small_plan.forecast.by_queue
    at = small_plan.days.index(dt.date(2027, 2, 18))
    for key in ("daily", "daily-long", "daily-1"):
        marks = figures[key]["data"][-1]
        assert marks["marker"]["symbol"] == "diamond"
        assert marks["x"] == ["2027-02-18"]
        chosen = [q for q, own in enumerate(told) if key != "daily-1" or own.queue == "=gb-phone"]
        assert marks["y"] == [pytest.approx(sum(told[q].day_total[at] for q in chosen), abs=0.01)]
        model = round(sum(told[q].model_total[at] for q in chosen))
        assert marks["customdata"] == [f"{model:,}".replace(",", "\u202f")]
    assert len(figures["daily-0"]["data"]) == 4  # nobody overrides France


def test_overrides_are_told_apart_from_the_model_everywhere(small_plan, page):
    gb = small_plan.forecast.by_queue[-1]
    added = float((gb.day_total - gb.model_total).sum())
    line = (
        "1 day overridden by the planner in =gb-phone: Thu 18 Feb (a <b>TV</b> spot), "
        f"+{added:.0f} contacts against the model."
    )
    assert line in headlines(small_plan, digest(small_plan))
    assert line in plan_words(small_plan, Path("out"), 9)
    assert "(a &lt;b&gt;TV&lt;/b&gt; spot)" in page
    assert "<b>TV" not in page
    told = summary(small_plan)
    assert told["overrides"] == {
        "=gb-phone": {
            "days": ["2027-02-18"],
            "contacts_against_model": round(added, 1),
            "notes": ["a <b>TV</b> spot"],
        }
    }
    assert set(told["forecast_methods"]) == {queue.name for queue in small_plan.scenario.queues}
    for method in told["forecast_methods"].values():
        for kind in ("ordinary", "event"):
            weights = [one[kind] for one in method["weights"].values()]
            assert sum(weights) == pytest.approx(1 if weights else 0, abs=1e-3)


def test_many_overrides_are_added_up_in_the_end():
    day = dt.date(2027, 2, 1)
    many = [Overridden(f"q{n}", (day,), 10.0 * n, (f"why {n}",)) for n in range(9)]
    lines = overridden_words(many)
    assert len(lines) == 6
    assert lines[0].startswith("1 day overridden by the planner in q8: Mon 1 Feb (why 8), +80")
    assert lines[-1].startswith("Other days of 4 queues overridden by the planner, +60 contacts")


def test_the_heat_map_holds_levels(figures):
    levels = {v for row in figures["service-once"]["data"][0]["z"] for v in row if v is not None}
    assert levels <= set(range(len(LEVELS)))


def test_headlines_hold_the_numbers(small_plan):
    said = " ".join(headlines(small_plan, digest(small_plan))).replace("\u202f", " ")
    cost = f"{sum(cost.cost for cost in small_plan.costs):,.0f}".replace(",", " ")
    assert f"The plan costs EUR {cost}" in said
    assert "The busiest day is Sat 13 Feb" in said
    assert "Vendors handle 67 % of the contacts" in said
    assert "position hours are missing on the line" in said


def with_missing(plan: Plan, missing: dict[int, float]) -> Plan:
    """Return the plan with so many positions missing at noon of the first day, by queue."""
    short = np.zeros_like(plan.allocation.understaffing)
    for q, positions in missing.items():
        short[q, digest(plan).axes[q].inside[24]] = positions
    return replace(plan, allocation=replace(plan.allocation, understaffing=short))


def missing_words(plan: Plan) -> tuple[str, list[str]]:
    """Return what the report and the terminal say of what is missing."""
    said = headlines(plan, digest(plan))[4].replace("\u202f", " ")
    told = plan_words(plan, Path("out"), 9).split("\n\n")[2].splitlines()
    return said, told


def test_nobody_is_missing_where_it_would_read_as_nothing(small_plan):
    said, told = missing_words(with_missing(small_plan, {0: 0.08}))
    assert said == "Nobody is missing at any time."
    assert told == ["No agents are missing."]


def test_missing_on_the_line_and_overdue_work_are_two_numbers(small_plan):
    said, told = missing_words(with_missing(small_plan, {0: 3.0, 1: 2.0, 2: 8.0}))
    assert said == (
        "2.5 position hours are missing on the line, all of them on Mon 8 Feb; 4.0 hours of work "
        "fall overdue, all of them on Mon 8 Feb. The worst moment is fr-phone on Mon 8 Feb at "
        "12:00 with 3.0 positions missing."
    )
    assert told[:2] == [
        "2.5 position hours missing on the line; 4.0 hours of work overdue. The worst days:",
        "  Mon 8 Feb   2.5 hours missing, most of them in fr-phone (1.5); 4.0 hours overdue, all "
        "of them in fr-email",
    ]
    assert [line.split(" takes ")[0] for line in told[2:]] == [
        "To fill it",
        "To do in time what falls overdue",
    ]


def test_overdue_work_alone_is_not_called_missing(small_plan):
    said, told = missing_words(with_missing(small_plan, {2: 8.0}))
    assert said.startswith("Nobody is missing on the line; 4.0 hours of work fall overdue")
    assert "fr-email on Mon 8 Feb at 12:00 with 8.0 positions' work falling overdue" in said
    assert told[0] == "Nobody is missing on the line; 4.0 hours of work overdue. The worst days:"


def test_a_market_of_several_promises_shows_none_of_its_own(small_plan):
    lines = plan_words(small_plan, Path("out"), 1).replace("\u202f", " ").splitlines()
    france = next(line for line in lines if line.startswith("  FR "))
    britain = next(line for line in lines if line.startswith("  GB "))
    assert france.split()[2] == "-"
    assert britain.split()[2] == "80%"
    assert any("1 file in out" in line for line in lines)


def test_a_queue_below_its_promise_is_named_though_its_channel_keeps_it(small_plan):
    seen = small_plan.projection
    level = np.where(seen.contacts > 0, 0.99, 1.0)
    level[-1] = 0.7  # London's, of which there are fewer
    plan = replace(small_plan, projection=replace(seen, service_level=level))
    told = plan_words(plan, Path("out"), 1).split("\n\n")[1].splitlines()
    assert told[0].startswith("Answered in time by channel")
    assert not told[1].endswith("below its promise")
    assert told[-2] == "Below their promise, by queue (1 of 5):"
    assert told[-1].split()[0] == "=gb-phone"
    assert told[-1].split()[2:4] == ["80%", "70%"]
    kept = replace(plan, projection=replace(seen, service_level=np.full_like(level, 0.99)))
    assert "Below their promise" not in plan_words(kept, Path("out"), 1)


def test_vendors_are_left_out_where_there_are_none(small_plan):
    assert "; vendors take " in plan_words(small_plan, Path("out"), 1)
    own = tuple(replace(pool, kind="in_house") for pool in small_plan.pools)
    assert "vendors" not in plan_words(replace(small_plan, pools=own), Path("out"), 1)


def test_a_contact_costs_what_the_answered_ones_share(small_plan):
    sums = digest(small_plan)
    seen = small_plan.projection
    inside = [(q, axis.inside) for q, axis in enumerate(sums.axes)]
    answered = sum(
        (
            seen.answered[at]
            if sums.deferred[at[0]]
            else seen.contacts[at] * (1 - seen.abandonment[at])
        ).sum()
        for at in inside
    )
    cost = sum(cost.cost for cost in small_plan.costs)
    assert f"EUR\u202f{cost / answered:.2f} a contact answered" in facts(small_plan, sums)[0].remark
    assert f"{cost / answered:,.2f} a contact answered" in plan_words(small_plan, Path("out"), 1)


def test_promises_are_counted_queue_by_queue_and_hour_by_hour(small_plan):
    seen, sums = small_plan.projection, digest(small_plan)
    level = np.ones_like(seen.service_level)
    level[4, sums.axes[4].inside[24:26]] = 0.0  # an hour of the smaller queue
    level[0, sums.axes[0].inside[26]] = 0.0  # and half an hour of the larger one
    plan = replace(small_plan, projection=replace(seen, service_level=level))
    chosen = np.array([0, 4])
    says = service_chart(plan, digest(plan), chosen, "key", "title").says
    assert says.startswith("Of 336 queue-hours on the line 2 miss their promise, the largest part")
    one = service_chart(plan, digest(plan), chosen[1:], "key", "title").says
    assert one.startswith("Of 168 hours on the line 1 misses its promise. Most customers are let")
    assert one.endswith("Mon 8 Feb from 12:00.")


def test_the_two_pictures_of_a_day_say_how_they_count(page):
    assert "By the half hour, those who wait on the line need" in page
    assert "In hourly means, those who wait on the line need" in page


def test_past_peaks_are_told_where_the_one_to_come_is_otherwise(small_plan):
    sums = digest(small_plan)
    low = replace(sums, contacts=sums.contacts / 2)
    said = past_peaks(small_plan, low).replace("\u202f", " ")
    assert re.fullmatch(
        r"(Past|The busiest days around past) Valentine's Days: [\d ]+ \(\w{3} 2026\); "
        r"this (one|time it) is a Saturday, [\d ]+ expected\.",
        said,
    )
    past = float(re.findall(r": ([\d ]+)", said)[0].replace(" ", ""))
    known = [q for q, axis in enumerate(sums.axes) if axis.queue != "fr-level2"]
    scale = past / sums.contacts[known].sum(axis=0).max()
    same = replace(sums, contacts=sums.contacts * scale)
    assert past_peaks(small_plan, same) == ""


def test_notes_begin_as_sentences_do(small_plan):
    notes = ("fr-phone: odd", "london: odd", "valentines_day: odd", "odd")
    told = notes_of(replace(small_plan, notes=notes))
    assert told == ("Queue fr-phone: odd", "Pool london: odd", "Valentine's Day: odd", "Odd")


def test_short_tables_are_shown_whole_and_all_are_in_print(page):
    assert "@media print" in page
    assert re.search(r"@media print\{.*\.scroll\{max-height:none;overflow:visible\}", page)
    assert re.search(r"^\.scroll\{overflow:auto;max-width:100%\}$", page, re.MULTILINE)
    long = re.findall(r'<div class="scroll long".*?</table>', page, re.DOTALL)
    assert all(table.count("<tr>") > 40 for table in long)


def test_the_gap_is_told_in_words(small_plan):
    assert "Whole heads cost 2.0\u202f% more than fractions" in gap_sentence(small_plan)


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
