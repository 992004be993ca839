"""Settings become places; what cannot be done is said, and does not take the rest with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.config.schema.logs import Logging
from clawd_desktop.operations.log_files import Keeping, Place
from clawd_desktop.operations.log_settings import (
    Surroundings,
    ToConsole,
    ToFile,
    ToServer,
    ToSyslog,
    plan,
    secret_texts,
)
from clawd_desktop.operations.syslog import Address

HERE = Path("/logs")


def planned(raw: dict[str, Any], *, console: bool = False, secrets: dict[str, str] | None = None):
    around = Surroundings(HERE, lambda text: Path("/home") / text.removeprefix("~/"), console)
    return plan(Logging.model_validate(raw), around, secrets or {})


def transport(kind: str, **config: object) -> dict[str, Any]:
    return {"transports": [{"type": kind, "config": config}]}


def test_without_settings_it_is_a_file_a_day_for_two_weeks() -> None:
    made = planned({})
    assert made.targets == (ToFile(Place(HERE), "json", None, Keeping(14, 100_000_000)),)
    assert (made.level, made.subsystems, made.troubles) == ("info", {}, ())


def test_the_interface_of_the_course() -> None:
    made = planned({
        "level": "debug", "format": "text", "retention": {"days": 3, "maxSize": "1.5 GB"}, "file": "~/my.log",
        "subsystems": {"gateway/ws": "warn", "agent": "trace"},
        "transports": [
            {"type": "file", "config": {"path": "more.log", "format": "json", "level": "error"}},
            {"type": "console", "config": {"format": "json", "level": "warn"}},
            {"type": "syslog", "config": {"address": "tcp://h:6514", "facility": "daemon", "level": "info"}},
            {"type": "http", "config": {"url": "https://h/x", "headers": {"A": "b"}, "batch": 5, "flushMs": 100}},
        ],
    })  # fmt: skip
    keeping = Keeping(3, 1_500_000_000)
    assert made.targets == (
        ToFile(Place(HERE, Path("/home/my.log")), "text", None, keeping),
        ToFile(Place(HERE, Path("/home/more.log")), "json", "error", keeping),
        ToConsole("json", "warn"),
        ToSyslog(Address("tcp", "h", 6514), 3, None, "info"),
        ToServer("https://h/x", (("A", "b"),), 5, 0.1),
    )
    assert made.subsystems == {"gateway.ws": "warn", "agent": "trace"}
    assert made.troubles == ()


def test_the_terminal_is_used_where_there_is_one_and_once() -> None:
    style = {"consoleStyle": "compact", "consoleLevel": "error"}
    assert planned(style, console=True).targets[1:] == (ToConsole("compact", "error"),)
    assert planned(style).targets[1:] == ()
    both = planned({**style, **transport("console", format="text")}, console=True)
    assert both.targets[1:] == (ToConsole("pretty", "error"),)


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (transport("file"), "It needs a path"),
        (transport("file", path=7), "path is no text"),
        (transport("syslog", address="ftp://x"), "no address of syslog"),
        (transport("syslog", facility="nonsense"), "facility is 'nonsense'. Choose one of kern, user"),
        (transport("syslog", level="loud"), "level is 'loud'"),
        (transport("http", url="nowhere"), "address of a log server"),
        (transport("http", url="http://x/", batch=0), "batch is 0. Write a number from 1 to 1000"),
        (transport("http", url="http://x/", flushMs="1s"), "flushMs is '1s'"),
        (transport("http", url="http://x/", headers={"A": "b\r\nC: d"}), "letters that no header may have"),
        (transport("http", url="keyring:a.url"), "cannot be had"),
        (transport("console", format="rainbow"), "format is 'rainbow'"),
        ({"redactPatterns": ["(a+)+$"]}, "repeats a group"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_rest_goes_on(raw: dict[str, Any], trouble: str) -> None:
    made = planned(raw)
    assert len(made.troubles) == 1
    assert trouble in made.troubles[0]
    assert len(made.targets) == 1


def test_secrets_come_from_where_they_are_kept() -> None:
    raw = transport("http", url="https://h/", headers={"Authorization": "keyring:log.token", "X": "plain"})
    assert set(secret_texts(Logging.model_validate(raw))) == {"https://h/", "keyring:log.token", "plain"}
    made = planned(raw, secrets={"keyring:log.token": "Bearer x"})
    assert made.targets[1] == ToServer("https://h/", (("Authorization", "Bearer x"), ("X", "plain")))
    assert "Bearer" not in repr(made.targets[1])


def test_expressions_of_a_person_are_used() -> None:
    (pattern,) = planned({"redactPatterns": [r"ACME-\d+"]}).patterns
    assert pattern.search("ACME-1")
