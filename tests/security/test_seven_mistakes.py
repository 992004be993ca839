"""The seven mistakes that broke gateways of this kind, each tried as an attack over real sockets and files."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from gateway_rig import SECRET, Closed, Device, Frame, Rig, connect_params, header, http, rig, upgrade
from running_gateway import Refusal, Running, running

from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials
from clawd_desktop.models import local

ALL = ["operator.admin", "operator.read", "operator.write", "operator.pairing", "operator.approvals"]
CANARY = "canary-outside-0123456789"


async def let_in(gateway: Rig, **changes: Any) -> bool:
    """Whether a connect with these parameters is answered with a hello."""
    socket = await gateway.socket()
    answer = await socket.connect(**changes)
    socket.leave()
    return bool(answer["ok"])


async def write_over_http(gateway: Rig, *lines: str, body: str = "{}") -> int:
    head = ["POST /tools/invoke HTTP/1.1", "Host: 127.0.0.1:{port}", "Content-Type: application/json", *lines]
    return (await http(gateway.port, "\n".join([*head, f"Content-Length: {len(body)}", "", body])))[0]


# 1. loopback = trusted


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_loopback_is_not_trust_without_a_secret(tmp_path: Path, address: str) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        for auth in (None, {}, {"token": "guess"}):
            socket = await upgrade(gateway.port, address=address)
            socket.nonce = (await socket.receive())["payload"]["nonce"]
            params = connect_params(auth=auth)
            params["device"] = device.claim(params, socket.nonce, gateway.clock.wall_ms())
            assert not (await socket.request("connect", params))["ok"]
            assert (await socket.closed()).code == 1008
        assert gateway.devices.listing() == {"pending": [], "paired": []}, "nothing was paired, nor does anything wait"
        assert await write_over_http(gateway) == 401


async def test_loopback_is_not_trust_for_a_page_without_a_device(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket((f"Origin: http://127.0.0.1:{gateway.port}",))
        answer = await socket.connect()
        assert answer["error"]["code"] == "NOT_PAIRED", "even with the right secret"


async def test_loopback_is_not_trust_when_guessing(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for _ in range(6):
            assert not await let_in(gateway, auth={"password": "guess"})
        assert not await let_in(gateway), "the right secret is not looked at while guessing is locked out"
        assert await write_over_http(gateway, f"Authorization: Bearer {SECRET}") == 429


async def test_loopback_is_not_trust_behind_a_proxy_on_this_computer(tmp_path: Path) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    async with rig(tmp_path, policy=policy) as gateway:
        socket = await gateway.socket(("X-Forwarded-For: 10.0.0.9",))
        assert (await socket.connect())["error"]["message"] == "device identity required"
        socket, answer = await Device().connect(gateway, headers=("X-Forwarded-For: 10.0.0.9",))
        assert answer["error"]["message"] == "pairing required"
        with pytest.raises(ConnectionRefusedError, match="400"):
            await upgrade(gateway.port, ("X-Forwarded-For: 127.0.0.1",))


async def test_loopback_is_not_trust_for_a_claim_to_be_loopback(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for line in ("X-Forwarded-For: 127.0.0.1", "X-Real-IP: ::1", "Forwarded: for=127.0.0.1"):
            with pytest.raises(ConnectionRefusedError, match="400"):
                await upgrade(gateway.port, (line,))
            assert await write_over_http(gateway, line, f"Authorization: Bearer {SECRET}") == 400


# 2. present = valid


@pytest.mark.parametrize(
    "auth",
    [
        {"token": "x"}, {"token": ""}, {"token": " "}, {"token": None}, {"token": SECRET + " "}, {"token": SECRET[:-1]},
        {"token": SECRET.upper()}, {"password": "x"}, {"password": "", "token": ""}, {"deviceToken": "x"},
        {"deviceToken": SECRET}, {"token": "null"}, {"token": "undefined"}, {"token": "é"}, {"token": "\x00"},
        {"token": "0" * 4096}, {"token": "x", "password": "y", "deviceToken": "z"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_device", [False, True])
async def test_present_is_not_valid_on_the_socket(tmp_path: Path, auth: Frame, with_device: bool) -> None:
    async with rig(tmp_path) as gateway:
        if with_device:
            _, answer = await Device().connect(gateway, auth={k: v or "" for k, v in auth.items()})
        else:
            answer = await (await gateway.socket()).connect(auth=auth)
        assert not answer["ok"]
        assert gateway.server.count == 0
        assert gateway.devices.listing()["paired"] == []


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer", "Authorization: Bearer x", "Authorization: Bearer  ", "Authorization: x",
        f"Authorization: Basic {SECRET}", f"Authorization: {SECRET}", f"Authorization: Token {SECRET}",
        f"Authorization: Bearer {SECRET[:-1]}", f"Authorization: Bearer {SECRET} {SECRET}", f"Cookie: token={SECRET}",
        f"X-Clawdbot-Token: {SECRET}", f"X-Api-Key: {SECRET}", f"Sec-WebSocket-Protocol: {SECRET}",
    ],
)  # fmt: skip
async def test_present_is_not_valid_over_http(tmp_path: Path, line: str) -> None:
    async with rig(tmp_path) as gateway:
        assert await write_over_http(gateway, line) == 401
        assert await write_over_http(gateway, f"Authorization: Bearer {SECRET}") == 404, "the right one would be"


@pytest.mark.parametrize("blank", [None, "", " "])
async def test_present_is_not_valid_when_nothing_is_set(tmp_path: Path, blank: str | None) -> None:
    async with rig(tmp_path, credentials=Credentials.of(AuthMode.TOKEN, token=blank, password=blank)) as gateway:
        for shown in ("", " ", "x", "None"):
            assert not await let_in(gateway, auth={"token": shown, "password": shown})
            assert not (await Device().connect(gateway, auth={"token": shown}))[1]["ok"]
        assert await write_over_http(gateway, "Authorization: Bearer ") in (401, 429)


# 3. the client says = true


async def test_what_the_client_says_is_not_true_about_its_scopes(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        _, hello = await device.connect(gateway, scopes=["operator.read"])
        token = hello["payload"]["auth"]["deviceToken"]
        socket, hello = await device.connect(gateway, scopes=ALL, auth={"token": token})
        assert hello["payload"]["auth"]["scopes"] == ["operator.read"]
        for method in ("config.set", "chat.send", "device.pair.approve", "exec.approval.request", "no.such.method"):
            assert "missing scope" in (await socket.request(method, {}))["error"]["message"]
        assert gateway.spy.called == []


async def test_what_the_client_says_is_not_true_about_its_role(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        _, hello = await device.connect(gateway, role="node")
        token = hello["payload"]["auth"]["deviceToken"]
        _, answer = await device.connect(gateway, role="operator", scopes=["operator.admin"], auth={"token": token})
        assert not answer["ok"]
        _, answer = await device.connect(gateway, role="node", scopes=ALL, auth={"token": token})
        assert answer["error"]["message"] == "pairing required", "a node holds no scope"
        socket, answer = await device.connect(gateway, role="node", auth={"token": token})
        assert answer["ok"]
        assert "unauthorized role" in (await socket.request("config.set", {}))["error"]["message"]
        _, answer = await device.connect(gateway, role="admin")
        assert answer["error"]["message"] == "invalid role"
        assert gateway.spy.called == []


@pytest.mark.parametrize("name", ["clawdbot-control-ui", "clawdbot-macos", "cli", "gateway-client", "node-host"])
@pytest.mark.parametrize("mode", ["ui", "backend", "node", "webchat"])
async def test_what_the_client_says_is_not_true_about_what_program_it_is(tmp_path: Path, name: str, mode: str) -> None:
    async with rig(tmp_path) as gateway:
        program = {"id": name, "version": "1", "platform": "macos", "mode": mode, "displayName": "The owner"}
        assert not await let_in(gateway, client=program, auth={"token": "guess"})
        assert not await let_in(gateway, client=program, auth=None)


async def test_what_the_client_says_is_not_true_about_which_device_it_is(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        owner, thief = Device(), Device()
        _, hello = await owner.connect(gateway)
        token = hello["payload"]["auth"]["deviceToken"]
        stolen = {"auth": {"token": token}}
        assert not (await thief.connect(gateway, **stolen))[1]["ok"], "a token is good with its own device only"
        socket = await gateway.socket()
        params = connect_params(**stolen)
        claim = thief.claim(params, socket.nonce, gateway.clock.wall_ms())
        params["device"] = claim | {"id": owner.id}
        assert not (await socket.request("connect", params))["ok"]
        assert not await let_in(gateway, **stolen)


@pytest.mark.parametrize("extra", ["requester", "owner", "approved", "senderIsOwner", "__proto__", "role", "scopes"])
async def test_what_the_client_says_is_not_true_in_parameters_that_nobody_asked_for(tmp_path: Path, extra: str) -> None:
    async with rig(tmp_path) as gateway:
        client = await gateway.client()
        answer = await client.request("test.echo", {"text": "x", extra: True})
        assert answer["error"]["message"] == f"invalid test.echo params: at root: unexpected property '{extra}'"
        assert not await let_in(gateway, **{extra: True})


async def test_what_the_client_says_is_not_true_in_headers(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        lines = ("X-Owner: true", "X-Clawdbot-Role: operator", "X-Clawdbot-Scopes: operator.admin", "X-Admin: 1")
        assert await write_over_http(gateway, *lines) == 401
        socket = await gateway.socket(lines)
        assert not (await socket.connect(auth=None))["ok"]


# 4. deny lists


async def test_no_deny_lists_a_method_that_nobody_named_needs_everything(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        client = await gateway.client(scopes=["operator.write", "operator.pairing", "operator.approvals"])
        for name in ("system.exec", "Health", "health ", "config.set\u200b", "constructor", "__class__", "../health"):
            answer = await client.request(name)
            assert answer["error"]["message"] == "missing scope: operator.admin", name


async def test_no_deny_lists_only_one_kind_of_body_is_taken(tmp_path: Path) -> None:
    kinds = (
        "", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/jsonp", "application/json-seq", "application/ld+json", "*/*", "application/*", "json",
        "text/plain, application/json", "text/plain; x=application/json", "application/csp-report", "text/html",
    )  # fmt: skip
    async with rig(tmp_path) as gateway:
        for kind in kinds:
            text = (
                f"POST /tools/invoke HTTP/1.1\nHost: 127.0.0.1:{{port}}\nAuthorization: Bearer {SECRET}\n"
                f"{'Content-Type: ' + kind if kind else 'X: y'}\nContent-Length: 2\n\n{{}}"
            )
            assert (await http(gateway.port, text))[0] == 415, kind


async def test_no_deny_lists_only_known_verbs_are_answered(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for verb in ("OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "PURGE", "X", "LINK"):
            status, _ = await http(gateway.port, f"{verb} /healthz HTTP/1.1\nHost: 127.0.0.1:{{port}}\n\n")
            assert status in (400, 405), verb


async def test_no_deny_lists_only_known_frames_are_understood(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for opcode in (2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            socket = await gateway.client()
            socket.send(json.dumps({"type": "req", "id": "1", "method": "config.set"}), 0x80 | opcode)
            assert (await socket.closed()).code in (1002, 1003), opcode
        assert gateway.spy.called == []


HOSTILE = (
    "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS", "PYTHONBREAKPOINT", "PYTHONUSERBASE", "PYTHONPLATLIBDIR",
    "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "SHELLOPTS", "PS4", "GIT_SSH_COMMAND",
    "GIT_CONFIG_COUNT", "PAGER", "EDITOR", "VIMINIT", "LUA_INIT", "HOSTALIASES", "NODE_OPTIONS", "ZDOTDIR", "SHELL",
    "SSLKEYLOGFILE", "PYTHON_KEYRING_BACKEND", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "CLAWDBOT_GATEWAY_PASSWORD",
    "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY",
    "GGML_BACKEND_PATH", "http_proxy", "HTTPS_PROXY", "IFS", "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS",
)  # fmt: skip


@pytest.mark.skipif(not local.installed(), reason="the embedded model is not installed")
async def test_no_deny_lists_a_child_is_given_named_variables_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HOSTILE:
        monkeypatch.setenv(name, CANARY)
    made = local.LocalModel(SystemClock())
    try:
        async with contextlib.aclosing(made.stream(ModelRequest("", (user_message("Hi", now_ms=1),)))) as answering:
            await anext(answering)
            seen = psutil.Process(made.pid).environ()
    finally:
        await made.close()
    assert not set(HOSTILE) & set(seen)
    assert CANARY not in "".join(seen.values())


# 5. check, then use, on paths


OUTSIDE = (
    "../../../outside",
    "..\\..\\outside",
    "/etc/passwd",
    "a/../../../outside",
    "agent:main:../../outside",
    "\x00",
)


def outside(app: Running) -> dict[str, bytes]:
    """Every file beside the state folder, and /etc/passwd, as they are now."""
    around = [path for path in app.state.parent.rglob("*") if path.is_file() and app.state not in path.parents]
    return {str(path): path.read_bytes() for path in [*around, Path("/etc/passwd")] if path.exists()}


@pytest.mark.parametrize("name", OUTSIDE)
async def test_no_check_then_use_on_paths_that_clients_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.jsonl").write_text(CANARY)
    (tmp_path / "outside").write_text(CANARY)
    async with running(tmp_path / "state") as app, app.client() as client:
        before = outside(app)
        answers = []
        for method, params in (
            ("chat.history", {"sessionKey": name}),
            ("chat.send", {"sessionKey": name, "message": "hi", "idempotencyKey": "1"}),
            ("agent", {"sessionId": name, "message": "hi", "idempotencyKey": "2"}),
            ("agent", {"agentId": name, "message": "hi", "idempotencyKey": "3"}),
            ("sessions.preview", {"keys": [name]}),
            ("sessions.patch", {"key": name, "label": "x"}),
            ("sessions.reset", {"key": name}),
            ("sessions.compact", {"key": name}),
            ("sessions.delete", {"key": name}),
        ):
            with contextlib.suppress(Refusal):
                answers.append(await client.call(method, **params))
        assert CANARY not in json.dumps(answers)
        assert "root:x" not in json.dumps(answers)
        assert outside(app) == before


@pytest.mark.parametrize("field", ["sessionId", "sessionFile"])
@pytest.mark.parametrize("how", ["parent", "absolute", "link"])
async def test_no_check_then_use_on_paths_that_stand_in_a_file(tmp_path: Path, field: str, how: str) -> None:
    folder = tmp_path / "state" / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    canary = tmp_path / "outside.jsonl"
    line = {"type": "message", "message": {"role": "user", "content": CANARY, "timestamp": 1}}
    canary.write_text(json.dumps(line) + "\n")
    if how == "link":
        (folder / "linked.jsonl").symlink_to(canary)
    name = {"parent": "../../../../outside", "absolute": str(tmp_path / "outside"), "link": "linked"}[how]
    row = {"sessionId": "9d2a5a1e-3f0b-4d53-8a7e-0a3f3f9a1b11", "updatedAt": 1}
    row[field] = name if field == "sessionId" else f"{name}.jsonl"
    (folder / "sessions.json").write_text(json.dumps({"agent:main:main": row}))
    before = canary.read_bytes()
    async with running(tmp_path / "state") as app, app.client() as client:
        answers = []
        for method, params in (
            ("chat.history", {"sessionKey": "main"}),
            ("sessions.preview", {"keys": ["agent:main:main"]}),
            ("chat.send", {"sessionKey": "main", "message": "hi", "idempotencyKey": "1"}),
            ("sessions.delete", {"key": "agent:main:main"}),
        ):
            with contextlib.suppress(Refusal):
                answers.append(await client.call(method, **params))
    assert CANARY not in json.dumps(answers)
    assert canary.read_bytes() == before


async def test_no_check_then_use_on_paths_of_attachments(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        before = outside(app)
        dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        for number, name in enumerate((*OUTSIDE[:4], "CON", "a:b", "x" * 300)):
            attachment = {"type": "image", "mimeType": "image/png", "fileName": name, "content": dot}
            await client.call(
                "chat.send", sessionKey="main", message="hi", attachments=[attachment], idempotencyKey=str(number)
            )
            await client.until("chat", runId=str(number), state="final")
        assert outside(app) == before


# 6. read before authenticate


@contextmanager
def no_more_memory(megabytes: float) -> Iterator[None]:
    """This process, which the gateway runs in, has not grown by more."""
    before = psutil.Process().memory_info().rss
    yield
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    assert grown < megabytes, f"{grown:.1f} MB"


@pytest.mark.parametrize("path", ["/", "/hooks/wake", "/hooks/agent", "/tools/invoke", "/v1/responses", "/telegram"])
async def test_nothing_is_read_before_authentication_over_http(tmp_path: Path, path: str) -> None:
    async with rig(tmp_path) as gateway:
        for more in ("", "\nAuthorization: Bearer wrong", "\nExpect: 100-continue"):
            text = f"POST {path} HTTP/1.1\nHost: 127.0.0.1:{{port}}\nContent-Length: 2000000000{more}\n\n"
            status, answer = await http(gateway.port, text)
            assert (status, "100 Continue" in answer) == (401, False)


@pytest.mark.parametrize("form", ["Content-Length: 2000000000", "Transfer-Encoding: chunked"])
async def test_nothing_is_read_before_authentication_of_who_pours(tmp_path: Path, form: str) -> None:
    async with rig(tmp_path) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(f"POST /hooks/agent HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n{form}\r\n\r\n".encode())
        piece = b"x" * 65_536 if "Length" in form else b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        with no_more_memory(16), contextlib.suppress(ConnectionError):
            async with asyncio.timeout(10):
                while True:
                    writer.write(piece)
                    await writer.drain()
        writer.transport.abort()


@pytest.mark.parametrize("path", ["/", "/anything", "/__clawdbot__/canvas", "/v1/realtime"])
async def test_nothing_is_read_before_authentication_on_any_socket(tmp_path: Path, path: str) -> None:
    async with rig(tmp_path) as gateway:
        for size in (16_385, 524_288, 2**40, 2**63 - 1):
            socket = await upgrade(gateway.port, path=path)
            await socket.receive()
            socket.raw(header(size))
            assert (await socket.closed()).code == 1009, "by its header alone"
        socket = await upgrade(gateway.port, path=path)
        await socket.receive()
        socket.send(b"x" * 16_000, 0x01)
        socket.send(b"x" * 1_000, 0x80)
        assert (await socket.closed()).code == 1009, "pieces are added up"


async def test_nothing_is_read_before_authentication_behind_the_connect(tmp_path: Path) -> None:
    """What comes with the connect is not even parsed unless the connect is good."""
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        call = {"type": "req", "id": "2", "method": "config.set", "params": {}}
        wrong = {"type": "req", "id": "1", "method": "connect", "params": connect_params(auth={"token": "x"})}
        for frame in (wrong, call, call):
            socket.send(json.dumps(frame))
        assert isinstance(await socket.closed(), Closed)
        assert gateway.spy.called == []
        assert [frame["id"] for frame in socket.events if frame.get("type") == "res"] == ["1"]


# 7. a parse error = empty, and then overwritten


DAMAGE = (b"", b"{", b"\xff\xfe\x00garbage", b"[1, 2]", b"\x00" * 64, b'{"a": {}} trailing')


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["paired.json", "pending.json"])
async def test_a_parse_error_is_not_empty_and_then_overwritten_in_devices(
    tmp_path: Path, name: str, damage: bytes
) -> None:
    file = tmp_path / "devices" / name
    file.parent.mkdir()
    file.write_bytes(damage)
    async with rig(tmp_path, policy=AccessPolicy(0, trusted_proxies=("127.0.0.1",))) as gateway:
        local_device, far_device = Device(), Device()
        await local_device.connect(gateway)
        await local_device.connect(gateway)
        _, answer = await far_device.connect(gateway, headers=("X-Forwarded-For: 10.0.0.9",))
        assert not answer["ok"], "nobody new from elsewhere"
        client = await gateway.client()
        assert (await client.request("health"))["ok"], "the owner is let in"
    assert file.read_bytes() == damage


@pytest.mark.parametrize("damage", DAMAGE[1:])
async def test_a_parse_error_is_not_empty_and_then_overwritten_in_the_configuration(
    tmp_path: Path, damage: bytes
) -> None:
    """Nobody who changes one setting loses the others; what reads as something else than settings is kept beside."""
    file = tmp_path / "clawdbot.json"
    file.write_bytes(damage)
    async with running(tmp_path) as app, app.client() as client:
        shown = await client.call("config.get")
        assert shown["valid"] is False
        with contextlib.suppress(Refusal):
            await client.call("config.patch", raw="{ui: {assistant: {name: 'X'}}}", baseHash=shown["hash"])
        assert (await client.call("health"))["ok"] is True
    readable = damage == b"[1, 2]"
    kept = tmp_path.glob("clawdbot.json.clobbered.*") if readable else [file]
    assert [path.read_bytes() for path in kept] == [damage]


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_parse_error_is_not_empty_and_then_overwritten_in_the_list_of_sessions(
    tmp_path: Path, damage: bytes
) -> None:
    """The list is made again from the transcripts, and what could not be read is kept beside it."""
    async with running(tmp_path) as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message=CANARY, idempotencyKey="1")
        await client.until("chat", state="final")
    index = tmp_path / "agents" / "main" / "sessions" / "sessions.json"
    index.write_bytes(damage)
    (tmp_path / "clawdbot.json").unlink()  # it names the port of a model server that has gone
    async with running(tmp_path) as app, app.client() as client:
        history = await client.call("chat.history", sessionKey="main")
        assert CANARY in json.dumps(history), "the conversation is still there"
        await client.call("chat.send", sessionKey="other", message="hi", idempotencyKey="2")
        await client.until("chat", runId="2", state="final")
        assert CANARY in json.dumps(await client.call("chat.history", sessionKey="main"))
    kept = [path for path in index.parent.iterdir() if path.is_file() and path.read_bytes() == damage]
    assert kept or not damage
