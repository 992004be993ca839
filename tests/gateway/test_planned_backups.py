"""In the running application backups are made by themselves, and buttons and clients can ask for one or pause them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from keeper_stage import Acts, KeeperStage
from running_gateway import Client, Refusal, running

from clawd_desktop.backup import keeper, schedule
from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.planned_backups import backup_actions

DAY_MS = 86_400_000
FEW = {"days": 0, "daily": 1, "weekly": 0, "monthly": 0}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer has been awake for long."""
    monkeypatch.setattr(keeper, "FIRST_S", 0.1)
    monkeypatch.setattr(schedule, "SETTLE_S", 0.0)


async def until(client: Client, condition: Callable[[dict[str, object]], object]) -> dict[str, object]:
    async with asyncio.timeout(30):
        while not condition(listed := await client.call("backup.list")):
            await asyncio.sleep(0.05)
    return listed


async def notice(client: Client, name: str) -> dict[str, object] | None:
    status = await client.call("status")
    return next((each for each in status["desktop"]["notices"] if each["id"] == name), None)  # type: ignore[index]


def good(listed: dict[str, object]) -> list[dict[str, object]]:
    return [one for one in listed["backups"] if one["ok"]]  # type: ignore[attr-defined]


async def _eventually(asked: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(30):
        while not await asked():
            await asyncio.sleep(0.05)


async def test_one_is_made_by_itself_and_the_old_one_goes(tmp_path: Path, at_once: None) -> None:
    folder, state = tmp_path / "disk" / "backups", tmp_path / "state"
    folder.mkdir(parents=True)
    backup = {"destinations": [{"path": str(folder)}], "retention": FEW}
    async with running(state, backup=backup | {"enabled": False}) as app, app.client() as client:
        made = await client.call("backup.create", areas=["config"])
        assert (await until(client, lambda listed: "nextWhy" in listed))["nextCode"] == "off"
    # As if it had been made two days ago.
    now = round(time.time() * 1000)
    records = state / "clawd-desktop" / "backups.json"
    kept = json.loads(records.read_text())
    kept["backups"][0]["atMs"] = now - 2 * DAY_MS
    records.write_text(json.dumps(kept))
    config = json.loads((state / "clawdbot.json").read_text())
    config["backup"]["enabled"] = True
    (state / "clawdbot.json").write_text(json.dumps(config))
    async with running(state) as app, app.client() as client:
        listed = await until(client, lambda listed: any(one["cause"] == "schedule" for one in good(listed)))
        (planned,) = [one for one in good(listed) if one["cause"] == "schedule"]
        assert Path(str(planned["path"])).is_file()
        assert int(str(planned["verifiedMs"])) >= now
        listed = await until(client, lambda listed: listed.get("nextCode") == "waiting")
        assert (await client.call("backup.verify", id=planned["id"]))["cause"] == "schedule"
        assert now < int(str(listed["nextMs"])) <= now + DAY_MS + 3_600_000
        assert [one["id"] for one in good(listed)] == [planned["id"]]
        assert not Path(str(made["path"])).exists(), "the old one went by the rules"
        entries = (await client.call("audit.list"))["entries"]
        acts = {(row["act"], row["subject"]) for row in entries}  # type: ignore[index, attr-defined]
        assert {("backup.created", planned["id"]), ("backup.pruned", made["id"])} <= acts
        services = (await client.call("services.list"))["services"]
        assert any(row["name"] == "backups" for row in services)  # type: ignore[index, attr-defined]


async def test_a_folder_that_fails_is_told_and_a_button_helps(tmp_path: Path, at_once: None) -> None:
    folder = tmp_path / "stick" / "backups"
    async with (
        running(tmp_path / "state", backup={"destinations": [{"path": str(folder)}]}) as app,
        app.client() as client,
    ):
        await _eventually(lambda: notice(client, "backup.planned"))
        told = await notice(client, "backup.planned")
        assert told is not None
        assert told["title"] == "The planned backup failed"
        assert str(told["text"]).startswith(f"{folder} is not there.")
        assert [action["id"] for action in told["actions"]] == ["backup.now", "page:backup"]  # type: ignore[attr-defined, index]
        assert (await client.call("backup.list"))["nextCode"] == "failed"
        folder.parent.mkdir()
        await client.call("desktop.action", id="backup.now")
        await _eventually(lambda: notice(client, "backup.made"))

        async def over() -> bool:
            return await notice(client, "backup.planned") is None

        await _eventually(over)
        (made,) = good(await client.call("backup.list"))
        assert (made["cause"], Path(str(made["path"])).parent) == ("person", folder)


async def test_a_pause_and_its_end(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        until_ms = round(time.time() * 1000) + DAY_MS
        await client.call("desktop.action", id=f"backup.pause:{until_ms}")
        listed = await until(client, lambda listed: listed.get("nextCode") == "paused")
        assert (listed["nextMs"], listed["pausedUntilMs"]) == (until_ms, until_ms)
    async with running(tmp_path) as app, app.client() as client:
        await until(client, lambda listed: listed.get("nextCode") == "paused")
        await client.call("desktop.action", id="backup.resume")
        listed = await until(client, lambda listed: listed.get("nextCode") != "paused")
        assert "pausedUntilMs" not in listed
        with pytest.raises(Refusal, match="milliseconds"):
            await client.call("desktop.action", id="backup.pause:soon")


async def test_a_weekly_plan_is_not_late_after_a_day(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:

        async def limit_h() -> float:
            rules = (await client.call("alerts.rules"))["rules"]
            return float(next(rule["value"] for rule in rules if rule["id"] == "backup.old")) / 3_600  # type: ignore[index, attr-defined, arg-type]

        assert await limit_h() == 36
        snapshot = await client.call("config.get")
        raw = json.dumps({"backup": {"schedule": {"kind": "weekly", "days": ["mon"]}}})
        await client.call("config.patch", raw=raw, baseHash=snapshot["hash"])

        async def changed() -> bool:
            return await limit_h() == 180

        await _eventually(changed)


async def test_in_safe_mode_only_what_a_person_asks_for_is_made(tmp_path: Path, at_once: None) -> None:
    async with running(tmp_path, safe_mode=True) as app, app.client() as client:
        listed = await until(client, lambda listed: "nextWhy" in listed)
        assert (
            listed["nextWhy"]
            == "Clawd Desktop runs in safe mode; until it does not, no backups are made by themselves."
        )
        await client.call("desktop.action", id="backup.now")
        await until(client, good)


async def test_a_restore_waits_for_a_backup_that_is_being_made(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app:
        async with app.client() as client:
            first = await client.call("backup.create", areas=["config"])
            big = state / "skills" / "big"
            big.mkdir(parents=True)
            for number in range(6):
                (big / f"{number}.bin").write_bytes(os.urandom(8 << 20))
            making = await client.send("backup.create", folder=str(tmp_path / "stick"))
            await client.until("backup.progress")
            await client.call("backup.restore", id=first["path"])
            answer = await client.final(making)
            assert answer["ok"] is True, answer
        known: dict[str, object] = {"working": True}

        async def over() -> bool:
            nonlocal known
            try:
                async with app.client() as other:
                    known = await other.call("backup.restores")
            except (OSError, TypeError, Refusal):
                return False  # it is away for a moment
            return not known["working"]

        await _eventually(over)
        assert known["last"]["ok"] is True, known  # type: ignore[index]
    assert len([*(tmp_path / "stick").iterdir()]) == 1


async def test_the_actions(tmp_path: Path) -> None:
    stage, ledger = KeeperStage(tmp_path), Acts()
    desk = await stage.desk(leaveOut=["sessions", "workspace-main"])
    actions = backup_actions(desk, ledger)
    assert set(actions) == {"backup.now", "backup.pause", "backup.resume"}
    await actions["backup.now"]("")
    assert desk.planned.asked
    work = spawn(desk.prune(), name="prune", awaited=True)
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await actions["backup.now"]("")
    await work
    for wrong in ("", "soon", "-5", "9" * 40, "1"):
        with pytest.raises(BadInput):
            await actions["backup.pause"](wrong)
    await actions["backup.pause"]("0")
    await actions["backup.resume"]("")
    assert [act for _, act in ledger.acts] == ["backup.asked", "backup.paused", "backup.resumed"]
    shutil.rmtree(stage.usual, ignore_errors=True)
