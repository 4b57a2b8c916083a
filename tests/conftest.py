"""Settings of all tests."""

import os

# As the program sets it: before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# On continuous integration the same cases every time: a new counterexample is found by a person.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
