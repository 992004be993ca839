"""B01, B03 and B05-B09 on every path of the running application, with everything switched on that answers there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path

import pytest
from gateway_rig import http, until
from running_gateway import PASSWORD, Client, Refusal
from security.whole_gateway import BEARER, HOOK_TOKEN, Whole, whole_gateway

from clawd_desktop.cli.door import ask_for_pass

HOST = "Host: 127.0.0.1:{port}"
CANARY = "canary-of-a-file-0123456789"
NOT_OURS = ("Host: evil.example", "Host: evil.example:{port}", "Host: 127.0.0.1", "Host: localhost.:{port}", "X: y")
PROXIES = ("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 x")
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


async def ask(gateway: Whole, verb: str, path: str, *lines: str, body: str = "") -> tuple[int, str]:
    """Status and answer to one request; the connection is closed by us."""
    length = [f"Content-Length: {len(body)}"] if body or verb in ("POST", "PUT", "PATCH", "DELETE") else []
    head = "\r\n".join([f"{verb} {path} HTTP/1.1", *(line.replace("{port}", str(gateway.port)) for line in lines)])
    text = "\r\n".join([head, *length, "Connection: close", "", body]).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    try:
        writer.write(text)
        async with asyncio.timeout(20):
            answer = await reader.read()
    finally:
        writer.transport.abort()
    return (int(answer.split(b" ")[1]) if answer else 0), answer.decode("utf-8", "replace")


def headers_of(answer: str) -> dict[str, str]:
    head = answer.partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}


async def test_b01_hosts_that_are_not_ours_on_every_path_of_the_application(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway:
        for path in gateway.paths:
            for verb in ("GET", "POST"):
                for line in NOT_OURS:
                    status, answer = await ask(gateway, verb, path, line, BEARER)
                    assert status in (400, 403), (verb, path, line)
                    assert CANARY not in answer
                status, _ = await ask(gateway, verb, f"http://evil.example{path}", HOST, BEARER)
                assert status == 400, (verb, path)


async def test_b03_proxies_that_nobody_configured_on_every_path_of_the_application(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway:
        for path in gateway.paths:
            for line in PROXIES:
                assert (await ask(gateway, "GET", path, HOST, line, BEARER))[0] == 400, (path, line)


JSON_TYPE = "Content-Type: application/json"
NEW = "another password 0123456789"


async def closed_with(client: Client) -> int | None:
    """The code that the gateway closes the client's socket with."""
    async with asyncio.timeout(20):
        while not client._socket.closed:
            await client._socket.receive()
    return client._socket.close_code


async def test_a15_an_old_secret_is_dead_on_every_path_of_the_application(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway, gateway.app.client() as client:
        assert (await ask(gateway, "POST", "/no/such/path", HOST, BEARER, JSON_TYPE, body="{}"))[0] == 404
        shown = await client.call("config.get")
        changed = {"gateway": {"auth": {"password": NEW}}, "hooks": {"token": "another-token-of-the-hooks"}}
        await client.send("config.patch", raw=json.dumps(changed), baseHash=shown["hash"])
        assert await closed_with(client) == 1008
        new = f"Authorization: Bearer {NEW}"
        assert (await ask(gateway, "POST", "/no/such/path", HOST, new, JSON_TYPE, body="{}"))[0] == 404
        for path in gateway.paths:
            for old in (BEARER, f"Authorization: Bearer {HOOK_TOKEN}", f"X-Clawdbot-Token: {HOOK_TOKEN}"):
                status, _ = await ask(gateway, "POST", path, HOST, old, JSON_TYPE, body="{}")
                assert status in (401, 405, 429) or (status == 404 and path.startswith("/c")), (path, old)
        for row in gateway.owners:
            if "GET" in row.methods:
                assert (await ask(gateway, "GET", row.path, HOST, BEARER))[0] in (401, 429), row.path


async def test_b04_who_writes_shows_a_secret_and_json_on_every_path_of_the_application(tmp_path: Path) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    async with whole_gateway(tmp_path) as gateway:
        for path in gateway.paths:
            for line in ("X: y", "Sec-Fetch-Site: cross-site", "Origin: null"):
                status, _ = await ask(gateway, "POST", path, HOST, JSON_TYPE, line, body="{}")
                assert status >= 400, (path, line)
                status, _ = await ask(gateway, "POST", path, HOST, JSON_TYPE, gateway.key_to(path), line, body="{}")
                assert line == "X: y" or status == 403, (path, line)
            for kind in kinds:
                key = gateway.key_to(path)
                status, _ = await ask(gateway, "POST", path, HOST, key, f"Content-Type: {kind}", body="{}")
                # Below the secret path of the canvas there is nothing for who does not know it.
                assert status == 415 or (status == 404 and path.startswith("/c")), (path, kind)
        for kind in kinds:
            lines = (HOST, BEARER, f"Content-Type: {kind}")
            assert (await ask(gateway, "POST", "/no/such/path", *lines, body="{}"))[0] == 415
        for path in gateway.paths:
            status, _ = await ask(gateway, "POST", path, HOST, JSON_TYPE, "Authorization: Bearer wrong", body="{}")
            assert status in (401, 405, 429) or (status == 404 and path.startswith("/c")), path


async def test_b05_no_preflight_is_granted_to_anybody(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway:
        own = f"http://127.0.0.1:{gateway.port}"
        for path in gateway.paths:
            for origin in ("https://evil.example", "null", own):
                asked = (
                    f"Origin: {origin}", "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: authorization, content-type",
                    "Access-Control-Request-Private-Network: true",
                )  # fmt: skip
                status, answer = await ask(gateway, "OPTIONS", path, HOST, *asked)
                assert status == (405 if origin == own else 403), (path, origin)
                assert not [name for name in headers_of(answer) if name.startswith("access-control-")]


def state_of(folder: Path) -> dict[str, str]:
    """Digests of all files that are not logs."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "logs" not in path.parts
    }


async def test_b06_get_changes_nothing(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway, gateway.app.client() as client:
        await client.call("chat.send", sessionKey="main", message=CANARY, idempotencyKey="1")
        await client.until("chat", runId="1", state="final")
        index = tmp_path / "agents" / "main" / "sessions" / "sessions.json"
        await until(lambda: index.exists() and "abortedLastRun" in index.read_text(), seconds=20)

        async def seen() -> str:
            shown = [(await client.call("sessions.list")) | {"ts": 0}, await client.call("device.pair.list")]
            config = await client.call("config.get")
            return json.dumps([*shown, config["hash"]])

        before, told = state_of(tmp_path), await seen()
        for _ in range(2):
            for path in gateway.paths:
                for verb in ("GET", "HEAD"):
                    query = "?sessionKey=main&message=hi&action=delete&token=x&text=hi"
                    await ask(gateway, verb, path + query, HOST, gateway.key_to(path))
        assert await seen() == told
        assert state_of(tmp_path) == before


TRICKS = (
    "/..%2f..%2f..%2f..%2f{file}", "/../../../../..{file}", "/%2e%2e/%2e%2e/%2e%2e{file}",
    "/%252e%252e/%252e%252e{file}",
    "/..\\..\\..{file}", "//{file}", "{file}", "/%2f{file}", "/.%00{file}", "/%00", "/x%00.html", "/..;/..{file}",
    "/%c0%ae%c0%ae/{file}", "/~root/.profile", "/.git/config", "/.env", "/C:\\{file}", "/file:{file}", "/./././{file}",
    "/" + "x" * 5000, "/" + "../" * 500, "/%", "/%zz", "/%ff%fe", "/CON", "/index.html::$DATA",
    "/index.html/", "/.", "/..",
)  # fmt: skip


async def test_b07_no_path_leads_out_of_what_is_served(tmp_path: Path) -> None:
    secret = tmp_path / "state" / "secret.txt"
    async with whole_gateway(tmp_path / "state") as gateway:
        secret.write_text(CANARY)
        link = tmp_path / "outside.txt"
        link.write_text(CANARY)
        page = (await ask(gateway, "GET", "/", HOST))[1].partition("\r\n\r\n")[2]
        roots = ["", *(row.path.rstrip("/") for row in gateway.rows if row.under)]
        for root in dict.fromkeys(roots):
            for trick in TRICKS:
                for file in (str(secret), "/etc/passwd", str(gateway.app.state / "clawdbot.json")):
                    path = root + trick.replace("{file}", file)
                    status, answer = await ask(gateway, "GET", path, HOST, gateway.key_to(root or "/"))
                    same = status == 200 and answer.endswith(page)
                    assert same or status in (400, 401, 403, 404, 405), path
                    assert CANARY not in answer, path
                    assert "root:x:" not in answer, path
                    assert "baseUrl" not in answer, path
        for raw in (b"GET /\x00 HTTP/1.1", b"GET /\xff\xfe HTTP/1.1", b"GET /a b HTTP/1.1", b"GET /a\tb HTTP/1.1"):
            status, answer = await http(gateway.port, raw + f"\r\nHost: 127.0.0.1:{gateway.port}\r\n\r\n".encode())
            assert status in (400, 404), raw
            assert CANARY not in answer


async def test_b08_a_secret_counts_nowhere_but_in_its_header(tmp_path: Path) -> None:
    basic = base64.b64encode(f"{PASSWORD}:".encode()).decode()
    also = base64.b64encode(f"x:{PASSWORD}".encode()).decode()
    quoted = PASSWORD.replace(" ", "%20")
    async with whole_gateway(tmp_path) as gateway:
        places = [(row.path, verb) for row in gateway.owners for verb in row.methods]
        for path, verb in {*places, ("/no/such/path", "POST")}:
            for query, line in (
                (f"?token={quoted}", "X: y"),
                (f"?password={quoted}&auth={quoted}&access_token={quoted}", "X: y"),
                (f"?token={HOOK_TOKEN}", "X: y"),
                ("", f"Cookie: token={PASSWORD}; session={PASSWORD}"),
                ("", f"Authorization: Basic {basic}"),
                ("", f"Authorization: Basic {also}"),
                ("", f"X-Clawdbot-Password: {PASSWORD}"),
                ("", f"Sec-WebSocket-Protocol: {quoted}"),
            ):
                status, _ = await ask(
                    gateway, verb, path + query, HOST, line, "Content-Type: application/json", body="{}"
                )
                # 400 is what Clawdbot answers to a hook whose token is in the address.
                assert status in (400, 401, 429), (verb, path, query, line)
        socket = await http(gateway.port, f"GET /?token={quoted} HTTP/1.1\nHost: 127.0.0.1:{{port}}\n\n")
        assert PASSWORD not in socket[1]
    logged = "".join(path.read_text() for path in tmp_path.rglob("*.log"))
    assert PASSWORD not in logged
    assert quoted not in logged
    assert HOOK_TOKEN not in logged


async def test_b08_a_pass_opens_a_socket_once_and_nothing_else(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway:
        given = await ask_for_pass(tmp_path / "run")
        assert given is not None
        shown = f"Authorization: Bearer {given.text}"
        for path in ("/tools/invoke", "/hooks/wake", "/v1/chat/completions"):
            for line in (shown, f"Cookie: pass={given.text}", f"X-Clawdbot-Token: {given.text}"):
                status, _ = await ask(gateway, "POST", path, HOST, line, JSON_TYPE, body="{}")
                assert status in (401, 429), (path, line)
            assert (await ask(gateway, "POST", f"{path}?pass={given.text}", HOST, JSON_TYPE))[0] in (400, 401, 429)
        with pytest.raises(Refusal):
            async with gateway.app.client(auth={"token": given.text}):
                pass
        async with gateway.app.client(auth={"password": given.text}) as client:
            assert (await client.call("health"))["ok"] is True
        with pytest.raises(Refusal):
            async with gateway.app.client(auth={"password": given.text}):
                pass
    assert given.text not in "".join(path.read_text() for path in tmp_path.rglob("*.log"))


PAGE_TYPES = ("text/html", "text/javascript", "text/css", "image/svg+xml")


async def test_b09_every_answer_of_the_application_protects_itself(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as gateway:
        for path in gateway.paths:
            for verb in VERBS:
                for line in ("X: y", gateway.key_to(path), "Origin: https://evil.example"):
                    body = "{}" if verb in ("POST", "PUT", "PATCH", "DELETE") else ""
                    status, answer = await ask(
                        gateway, verb, path, HOST, line, "Content-Type: application/json", body=body
                    )
                    shown, where = headers_of(answer), (verb, path, line, status)
                    policy = shown.get("content-security-policy", "")
                    assert policy.startswith(("default-src 'none';", "default-src 'self';")), where
                    assert "unsafe-inline" not in policy, where
                    assert "unsafe-eval" not in policy, where
                    assert "frame-ancestors 'none'" in policy, where
                    assert shown.get("x-content-type-options") == "nosniff", where
                    assert shown.get("referrer-policy") == "no-referrer", where
                    assert shown.get("x-frame-options") == "DENY", where
                    assert shown.get("server") == "clawd-desktop", where
                    page = status == 200 and shown.get("content-type", "").partition(";")[0] in PAGE_TYPES
                    assert shown.get("cache-control") == ("no-cache" if page else "no-store"), where
                    assert not [name for name in shown if name.startswith("access-control-")], where
                    assert "set-cookie" not in shown or "HttpOnly" in shown["set-cookie"], where


async def test_the_path_of_the_canvas_is_in_no_log(tmp_path: Path) -> None:
    async with whole_gateway(tmp_path) as whole:
        async with whole.app.client() as client:
            canvas = str(client.hello["canvasHostUrl"]).partition("/c/")[2].partition("/")[0]
        asked = f"POST /c/{canvas}/x HTTP/1.1\nHost: 127.0.0.1:{whole.port}\nOrigin: null\nContent-Length: 0\n\n"
        assert (await http(whole.port, asked))[0] == 403
    logs = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.log"))
    assert "refused POST /c/" in logs
    assert canvas
    assert canvas not in logs
