"""Where past contacts come from: a table, tickets or a database, and how its words become ours."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from planner.scenario.types import ClosedShare, Name, Strict, Timezone, refuse

COLUMNS = (
    "start", "queue", "market", "channel", "segment", "contacts", "aht_s", "aht_minutes",
    "answered", "abandoned", "answered_within", "wait_s", "wait_minutes", "agents", "agent",
    "customer",
)  # fmt: skip
PARTS = ("market", "channel", "segment")  # of a queue's name, in this order


def _words(value: object) -> object:
    """Return a mapping with its keys as text: ids of groups and brands are numbers in YAML."""
    if not isinstance(value, dict):
        return value
    odd = [key for key in value if not isinstance(key, str | int) or isinstance(key, bool)]
    if odd:
        raise refuse("have keys of text (put them in quotes)", found=str(odd[0]))
    return {str(key).strip(): our for key, our in value.items()}


def _files(value: object) -> object:
    """Return one name as a list of it."""
    return (value,) if isinstance(value, str) else value


Words = Annotated[dict[str, Name], BeforeValidator(_words)]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_files, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]


class ReadAs(Strict):
    """How a source's columns and words become ours."""

    zendesk: Names | None = Field(
        None, description="Ticket export of Zendesk, CSV, JSON or NDJSON; or a list of them."
    )
    rows: Literal["contacts", "intervals"] | None = Field(
        None,
        description="What a row without contacts is: one contact, or an interval whose count is "
        "missing. Left out: its starts tell. A ticket is one contact.",
    )
    columns: Words = Field(
        default_factory=dict,
        description="Our name of a column: the table's. Ours are start, queue, contacts, aht_s or "
        "aht_minutes, answered, abandoned, answered_within, wait_s or wait_minutes, agents, agent, "
        "customer; in place of queue also market, channel and segment, which make up its name: "
        "fr-email-customers. Of tickets: market and segment alone, as brand, group, form, tags or "
        "the number of a custom field.",
    )
    queues: Words = Field(
        default_factory=dict,
        description="The source's word for a queue: ours. * stands for anything, "
        "'fr-social*': fr-social; the first that fits holds.",
    )
    markets: Words = Field(default_factory=dict, description="The source's word: our market.")
    channels: Words = Field(
        default_factory=dict,
        description="The source's word: our channel. Those of Zendesk, Genesys Cloud and Amazon "
        "Connect are known.",
    )
    segments: Words = Field(
        default_factory=dict,
        description="The source's word, or a ticket's tag: our kind of caller. '*' for all others.",
    )
    ignore: tuple[Name, ...] = Field(
        (), description="The source's words for queues that are left out; * stands for anything."
    )
    timezone: Timezone | None = Field(
        None,
        description="Clock of times without an offset. Left out: that of the queue's market; of "
        "tickets, UTC. Zendesk writes CSV in the account's time zone.",
    )
    broken_rows: ClosedShare | None = Field(
        None,
        description="Share of a file's lines that may be broken: they are left out and told. Left "
        "out: 0, of tickets 0.01.",
    )


class HistorySource(ReadAs):
    """Where past contacts come from; paths are relative to the scenario file."""

    file: Name | None = Field(None, description="History table, CSV or Parquet.")
    sql: Name | None = Field(None, description="Database as an SQLAlchemy URL, with query.")
    query: str | None = Field(None, description="SELECT that yields the history table's columns.")
    absent_days: Literal["unknown", "zero"] = Field(
        "unknown", description="What a day without any row means: unknown, or no contacts."
    )
    read_as: ReadAs | None = Field(
        None,
        description="How the centre's other tables are read, where this one is in our words "
        "already, as a kept plan has it.",
    )
