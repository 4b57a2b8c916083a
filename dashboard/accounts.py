"""Accounts: who is not logged in sees the login page alone, and nothing is done unasked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, abort, redirect, request, session
from flask_limiter import Limiter
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.guard import Doors, is_data
from dashboard.login_page import account_page, login_page
from dashboard.who import ACCOUNTS, me
from dashboard.words import COOKIE, LANGUAGES, language, say
from planner.errors import InputError, PlannerError
from planner.store.logins import (
    begin_session,
    end_session,
    forget_tries,
    secret,
    session_user,
    try_login,
)
from planner.store.users import User, checked_user, set_password, users

if TYPE_CHECKING:
    from planner.store.database import Store

CSRF_COOKIE = "_csrf_token"  # Dash sends it back as X-CSRFToken
_FREE = ("/login", "/health")
_SMALL = 100_000  # bytes of a request of someone who may only look
_FORM = 8_000  # bytes of a request to log in
_A_MINUTE = "60 per minute"


@dataclass(frozen=True, slots=True)
class Accounts:
    """How people log in.

    Parameters
    ----------
    store
        The store that has the accounts.
    doors
        By which names the pages may be asked for.
    secure
        Whether cookies go over TLS alone.
    behind_proxy
        Whether one proxy in front says who asks and by which name.
    """

    store: Store
    doors: Doors = field(default_factory=Doors)
    secure: bool = True
    behind_proxy: bool = False


class Visitor(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Someone logged in, known by the token of their session."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token = user, token

    def get_id(self) -> str:
        """Return the token."""
        return self.token


def demand_users(store: Store) -> None:
    """Raise where nobody has an account yet.

    Raises
    ------
    PlannerError
        It says how to add the first.
    """
    if not users(store):
        message = (
            f"{store.name}: somebody must have an account before other machines may open the "
            "pages, got nobody; add one with: planner users add NAME --role admin"
        )
        raise PlannerError(message)


def add_accounts(server: Flask, accounts: Accounts) -> None:
    """Demand a login for all that a server has but the program's own files."""
    store, secure = accounts.store, accounts.secure
    server.extensions[ACCOUNTS] = accounts
    server.config.update(
        SECRET_KEY=secret(store),
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_CHECK_DEFAULT=False,  # below, after the login
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    if accounts.behind_proxy:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    manager, csrf = LoginManager(server), CSRFProtect(server)
    manager.session_protection = None  # the store knows the session
    checked_user(store, "", "")  # so that the first stranger waits no longer than others

    @manager.user_loader  # type: ignore[untyped-decorator]
    def visitor(token: str) -> Visitor | None:
        user = session_user(store, token)
        return None if user is None else Visitor(user, token)

    def demand_login() -> Response | None:
        rule = request.url_rule.rule if request.url_rule is not None else ""
        if not is_data():
            return None
        if rule not in _FREE and not current_user.is_authenticated:
            if request.method == "GET" and rule in ("/", "/<path:path>", "/account"):
                return redirect_to_login()
            abort(401, "Please log in first.")
        if rule in ("/login", "/account", "/logout"):
            request.max_content_length = _FORM
        elif me().role == "view":
            request.max_content_length = _SMALL
        csrf.protect()
        return None

    def send_token(response: Response) -> Response:
        """Give the page what Dash sends back with each callback."""
        if response.mimetype == "text/html" and me().name:
            response.set_cookie(CSRF_COOKIE, generate_csrf(), secure=secure, samesite="Strict")
        return response

    server.before_request(demand_login)
    server.after_request(send_token)
    server.register_error_handler(CSRFError, _forged)
    limiter = Limiter(_address, app=server, storage_uri="memory://")
    server.register_blueprint(_pages(store, limiter, secure=secure))


def redirect_to_login() -> Response:
    """Return the way to the login page and back."""
    wanted = request.full_path.rstrip("?")
    target = "/login" if wanted == "/" else f"/login?{_query(wanted)}"
    return redirect(target)  # type: ignore[return-value]


def inside(target: str | None) -> str:
    """Return an address of ours to go on to; the first page instead of anything else.

    Examples
    --------
    >>> inside("/demand?plan=3"), inside("//evil.example"), inside("x:y")
    ('/demand?plan=3', '/', '/')
    """
    target = target or "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not ours or parts.scheme or parts.netloc or not target.isprintable() or "\\" in target:
        return "/"
    return target


def _pages(store: Store, limiter: Limiter, *, secure: bool) -> Blueprint:
    pages = Blueprint("accounts", __name__)

    @pages.get("/login")
    def ask() -> Response:
        picked = request.args.get(COOKIE)
        known = [code for code, _ in LANGUAGES]
        now = picked if picked in known else language()
        response = Response(login_page(now, inside(request.args.get("next")), generate_csrf()))
        if now == picked:
            response.set_cookie(COOKIE, now, secure=secure, samesite="Strict", max_age=31536000)
        return response

    @pages.post("/login")
    @limiter.limit(_A_MINUTE)
    def enter() -> Any:  # noqa: ANN401
        name, password = request.form.get("name", "")[:200], request.form.get("password", "")
        target = inside(request.form.get("next"))
        if not try_login(store, name, _address()):
            abort(429, say("Too many tries: wait a quarter of an hour."))
        user = checked_user(store, name, password)
        if user is None:
            wrong = say("Name or password is wrong.")
            return Response(login_page(language(), target, generate_csrf(), wrong, name), 401)
        forget_tries(store, name, _address())
        _leave(store)  # a session begun before is not taken over
        login_user(Visitor(user, begin_session(store, user)))
        return redirect(target)

    @pages.post("/logout")
    def leave() -> Any:  # noqa: ANN401
        _leave(store)
        response = redirect("/login")
        response.delete_cookie(CSRF_COOKIE, secure=secure, samesite="Strict")
        return response

    @pages.get("/account")
    def account() -> str:
        return account_page(language(), me(), generate_csrf())

    @pages.post("/account")
    @limiter.limit(_A_MINUTE)
    def change() -> Any:  # noqa: ANN401
        user = me()
        if not try_login(store, user.name, _address()):
            abort(429, say("Too many tries: wait a quarter of an hour."))
        told = ""
        if checked_user(store, user.name, request.form.get("old", "")) is None:
            told = say("The password until now is wrong.")
        elif request.form.get("new") != request.form.get("again"):
            told = say("The new password was not written twice alike.")
        else:
            forget_tries(store, user.name, _address())
            try:
                set_password(store, user.name, request.form.get("new", ""), user.name)
            except InputError as error:
                told = "; ".join(fault.message for fault in error.faults)
        if told:
            return Response(account_page(language(), user, generate_csrf(), told), 400)
        _leave(store)
        login_user(Visitor(user, begin_session(store, user)))
        return redirect("/account")

    return pages


def _leave(store: Store) -> None:
    if current_user.is_authenticated:
        end_session(store, current_user.token)
    session.clear()


def _forged(_error: CSRFError) -> Response:
    """Say that a request is not of a page of ours, or that the browser keeps no session."""
    told = say(
        "The page is too old, or your browser kept no cookie: open the page again, over https, "
        "and allow its cookies. Nothing was changed."
    )
    return Response(f"400 Bad Request: {told}\n", 400, mimetype="text/plain")


def _address() -> str:
    return request.remote_addr or "?"


def _query(wanted: str) -> str:
    return urlencode({"next": wanted})
