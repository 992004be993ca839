"""Which commands a node may be asked for, by platform and by what the owner says."""

from __future__ import annotations

import pytest

from clawd_desktop.gateway.node_commands import BY_PLATFORM, CommandRules, allowed, platform_of, refusal, usable

NONE = CommandRules()


@pytest.mark.parametrize(
    ("platform", "family", "expected"),
    [
        ("iOS 18.2", "", "ios"), (" Android 15", "", "android"), ("macOS 15", "", "macos"), ("darwin", "", "macos"),
        ("win32", "", "windows"), ("Windows 11", "", "windows"), ("linux", "iPhone", "linux"), ("", "iPad", "ios"),
        ("?", "Mac", "macos"), ("?", "Windows", "windows"), ("?", "Linux", "linux"), ("?", "Android", "android"),
        ("plan9", "terminal", "unknown"), ("", "", "unknown"),
    ],
)  # fmt: skip
def test_platforms(platform: str, family: str, expected: str) -> None:
    assert platform_of(platform, family) == expected


@pytest.mark.parametrize(
    ("platform", "may", "may_not"),
    [
        ("ios", "canvas.eval camera.snap screen.record location.get", "sms.send system.run browser.proxy"),
        ("android", "canvas.a2ui.push camera.clip sms.send", "system.run system.which"),
        ("macos", "system.run canvas.present system.execApprovals.set browser.proxy", "sms.send"),
        (
            "linux",
            "system.run system.which system.notify system.execApprovals.get browser.proxy",
            "camera.snap sms.send",
        ),
        ("windows", "system.run browser.proxy", "canvas.eval"),
        ("unknown", "sms.send system.run canvas.eval camera.list", "made.up"),
    ],
)
def test_the_table(platform: str, may: str, may_not: str) -> None:
    assert set(may.split()) <= BY_PLATFORM[platform]
    assert not set(may_not.split()) & BY_PLATFORM[platform]


def test_the_owner_adds_and_takes_away_and_taking_away_wins() -> None:
    rules = CommandRules(allow=(" my.thing ", "", "other"), deny=("system.run", "other", " "))
    assert allowed(rules, "linux", "") == (BY_PLATFORM["linux"] | {"my.thing"}) - {"system.run"}
    assert allowed(NONE, "linux", "") == BY_PLATFORM["linux"]


@pytest.mark.parametrize(
    ("command", "declared", "reason"),
    [
        ("system.run", ("system.run",), ""),
        ("camera.snap", ("camera.snap",), "command not allowlisted"),
        ("system.which", ("system.run",), "command not declared by node"),
        ("system.run", (), "node did not declare commands"),
    ],
)
def test_refusals(command: str, declared: tuple[str, ...], reason: str) -> None:
    assert refusal(command, declared, BY_PLATFORM["linux"]) == reason


def test_what_a_node_declares_is_filtered() -> None:
    assert usable([" system.which", "system.run", "camera.snap", "system.run", ""], BY_PLATFORM["linux"]) == (
        "system.run", "system.which",
    )  # fmt: skip
