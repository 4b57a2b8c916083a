"""Who is let in, and who is not: a real server, asked as a browser and as an attacker would."""

import json
import re
import threading
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from dashboard.accounts import Accounts, inside
from dashboard.app import make_app
from dashboard.command import bind
from dashboard.guard import LARGEST, Doors
from dashboard.request_log import log_requests
from dashboard.shelf import Shelf
from planner.store.database import Store
from planner.store.users import _nobodys, add_user, remove_user, set_password

PASSWORD = {"anna": "correct horse anna", "paul": "correct horse paul", "eve": "correct horse eve"}
ROLES = {"anna": "admin", "paul": "plan", "eve": "view"}
CALLBACK = "/_dash-update-component"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr("planner.store.users._METHOD", "scrypt:1024:8:1")
    _nobodys.cache_clear()
    yield
    _nobodys.cache_clear()


@contextmanager
def serving(app, log=None):
    """Yield the address of a real server."""
    if log is not None:
        log_requests(app.server, log)
    server: Any = bind(app.server, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=20)
        server.task_dispatcher.shutdown()


def new_browser():
    """Return a browser that leaves no connection open, for which the server would wait."""
    browser = requests.Session()
    browser.headers["Connection"] = "close"
    return browser


def people(store):
    for name, role in ROLES.items():
        add_user(store, name, role, PASSWORD[name], "test")


@pytest.fixture
def store(store_url):
    with Store(store_url) as opened:
        people(opened)
        yield opened


@pytest.fixture
def address(store):
    with serving(make_app(Shelf(store), Accounts(store, secure=False))) as told:
        yield told


@pytest.fixture
def lone(tmp_path):
    """Yield a server's address and its store, a file."""
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        people(store)
        with serving(make_app(Shelf(store), Accounts(store, secure=False))) as told:
            yield told, store


def token(page):
    (found,) = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[:1]
    return found


def login(address, name, password=None, browser=None, **more):
    """Return a browser that tried to log in, and the answer to it."""
    browser = browser or new_browser()
    form = {"name": name, "password": password or PASSWORD[name], **more}
    form["csrf_token"] = token(browser.get(f"{address}/login"))
    return browser, browser.post(f"{address}/login", data=form, allow_redirects=False)


def call(address, browser, **headers):
    """Return the answer to a callback of Dash, as its page sends it."""
    body = {
        "output": "..main.children...menu.children...plan.data...plan.value...address.search..."
        "burger.opened..",
        "outputs": [
            {"id": one, "property": name}
            for one, name in (
                ("main", "children"), ("menu", "children"), ("plan", "data"), ("plan", "value"),
                ("address", "search"), ("burger", "opened"),
            )
        ],
        "inputs": [
            {"id": "address", "property": "pathname", "value": "/"},
            {"id": "plan", "property": "value", "value": None},
        ],
        "state": [{"id": "address", "property": "search", "value": ""}],
        "changedPropIds": [],
    }  # fmt: skip
    return browser.post(address + CALLBACK, json=body, headers=headers)


def opened(address, name):
    """Return a browser with the first page open, and the token its callbacks send."""
    browser, answer = login(address, name)
    assert answer.status_code == 302
    assert browser.get(address + "/").status_code == 200
    return browser, browser.cookies["_csrf_token"]


def test_nothing_of_a_plan_is_told_without_a_login(address):
    for path in ("/", "/staffing?plan=3", "/account", "/no-such"):
        answer = requests.get(address + path, allow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")
    for path in ("/_dash-layout", "/_dash-dependencies", "/_reload-hash"):
        assert requests.get(address + path).status_code == 401
    assert requests.post(address + CALLBACK, json={}).status_code == 401
    assert requests.post(address + "/logout").status_code == 401


def test_who_logs_in_works_and_who_logs_out_does_not(address):
    browser, sent = opened(address, "eve")
    assert call(address, browser, **{"X-CSRFToken": sent}).status_code == 200
    kept = browser.cookies.get_dict()
    left = browser.post(
        f"{address}/logout", data={"csrf_token": sent}, allow_redirects=False
    )  # fmt: skip
    assert (left.status_code, left.headers["Location"]) == (302, "/login")
    replayed = new_browser()
    replayed.cookies.update(kept)
    assert call(address, replayed, **{"X-CSRFToken": sent}).status_code == 401
    assert replayed.get(f"{address}/_dash-layout").status_code == 401


def test_logging_out_is_never_a_link(lone):
    browser, _ = opened(lone[0], "eve")
    browser.get(f"{lone[0]}/logout")
    assert browser.get(f"{lone[0]}/_dash-layout").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRFToken": "nonsense"},
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "another's"},
        {"X-CSRFToken": "mine", "Origin": "https://evil.example"},
        {"X-CSRFToken": "mine", "Origin": "null"},
        {"X-CSRFToken": "mine", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRFToken": "mine", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_callback_that_no_page_of_ours_sent(lone, headers):
    address, _ = lone
    browser, mine = opened(address, "anna")
    _, others = opened(address, "eve")
    values = {"mine": mine, "another's": others}
    sent = {name: values.get(value, value) for name, value in headers.items()}
    answer = call(address, browser, **sent)
    assert answer.status_code in (400, 403)
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_login_form_that_no_page_of_ours_sent(lone):
    form = {"name": "anna", "password": PASSWORD["anna"]}
    answer = requests.post(f"{lone[0]}/login", data=form)
    assert answer.status_code == 400
    assert "session" not in answer.cookies


def test_a_stranger_and_a_wrong_password_get_the_same_answer(lone):
    address, _ = lone
    _, wrong = login(address, "anna", "wrong")
    _, unknown = login(address, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 401

    def same(answer):
        return re.sub(r'value="[^"]*"', "", answer.text)

    assert same(wrong) == same(unknown)
    assert "Name or password is wrong." in wrong.text


def test_what_was_typed_is_text(lone):
    _, answer = login(lone[0], '"><script>alert(1)</script>', "wrong")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_session_is_new_after_the_login(lone):
    address, _ = lone
    browser = new_browser()
    browser.get(f"{address}/login")
    before = browser.cookies["session"]
    login(address, "anna", browser=browser)
    assert browser.cookies["session"] != before
    victim = new_browser()
    victim.cookies.set("session", before)
    assert victim.get(f"{address}/_dash-layout").status_code == 401


def test_a_forged_session_is_none(lone):
    for value in ("nonsense", "eyJfdXNlcl9pZCI6ImFubmEifQ.aaaa.bbbb", "a" * 3000):
        answer = requests.get(f"{lone[0]}/_dash-layout", cookies={"session": value})
        assert answer.status_code == 401


def test_another_password_and_a_removal_end_every_session(address, store):
    browser, _ = opened(address, "eve")
    other, _ = opened(address, "paul")
    set_password(store, "eve", "another horse eve", "anna")
    remove_user(store, "paul", "anna")
    assert browser.get(f"{address}/_dash-layout").status_code == 401
    assert other.get(f"{address}/_dash-layout").status_code == 401
    assert login(address, "eve", "another horse eve")[1].status_code == 302
    assert login(address, "paul")[1].status_code == 401


def test_ones_own_password_is_changed_on_the_page(lone):
    address, _ = lone
    browser, _ = opened(address, "eve")
    other, _ = opened(address, "eve")

    def change(old, new, again):
        form = {"old": old, "new": new, "again": again}
        form["csrf_token"] = token(browser.get(f"{address}/account"))
        return browser.post(f"{address}/account", data=form, allow_redirects=False)

    assert change("wrong", "battery staple", "battery staple").status_code == 400
    assert change(PASSWORD["eve"], "battery staple", "battery").status_code == 400
    assert "10 to 200" in change(PASSWORD["eve"], "short", "short").text
    assert change(PASSWORD["eve"], "battery staple", "battery staple").status_code == 302
    assert browser.get(f"{address}/_dash-layout").status_code == 200
    assert other.get(f"{address}/_dash-layout").status_code == 401


def test_too_many_tries_are_refused_even_with_the_right_password(address):
    answers = [login(address, "anna", "wrong")[1].status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    assert login(address, "anna")[1].status_code == 429
    assert login(address, "eve")[1].status_code == 302


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "evil",
     "javascript:alert(1)", "/\t/evil.example", "/x\r\nSet-Cookie: a=b", "///evil.example", "//["],
)  # fmt: skip
def test_the_login_leads_nowhere_else(target):
    assert inside(target) == "/"


def test_the_login_leads_back(lone):
    answer = requests.get(f"{lone[0]}/staffing?plan=3&market=FR", allow_redirects=False)
    assert answer.headers["Location"] == "/login?next=%2Fstaffing%3Fplan%3D3%26market%3DFR"
    _, back = login(lone[0], "eve", next="/staffing?plan=3")
    assert back.headers["Location"] == "/staffing?plan=3"
    _, away = login(lone[0], "eve", next="//evil.example")
    assert away.headers["Location"] == "/"


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookies_flags(tmp_path, secure):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        people(store)
        client = make_app(Shelf(store), Accounts(store, secure=secure)).server.test_client()
        base = "https://localhost" if secure else "http://localhost"
        page = client.get("/login", base_url=base)
        sent = token(page)
        form = {"name": "eve", "password": PASSWORD["eve"], "csrf_token": sent}
        entered = client.post("/login", base_url=base, data=form, headers={"Referer": base + "/"})
        assert entered.status_code == 302
        name = "__Host-session=" if secure else "session="
        (kept,) = [c for c in entered.headers.getlist("Set-Cookie") if c.startswith(name)]
        assert "HttpOnly" in kept
        assert "SameSite=Lax" in kept
        assert "Path=/" in kept
        assert "Domain" not in kept
        document = client.get("/", base_url=base)
        (csrf,) = [c for c in document.headers.getlist("Set-Cookie") if c.startswith("_csrf")]
        assert "SameSite=Strict" in csrf
        for cookie in (kept, csrf):
            assert ("Secure" in cookie) == secure
        assert ("Strict-Transport-Security" in document.headers) == secure


def test_a_proxy_in_front_says_who_and_how(tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store:
        people(store)
        accounts = Accounts(store, Doors(("planner.example",)), behind_proxy=True)
        client = make_app(Shelf(store), accounts).server.test_client()
        told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "planner.example"}
        answer = client.get("/login", headers=told)
        assert answer.status_code == 200
        assert "Strict-Transport-Security" in answer.headers
        assert client.get("/login", headers=told | {"X-Forwarded-Host": "x"}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "a b"])
def test_another_name_is_not_served(lone, host):
    for path in ("/", "/login", "/health", "/assets/page.css"):
        answer = requests.get(lone[0] + path, headers={"Host": host}, allow_redirects=False)
        assert answer.status_code in (400, 403)


def test_every_answer_has_its_rules(lone):
    browser, _ = opened(lone[0], "eve")
    for path in ("/", "/login", "/account", "/_dash-layout", "/health", "/no/such"):
        rules = browser.get(lone[0] + path).headers
        assert "default-src 'self'" in rules["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in rules["Content-Security-Policy"]
        assert "'unsafe-eval'" not in rules["Content-Security-Policy"]
        assert rules["X-Content-Type-Options"] == "nosniff"
        assert rules["Referrer-Policy"] == "same-origin"
        assert "camera=()" in rules["Permissions-Policy"]
        assert rules["Cache-Control"] == "no-store"
        assert "Server" not in rules


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "POST"])
def test_other_methods_are_refused_plainly(lone, method):
    browser, sent = opened(lone[0], "anna")
    answer = browser.request(method, lone[0] + "/staffing", headers={"X-CSRFToken": sent})
    assert answer.status_code == 405
    assert answer.text.startswith("405 Method Not Allowed: ")


@pytest.mark.parametrize(
    "path",
    ["/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/assets/....//app.py", "/assets//etc/passwd",
     "/assets/..%5capp.py", "/_dash-component-suites/dash/..%2f..%2fsix.py",
     "/_dash-component-suites/os/path.py", "/_dash-component-suites/dash/dcc/%00", "/static/../x"],
)  # fmt: skip
def test_path_tricks_find_nothing(lone, path):
    browser, _ = opened(lone[0], "anna")
    request = requests.Request("GET", lone[0] + path).prepare()
    request.url = lone[0] + path  # as written, not as tidied
    request.headers.update(browser.headers)
    answer = browser.send(request, allow_redirects=False)
    assert answer.status_code in (302, 400, 401, 404)
    assert "import" not in answer.text
    assert "root:" not in answer.text


def test_oversized_bodies_are_refused(lone):
    browser, sent = opened(lone[0], "eve")
    large = b'{"a": "' + b"x" * 200_000 + b'"}'
    headers = {"X-CSRFToken": sent, "Content-Type": "application/json"}
    assert browser.post(lone[0] + CALLBACK, data=large, headers=headers).status_code == 413
    form = {"name": "eve", "password": "x" * 20_000}
    assert requests.post(f"{lone[0]}/login", data=form).status_code == 413
    told = {"Content-Length": str(LARGEST + 1), "X-CSRFToken": sent}
    answer = browser.post(lone[0] + CALLBACK, data=b"", headers=told)
    assert answer.status_code in (400, 413)


def test_no_traceback_is_answered(lone):
    browser, sent = opened(lone[0], "anna")
    for body in (b"", b"{", b"[]", b"null", b'{"output": "x"}', b"\xff\xfe"):
        headers = {"X-CSRFToken": sent, "Content-Type": "application/json"}
        answer = browser.post(lone[0] + CALLBACK, data=body, headers=headers)
        assert answer.status_code in (400, 500)
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "Traceback" not in answer.text
        assert "File " not in answer.text


def test_the_login_page_in_french_without_a_script(lone):
    page = requests.get(f"{lone[0]}/login?language=fr&next=/staffing")
    assert "Mot de passe" in page.text
    assert 'lang="fr"' in page.text
    assert "<script" not in page.text
    assert "language=fr" in page.headers["Set-Cookie"]


def test_health_says_whether_the_store_answers(lone, monkeypatch):
    address, store = lone
    assert requests.get(f"{address}/health").text == "ok\n"

    def gone(*_, **__):
        raise store._told(RuntimeError("the password is in here"))

    monkeypatch.setattr(store, "_connected", gone)
    answer = requests.get(f"{address}/health")
    assert (answer.status_code, answer.text) == (503, "the store does not answer\n")


def test_the_log_has_no_word_of_the_customers(tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store, (tmp_path / "log").open("w+") as log:
        people(store)
        app = make_app(Shelf(store), Accounts(store, secure=False))
        with serving(app, log) as address:
            browser, _ = opened(address, "eve")
            browser.get(f"{address}/fr-phone?queue=fr-phone&agent=Claire")
            requests.get(f"{address}/_dash-layout")
            requests.get(f"{address}/", headers={"Host": "evil.example"})
        log.seek(0)
        text = log.read()
    lines = [json.loads(line) for line in text.splitlines()]
    assert set(lines[0]) == {"time", "method", "path", "status", "ms", "role"}
    assert [(line["path"], line["status"], line["role"]) for line in lines[-3:]] == [
        ("/<path:path>", 200, "view"), ("/_dash-layout", 401, ""), ("/", 403, "")
    ]  # fmt: skip
    for word in ("fr-phone", "Claire", "eve", PASSWORD["eve"]):
        assert word not in text


def test_a_fault_is_logged_without_its_words(tmp_path, monkeypatch):
    def broken(_shelf):
        message = "fr-phone"
        raise KeyError(message)

    monkeypatch.setattr("dashboard.app._plans", broken)
    with Store(f"sqlite:///{tmp_path}/plans.db") as store, (tmp_path / "log").open("w+") as log:
        app = make_app(Shelf(store))
        with serving(app, log) as address:
            answer = call(address, new_browser())
        assert answer.text == ("500 Internal Server Error: The program failed; its log says why.\n")
        log.seek(0)
        error, line = map(json.loads, log)
    assert error["error"] == "KeyError"
    assert error["at"][-1].startswith("test_accounts.py:")
    assert line["status"] == 500
    assert "fr-phone" not in json.dumps([error, line])


def test_this_machine_alone_needs_no_login_but_no_other_site_may_ask(tmp_path):
    with Store(f"sqlite:///{tmp_path}/plans.db") as store, serving(make_app(Shelf(store))) as told:
        assert call(told, new_browser()).status_code == 200
        foreign = {"Origin": "https://evil.example"}
        assert call(told, new_browser(), **foreign).status_code == 403
        assert "Set-Cookie" not in requests.get(told + "/").headers
