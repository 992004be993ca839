"""Measures the Chat page: open, scroll back through 10,000 messages, stream an answer. Prints milliseconds.

Run: python tests/bench/chat_page.py [--json FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from clawd_desktop.core.messages import Message, user_message
from clawd_desktop.ui.loop import make_loop
from tests.ui.chat.page_stage import Stage, until
from tests.ui.chat.scripted_chat import MAIN, answer

MANY = 10_000
BODY = (
    "## Answer {n}\n\nSome **words** with `code` and a [link](https://example.org/{n}).\n\n- one\n- two\n\n"
    "```python\ndef f(x):\n    return x + {n}\n```\n\n| a | b |\n|---|---|\n| 1 | {n} |\n"
)
START = 1_759_000_000_000


def conversation() -> list[Message]:
    """10,000 messages, half of them formatted answers."""
    asked = [user_message(f"question {n}", now_ms=START + n) for n in range(MANY // 2)]
    answers = [answer(BODY.format(n=n), START + n) for n in range(MANY // 2)]
    return [message for pair in zip(asked, answers, strict=True) for message in pair]


def spread(samples: list[float]) -> dict[str, float]:
    """Median, 99th percentile and worst, in milliseconds."""
    ordered = sorted(samples)
    picks = {"p50": len(ordered) // 2, "p99": int(len(ordered) * 0.99), "max": len(ordered) - 1}
    return {name: round(ordered[at] * 1000, 2) for name, at in picks.items()}


async def scroll(stage: Stage) -> dict[str, float]:
    """Wheel upwards step by step, older pages included."""
    samples = []
    bar = stage.page.view.verticalScrollBar()
    for _ in range(600):
        begin = time.perf_counter()
        bar.setValue(max(0, bar.value() - 120))
        samples.append(time.perf_counter() - begin)
        await asyncio.sleep(0)
    return spread(samples)


async def all_pages(stage: Stage) -> float:
    """Milliseconds to read back to the very first message."""
    begin = time.perf_counter()
    while stage.texts()[0] != "question 0":
        stage.page.view.verticalScrollBar().setValue(0)
        await asyncio.sleep(0)
    return round((time.perf_counter() - begin) * 1000, 1)


async def stream(stage: Stage) -> tuple[dict[str, float], dict[str, float]]:
    """A long answer that grows by one step for each repaint: the time in the slot, and in painting the view."""
    stage.page.jump.click()
    stage.chat.start(MAIN, "r")
    await until(lambda: stage.page.conversation.running)
    text, slots, paints = "", list[float](), list[float]()
    for n in range(150):
        text += BODY.format(n=n) if n % 5 == 0 else f"And {n} more words of the answer, one after the other. " * 4
        stage.chat.say(MAIN, text)
        stage.page._bridge._pause.stop()
        begin = time.perf_counter()
        stage.page._bridge._flush()
        stage.page.view.refresh()
        between = time.perf_counter()
        stage.page.view.viewport().grab()
        slots.append(between - begin)
        paints.append(time.perf_counter() - between)
        await asyncio.sleep(0)
    print(f"{'answer':>15}: {len(text)} characters")
    return spread(slots), spread(paints)


async def measure(application: QApplication) -> dict[str, object]:
    """All figures."""
    messages = conversation()
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        stage = Stage(Path(folder), messages)
        built = time.perf_counter()
        await stage.ready()
        stage.page.view.refresh()
        stage.page.grab()
        figures: dict[str, object] = {
            "build": round((built - begin) * 1000, 1),
            "open": round((time.perf_counter() - built) * 1000, 1),
            "scroll step": await scroll(stage),
            "read back all": await all_pages(stage),
            "layouts": stage.page.view.cache.count,
        }
        figures["stream slot"], figures["stream paint"] = await stream(stage)
        stage.page.hide()
        return figures


def main() -> None:
    """Measure, print, and write to a file when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        figures = runner.run(measure(application))
    for name, value in figures.items():
        print(f"{name:>15}: {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
