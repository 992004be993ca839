"""Which gateway and which secret: files and environment before the configuration, never readable on a network."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from clawd_desktop.cli import target
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.door import LocalPass
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.target import Target, find_target, is_loopback, no_pass
from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import BadInput, NotFound, Refused, SecretsFault, SecretsState, Unavailable
from clawd_desktop.core.values import JsonObject

LOCAL: JsonObject = {"port": 19_001, "auth": {"mode": "password", "password": "keyring:gateway.auth.password"}}


async def from_keyring(text: str) -> str:
    return f"resolved {text}"


async def no_keyring(text: str) -> str:
    raise AssertionError("the keyring was asked")


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """A port on which somebody listens."""
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def find(arguments: Arguments, gateway: JsonObject, environ: dict[str, str], resolve=from_keyring) -> Target:
    return await find_target(arguments, environ, Config.model_validate({"gateway": gateway}).gateway, resolve)


async def test_the_configuration_names_port_and_secret() -> None:
    async with listening() as port:
        found = await find(Arguments(), LOCAL | {"port": port}, {})
    assert found == Target(f"ws://127.0.0.1:{port}", password="resolved keyring:gateway.auth.password")


async def test_the_argument_wins_over_the_configured_port() -> None:
    async with listening() as port:
        assert (await find(Arguments(port=port), LOCAL, {})).url == f"ws://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ({}, ("", "resolved keyring:gateway.auth.password")),
        ({"mode": "token", "token": "t"}, ("resolved t", "")),
        ({"token": "t", "password": "p"}, ("resolved t", "resolved p")),
    ],
)
async def test_without_a_configuration_the_password_has_its_usual_name(auth: JsonObject, expected) -> None:
    async with listening() as port:
        found = await find(Arguments(), {"port": port, "auth": auth}, {})
    assert (found.token, found.password) == expected


async def test_a_secret_that_is_nowhere_is_none() -> None:
    async def nowhere(text: str) -> str:
        raise NotFound("The secret is not in the keyring.")

    async with listening() as port:
        assert (await find(Arguments(), LOCAL | {"port": port}, {}, nowhere)).password == ""


async def test_when_nobody_listens_the_keyring_is_left_alone() -> None:
    with pytest.raises(NotRunning, match=r"No gateway answers at ws://127\.0\.0\.1:9\."):
        await find(Arguments(port=9), LOCAL, {}, no_keyring)


@pytest.mark.parametrize("brand", ["CLAWDBOT", "MOLTBOT", "OPENCLAW"])
@pytest.mark.parametrize(("name", "attribute"), [("GATEWAY_PASSWORD", "password"), ("GATEWAY_TOKEN", "token")])
async def test_the_environment_spares_the_keyring(brand: str, name: str, attribute: str) -> None:
    found = await find(Arguments(), LOCAL, {f"{brand}_{name}": "from outside"}, no_keyring)
    assert getattr(found, attribute) == "from outside"


async def test_a_password_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("from a file\n")
    found = await find(Arguments(password_file=tmp_path / "p"), LOCAL, {"CLAWDBOT_GATEWAY_PASSWORD": "x"}, no_keyring)
    assert found.password == "from a file"


async def test_a_password_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        await find(Arguments(password_file=tmp_path / "p"), LOCAL, {})


async def test_remote_mode_takes_the_other_gateways_address_and_secret() -> None:
    async with listening() as port:
        remote: JsonObject = {"mode": "remote", "remote": {"url": f"wss://127.0.0.1:{port}", "token": "t"}}
        found = await find(Arguments(), LOCAL | remote, {})
    assert found == Target(f"wss://127.0.0.1:{port}", token="resolved t")


async def test_remote_mode_without_an_address_says_what_to_set() -> None:
    with pytest.raises(BadInput, match=r"gateway\.remote\.url is empty"):
        await find(Arguments(), LOCAL | {"mode": "remote"}, {})


async def test_our_own_secret_is_not_shown_to_another_user_who_took_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    async def mallory(port: int) -> str:
        return "mallory"

    monkeypatch.setattr(target, "stranger_on", mallory)
    async with listening() as port:
        with pytest.raises(Refused, match=f"Port {port} belongs to user mallory"):
            await find(Arguments(), LOCAL | {"port": port}, {}, no_keyring)
        variable = {"CLAWDBOT_GATEWAY_PASSWORD": "of our own gateway"}
        with pytest.raises(Refused, match="--password-file"):
            await find(Arguments(), LOCAL | {"port": port}, variable, no_keyring)
        given = await find(Arguments(url=f"ws://127.0.0.1:{port}"), LOCAL, variable, no_keyring)
    assert given.password == "of our own gateway", "whoever names an address means it"


async def test_our_own_secret_is_not_shown_to_a_stranger() -> None:
    found = await find(Arguments(url="wss://stranger.example"), LOCAL, {}, no_keyring)
    assert (found.token, found.password) == ("", "")


@pytest.mark.parametrize("url", ["ws://192.0.2.1:1", "ws://far.example:1", "ws://127.0.0.1.example:1"])
async def test_a_secret_never_travels_readable(url: str) -> None:
    with pytest.raises(BadInput, match="another computer"):
        await find(Arguments(url=url), LOCAL, {}, no_keyring)


@pytest.mark.parametrize("url", ["ws://", "ws://127.0.0.1:99999", "ftp://127.0.0.1", "ws://[::1"])
async def test_an_impossible_address_is_told(url: str) -> None:
    with pytest.raises(BadInput, match="is no gateway address"):
        await find(Arguments(url=url), LOCAL, {}, no_keyring)


async def test_a_locked_keyring_offers_the_environment() -> None:
    async def locked(text: str) -> str:
        raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED, hint="Unlock it.")

    async with listening() as port:
        with pytest.raises(SecretsFault) as fault:
            await find(Arguments(port=port), LOCAL, {}, locked)
    assert fault.value.hint == "Unlock it. Or set CLAWDBOT_GATEWAY_PASSWORD for this command."


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("ws://127.0.0.1:1", True),
        ("ws://127.8.8.8", True),
        ("ws://[::1]:1", True),
        ("ws://localhost", True),
        ("ws://localhost.example", False),
        ("ws://10.0.0.1", False),
    ],
)
def test_loopback_is_told_from_the_rest(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_secrets_are_not_in_the_representation() -> None:
    assert "hush" not in repr(Target("ws://x", token="hush", password="hush"))


async def test_a_hash_is_not_shown_in_place_of_the_password() -> None:
    text = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43

    async def kept(_: str) -> str:
        return text

    async with listening() as port:
        with pytest.raises(Refused, match="only a hash"):
            await find(Arguments(), {"port": port, "auth": {"password": text}}, {}, kept)


def giving(*addresses: str) -> Callable[[], Awaitable[LocalPass | None]]:
    async def local() -> LocalPass | None:
        return LocalPass("a-pass", addresses, "", 60_000)

    return local


async def silent() -> LocalPass | None:
    raise Unavailable("It does not answer.")


async def found_with(
    local: Callable[[], Awaitable[LocalPass | None]], arguments: Arguments, gateway: JsonObject
) -> Target:
    section = Config.model_validate({"gateway": gateway}).gateway
    environ = {"CLAWDBOT_GATEWAY_PASSWORD": "of the environment"}
    return await find_target(arguments, environ, section, no_keyring, local)


async def test_the_own_gateway_is_shown_a_pass() -> None:
    found = await found_with(giving("ws://127.0.0.1:19001", "ws://[::1]:19001"), Arguments(), LOCAL)
    assert found == Target("ws://127.0.0.1:19001", password="a-pass")


@pytest.mark.parametrize(
    ("local", "arguments", "gateway"),
    [
        (giving("ws://127.0.0.1:19002"), Arguments(), LOCAL),
        (giving("ws://127.0.0.1:19001"), Arguments(url="ws://127.0.0.1:19001"), LOCAL),
        (giving("ws://127.0.0.1:19001"), Arguments(port=19_003), LOCAL),
        (giving("wss://far:1"), Arguments(), {"mode": "remote", "remote": {"url": "wss://far:1"}}),
        (no_pass, Arguments(), LOCAL),
        (silent, Arguments(), LOCAL),
    ],
)
async def test_any_other_gateway_is_shown_the_password(
    local: Callable[[], Awaitable[LocalPass | None]], arguments: Arguments, gateway: JsonObject
) -> None:
    assert (await found_with(local, arguments, gateway)).password == "of the environment"


async def test_a_password_file_is_what_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("of the file\n")
    found = await found_with(giving("ws://127.0.0.1:19001"), Arguments(password_file=tmp_path / "p"), LOCAL)
    assert found.password == "of the file"
