"""Samples become a list of costs, a tree for people, and the file that speedscope opens."""

from __future__ import annotations

import json

from clawd_desktop.operations.profile_form import costs, speedscope, text
from clawd_desktop.operations.sampling import Frame, Samples, ThreadSamples

MAIN, WORK, DEEP = Frame("main", "a.py", 1), Frame("work", "b.py", 2), Frame("deep", "b.py", 9)
LOOP = ThreadSamples(
    "MainThread", True, [(MAIN, WORK), (MAIN, WORK, DEEP, DEEP), (MAIN,)], [(0, 1.0), (1, 2.0), (0, 1.0), (2, 0.01)], 5
)
OTHER = ThreadSamples("other", False, [(DEEP,)], [(0, 0.5)])
IDLE = ThreadSamples("idle", False, [], [], 9)
SAMPLES = Samples(10.0, 20, 0.01, 0.004, (IDLE, OTHER, LOOP))


def test_costs() -> None:
    rows = {row.frame.name: (row.own_s, row.total_s) for row in costs(SAMPLES)}
    assert rows == {"deep": (2.5, 2.5), "work": (2.0, 4.0), "main": (0.01, 4.01)}
    assert [row.frame.name for row in costs(SAMPLES)] == ["deep", "work", "main"]


def test_the_text_shows_the_costliest_thread_and_branch_first() -> None:
    lines = text(SAMPLES).splitlines()
    assert lines[0] == "10.0 s, 20 samples, one every 10 ms; sampling cost 0.4% of a core"
    assert lines[2] == "MainThread: 4.01 s of processor time (40%)"
    assert lines[3:7] == [
        "  4.010 s 100%  main  a.py:1",
        "    4.000 s 100%  work  b.py:2",
        "      2.000 s  50%  deep  b.py:9",
        "        2.000 s  50%  deep  b.py:9",
    ]
    assert "other: 0.50 s not waiting (5%)" in lines
    assert lines[-1] == "idle: 0.00 s not waiting (0%)"
    assert "0 samples" in text(Samples(0.0, 0, 0.01, 0.0, ()))


def test_speedscope() -> None:
    made = json.loads(json.dumps(speedscope(SAMPLES, "x")))
    assert made["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    assert made["shared"]["frames"] == [
        {"name": "main", "file": "a.py", "line": 1},
        {"name": "work", "file": "b.py", "line": 2},
        {"name": "deep", "file": "b.py", "line": 9},
    ]
    first, second = made["profiles"]
    assert (first["type"], first["name"], first["unit"]) == ("sampled", "MainThread", "seconds")
    assert first["samples"] == [[0, 1], [0, 1, 2, 2], [0, 1], [0]]
    assert first["weights"] == [1.0, 2.0, 1.0, 0.01]
    assert (first["startValue"], first["endValue"]) == (0, 4.01)
    assert (second["name"], second["samples"]) == ("other", [[2]])
    frames = len(made["shared"]["frames"])
    for profile in made["profiles"]:
        assert len(profile["samples"]) == len(profile["weights"])
        assert all(0 <= number < frames for stack in profile["samples"] for number in stack)
