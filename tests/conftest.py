"""Settings of all tests."""

import os

from hypothesis import settings

# On continuous integration the same cases every time: a new counterexample is found by a person.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
