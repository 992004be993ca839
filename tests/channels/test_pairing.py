"""Senders are let in by their code, in the files that Clawdbot reads and writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clawd_desktop.channels.pairing import ChannelPairing, channel_name
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound, StorageFault, Unreadable


def stamp(clock: ManualClock, minutes_ago: float) -> str:
    moment = datetime.fromtimestamp(clock.wall_ms() / 1000, UTC) - timedelta(minutes=minutes_ago)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Scene:
    """The files of one channel."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.folder = folder / "credentials"
        self.folder.mkdir()
        self.pairing = ChannelPairing(self.folder, self.clock)
        self.requests = self.folder / "telegram-pairing.json"
        self.allowed = self.folder / "telegram-allowFrom.json"

    def wait(self, *senders: tuple[str, str, float]) -> None:
        rows = [
            {"id": sender, "code": code, "createdAt": stamp(self.clock, age), "lastSeenAt": stamp(self.clock, 0)}
            for sender, code, age in senders
        ]
        self.requests.write_text(json.dumps({"version": 1, "requests": rows}))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def test_nobody_waits_at_first(scene: Scene) -> None:
    assert await scene.pairing.waiting("telegram") == ()
    assert await scene.pairing.allowed("telegram") == ()
    assert list(scene.folder.iterdir()) == [], "looking makes no file"


async def test_a_request_lives_for_an_hour(scene: Scene) -> None:
    scene.wait(("1", "AAAA2222", 59), ("2", "BBBB3333", 61))
    assert [(each.id, each.code) for each in await scene.pairing.waiting(" Telegram ")] == [("1", "AAAA2222")]
    with pytest.raises(NotFound, match="No pending pairing request found for code: BBBB3333"):
        await scene.pairing.approve("telegram", "BBBB3333")


async def test_a_code_in_any_case_lets_its_sender_in_and_nobody_else(scene: Scene) -> None:
    scene.allowed.write_text(json.dumps({"version": 1, "allowFrom": ["0"], "kept": True}))
    scene.wait(("1", "AAAA2222", 1), ("2", "BBBB3333", 2), ("3", "CCCC4444", 90))
    assert (await scene.pairing.approve("telegram", " aaaa2222 ")).id == "1"
    assert await scene.pairing.allowed("telegram") == ("0", "1")
    stored = json.loads(scene.requests.read_text())
    assert [row["id"] for row in stored["requests"]] == ["2"], "what is too old goes too"
    assert stored["version"] == 1
    assert json.loads(scene.allowed.read_text())["kept"] is True
    with pytest.raises(NotFound):
        await scene.pairing.approve("telegram", "AAAA2222")


async def test_a_sender_who_may_already_is_not_listed_twice_and_a_star_never(scene: Scene) -> None:
    scene.allowed.write_text(json.dumps({"version": 1, "allowFrom": ["1"]}))
    scene.wait(("1", "AAAA2222", 1), ("*", "BBBB3333", 1))
    await scene.pairing.approve("telegram", "AAAA2222")
    await scene.pairing.approve("telegram", "BBBB3333")
    assert await scene.pairing.allowed("telegram") == ("1",)


@pytest.mark.parametrize("which", ["requests", "allowed"])
async def test_a_file_that_cannot_be_read_is_never_overwritten(scene: Scene, which: str) -> None:
    scene.wait(("1", "AAAA2222", 1))
    file: Path = getattr(scene, which)
    file.write_text("{broken")
    with pytest.raises(Unreadable):
        await scene.pairing.approve("telegram", "AAAA2222")
    assert file.read_text() == "{broken"
    if which == "allowed":
        assert "AAAA2222" in scene.requests.read_text(), "who was not let in still waits"


async def test_who_was_let_in_stays_so_when_the_disk_refuses_the_rest(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clawd_desktop.core import safeio

    scene.wait(("1", "AAAA2222", 1))
    write = safeio.write_file

    def refuse_requests(path: Path, data: bytes) -> None:
        if path == scene.requests:
            raise StorageFault("The disk is full.")
        write(path, data)

    monkeypatch.setattr(safeio, "write_file", refuse_requests)
    with pytest.raises(StorageFault):
        await scene.pairing.approve("telegram", "AAAA2222")
    assert await scene.pairing.allowed("telegram") == ("1",)
    assert len(await scene.pairing.waiting("telegram")) == 1, "it can be approved again"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A" * 65, "..", "tele gram"])
def test_a_channel_name_is_no_path(name: str) -> None:
    with pytest.raises(BadInput, match="invalid pairing channel"):
        channel_name(name)


def test_the_case_of_a_channel_name_does_not_matter() -> None:
    assert channel_name(" Telegram") == "telegram"
