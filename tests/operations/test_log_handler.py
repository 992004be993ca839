"""What is logged is put together at once, is never longer than it may be, and is clean before it is written."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator

import pytest
from operations.log_rig import ScriptedSink, until

from clawd_desktop.operations.log_handler import WHOLE, LogHandler
from clawd_desktop.operations.log_outlet import Outlet, Pace
from clawd_desktop.operations.redaction import Redactor


class Stage:
    def __init__(self, redactor: Redactor) -> None:
        self.sink = ScriptedSink()
        self.failed: list[str] = []
        self.outlet = Outlet(self.sink, lambda outlet: None, Pace(linger_s=0.0, retry_s=0.01))
        self.handler = LogHandler(redactor, self.failed.append)
        self.handler.use((self.outlet,))
        self.handler.start()
        self.log = logging.Logger("clawd.test", logging.DEBUG)
        self.log.addHandler(self.handler)

    def texts(self) -> list[str]:
        self.handler.flush(5)
        return self.sink.texts


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(Redactor())
    yield made
    made.sink.gate.set()
    made.handler.close()


class Loud:
    def __str__(self) -> str:
        return "s" * 5_000

    def __repr__(self) -> str:
        return "r" * 5_000


class Broken:
    def __str__(self) -> str:
        raise RuntimeError("cannot be shown")


def test_values_may_change_afterwards(stage: Stage) -> None:
    seen = [1]
    stage.log.info("with %s", seen)
    seen.append(2)
    assert stage.texts() == ["with [1]"]


@pytest.mark.parametrize(
    ("message", "args", "text"),
    [
        ("a %s b %d c %.1f d %r", ("x", 3, 2.55, None), "a x b 3 c 2.5 d None"),
        ("%(name)s", ({"name": "y" * 3_000},), "y" * 1024 + "… (3,000 characters)"),
        ("%s|%r", (Loud(), Loud()), "s" * 1024 + "… (5,000 characters)|" + "r" * 1024 + "… (5,000 characters)"),
        ("%s", ("z" * 1_000_000,), "z" * 1024 + "… (1,000,000 characters)"),
        ("100 %", (), "100 %"),
        ("%d", ("x",), "%d ('x',) (these do not fit)"),
        ("%s", (Broken(),), "'%s' (could not be put together: RuntimeError)"),
    ],
)
def test_messages(stage: Stage, message: str, args: tuple[object, ...], text: str) -> None:
    stage.log.info(message, *args)
    stage.handler.flush(5)
    assert stage.sink.texts == [text]


def test_what_is_our_own_is_not_cut(stage: Stage) -> None:
    stage.log.warning("stack:\n%s", "x" * 5_000, extra=WHOLE)
    assert stage.texts() == ["stack:\n" + "x" * 5_000]


def test_a_line_has_an_end(stage: Stage) -> None:
    stage.log.info("x" * 1_000_000)
    assert [len(text) for text in stage.texts()] == [64 * 1024]


class Forgetful(Redactor):
    """A redactor with a bug."""

    def clean(self, text: str, longest: int | None = None) -> str:
        if "strange" in text:
            raise ZeroDivisionError
        return super().clean(text, longest)

    def suspects(self, text: str) -> bool:
        if "very strange" in text:
            raise ZeroDivisionError
        return super().suspects(text) or "strange" in text


@pytest.mark.parametrize("text", ["strange", "very strange"])
def test_a_line_that_cannot_be_cleaned_is_not_written(text: str) -> None:
    stage = Stage(Forgetful())
    stage.log.info("one")
    stage.log.info("%s, with a secret", text)
    stage.log.error("two")
    assert stage.texts() == ["one", "two"]
    assert stage.handler.queue.dropped == 1
    assert stage.failed == ["Secrets could not be hidden (ZeroDivisionError), so a line was not written."]
    stage.handler.close()


def test_a_secret_that_is_learnt_later_is_hidden_in_what_waits() -> None:
    redactor = Redactor()
    stage = Stage(redactor)
    stage.log.info("the canary-0815 sings")
    redactor.learn("canary-0815")
    time.sleep(0)
    texts = stage.texts()
    assert texts in (["the [hidden] sings"], ["the canary-0815 sings"])
    stage.log.info("the canary-0815 sings again")
    assert stage.texts()[-1] == "the [hidden] sings again"
    stage.handler.close()


def test_a_line_that_matters_waits_for_the_disk_a_moment_and_not_again(stage: Stage) -> None:
    stage.sink.gate.clear()
    began = time.monotonic()
    for _ in range(200):
        stage.log.warning("slow disk")
    assert time.monotonic() - began < 1.0, "one of them waited for its 50 ms, the others did not"


async def test_a_place_that_hangs_does_not_hold_up_the_loop(stage: Stage) -> None:
    stage.sink.gate.clear()
    longest = 0.0
    for number in range(50):
        began = time.monotonic()
        stage.log.error("hangs %d", number)
        await asyncio.sleep(0)
        longest = max(longest, time.monotonic() - began)
    assert longest < 1.0


def test_a_flood_is_bounded_and_the_log_says_what_is_missing(stage: Stage) -> None:
    stage.sink.gate.clear()
    for number in range(60_000):
        stage.log.info("flood %d", number)
    stage.log.error("the cause")
    stage.sink.gate.set()
    until(lambda: "the cause" in stage.sink.texts, 30)
    until(lambda: any("lines of the log are missing here" in text for text in stage.sink.texts), 30)
    lost = stage.handler.queue.dropped + stage.outlet.queue.dropped
    assert 10_000 < lost < 50_000
    said = sum(int(text.split()[0]) for text in stage.sink.texts if "are missing here" in text)
    assert said == lost


def test_the_writers_own_words_do_not_go_round_in_circles(stage: Stage) -> None:
    stage.sink.error = ZeroDivisionError("a bug in the sink")
    logging.getLogger("clawd.tasks").addHandler(stage.handler)
    try:
        stage.log.info("x")
        until(lambda: stage.outlet.fault != "")
        assert len(stage.outlet.queue) + len(stage.handler.queue) <= 2
    finally:
        logging.getLogger("clawd.tasks").removeHandler(stage.handler)
    stage.sink.error = None


def test_lines_of_many_threads_are_all_there(stage: Stage) -> None:
    def talk(name: int) -> None:
        for number in range(500):
            stage.log.info("%d %d", name, number)

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = stage.texts()
    assert len(found) == 4000
    for name in range(8):
        own = [int(text.split()[1]) for text in found if text.startswith(f"{name} ")]
        assert own == list(range(500)), "the lines of one thread keep their order"
