"""What nobody caught is logged, and then told as before."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

from clawd_desktop.operations import last_words


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    told: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *facts: told.append(facts[0]))
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))
    monkeypatch.setattr(logging.getLogger("clawd"), "propagate", True)
    last_words.install()
    last_words.install()
    return told


def test_an_exception_of_the_program(hooks: list[object], caplog: pytest.LogCaptureFixture) -> None:
    error = ZeroDivisionError("x")
    sys.excepthook(ZeroDivisionError, error, None)
    assert hooks == [ZeroDivisionError]
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.CRITICAL, (ZeroDivisionError, error, None))


def test_an_interruption_is_no_crash(hooks: list[object], caplog: pytest.LogCaptureFixture) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert (hooks, caplog.records) == ([KeyboardInterrupt], [])


def test_an_exception_of_a_thread(hooks: list[object], caplog: pytest.LogCaptureFixture) -> None:
    thread = threading.Thread(target=lambda: 1 / 0, name="worker")
    thread.start()
    thread.join()
    assert hooks == [ZeroDivisionError]
    assert "the thread worker ended" in caplog.text
