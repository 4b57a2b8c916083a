"""Which scenarios have the same history and forecast, so that these are made once for all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from planner.scenario.queues import Promise

if TYPE_CHECKING:
    from planner.scenario.model import Scenario

_PARTS = {"horizon", "interval_minutes", "seed", "history", "markets", "events", "drivers",
          "overrides"}  # fmt: skip
# What no forecast looks at; whatever is new counts until it is written here.
_OF_STAFFING = {"target", "patience_s", "priority", "aht_alone_s", "aht_factor", "concurrency"}


def forecast_key(scenario: Scenario) -> str:
    """Return a text that is the same for scenarios of one history and one forecast.

    Pools, prices, promises, patience, risk and the factor on handling times change neither; see
    ``planner.service.expect``, which returns the forecast before that factor.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> from planner.scenario.model import scenario_of
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 1}
    ... history: {file: contacts.csv}
    ... queues: [{name: phone}]
    ... '''
    >>> document = parse_yaml(text, "scenario.yaml")
    >>> keys = [
    ...     forecast_key(scenario_of(document, [change]))
    ...     for change in ("risk=0.8", "aht+10", "volume+20")
    ... ]
    >>> keys[0] == keys[1], keys[0] == keys[2]
    (True, False)
    """
    values: dict[str, Any] = scenario.model_dump(mode="json", include=_PARTS)
    values["queues"] = [
        queue.model_dump(mode="json", exclude=_OF_STAFFING)
        | {"may_wait": isinstance(queue.target, Promise)}
        for queue in scenario.queues
    ]
    return json.dumps(values, sort_keys=True)
