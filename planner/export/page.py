"""A page that holds everything it shows: its template, its pictures, and the program for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from planner.export.palette import INK, Chart

_CONFIG = {
    "showSendToCloud": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d",
                               "autoScale2d", "resetScale2d"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pictures:
    """A part of the page: a large picture or two, and small ones of the same kind."""

    large: tuple[Chart, ...]
    small: tuple[Chart, ...] = ()


def render_page(template: str, charts: Iterable[Chart], **values: object) -> str:
    """Return a page from one of the package's templates: the same values give the same text.

    Parameters
    ----------
    template
        Name of the template's file.
    charts
        All pictures on the page.
    values
        What the template asks for.
    """
    return _template(template).render(
        ink=INK,
        plotly=Markup(get_plotlyjs().replace("</script", "<\\/script")),
        figures={chart.key: _json(chart.figure) for chart in charts},
        config=_json(_CONFIG),
        **values,
    )


def _json(value: object) -> Markup:
    """Return JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _template(name: str) -> jinja2.Template:
    folder = resources.files("planner.export")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda file: folder.joinpath(file).read_text("utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)
