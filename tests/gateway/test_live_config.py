"""A changed configuration counts at once, or it is said what stands against it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from desktop_session import Bus, secret_service
from running_gateway import PASSWORD, Client, Refusal, running
from secrets_stage import Start, start

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.pins import pinned
from clawd_desktop.cli.target import Target, find_target
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core.errors import Refused, SecretsFault, SecretsState
from clawd_desktop.core.events import GatewayChanged
from clawd_desktop.gateway.host import GatewayHost
from clawd_desktop.gateway.live_config import LiveConfig
from clawd_desktop.operations.gateway_password import SharedSecrets

TEXT = '{"gateway": {"auth": {"password": "one"}, "reload": {"mode": "MODE", "debounceMs": 0}}}'


class Server:
    """A server without a port."""

    addresses = ("ws://127.0.0.1:1",)

    async def start(self) -> None: ...

    async def stop(self, reason: str, restart_ms: int | None = None) -> None: ...


class Scene:
    """Real configuration, secrets and host; the server is told of as little as it needs."""

    def __init__(self, base: Start) -> None:
        self.base = base
        self.used: list[SharedSecrets] = []
        self.followed = 0
        self.is_allowed = True
        self.phases: list[str] = []
        self.fault: SecretsFault | None = None
        base.bus.subscribe(GatewayChanged, lambda event: self.phases.append(event.phase.value))
        self.host = GatewayHost(self._make, self._owner, lambda: 1, base.bus, base.notices, base.clock)
        self.live = LiveConfig(base.config, self.host, base.password, base.mover, base.notices, base.clock, self)
        self.live.listen(base.bus)

    def use(self, found: SharedSecrets) -> None:
        self.used.append(found)

    def follow(self) -> None:
        self.followed += 1

    def allowed(self) -> bool:
        return self.is_allowed

    async def _make(self) -> Server:
        if self.fault is not None:
            raise self.fault
        return Server()

    async def _owner(self, port: int) -> None:
        return None

    async def write(self, text: str) -> None:
        """Edit the file as a person does, and let it be noticed."""
        self.base.paths.config_file.write_text(text)
        await self.base.config.load()

    async def until_used(self, times: int) -> None:
        async with asyncio.timeout(5):
            while len(self.used) < times:
                await asyncio.sleep(0.001)

    async def until_phases(self, *phases: str) -> None:
        async with asyncio.timeout(5):
            while tuple(self.phases) != phases:
                await asyncio.sleep(0.001)

    def text(self, notice_id: str) -> str:
        notice = self.base.notice(notice_id)
        return notice.text if notice is not None else ""


@asynccontextmanager
async def scene(folder: Path, text: str = TEXT.replace("MODE", "hybrid")) -> AsyncIterator[Scene]:
    made = Scene(await start(folder, text))
    try:
        yield made
    finally:
        await made.live.close()
        await made.host.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


async def test_another_password_is_taken_over_without_a_restart(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        await on.host.start()
        await on.write(TEXT.replace("MODE", "hybrid").replace("one", "two"))
        await on.until_used(1)
        assert on.used == [SharedSecrets("two", None)]
        assert on.phases == ["starting", "running"]


async def test_a_file_that_cannot_be_used_stands_in_the_log_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene(tmp_path) as on:
        for text in ('{"gateway": {"port": 0}}', '{"gateway": {"port": 0} }', TEXT.replace("MODE", "hybrid"), "{"):
            await on.write(text)
    said = [line for line in caplog.messages if "cannot be used" in line]
    assert [("gateway.port" in line, "line 1" in line) for line in said] == [(True, False), (False, True)]


async def test_of_many_changes_the_last_one_counts(keyring: Bus, tmp_path: Path) -> None:
    text = TEXT.replace("MODE", "hybrid")
    async with scene(tmp_path, text) as on:
        await on.base.secrets.set("gateway.auth.password", "slow, from the keyring")
        await on.host.start()
        await on.write(text.replace("one", "keyring:gateway.auth.password"))
        await on.write(text.replace("one", "last"))
        await on.until_used(1)
        assert on.used[-1] == SharedSecrets("last", None)


async def test_a_secret_that_was_changed_in_the_keyring_counts_at_once(keyring: Bus, tmp_path: Path) -> None:
    async with scene(tmp_path, TEXT.replace("MODE", "hybrid").replace("one", "keyring:gateway.auth.password")) as on:
        await on.base.secrets.set("gateway.auth.password", "first")
        await on.host.start()
        await on.base.secrets.set("gateway.auth.password", "second")
        await on.until_used(1)
        assert on.used[-1] == SharedSecrets("second", None)


async def test_credentials_that_could_not_be_read_are_taken_when_the_keyring_is_back(
    keyring: Bus, tmp_path: Path
) -> None:
    text = TEXT.replace("MODE", "hybrid")
    async with scene(tmp_path, text) as on:
        await on.base.secrets.set("gateway.auth.password", "in the keyring")
        await on.host.start()
        keyring.stop_keyring()
        await on.write(text.replace("one", "keyring:gateway.auth.password"))
        async with asyncio.timeout(5):
            while on.base.secrets.state is SecretsState.OK:
                await asyncio.sleep(0.001)
        assert on.used == [], "the old ones stay in force"
        keyring.start_keyring()
        await on.base.secrets.retry()
        await on.until_used(1)
        assert on.used[-1] == SharedSecrets("in the keyring", None)


async def test_the_gateway_comes_up_when_the_keyring_is_back(keyring: Bus, tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.fault = SecretsFault("It is locked.", state=SecretsState.LOCKED)
        assert not await on.host.start()
        assert on.text("gateway.port") == "It is locked."
        on.fault = None
        await on.base.secrets.retry()
        await on.until_phases("starting", "failed", "starting", "running")
        assert on.text("gateway.port") == ""


async def test_nothing_starts_that_nobody_asked_for(keyring: Bus, tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        await on.base.secrets.set("other", "x")
        await on.write(TEXT.replace("MODE", "hybrid").replace('"auth"', '"port": 4, "auth"'))
        assert (on.phases, asyncio.all_tasks()) == ([], {asyncio.current_task()})


async def test_another_port_is_tried_at_once_when_the_old_one_was_taken(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.fault = SecretsFault("It is locked.", state=SecretsState.LOCKED)
        await on.host.start()
        on.fault = None
        await on.write(TEXT.replace("MODE", "hybrid").replace('"auth"', '"port": 4, "auth"'))
        await on.until_phases("starting", "failed", "starting", "running")


@pytest.mark.parametrize(
    ("mode", "change", "restarts"),
    [
        ("hybrid", '"port": 4', True),
        ("restart", '"port": 4', True),
        ("hybrid", '"remote": {}', False),
        ("hot", '"remote": {"url": "ws://a"}', False),
        ("restart", '"remote": {"url": "ws://a"}', True),
    ],
)
async def test_what_needs_a_restart_gets_one(tmp_path: Path, mode: str, change: str, restarts: bool) -> None:
    text = TEXT.replace("MODE", mode)
    async with scene(tmp_path, text) as on:
        await on.host.start()
        await on.write(text.replace('"auth"', f'{change}, "auth"'))
        assert on.live.restart_due is restarts
        again = ("stopped", "starting", "running") * restarts
        await on.until_phases("starting", "running", *again)
        assert not on.live.restart_due


@pytest.mark.parametrize("mode", ["hot", "off"])
async def test_a_restart_that_is_not_made_by_itself_is_asked_for_until_it_was_made(tmp_path: Path, mode: str) -> None:
    text = TEXT.replace("MODE", mode)
    async with scene(tmp_path, text) as on:
        await on.host.start()
        await on.write(text.replace('"auth"', '"port": 4, "auth"'))
        await on.write(text.replace('"auth"', '"port": 4, "bind": "lan", "auth"'))
        assert on.text("config.restart") == "These count after a restart of the gateway: gateway.port, gateway.bind."
        assert on.live.restart_due
        assert on.phases == ["starting", "running"]
        await on.host.restart("asked for")
        assert (on.text("config.restart"), on.live.restart_due) == ("", False)


async def test_a_broken_edit_is_told_and_a_mended_one_takes_it_back(tmp_path: Path) -> None:
    text = TEXT.replace("MODE", "hybrid")
    async with scene(tmp_path, text) as on:
        await on.host.start()
        await on.write(text[:-2])
        notice = on.base.notice("config")
        assert notice is not None
        assert "line 1" in notice.text
        assert "stays in force" in notice.text
        assert [action.id for action in notice.actions] == ["config.go_back", "settings:advanced", "page:backup"]
        assert on.base.config.config.gateway.auth.password == "one"
        await on.write(text)
        assert on.text("config") == ""
        assert on.used == [], "nothing had changed"


async def test_a_start_with_a_broken_file_says_so_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path, '{"gateway": ') as on:
        assert "Channels stay off" in on.text("config")


async def test_unknown_keys_are_remarks_the_first_three_by_name(tmp_path: Path) -> None:
    text = '{"gateway": {"auth": {"password": "one"}}, "a": 1, "b": 2, "c": 3, "d": 4}'
    async with scene(tmp_path, text) as on:
        told = on.text("config.warnings")
        assert [key in told for key in ("a:", "b:", "c:", "d:")] == [True, True, True, False]
        assert told.endswith("And 1 more.")
        await on.write('{"gateway": {"auth": {"password": "one"}}}')
        assert on.text("config.warnings") == ""


@pytest.mark.parametrize("mode", ["hybrid", "off"])
async def test_limits_and_proxies_follow_at_once_and_without_a_restart(tmp_path: Path, mode: str) -> None:
    text = TEXT.replace("MODE", mode)
    async with scene(tmp_path, text) as on:
        await on.write(text.replace('"auth"', '"maxConnections": 4, "auth"'))
        assert on.followed == 0, "nothing runs yet; it will be read at the start"
        await on.host.start()
        for number, change in enumerate((
            '"maxConnections": 5', '"connectionTimeout": 2000', '"requestTimeout": 0', '"maxPayloadBytes": 1000',
            '"historyLimit": 50',
            '"rateLimiting": {"enabled": true}', '"trustedProxies": ["10.0.0.1"]',
            '"controlUi": {"allowedOrigins": ["https://a.example"]}',
        )):  # fmt: skip
            await on.write(text.replace('"auth"', f'{change}, "auth"'))
            assert on.followed == number + 1, change
        assert on.phases == ["starting", "running"]
        assert not on.live.restart_due


@pytest.mark.parametrize("mode", ["hybrid", "off"])
async def test_what_may_not_listen_any_more_does_not_go_on(tmp_path: Path, mode: str) -> None:
    """Whatever the mode: the password became weak, or the proxy in front was taken away."""
    text = TEXT.replace("MODE", mode)
    async with scene(tmp_path, text) as on:
        await on.host.start()
        on.is_allowed = False
        await on.write(text.replace("one", "two"))
        await on.until_phases("starting", "running", "stopped", "starting", "running")


# The same through the whole application.


def notices(status: dict[str, object]) -> dict[str, str]:
    """The texts of the notices that a status reports, by id."""
    return {one["id"]: one["text"] for one in status["desktop"]["notices"]}  # type: ignore[index,call-overload]


async def ended(client: Client) -> tuple[int | None, str]:
    """How the gateway closed the socket."""
    async with asyncio.timeout(10):
        while True:
            message = await client._socket.receive()
            if message.type.name in ("CLOSE", "CLOSED", "CLOSING"):
                return client._socket.close_code, str(message.extra)


async def test_a_rotated_password_closes_all_who_came_with_the_old_one(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as one, app.client() as two, app.client() as admin:
        base = (await admin.call("config.get"))["hash"]
        change = {"gateway": {"auth": {"password": "a quite different secret"}}}
        await admin.send("config.patch", raw=change, baseHash=base)
        for client in (one, two, admin):
            assert await ended(client) == (1008, "unauthorized: the gateway secret was changed")
        with pytest.raises(Refusal, match="password mismatch"):
            async with app.client():
                pass
        async with app.client(auth={"password": "a quite different secret"}) as client:
            assert (await client.call("health"))["ok"] is True


async def test_limits_are_those_of_the_file_from_the_moment_it_is_written(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"reload": {"debounceMs": 0}}) as app, app.client() as client:
        file = tmp_path / "clawdbot.json"
        good = file.read_text()
        limit = '"rateLimiting": {"enabled": true, "requestsPerMinute": 1, "burstSize": 2}, "reload"'
        file.write_text(good.replace('"reload"', limit))
        async with asyncio.timeout(20):
            while True:
                refused = await client.final(await client.send("health"))
                if not refused["ok"]:
                    break
        assert refused["error"]["message"] == "too many requests"  # type: ignore[index,call-overload]
        file.write_text(good)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(Refusal):
                    assert (await client.call("health"))["ok"] is True
                    break


async def test_failed_sign_ins_count_after_a_restart(tmp_path: Path) -> None:
    """A10: what was guessed before is not forgotten, and the owner's right password waits with all others."""
    async with running(tmp_path) as app:
        for _ in range(9):
            with pytest.raises(Refusal):
                async with app.client(auth={"password": "wrong"}):
                    pass
        assert (tmp_path / "clawd-desktop" / "failed-sign-ins.json").exists()
    async with running(tmp_path) as app:
        with pytest.raises(Refusal, match="too many failed attempts") as refusal:
            async with app.client():
                pass
        assert 0 < refusal.value.error["retryAfterMs"] <= 16_000  # type: ignore[operator]


async def test_tls_is_turned_on_and_commands_find_their_own_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, gateway={"reload": {"debounceMs": 0}}) as app:
        file = tmp_path / "clawdbot.json"
        file.write_text(file.read_text().replace('"reload"', '"tls": {"enabled": true}, "reload"'))

        async def find() -> Target:
            paths = find_paths({}, tmp_path, tmp_path)
            gateway = Gateway.model_validate({"port": app.port, "tls": {"enabled": True}})
            arguments = Arguments(port=app.port)
            found = await find_target(arguments, {"CLAWDBOT_GATEWAY_PASSWORD": PASSWORD}, gateway, no_keyring)
            return pinned(found, arguments, gateway, paths)

        async with asyncio.timeout(30):
            while True:
                try:
                    async with GatewayClient(await find()) as client:
                        report = await client.request("status")
                    break
                except (NotRunning, Refused):
                    await asyncio.sleep(0.02)
        desktop = report["desktop"]  # type: ignore[index,call-overload]
        assert desktop["addresses"][0] == f"wss://127.0.0.1:{app.port}"
        assert desktop["certificate"] == (await find()).fingerprint


async def no_keyring(text: str) -> str:
    raise AssertionError("the keyring was asked")


async def test_an_edit_on_disk_counts_a_broken_one_is_told_and_a_mended_one_takes_it_back(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"reload": {"debounceMs": 0}}) as app, app.client() as client:
        file = tmp_path / "clawdbot.json"
        good = file.read_text()

        async def until(name: str, said: str) -> None:
            async with asyncio.timeout(10):
                while (await client.call("agent.identity.get"))["name"] != name or (
                    said not in notices(await client.call("status")).get("config", "-")
                ):
                    await asyncio.sleep(0.02)

        named = good.replace('"gateway"', '"ui": {"assistant": {"name": "Molty"}}, "gateway"')
        file.write_text(named)
        await until("Molty", "-")
        file.write_text(named.replace("Molty", "Broken")[:-3])
        await until("Molty", "stays in force")
        file.write_text(named.replace("Molty", "Mended"))
        await until("Mended", "-")


async def test_a_broken_configuration_starts_in_safe_mode_with_the_gateway_up(tmp_path: Path) -> None:
    async with running(tmp_path):
        pass
    file = tmp_path / "clawdbot.json"
    broken = file.read_text()[:-2]
    file.write_text(broken)
    async with running(tmp_path) as app, app.client() as client:
        status = await client.call("status")
        assert status["desktop"]["safeMode"] is True  # type: ignore[index,call-overload]
        assert str(file) in notices(status)["config"]
        shown = await client.call("config.get")
        assert (shown["valid"], shown["raw"]) == (False, broken)
        assert file.read_text() == broken, "it is left as it is"


async def test_a_restart_that_a_client_asks_for_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            assert await client.call("desktop.action", id="gateway.restart") == {"ok": True}
            assert (await client.until("shutdown"))["restartExpectedMs"] == 1500
            assert (await ended(client))[0] == 1012
        async with asyncio.timeout(10):
            while True:
                try:
                    async with app.client() as client:
                        assert (await client.call("health"))["ok"] is True
                        return
                except OSError:
                    await asyncio.sleep(0.01)


async def test_an_applied_change_restarts_even_when_edits_on_disk_do_not(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"reload": {"mode": "off"}}) as app, app.client() as client:
        base = (await client.call("config.get"))["hash"]
        change = {"gateway": {"bind": "auto"}}
        await client.call("config.patch", raw=change, baseHash=base, restartDelayMs=0)
        assert (await client.until("shutdown"))["reason"] == "gateway restarting"
