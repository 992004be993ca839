"""Whether somebody may be disturbed: hours, a mute that survives a restart, the system's own switch, exceptions."""

from __future__ import annotations

from pathlib import Path

import pytest
from alert_stage import AlertStage, until

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.operations import quiet
from clawd_desktop.operations.quiet import Quietness, topics_of

ALWAYS = {"hours": [{"from": "00:00", "to": "00:00"}], "timezone": "UTC"}


@pytest.mark.parametrize(
    ("settings", "topics", "held"),
    [
        ({}, ["disk.low"], False),
        (ALWAYS, ["disk.low"], True),
        (ALWAYS, [], True),
        (ALWAYS, ["approvals"], False),
        (ALWAYS, ["security"], False),
        (ALWAYS, ["critical"], True),
        (ALWAYS | {"except": ["critical", "disk.low"]}, ["critical"], False),
        (ALWAYS | {"except": ["critical", "disk.low"]}, ["disk.low"], False),
        (ALWAYS | {"except": ["critical", "disk.low"]}, ["approvals"], True),
    ],
)
async def test_who_breaks_through(tmp_path: Path, settings: dict[str, object], topics: list[str], held: bool) -> None:
    stage = AlertStage(tmp_path, quiet=settings)
    stage.quiet.configure()
    assert stage.quiet.holds(topics) is held


@pytest.mark.parametrize(
    ("notice_id", "severity", "topics"),
    [
        ("approval.1", Severity.ACTION, {"approvals"}),
        ("pairing.x", Severity.ACTION, {"approvals"}),
        ("gateway.exposed", Severity.INFO, {"security"}),
        ("secrets.plain_text", Severity.WARNING, {"security"}),
        ("gateway.port", Severity.ERROR, {"critical"}),
        ("alert.a1", Severity.WARNING, {"disk.low"}),
        ("keyring", Severity.WARNING, set()),
    ],
)
def test_what_a_notice_is_about(notice_id: str, severity: Severity, topics: set[str]) -> None:
    rule = "disk.low" if notice_id.startswith("alert.") else ""
    assert topics_of(Notice(notice_id, severity, "T", "x", topic=rule)) == topics


async def test_a_mute_ends_survives_a_restart_and_can_be_taken_back(tmp_path: Path) -> None:
    stage = AlertStage(tmp_path)
    await stage.quiet.start()
    await stage.quiet.mute(1_800)
    assert stage.quiet.state() == Quietness("muted", stage.now + 1_800_000)
    await stage.quiet.close()
    again = AlertStage(tmp_path, clock=stage.clock)
    await again.quiet.start()
    assert again.quiet.state().because == "muted"
    stage.manual.advance(1_801)
    assert not again.quiet.state().on
    await again.quiet.mute(1_800)
    await again.quiet.mute(0)
    assert not again.quiet.state().on
    await again.quiet.close()


@pytest.mark.parametrize("seconds", [-1, 8 * 86_400])
async def test_a_mute_has_bounds(tmp_path: Path, seconds: int) -> None:
    with pytest.raises(BadInput, match="a week at most"):
        await AlertStage(tmp_path).quiet.mute(seconds)


async def test_a_clock_that_is_set_back_mutes_nobody_for_ever(tmp_path: Path) -> None:
    stage = AlertStage(tmp_path)
    await stage.quiet.mute(3_600)
    stage.manual.jump_wall(-30 * 86_400)
    assert not stage.quiet.state().on


async def test_a_file_that_cannot_be_read_mutes_nobody_and_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "quiet.json").write_text("{broken")
    stage = AlertStage(tmp_path)
    await stage.quiet.start()
    assert not stage.quiet.state().on
    await stage.quiet.close()
    assert (tmp_path / "quiet.json").read_text() == "{broken"


async def test_the_end_is_told_once(tmp_path: Path) -> None:
    stage, ends = AlertStage(tmp_path), list[int]()
    await stage.quiet.start()
    leave = stage.quiet.on_end(lambda: ends.append(1))
    await stage.quiet.mute(60)
    stage.quiet.tick()
    assert ends == []
    stage.manual.advance(61)
    stage.quiet.tick()
    stage.quiet.tick()
    assert ends == [1]
    leave()
    leave()
    await stage.quiet.mute(60)
    await stage.quiet.mute(0)
    assert ends == [1]
    await stage.quiet.close()


async def test_the_systems_switch_is_followed_where_it_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "LOOK_EVERY_S", 0.001)
    stage = AlertStage(tmp_path)
    stage.system = True
    await stage.quiet.start()
    await until(lambda: stage.quiet.state() == Quietness("system", 0, follows_system=True))
    stage.use(quiet={"followSystem": False})
    assert stage.quiet.state() == Quietness()
    stage.use()
    stage.system = False
    await until(lambda: stage.quiet.state() == Quietness("", 0, follows_system=False))
    await stage.quiet.close()


async def test_where_it_cannot_be_read_it_is_not_followed_and_that_is_known(tmp_path: Path) -> None:
    stage = AlertStage(tmp_path)
    await stage.quiet.start()
    assert stage.quiet.state() == Quietness("", 0, follows_system=None)
    await stage.quiet.close()


async def test_an_unknown_zone_is_said_and_this_computers_is_used(tmp_path: Path) -> None:
    stage = AlertStage(tmp_path, quiet=ALWAYS | {"timezone": "Europe/Atlantis"})
    stage.quiet.configure()
    notice = stage.notice("monitoring.quiet")
    assert notice is not None
    assert "Europe/Atlantis" in notice.text
    assert stage.quiet.state().because == "hours"
    stage.use(quiet=ALWAYS)
    assert stage.notice("monitoring.quiet") is None
