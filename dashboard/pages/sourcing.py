"""The buyer's page: what each pool really costs, what an hour is worth, and what rates change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from dashboard import ids
from dashboard.choice import Option, chosen
from dashboard.page import Page, Values
from dashboard.pages.price_run import run_section, wire_run
from dashboard.pages.rates import DAY, PAGE, asked_plan, rates_section, wire_rates
from dashboard.parts import failed, figure, nothing, section, table, tiles
from dashboard.words import say
from planner.errors import PlannerError
from planner.export.figures_prices import spent_chart
from planner.export.figures_worth import worth_chart
from planner.export.minimum_bill import minimum_sentence, minimum_table
from planner.export.sourcing_page import price_table, sourcing_facts
from planner.export.sourcing_words import penalty_sentences
from planner.export.wording import day_name
from planner.sourcing import as_planned, is_large

if TYPE_CHECKING:
    from dashboard.shelf import Seen, Shelf
    from planner.sourced import Sourcing

ALL = "all"
WORTH = ids.control(PAGE, "worth")


def show(seen: Seen, values: Values) -> list[Any]:
    """Return prices, where the money goes, minimums, rates, and what the next hour is worth."""
    found: Sourcing = seen.once("sourced", lambda: as_planned(seen.plan))
    plan = seen.plan
    day = chosen(values.get("day"), days_of(seen))
    days = [{"value": value, "label": label} for value, label in days_of(seen)]
    minimum = minimum_table(found)
    penalties = penalty_sentences(found)
    return [
        html.Div(
            tiles([(fact.name, fact.value, fact.remark) for fact in sourcing_facts(found)]),
            className="few",
        ),
        section(
            say("What each pool really costs"),
            table(price_table(found)),
            says=say("The same money by each measure; penalties and bonuses are included."),
        ),
        figure(spent_chart(found)),
        section(say("Minimum billing"), *([table(minimum)] if minimum else []),
                says=minimum_sentence(found)),
        *([section(say("Penalties and bonuses"), html.Ul([html.Li(line) for line in penalties]))]
          if penalties else []),
        rates_section(plan, values),
        html.Div(
            dmc.Select(id=DAY, label=say("Day"), data=days, value=day,
                       allowDeselect=False, searchable=True),
            className="pickers",
        ),
        html.Div(worth(seen, day), id=WORTH),
        run_section(large=is_large(plan)),
    ]  # fmt: skip


def days_of(seen: Seen) -> list[Option]:
    """Return all days on average, then each."""
    days = [(day.isoformat(), day_name(day, year=True)) for day in seen.plan.days]
    return [(ALL, say("All days on average")), *days]


def worth(seen: Seen, day: str) -> Any:  # noqa: ANN401
    """Return what the next hour is worth on a day."""
    days = [one.isoformat() for one in seen.plan.days]
    number = days.index(day) if day in days else None
    chart = seen.once(f"worth {number}", lambda: worth_chart(seen.plan, number))
    if chart is None:
        return nothing(
            say("What the next hour is worth is not known"),
            say("This plan was made without it. Plan again to see it."),
        )
    return figure(chart)


def wire(app: Dash, shelf: Shelf) -> None:
    """Wire the day, the rates, and the work in processes."""

    @app.callback(
        Output(WORTH, "children"),
        Input(DAY, "value"),
        State(ids.control(PAGE, ids.HERE), "search"),
        prevent_initial_call=True,
    )
    def show_worth(day: str | None, search: str | None) -> Any:  # noqa: ANN401
        try:
            seen = asked_plan(shelf, search)
        except PlannerError as error:
            return failed(str(error))
        return worth(seen, chosen(day, days_of(seen)))

    wire_rates(app, shelf)
    wire_run(app, shelf)


SOURCING = Page(
    key=PAGE,
    title="Sourcing",
    says="What each pool really costs, what the next hour is worth, and what another rate changes.",
    show=show,
    wire=wire,
)
