"""The application for gunicorn and the like: ``gunicorn dashboard.wsgi:application``.

Told by the environment: PLANNER_STORE; PLANNER_ALLOW_HOST, names by comma; PLANNER_BEHIND_PROXY=1;
PLANNER_LOG=json; PLANNER_SECRET where the store shall not keep it. Everybody has to log in.
"""

from __future__ import annotations

import os

from dashboard.accounts import Accounts, demand_users
from dashboard.app import make_app, warm_up
from dashboard.guard import LOOPBACK, Doors
from dashboard.request_log import log_requests
from dashboard.shelf import Shelf
from planner.store.database import Store, store_address

_names = [name.strip().lower() for name in os.environ.get("PLANNER_ALLOW_HOST", "").split(",")]
_store = Store(store_address(), create=False)
demand_users(_store)
_accounts = Accounts(
    _store,
    Doors((*LOOPBACK, *filter(None, _names)), any_address=True),
    secure=os.environ.get("PLANNER_PLAIN_HTTP") != "1",
    behind_proxy=os.environ.get("PLANNER_BEHIND_PROXY") == "1",
)
_shelf = Shelf(_store)
application = make_app(_shelf, _accounts).server
warm_up(_shelf)
if os.environ.get("PLANNER_LOG") == "json":
    log_requests(application)
