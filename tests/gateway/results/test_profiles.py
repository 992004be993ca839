"""What profile.* answers is fixed to the key."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.profiles import CpuProfile, MemoryProfile, Stalls

THREAD = {"name": "MainThread", "busy": 1.0, "clock": "cpu", "samples": 3, "idleSamples": 1}
CPU = {
    "seconds": 1.0, "samples": 4, "intervalMs": 10.0, "overhead": 0.01, "threads": [THREAD], "text": "",
    "top": [{"name": "f", "file": "a.py", "line": 1, "self": 0.5, "total": 1.0}],
}  # fmt: skip
MEMORY = {
    "at": 1, "processMemory": {"rss": 1, "virtual": 2}, "totalMemory": 1, "types": [], "countedInMs": 1.0,
    "heapStatistics": {
        "objects": 1, "objectsSetAside": 1, "objectBytes": 2, "allocatedBlocks": 3, "collections": [1, 2, 3],
    },
    "heapCodeStatistics": {"functions": 1, "bytes": 2}, "longestStallMs": 1.0,
}  # fmt: skip


def test_profiles() -> None:
    assert misfit(CpuProfile, CPU) == ""
    assert misfit(CpuProfile, CPU | {"speedscope": {"anything": 1}}) == ""
    assert misfit(MemoryProfile, MEMORY) == ""
    assert misfit(MemoryProfile, MEMORY | {"usedMemory": None}) != ""


def test_stalls() -> None:
    look = {"after": 0.25, "seen": "busy", "positions": ["a.py:1 in f"]}
    assert misfit(Stalls, {"stalls": [{"at": 1, "seconds": 0.3, "stacks": [look]}]}) == ""
