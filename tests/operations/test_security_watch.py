"""The notice about an unsafe configuration comes once for each state, and again only when it got worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gateway_rig import until
from secrets_stage import Start, start

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.core.notices import Severity
from clawd_desktop.operations.security_watch import NOTICE, SecurityWatch, counted, state_of, unsaid

QUIET = {"agents": {"defaults": {"workspace": "/srv/clawd", "sandbox": {"mode": "non-main"}}}}


def watch(made: Start, after_s: float = 0.0) -> SecurityWatch:
    return SecurityWatch(made.config, made.paths, made.secrets, made.notices, made.clock, after_s=after_s)


async def begun(folder: Path, **sections: object) -> Start:
    """A start with this configuration; the data folder of tests lies where others can reach it, which is told first."""
    made = await start(folder, json.dumps({**QUIET, **sections}))
    made.paths.state.chmod(0o700)
    return made


async def test_the_same_state_is_told_once(tmp_path: Path) -> None:
    first = await begun(tmp_path, commands={"bash": True})
    await watch(first).look()
    notice = first.notice(NOTICE)
    assert notice is not None
    assert notice.severity is Severity.INFO
    assert "Shell commands can be run from chat" in notice.text
    assert [action.id for action in notice.actions] == ["settings:security"]
    again = await begun(tmp_path, commands={"bash": True})
    await watch(again).look()
    assert again.notice(NOTICE) is None, "the next start says nothing about it"


async def test_what_is_new_or_worse_is_told(tmp_path: Path) -> None:
    await watch(await begun(tmp_path, commands={"bash": True})).look()
    worse = await begun(tmp_path, commands={"bash": True, "useAccessGroups": False})
    await watch(worse).look()
    notice = worse.notice(NOTICE)
    assert notice is not None
    assert notice.severity is Severity.WARNING
    assert "Everybody may use commands" in notice.text
    assert "Shell" not in notice.text


async def test_what_was_mended_and_comes_back_is_told_again(tmp_path: Path) -> None:
    await watch(await begun(tmp_path, commands={"bash": True})).look()
    await watch(await begun(tmp_path)).look()
    back = await begun(tmp_path, commands={"bash": True})
    await watch(back).look()
    assert back.notice(NOTICE) is not None


async def test_a_notice_goes_with_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.operations.security_watch.AFTER_CHANGE_S", 0.0)
    made = await begun(tmp_path, commands={"bash": True}, skills={"load": {}})
    monkeypatch.setattr("clawd_desktop.config.audit_places.is_shared_place", lambda path: False)
    looking = watch(made)
    unsubscribe = looking.start(made.bus)
    await until(lambda: made.notice(NOTICE) is not None, seconds=20)
    await made.config.merge({"commands": {"bash": False}}, None)
    await until(lambda: made.notice(NOTICE) is None, seconds=20)
    unsubscribe()
    await looking.close()


async def test_a_record_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    made = await begun(tmp_path, commands={"bash": True})
    made.paths.own.mkdir()
    record = made.paths.own / "security-told.json"
    record.write_text("{ damaged")
    assert await watch(made).look()
    assert record.read_text() == "{ damaged"


def finding(level: Level, text: str) -> Finding:
    return Finding("config.x", "configuration", level, "T", text)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (None, finding(Level.WARNING, "a."), True),
        (finding(Level.WARNING, "a."), finding(Level.WARNING, "a."), False),
        (finding(Level.WARNING, "a."), finding(Level.ERROR, "a."), True),
        (finding(Level.WARNING, "a."), finding(Level.WARNING, "a, b."), True),
        (finding(Level.WARNING, "a, b."), finding(Level.WARNING, "b."), False),
        (finding(Level.ERROR, "a."), finding(Level.WARNING, "a."), False),
    ],
)
def test_what_is_news(before: Finding | None, now: Finding, told: bool) -> None:
    record = {"config.x": state_of(before)} if before is not None else {}
    assert bool(unsaid([now], record)) is told  # type: ignore[arg-type]


def test_numbers_in_words() -> None:
    rows = [finding(Level.ERROR, ""), finding(Level.WARNING, ""), finding(Level.WARNING, "")]
    assert counted(rows) == "1 error, 2 warnings"
    assert counted(rows[1:]) == "2 warnings"


async def test_a_start_looks_again_only_when_something_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    async def over(*_: object) -> tuple[Finding, ...]:
        looked.append(1)
        return ()

    monkeypatch.setattr("clawd_desktop.operations.security_watch.look_over", over)
    for expected, sections in ((1, {}), (1, {}), (2, {"commands": {"bash": True}}), (2, {"commands": {"bash": True}})):
        made = await begun(tmp_path, **sections)
        started = watch(made)
        forget = started.start(made.bus)
        assert started._task is not None
        await started._task
        assert len(looked) == expected
        forget()
        await started.close()
