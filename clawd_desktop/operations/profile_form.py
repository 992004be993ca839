"""What samples come to, for people and for viewers: functions by cost, a tree in text, and speedscope's file; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.operations.sampling import Frame, Samples, ThreadSamples

SHOWN_FUNCTIONS = 30
LEAST_SHARE = 0.01  # of a thread's time; smaller branches are left out of the text
DEEPEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FunctionCost:
    """What one function cost: `own_s` in its own lines, `total_s` with all that it called."""

    frame: Frame
    own_s: float
    total_s: float


@dataclass(slots=True)
class _Node:
    """A function where it was called from, and what was called in it."""

    seconds: float = 0.0
    below: dict[Frame, _Node] = field(default_factory=dict)


def costs(samples: Samples) -> tuple[FunctionCost, ...]:
    """The most costly functions over all threads, those with the most time in their own lines first."""
    own: dict[Frame, float] = defaultdict(float)
    total: dict[Frame, float] = defaultdict(float)
    for thread in samples.threads:
        for number, seconds in thread.order:
            stack = thread.stacks[number]
            if stack:
                own[stack[-1]] += seconds
            for frame in set(stack):  # once, however deep it called itself
                total[frame] += seconds
    rows = (FunctionCost(frame, own[frame], total[frame]) for frame in total)
    return tuple(sorted(rows, key=lambda row: (-row.own_s, -row.total_s, row.frame.name))[:SHOWN_FUNCTIONS])


def text(samples: Samples) -> str:
    """The samples as indented trees, one for each thread that was at work, the costliest first."""
    parts = [
        f"{samples.seconds:.1f} s, {samples.taken:,} samples, one every {samples.interval_s * 1000:.0f} ms; "
        f"sampling cost {samples.overhead:.1%} of a core"
    ]
    for thread in sorted(samples.threads, key=lambda one: -one.busy_s):
        what = "of processor time" if thread.by_cpu else "not waiting"
        share = thread.busy_s / samples.seconds if samples.seconds else 0.0
        parts.append(f"\n{thread.name}: {thread.busy_s:.2f} s {what} ({share:.0%})")
        parts += _lines(_tree(thread), thread.busy_s, 1)
    return "\n".join(parts) + "\n"


def _tree(thread: ThreadSamples) -> _Node:
    root = _Node()
    for number, seconds in thread.order:
        node = root
        for frame in thread.stacks[number]:
            node = node.below.setdefault(frame, _Node())
            node.seconds += seconds
    return root


def _lines(node: _Node, whole: float, depth: int) -> Iterable[str]:
    if depth > DEEPEST_SHOWN:
        return
    for frame, below in sorted(node.below.items(), key=lambda pair: -pair[1].seconds):
        if below.seconds < whole * LEAST_SHARE:
            return
        cost = f"{below.seconds:.3f} s {below.seconds / whole:4.0%}"
        yield f"{'  ' * depth}{cost}  {frame.name}  {frame.file}:{frame.line}"
        yield from _lines(below, whole, depth + 1)


def speedscope(samples: Samples, name: str) -> JsonObject:
    """The file that https://www.speedscope.app opens: one sampled profile for each thread that was at work.

    Source: https://www.speedscope.app/file-format-schema.json.
    """
    numbers: dict[Frame, int] = {}
    profiles: list[JsonValue] = []
    for thread in sorted(samples.threads, key=lambda one: -one.busy_s):
        if not thread.order:
            continue
        stacks: list[JsonValue] = []
        for number, _ in thread.order:
            stacks.append([numbers.setdefault(frame, len(numbers)) for frame in thread.stacks[number]])
        weights: list[JsonValue] = [round(seconds, 6) for _, seconds in thread.order]
        profiles.append(
            {
                "type": "sampled",
                "name": thread.name,
                "unit": "seconds",
                "startValue": 0,
                "endValue": round(thread.busy_s, 6),
                "samples": stacks,
                "weights": weights,
            }
        )
    frames: list[JsonValue] = [{"name": frame.name, "file": frame.file, "line": frame.line} for frame in numbers]
    return {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": name,
        "exporter": "clawd-desktop",
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": profiles,
    }
