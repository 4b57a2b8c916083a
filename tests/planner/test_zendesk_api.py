"""Zendesk's incremental export, asked of a stand-in that speaks its pages, limits and errors."""

import datetime as dt

import pytest

from planner.errors import InputError, PlannerError
from planner.sources import zendesk_api
from planner.sources.fetched_tickets import Account, fetch_tickets
from planner.sources.in_our_words import Words
from planner.sources.tickets import Asked
from tests.planner.zendesk_stand_in import EMAIL, TOKEN, StandIn, ticket

LOGIN = {"ZENDESK_EMAIL": EMAIL, "ZENDESK_TOKEN": TOKEN}
SINCE = dt.date(2026, 3, 1)
EVERYTHING = Asked()


@pytest.fixture
def zendesk():
    with StandIn([ticket(n, time=f"{8 + n}:15:12".zfill(8)) for n in range(1, 6)]) as found:
        yield found


class Fetch:
    def __init__(self, address, kept):
        self.address, self.kept = address, kept
        self.waits: list[float] = []

    def __call__(self, asked=EVERYTHING, since=SINCE, login=LOGIN):
        account = Account(self.address, since, self.kept)
        return fetch_tickets(account, asked, login, pause=self.waits.append)


@pytest.fixture
def fetch(zendesk, tmp_path):
    return Fetch(zendesk.address, tmp_path / "kept.parquet")


def numbers(rows):
    return len(rows.columns["start"])


def test_pages_follow_their_cursor_to_the_end(fetch, zendesk):
    rows = fetch()
    assert numbers(rows) == 5
    start = str(int(dt.datetime(2026, 3, 1, tzinfo=dt.UTC).timestamp()))
    assert [q.get("start_time", q.get("cursor")) for q in zendesk.asked] == [
        [start],
        ["c2"],
        ["c4"],
    ]
    assert all(q["include"] == ["metric_sets"] for q in zendesk.asked)


def test_first_replies_are_told(fetch):
    told = (
        "first replies to 5 tickets: half within 1.5 h, nine of ten within 1.5 h, by the calendar"
    )
    assert told in fetch().data.notes


def test_ten_requests_a_minute_at_most(fetch):
    fetch()
    assert len(fetch.waits) == 2
    assert all(4.0 < wait <= 6.0 for wait in fetch.waits)


def test_a_second_call_fetches_what_is_new_alone(fetch, zendesk):
    fetch()
    zendesk.tickets += [ticket(2, time="20:00:00", status="deleted"), ticket(9, time="21:00:00")]
    zendesk.asked.clear()
    rows = fetch(since=None)
    assert [q["cursor"] for q in zendesk.asked] == [["c5"]]
    assert numbers(rows) == 5  # five and a new one, less one that was deleted since
    assert rows.data.left_out == {"tickets that were deleted": 1}
    assert sum(rows.data.repaired.values()) == 1


def test_nothing_new_is_no_fault(fetch, zendesk):
    fetch()
    assert numbers(fetch()) == 5


def test_a_stopped_call_goes_on_where_it_ended(fetch, zendesk):
    zendesk.trouble = [zendesk._page_from({}), *[(500, {})] * zendesk_api.TRIES]
    with pytest.raises(PlannerError, match="what was read is kept"):
        fetch()
    zendesk.asked.clear()
    assert numbers(fetch()) == 5
    assert zendesk.asked[0]["cursor"] == ["c2"]


def test_who_asks_too_often_waits_as_long_as_told(fetch, zendesk):
    zendesk.trouble = [(429, {"Retry-After": "17"})]
    assert numbers(fetch()) == 5
    assert fetch.waits[0] == 17.0


@pytest.mark.parametrize(("header", "seconds"), [
    (None, 60), ("soon", 60), ("nan", 60), ("1e9", 600), ("-4", 1),
    ("Sun, 01 Jan 2040 00:00:00 GMT", 600), ("Mon, 01 Jan 2024 00:00:00 GMT", 1),
])  # fmt: skip
def test_how_long_to_wait_is_kept_within_reason(header, seconds):
    assert zendesk_api._retry_after(header) == seconds


@pytest.mark.parametrize("trouble", [(500, {}), (503, {}), "broken", "cut"])
def test_a_bad_moment_is_asked_again_ever_later(fetch, zendesk, trouble):
    zendesk.trouble = [trouble, trouble]
    assert numbers(fetch()) == 5
    assert fetch.waits[:2] == [2.0, 4.0]


@pytest.mark.parametrize("trouble", [(500, {}), "broken", "cut", (429, {"Retry-After": "1"})])
def test_a_bad_day_ends_with_a_line_that_says_so(fetch, zendesk, trouble):
    zendesk.trouble = [trouble] * zendesk_api.TRIES
    with pytest.raises(PlannerError, match="must answer, got 6 times"):
        fetch()
    assert not fetch.kept.exists()


@pytest.mark.parametrize("trouble", ["html", "elsewhere", (404, {}), (400, {})])
def test_what_is_no_zendesk_is_told_at_once(fetch, zendesk, trouble):
    zendesk.trouble = [trouble]
    with pytest.raises(InputError):
        fetch()
    assert len(zendesk.asked) == 1


@pytest.mark.parametrize("page", [
    {}, [], {"tickets": 5, "end_of_stream": True}, {"tickets": [], "end_of_stream": "no"},
    {"tickets": [], "end_of_stream": False, "after_cursor": None},
])  # fmt: skip
def test_pages_that_are_none_are_refused(fetch, zendesk, page):
    zendesk.trouble = [page] * zendesk_api.TRIES
    with pytest.raises(PlannerError):
        fetch()


def test_the_same_page_again_is_no_endless_loop(fetch, zendesk):
    zendesk.trouble = [{"tickets": [], "end_of_stream": False, "after_cursor": "c2"}] * 2
    with pytest.raises(PlannerError, match="the same again"):
        fetch()


def test_a_wrong_token_is_told_and_not_shown(fetch):
    with pytest.raises(InputError, match="got status 401") as error:
        fetch(login={"ZENDESK_EMAIL": EMAIL, "ZENDESK_TOKEN": "wr0ng"})
    assert "wr0ng" not in str(error.value)
    assert EMAIL not in str(error.value)


def test_an_oauth_token_will_do(fetch):
    assert numbers(fetch(login={"ZENDESK_OAUTH_TOKEN": TOKEN})) == 5


@pytest.mark.parametrize("login", [{}, {"ZENDESK_EMAIL": EMAIL}, {"ZENDESK_TOKEN": "a"},
                                   {"ZENDESK_OAUTH_TOKEN": "a\nb"}])  # fmt: skip
def test_without_a_token_nothing_is_asked(fetch, zendesk, login):
    with pytest.raises(InputError, match="ZENDESK"):
        fetch(login=login)
    assert not zendesk.asked


@pytest.mark.parametrize("address", [
    "http://lilies.zendesk.com", "ftp://lilies.example", "https://me:secret@lilies.example",
    "a b", "", "https://", "http://127.0.0.1:99999999/", "lilies/../x",
])  # fmt: skip
def test_the_token_goes_nowhere_unsafe(address):
    with pytest.raises(InputError) as error:
        zendesk_api.address_of(address)
    assert "secret" not in str(error.value)


def test_neither_token_nor_customer_is_kept(fetch):
    fetch(Asked(segment="tags", words=Words(parts={"segment": {"vip": "vip", "*": "others"}})))
    content = fetch.kept.read_bytes()
    for secret in (TOKEN, EMAIL, "jane", "Jane", "0612345678", "customer.example"):
        assert secret.encode() not in content
    assert fetch.kept.stat().st_mode & 0o077 == 0
    assert TOKEN not in repr(zendesk_api.login_of(LOGIN))


def test_tickets_from_before_the_day_are_left_out(fetch, zendesk):
    zendesk.tickets.append(ticket(77, day="2025-12-24"))
    rows = fetch()
    assert numbers(rows) == 5
    assert rows.data.left_out == {"tickets from before the day that was asked for": 1}


def test_what_was_fetched_otherwise_is_not_mixed(fetch):
    fetch()
    with pytest.raises(InputError, match="market must be as before"):
        fetch(Asked(market="brand"))
    with pytest.raises(InputError, match="since must be as before, 2026-03-01"):
        fetch(since=dt.date(2026, 1, 1))


def test_another_file_in_its_place_is_refused(fetch, zendesk):
    fetch.kept.write_text("mine")
    with pytest.raises(InputError, match="remove the file to begin anew"):
        fetch()
    assert fetch.kept.read_text() == "mine"
    assert not zendesk.asked


def test_the_first_call_must_say_since_when(fetch):
    with pytest.raises(InputError, match="--since"):
        fetch(since=None)


def test_a_day_to_come_is_refused(fetch):
    with pytest.raises(InputError, match="yesterday"):
        fetch(since=dt.date(2190, 1, 1))
