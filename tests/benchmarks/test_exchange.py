"""What a method is handed in the forecast benchmark, and what it hands back."""

import datetime as dt
import json
import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks import forecast_ours, forecast_tasks
from benchmarks.forecast_methods import METHODS, Method, PeerError, answer_tasks
from benchmarks.forecast_scores import read_found, score
from benchmarks.forecast_series import Series
from benchmarks.peers import run_simple
from benchmarks.peers.exchange import Answer, answer, read_jobs
from forecasting.events import OUTSIDE, Event, open_day_offsets
from forecasting.history import DAY_S

MONDAY = dt.date(2023, 1, 2)
WEEK = np.array([20.0, 22, 24, 26, 28, 30, 0])


def series():
    gift = Event("mothers_day", (dt.date(2023, 5, 14), dt.date(2024, 5, 12)))
    counts = np.tile(WEEK, 78)[:, None]
    always = np.ones((7, 1), dtype=bool)
    return Series("s", "S", "UTC", DAY_S, "US", MONDAY, counts, always, (gift,))


def answered(folder, monkeypatch, method, name="m"):
    one = series()
    tasks = forecast_tasks.tasks_of(one, quick=True)
    forecast_tasks.write(folder, [one], tasks)
    monkeypatch.setattr(sys, "argv", ["script", str(folder), name])
    answer(method)
    return one, tasks, read_found(folder, name)


def test_nothing_after_the_origin_is_handed_over(tmp_path):
    one = series()
    tasks = forecast_tasks.tasks_of(one)
    forecast_tasks.write(tmp_path, [one], tasks)
    jobs = dict(read_jobs(tmp_path))
    for task in tasks:
        job = jobs[task.name]
        assert job.past_days[-1].date() == task.last
        assert job.days[0].date() == task.first
        assert len(job.past) == (task.last - MONDAY).days + 1


def test_a_weekday_that_history_shows_empty_is_closed(tmp_path):
    one = series()
    forecast_tasks.write(tmp_path, [one], forecast_tasks.tasks_of(one, quick=True))
    _, job = next(read_jobs(tmp_path))
    assert job.open_weekdays.tolist() == [True] * 6 + [False]


def test_offsets_count_open_days_as_the_planner_does(tmp_path):
    one = series()
    forecast_tasks.write(tmp_path, [one], forecast_tasks.tasks_of(one, quick=True))
    _, job = next(read_jobs(tmp_path))
    offsets = job.offsets(job.whole, "mothers_day")
    beyond = pd.date_range(MONDAY, periods=len(job.whole) + 90)
    theirs = open_day_offsets(one.events[0], MONDAY, job.opened(beyond))[0][: len(job.whole)]
    inside = theirs != OUTSIDE
    assert inside.sum() == 18 + 9  # the second window overhangs: its end is beyond the horizon
    assert offsets[inside].tolist() == theirs[inside].tolist()


def test_a_simple_series_is_forecast_without_error(tmp_path, monkeypatch):
    for method in (run_simple.naive, run_simple.last_year, run_simple.four_weeks):
        one, tasks, found = answered(tmp_path, monkeypatch, method)
        assert score(one, tasks, found).wape < 1e-4


def test_our_own_forecast_answers_too(tmp_path, monkeypatch):
    one, tasks, found = answered(tmp_path, monkeypatch, forecast_ours.run)
    assert not found.errors
    scores = score(one, tasks, found)
    assert scores.wape < 0.1
    assert scores.ordinary_95 > 0.9


def test_a_fault_on_one_task_is_told_and_stops_no_other(tmp_path, monkeypatch):
    calls = []

    def sometimes(job):
        calls.append(job)
        if len(calls) == 1:
            raise ArithmeticError("no")
        zero = np.zeros((len(job.days), 1))
        return Answer(zero, np.zeros((4, *zero.shape)))

    _, tasks, found = answered(tmp_path, monkeypatch, sometimes)
    assert found.errors == {tasks[0].name: "ArithmeticError: no"}
    assert set(found.grids) == {task.name for task in tasks[1:]}
    assert set(json.loads((tmp_path / "m.json").read_text())["seconds"]) == set(found.grids)


def test_a_peer_that_ends_with_a_fault_says_why(tmp_path):
    absent = Method("absent", "Absent", "benchmarks.peers.run_absent")
    with pytest.raises(PeerError, match="run_absent"):
        answer_tasks(absent, tmp_path, tmp_path, print)


def test_every_peer_environment_is_pinned():
    here = forecast_tasks.__file__.rsplit("/", 1)[0]
    for place in {method.place for method in METHODS} - {""}:
        lines = pd.read_csv(f"{here}/peers/{place}.txt", header=None)[0]
        assert lines.str.contains("==").all()
