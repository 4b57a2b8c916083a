"""The login page and that of one's own account: plain HTML, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment

from dashboard.words import LANGUAGES, said

if TYPE_CHECKING:
    from planner.store.users import User

_FRAME = """<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Planner</title><link rel="stylesheet" href="/assets/login.css">
<link rel="icon" href="/_favicon.ico"></head>
<body class="login"><main><p class="brand">Planner</p>{% block main %}{% endblock %}</main>
</body></html>
"""

_LOGIN = """{% extends "frame" %}{% block main %}
<h1>{{ say("Log in") }}</h1>
{% if fault %}<p class="fault" role="alert">{{ fault }}</p>{% endif %}
<form method="post" action="/login">
<input type="hidden" name="csrf_token" value="{{ token }}">
<input type="hidden" name="next" value="{{ target }}">
<label for="name">{{ say("Name") }}</label>
<input id="name" name="name" value="{{ name }}" maxlength="100" required autocomplete="username"
 autocapitalize="none" spellcheck="false"{% if not name %} autofocus{% endif %}>
<label for="password">{{ say("Password") }}</label>
<input id="password" name="password" type="password" maxlength="200" required
 autocomplete="current-password"{% if name %} autofocus{% endif %}>
<button>{{ say("Log in") }}</button></form>
<p class="soft">{{ say("No account, or password forgotten? Ask whoever runs the planner.") }}</p>
<nav aria-label="{{ say("Language") }}">{% for code, label in languages %}
{% if code == language %}<span aria-current="true">{{ label }}</span>{% else %}
<a href="/login?{{ {"language": code, "next": target}|urlencode }}"
 lang="{{ code }}">{{ label }}</a>
{% endif %}{% endfor %}</nav>{% endblock %}
"""

_ACCOUNT = """{% extends "frame" %}{% block main %}
<h1>{{ user.name }}</h1>
<p>{{ say(role) }}</p>
<form method="post" action="/logout">
<input type="hidden" name="csrf_token" value="{{ token }}">
<button>{{ say("Log out") }}</button></form>
<h2>{{ say("Another password") }}</h2>
{% if fault %}<p class="fault" role="alert">{{ fault }}</p>{% endif %}
<form method="post" action="/account">
<input type="hidden" name="csrf_token" value="{{ token }}">
<input hidden name="username" value="{{ user.name }}" autocomplete="username">
<label for="old">{{ say("Password until now") }}</label>
<input id="old" name="old" type="password" maxlength="200" required autocomplete="current-password">
<label for="new">{{ say("New password, at least 10 characters") }}</label>
<input id="new" name="new" type="password" minlength="10" maxlength="200" required
 autocomplete="new-password">
<label for="again">{{ say("The new one again") }}</label>
<input id="again" name="again" type="password" minlength="10" maxlength="200" required
 autocomplete="new-password">
<button>{{ say("Change it") }}</button></form>
<p><a href="/">{{ say("Back to the plans") }}</a></p>{% endblock %}
"""

_ROLES = {
    "view": "You may look at all plans.",
    "plan": "You may make plans, change your own ones, and add notes to all.",
    "admin": "You may do everything, with other people's plans too.",
}

_PAGES = Environment(
    autoescape=True,
    loader=DictLoader({"frame": _FRAME, "login": _LOGIN, "account": _ACCOUNT}),
)


def login_page(language: str, target: str, token: str, fault: str = "", name: str = "") -> str:
    """Return the login page.

    Parameters
    ----------
    target
        Where to go on to.
    token
        Shows that the form is ours.
    fault
        What was wrong with the last try, and ``name`` whose it was.
    """
    return _PAGES.get_template("login").render(
        language=language, languages=LANGUAGES, say=lambda text: said(text, language),
        target=target, token=token, fault=fault, name=name,
    )  # fmt: skip


def account_page(language: str, user: User, token: str, fault: str = "") -> str:
    """Return the page of one's own account: the role, the way out, another password."""
    return _PAGES.get_template("account").render(
        language=language, say=lambda text: said(text, language), user=user,
        role=_ROLES[user.role], token=token, fault=fault,
    )  # fmt: skip
