"""The question, read from one YAML file: markets, queues, events, pools, horizon."""

from planner.scenario.model import Scenario, json_schema, load_scenario

__all__ = ["Scenario", "json_schema", "load_scenario"]
