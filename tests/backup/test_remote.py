"""Programs that are run for backups: what they say in the end, what nobody else may see, and how they are stopped."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from clawd_desktop.backup import remote
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.remote import Meaning, Order, Program
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.values import JsonObject

SHELL = Program(
    "sh",
    {3: Meaning("there is no such folder", "Check the place.", NotFound)},
    {"wrong password": Meaning("the password is wrong", "Enter it again.", BadInput)},
)


def script(text: str, **more: object) -> Order:
    return Order(("-c", text), **more)  # type: ignore[arg-type]


def test_what_it_writes_comes_back_and_json_is_heard() -> None:
    heard: list[JsonObject] = []
    order = script("""echo plain; echo '{"n": 1}'; echo '{broken'; echo '{"n": 2}'""", hear=heard.append)
    assert remote.run(SHELL, order) == b"plain\n{broken\n"
    assert heard == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (
            "echo first >&2; echo last >&2; exit 3",
            NotFound,
            r"sh: there is no such folder \(last\)\. Check the place\.",
        ),
        ("echo Fatal: Wrong Password >&2; exit 1", BadInput, "the password is wrong"),
        ("exit 77", Unavailable, r"sh: it ended with 77 \(it said nothing\)"),
        ("kill -9 $$", Unavailable, "ended with -9"),
        ("printf '\\377\\376' >&2; exit 1", Unavailable, "ended with 1"),
    ],
)
def test_each_failure_is_a_sentence(text: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        remote.run(SHELL, script(text))


def test_an_error_that_is_heard_as_json_is_told_too() -> None:
    text = """echo '{"level":"error","msg":"it broke"}' >&2; exit 1"""
    with pytest.raises(Unavailable, match="it broke"):
        remote.run(SHELL, script(text, hear=lambda line: None, hear_errors=True))


def test_secrets_are_in_the_environment_and_in_no_error() -> None:
    secret = "hunter2hunter2"
    order = script('test "$PASS" = hunter2hunter2 || true; echo "$PASS at http://me:$PASS@host" >&2; exit 1')
    with pytest.raises(BadInput, match="command line"):
        remote.run(SHELL, Order(order.arguments, {"PASS": secret}))
    order = script('echo "$PASS at http://me:other@host" >&2; exit 1', secrets={"PASS": secret})
    with pytest.raises(Unavailable) as raised:
        remote.run(SHELL, order)
    assert secret not in str(raised.value)
    assert "… at http://…@host" in str(raised.value)
    assert secret not in repr(order)


def test_our_own_variables_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAWDBOT_GATEWAY_TOKEN", "canary")
    monkeypatch.setenv("OTHER", "there")
    said = remote.run(SHELL, script("env"))
    assert b"canary" not in said
    assert b"OTHER=there" in said


def test_stopping_ends_the_program(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    order = script(f"echo $$ > '{mark}'; exec sleep 600")
    started = time.monotonic()
    with pytest.raises(Stopped):
        remote.run(SHELL, order, stopped=lambda: mark.exists() and bool(mark.read_text().strip()))
    assert time.monotonic() - started < 30
    assert not psutil.pid_exists(int(mark.read_text()))


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match="no-such-program is not installed"):
        remote.run(Program("no-such-program", {}, {}), Order(()))


@pytest.mark.parametrize("text", ["", "-r", "--config=/x", "a\0b"])
def test_a_place_is_no_option(text: str) -> None:
    with pytest.raises(BadInput):
        remote.positional(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-26T07:26:53.707977919Z", 1_795_678_013_000),
        ("2026-11-26T08:26:53.7+01:00", 1_795_678_013_000),
        ("2026-11-26T07:26:53Z", 1_795_678_013_000),
        ("", 0),
        ("yesterday", 0),
    ],
)
def test_times_are_read_with_their_zone(text: str, moment: int) -> None:
    assert remote.moment_ms(text) == moment
