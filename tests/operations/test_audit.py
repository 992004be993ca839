"""Recording never waits and never fails; what was recorded is on the disk soon, without secrets."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway_rig import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Ledger
from clawd_desktop.operations import audit
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.audit_files import AuditFiles
from clawd_desktop.operations.redaction import Redactor


class Scene:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "audit"
        self.clock, self.redactor = ManualClock(), Redactor()
        self.notices = NoticeBoard(EventBus())
        self.ledger = AuditLedger(self.folder, self.redactor, self.notices, self.clock)


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    made = Scene(folder)
    await made.ledger.open()
    yield made
    await made.ledger.close()


async def test_it_fulfils_the_port_and_says_who_did_what(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        ledger: Ledger = on.ledger
        ledger.record("device:1", "config.set", "gateway.port")
        ledger.record("203.0.113.9", "login", "wrong password", ok=False, detail="locked")
        found = await on.ledger.entries(10)
        said = [(each.seq, each.actor, each.act, each.subject, each.ok, each.detail) for each in found]
        assert said == [
            (2, "203.0.113.9", "login", "wrong password", False, "locked"),
            (1, "device:1", "config.set", "gateway.port", True, ""),
        ]
        assert found[0].at_ms == on.clock.wall_ms()
        assert on.ledger.verify() == ()


async def test_no_secret_is_ever_in_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.redactor.learn("canary-0815")
        on.ledger.record("canary-0815", "x canary-0815", "id canary-0815", detail="password=hunter22222 canary-0815")
        await on.ledger.entries(1)
    text = "".join(path.read_text() for path in on.folder.iterdir())
    assert "canary" not in text
    assert "hunter" not in text


async def test_the_same_again_is_counted(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        for _ in range(1_000):
            on.ledger.record("a", "b", "c")
        on.clock.advance(61)
        on.ledger.record("a", "b", "c")
        on.ledger.record("a", "b", "c")
    found = AuditFiles(on.folder).newest(10, None)
    assert [each.detail for each in found] == ["1 more of these", "999 more of these before", ""]


async def test_memory_is_bounded_whatever_comes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(audit, "MOST_WAITING", 50)
    on = Scene(tmp_path)
    for number in range(3_000):
        on.ledger.record("a", "b", str(number))
    assert len(on.ledger._waiting) == 50
    assert len(on.ledger._same) <= 1_000
    await on.ledger.open()
    await until(lambda: not on.ledger._waiting)
    await on.ledger.close()
    found = AuditFiles(on.folder).newest(1, None)
    assert (found[0].act, found[0].detail) == ("audit.lost", "2950 entries could not be kept")


async def test_it_may_be_called_from_any_thread_and_after_the_end(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        threads = [threading.Thread(target=on.ledger.record, args=("a", "b", str(number))) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        await until(lambda: len(AuditFiles(on.folder).newest(100, None)) == 20)
    on.ledger.record("a", "b", "too late")


async def test_a_disk_that_refuses_is_told_of_once_and_waited_for(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(audit, "_RETRY_S", 0.01)
    (tmp_path / "audit").write_text("in the way")
    async with scene(tmp_path) as on:
        for number in range(5):
            on.ledger.record("a", "b", str(number))
        await until(lambda: bool(on.notices.current()))
        (notice,) = on.notices.current()
        assert notice.id == audit.NOTICE
        assert (tmp_path / "audit").read_text() == "in the way"
        (tmp_path / "audit").unlink()
        await until(lambda: not on.notices.current())
        assert len(await on.ledger.entries(10)) == 5
        assert on.ledger.verify() == ()


async def test_closing_with_a_disk_that_refuses_ends(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("in the way")
    async with scene(tmp_path) as on:
        on.ledger.record("a", "b", "c")
