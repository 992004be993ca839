"""The gate: pure decisions, and the hostile cases A01-A11, A15 and B01-B04 over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import METHODS, SECRET, Closed, Device, Frame, Rig, connect_params, http, rig, upgrade, upgrade_request

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.admission import (
    AccessPolicy,
    AuthMode,
    Credentials,
    Denial,
    Granted,
    Locked,
    Offer,
    PairingNeeded,
    Peer,
    Proof,
    RequestFacts,
    Standing,
    Unauthorized,
    Verdict,
    digest,
)
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.methods.table import Role, Scope
from clawd_desktop.gateway.pairing import Applicant

LOCAL = Peer("127.0.0.1", "loopback", local=True, browser=False)
FAR = Peer("10.0.0.9", "10.0.0.9", local=False, browser=False)
READER = Standing(("operator",), ("operator.read",), (digest("t-read"),), ("operator.read",))
OWNER = Standing(("operator",), ("operator.admin",), (digest("t-admin"),), ("operator.admin",))


def gate(**policy: Any) -> Gate:
    clock = ManualClock()
    return Gate(Credentials.of(AuthMode.TOKEN, token=SECRET), AuthLimiter(clock), AccessPolicy(18789, **policy))


def facts(**changes: Any) -> RequestFacts:
    plain = {"method": "GET", "target": "/", "address": "127.0.0.1", "hosts": ("127.0.0.1:18789",)}
    return RequestFacts(**(plain | changes))


def status_of(verdict: Peer | Denial) -> int:
    return verdict.status if isinstance(verdict, Denial) else 200


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (("127.0.0.1:18789",), 200),
        (("localhost:18789",), 200),
        (("[::1]:18789",), 200),
        (("LOCALHOST:18789",), 200),
        (("named.example:443",), 200),
        (("localhost.:18789",), 403),
        (("127.0.0.1.nip.io:18789",), 403),
        (("foo.localhost:18789",), 403),
        (("localhost",), 403),
        (("127.0.0.1:18790",), 403),
        (("127.0.0.2:18789",), 403),
        (("evil.example",), 403),
        (("evil.example:18789",), 403),
        (("",), 403),
        ((), 400),
        (("127.0.0.1:18789", "127.0.0.1:18789"), 400),
    ],
)
def test_b02_hosts_that_are_answered(hosts: tuple[str, ...], status: int) -> None:
    assert status_of(gate(hosts=("Named.example:443",)).admit(facts(hosts=hosts))) == status


@pytest.mark.parametrize(
    ("origins", "status"),
    [
        ((), 200),
        (("http://127.0.0.1:18789",), 200),
        (("http://localhost:18789",), 200),
        (("http://[::1]:18789",), 200),
        (("app://mine",), 200),
        (("null",), 403),
        (("",), 403),
        (("http://127.0.0.1:18789.evil.example",), 403),
        (("http://localhost:1",), 403),
        (("https://127.0.0.1:18789",), 403),
        (("http://127.0.0.1:18789/",), 403),
        (("HTTP://127.0.0.1:18789",), 403),
        (("http://127.0.0.1:18789", "http://127.0.0.1:18789"), 403),
    ],
)
def test_a02_origins_that_may_connect(origins: tuple[str, ...], status: int) -> None:
    assert status_of(gate(origins=("app://mine",)).admit(facts(origins=origins))) == status


@pytest.mark.parametrize(
    ("site", "status"),
    [("", 200), ("none", 200), ("same-origin", 200), ("same-site", 403), ("cross-site", 403), ("Cross-Site", 403)],
)
def test_sec_fetch_site(site: str, status: int) -> None:
    assert status_of(gate().admit(facts(fetch_site=site))) == status


@pytest.mark.parametrize(
    "name",
    [
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via",
        "cf-connecting-ip", "tailscale-user-login",
    ],
)  # fmt: skip
def test_b03_a_proxy_that_nobody_configured_is_refused(name: str) -> None:
    assert status_of(gate().admit(facts(header_names=frozenset({"host", name})))) == 400


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        (("127.0.0.1",), ("10.0.0.9",), "10.0.0.9"),
        (("127.0.0.0/8", "192.168.0.0/16"), ("6.6.6.6, 10.0.0.9, 192.168.1.1",), "10.0.0.9"),
        (("127.0.0.1",), ("6.6.6.6", "10.0.0.9"), "10.0.0.9"),
        (("127.0.0.1",), ("::ffff:10.0.0.9",), "::ffff:10.0.0.9"),
    ],
)
def test_b03_behind_a_configured_proxy_the_rightmost_hop_that_is_no_proxy_is_the_client(
    trusted: tuple[str, ...], forwarded: tuple[str, ...], client: str
) -> None:
    names = frozenset({"host", "x-forwarded-for"})
    peer = gate(trusted_proxies=trusted).admit(facts(header_names=names, forwarded_for=forwarded))
    assert isinstance(peer, Peer)
    assert (peer.address, peer.key, peer.local) == (client, "10.0.0.9", False)


async def test_b03_behind_a_real_proxy_header_the_client_is_counted_and_never_local(tmp_path: Path) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    async with rig(tmp_path, policy=policy) as gateway:
        for header in ("X-Forwarded-For: 6.6.6.6, 10.0.0.9", "Forwarded: for=10.0.0.9;proto=https"):
            socket = await gateway.socket((header,))
            assert (await socket.connect(auth={"token": "x"}))["error"]["code"] == "NOT_PAIRED", "it is not local"
        device = Device()
        _, answer = await device.connect(gateway, headers=("X-Forwarded-For: 10.0.0.9",), auth={"token": "x"})
        assert not answer["ok"]
        assert gateway.gate.limiter.remembered(10).peers["10.0.0.9"].failures == 1
        for header in ("X-Forwarded-For: junk", "Forwarded: for=_hidden", "X-Real-IP: 10.0.0.9"):
            with pytest.raises(ConnectionRefusedError, match="400"):
                await upgrade(gateway.port, (header,))
        # Which proxies are believed follows the configuration at once.
        gateway.server.use_policy(AccessPolicy(0))
        with pytest.raises(ConnectionRefusedError, match="400"):
            await upgrade(gateway.port, ("X-Forwarded-For: 10.0.0.9",))
        gateway.server.use_policy(AccessPolicy(0, origins=("https://clawd.example",), hosts=("clawd.example",)))
        await upgrade(gateway.port, ("Origin: https://clawd.example", "Host: clawd.example"))


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", (), 200),
        ("::1", (), 200),
        ("10.1.1.1", ("x-forwarded-for",), 200),
        ("10.1.1.1", (), 200),
        ("10.9.9.9", (), 403),
        ("10.9.9.9", ("x-forwarded-for",), 400),
        ("fe80::1%eth0", (), 403),
    ],
)
def test_past_the_proxy_nobody_gets_in_where_the_port_is_not_encrypted(
    address: str, headers: tuple[str, ...], status: int
) -> None:
    seen = facts(address=address, header_names=frozenset(headers), forwarded_for=("10.8.8.8",) if headers else ())
    assert status_of(gate(trusted_proxies=("10.1.1.1",), through_proxy=True).admit(seen)) == status


@pytest.mark.parametrize(
    ("policy", "host", "origin", "statuses"),
    [
        ({"tls": True}, "127.0.0.1:18789", "https://127.0.0.1:18789", (200, 200)),
        ({"tls": True}, "127.0.0.1:18789", "http://127.0.0.1:18789", (200, 403)),
        ({"tls": True}, "localhost", "https://localhost", (403, 403)),
        ({"own": ("10.1.2.3", "box")}, "10.1.2.3:18789", "http://10.1.2.3:18789", (200, 200)),
        ({"own": ("10.1.2.3", "box"), "tls": True}, "BOX:18789", "https://box:18789", (200, 200)),
        ({"own": ("10.1.2.3", "box")}, "box.evil.example:18789", "http://box.evil.example:18789", (403, 403)),
        ({"own": ("10.1.2.3", "box")}, "box:80", "http://box", (403, 403)),
    ],
)
def test_b02_own_addresses_and_names_are_answered_with_the_schemes_that_are_served(
    policy: dict[str, Any], host: str, origin: str, statuses: tuple[int, int]
) -> None:
    one = gate(**policy)
    seen = facts(hosts=(host,)), facts(hosts=("127.0.0.1:18789",), origins=(origin,))
    assert tuple(status_of(one.admit(fact)) for fact in seen) == statuses


@pytest.mark.parametrize("forwarded", [("junk",), ("10.0.0.9, ",), ("",), (), ("127.0.0.1",), ("10.0.0.9:80",)])
def test_b03_junk_from_a_configured_proxy_is_refused(forwarded: tuple[str, ...]) -> None:
    seen = facts(header_names=frozenset({"x-forwarded-for"}), forwarded_for=forwarded)
    assert status_of(gate(trusted_proxies=("127.0.0.1",)).admit(seen)) == 400


def test_a_trusted_proxy_that_is_not_loopback_is_believed_and_another_is_not() -> None:
    seen = facts(address="10.1.1.1", header_names=frozenset({"x-forwarded-for"}), forwarded_for=("127.0.0.1",))
    peer = gate(trusted_proxies=("10.1.0.0/16",)).admit(seen)
    assert isinstance(peer, Peer)
    assert not peer.local, "a proxy may not make its client local"
    assert status_of(gate(trusted_proxies=("10.2.0.0/16", "nonsense")).admit(seen)) == 400


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (Offer(LOCAL, Role.OPERATOR, (), token=SECRET), Granted(Proof.SECRET, ("operator.admin",), digest(SECRET))),
        (Offer(LOCAL, Role.NODE, (), token=SECRET), Granted(Proof.SECRET, (), digest(SECRET))),
        (
            Offer(LOCAL, Role.OPERATOR, ("operator.read",), password=SECRET),
            Granted(Proof.SECRET, ("operator.read",), digest(SECRET)),
        ),
        (
            Offer(LOCAL, Role.OPERATOR, ("operator.admin",), token=SECRET, device_id="d", standing=READER),
            Granted(Proof.SECRET, ("operator.admin",), digest(SECRET), pair=True),
        ),
        (Offer(FAR, Role.OPERATOR, (), token=SECRET, device_id="d"), PairingNeeded("not-paired")),
        (
            Offer(FAR, Role.NODE, (), token=SECRET, device_id="d", standing=READER),
            PairingNeeded("role-upgrade"),
        ),
        (
            Offer(FAR, Role.OPERATOR, ("operator.write",), token=SECRET, device_id="d", standing=READER),
            PairingNeeded("scope-upgrade"),
        ),
        (
            Offer(FAR, Role.OPERATOR, ("operator.write",), token=SECRET, device_id="d", standing=OWNER),
            Granted(Proof.SECRET, ("operator.write",), digest(SECRET), pair=True),
        ),
        (
            Offer(FAR, Role.OPERATOR, ("operator.admin",), device_token="t-read", device_id="d", standing=READER),
            Granted(Proof.DEVICE, ("operator.read",)),
        ),
        (
            Offer(FAR, Role.OPERATOR, (), device_token="t-read", device_id="d", standing=READER),
            Granted(Proof.DEVICE, ("operator.read",)),
        ),
        (
            Offer(FAR, Role.OPERATOR, ("operator.read",), device_token="t-admin", device_id="d", standing=OWNER),
            Granted(Proof.DEVICE, ("operator.read",)),
        ),
        (
            Offer(
                FAR,
                Role.OPERATOR,
                ("operator.read", "operator.write"),
                device_token="t-read",
                device_id="d",
                standing=READER,
            ),
            Granted(Proof.DEVICE, ("operator.read",)),
        ),
        (
            Offer(FAR, Role.OPERATOR, ("operator.pairing",), device_token="t-read", device_id="d", standing=READER),
            PairingNeeded("scope-upgrade"),
        ),
        (
            Offer(FAR, Role.NODE, (), device_token="t-read", device_id="d", standing=READER),
            PairingNeeded("role-upgrade"),
        ),
        (Offer(LOCAL, Role.OPERATOR, ()), Unauthorized("missing", AuthMode.TOKEN)),
        (Offer(LOCAL, Role.OPERATOR, (), token="x"), Unauthorized("mismatch", AuthMode.TOKEN)),
        (Offer(LOCAL, Role.OPERATOR, (), token=SECRET + " "), Unauthorized("mismatch", AuthMode.TOKEN)),
        (Offer(LOCAL, Role.OPERATOR, (), token="é"), Unauthorized("mismatch", AuthMode.TOKEN)),
        (Offer(LOCAL, Role.OPERATOR, (), token="\ud800"), Unauthorized("mismatch", AuthMode.TOKEN)),
    ],
)
def test_what_an_offer_is_granted(offer: Offer, expected: Verdict) -> None:
    assert gate().decide(offer) == expected


@pytest.mark.parametrize("blank", ["", " ", "\t\n", None])
def test_a_blank_secret_lets_nobody_in(blank: str | None) -> None:
    closed = Gate(Credentials.of(AuthMode.PASSWORD, password=blank), AuthLimiter(ManualClock()), AccessPolicy(1))
    for offered in ("", " ", "None", blank or ""):
        verdict = closed.decide(Offer(LOCAL, Role.OPERATOR, (), password=offered))
        assert verdict == Unauthorized("unset", AuthMode.PASSWORD)


def test_a_locked_peer_is_refused_before_its_secret_is_looked_at() -> None:
    one = gate()
    for _ in range(5):
        one.limiter.failed("loopback")
    assert one.decide(Offer(LOCAL, Role.OPERATOR, (), token=SECRET)) == Locked(1.0)
    assert isinstance(one.decide(Offer(FAR, Role.OPERATOR, (), token=SECRET, device_id="d", standing=OWNER)), Granted)


def test_credentials_keep_no_text() -> None:
    kept = Credentials.of(AuthMode.PASSWORD, password=SECRET)
    assert SECRET not in repr(kept)
    assert SECRET not in str(kept.digests)


async def test_a01_a_foreign_origin_is_refused_before_the_upgrade(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig(tmp_path) as gateway:
        with caplog.at_level(logging.WARNING):
            evil = "https://evil.example\x1b[2J" + "x" * 1000
            status, answer = await http(gateway.port, upgrade_request(gateway.port, (f"Origin: {evil}",)))
            assert status in (400, 403)
            with pytest.raises(ConnectionRefusedError, match="403"):
                await upgrade(gateway.port, ("Origin: https://evil.example",))
    lines = [record.getMessage() for record in caplog.records if "evil.example" in record.getMessage()]
    assert lines
    assert all("\x1b" not in line and len(line) < 300 for line in lines)
    assert "evil" not in answer


@pytest.mark.parametrize(
    "origins",
    [
        ("null",),
        ("http://127.0.0.1:{port}.evil.example",),
        ("http://localhost:1",),
        ("https://127.0.0.1:{port}",),
        ("http://127.0.0.1:{port}", "http://127.0.0.1:{port}"),
    ],
)
async def test_a02_origins_that_only_look_like_ours(tmp_path: Path, origins: tuple[str, ...]) -> None:
    async with rig(tmp_path) as gateway:
        lines = tuple("Origin: " + origin.replace("{port}", str(gateway.port)) for origin in origins)
        with pytest.raises(ConnectionRefusedError, match="40[03]"):
            await upgrade(gateway.port, lines)
        await upgrade(gateway.port, (f"Origin: http://127.0.0.1:{gateway.port}",))


async def test_a03_without_a_credential_nothing_but_connect_is_heard_and_time_runs_out(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=0.1)) as gateway:
        socket = await gateway.socket()
        assert await socket.closed() == Closed(1000, "")


@pytest.mark.parametrize("method", ["health", "test.echo", "agent", "nope", "", *METHODS])
async def test_a04_any_method_before_connect_closes_and_is_not_entered(tmp_path: Path, method: str) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        socket.send(json.dumps({"type": "req", "id": "1", "method": method, "params": {}}))
        closed = await socket.closed()
        assert closed == Closed(1008, "invalid handshake: first request must be connect")
        assert socket.events[0]["error"]["code"] == "INVALID_REQUEST"
        assert gateway.spy.called == []


@pytest.mark.parametrize(
    ("auth", "code", "text"),
    [
        ({"token": "x"}, "INVALID_REQUEST", "unauthorized: gateway token mismatch (provide gateway auth token)"),
        ({"token": "é"}, "INVALID_REQUEST", "unauthorized: gateway token mismatch (provide gateway auth token)"),
        ({"token": ""}, "NOT_PAIRED", "device identity required"),
        ({"token": None}, "NOT_PAIRED", "device identity required"),
        (None, "NOT_PAIRED", "device identity required"),
        ({"token": ["x"]}, "INVALID_REQUEST", "invalid connect params: at /auth/token: must be string"),
        ({"token": {"$ne": ""}}, "INVALID_REQUEST", "invalid connect params: at /auth/token: must be string"),
        ({"token": True}, "INVALID_REQUEST", "invalid connect params: at /auth/token: must be string"),
        ({"secret": "x"}, "INVALID_REQUEST", "invalid connect params: at /auth: unexpected property 'secret'"),
    ],
)
async def test_a05_a_token_that_is_merely_present_is_nothing(
    tmp_path: Path, auth: Frame | None, code: str, text: str
) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        answer = await socket.connect(auth=auth)
        assert (answer["ok"], answer["error"]) == (False, {"code": code, "message": text})
        assert await socket.closed() == Closed(1008, text)
        assert gateway.server.count == 0


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"signer": Device()}, "device signature invalid"),
        ({"signedAt": -11}, "device signature expired"),
        ({"nonce": "11111111-2222-3333-4444-555555555555"}, "device nonce mismatch"),
        ({"nonce": ""}, "device nonce required"),
        ({"nonce": None}, "device nonce required"),
        ({"version": "v1", "nonce": None}, "device nonce required"),
        ({"version": "v1"}, "device signature invalid"),
        ({"id": "0" * 64}, "device identity mismatch"),
        ({"publicKey": "AAAA"}, "device public key invalid"),
        ({"signature": "!"}, "device signature invalid"),
    ],
)
async def test_a06_a_device_that_does_not_prove_its_key_on_this_socket(
    tmp_path: Path, changes: Frame, text: str
) -> None:
    async with rig(tmp_path) as gateway:
        now = gateway.clock.wall_ms()
        changes = changes | ({"signedAt": now + changes["signedAt"] * 60_000} if "signedAt" in changes else {})
        socket = await gateway.socket()
        params = connect_params()
        params["device"] = Device().claim(params, socket.nonce, now, **changes)
        answer = await socket.request("connect", params)
        assert answer["error"]["message"] == text
        assert await socket.closed() == Closed(1008, text)


async def test_a06_a_signature_is_good_for_one_socket_only(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device, first, second = Device(), await gateway.socket(), await gateway.socket()
        params = connect_params()
        params["device"] = device.claim(params, first.nonce, gateway.clock.wall_ms())
        assert (await first.request("connect", params))["ok"]
        assert (await second.request("connect", params))["error"]["message"] == "device nonce mismatch"


async def test_a07_a_device_gets_what_it_is_paired_for_whatever_it_asks(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        _, hello = await device.connect(gateway, scopes=["operator.read"])
        token = hello["payload"]["auth"]["deviceToken"]
        socket, hello = await device.connect(gateway, scopes=["operator.admin"], auth={"token": token})
        assert hello["payload"]["auth"]["scopes"] == ["operator.read"]
        assert (await socket.request("config.set", {}))["error"]["message"] == "missing scope: operator.admin"
        assert (await socket.request("health"))["ok"]
        assert gateway.spy.called == []


@pytest.mark.parametrize(
    ("lowest", "highest"),
    [
        (99, 99),
        (1, 0),
        (1, 2),
        (5, 9),
        (4, 3),
        (10**30, 10**31),
        (3.5, 4.5),
        (3.0, 4.0),
        ("3", "3"),
        (True, 9),
        ([], {}),
    ],
)  # fmt: skip
async def test_a08_a_protocol_that_we_do_not_speak(tmp_path: Path, lowest: Any, highest: Any) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        answer = await socket.connect(minProtocol=lowest, maxProtocol=highest)
        assert answer["error"]["message"] == "protocol mismatch"
        assert answer["error"]["details"] == {"expectedProtocol": 3}
        assert await socket.closed() == Closed(1002, "protocol mismatch")


@pytest.mark.parametrize(("lowest", "highest", "answered"), [(3, 3, 3), (4, 4, 4), (1, 9, 4), (2, 3, 3)])
async def test_the_highest_protocol_of_both_is_answered(
    tmp_path: Path, lowest: int, highest: int, answered: int
) -> None:
    async with rig(tmp_path) as gateway:
        hello = await (await gateway.socket()).connect(minProtocol=lowest, maxProtocol=highest)
        assert hello["payload"]["protocol"] == answered


async def test_a09_a_second_connect_changes_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client(scopes=["operator.read"])
        again = await socket.connect(scopes=["operator.admin"])
        assert again["error"]["message"] == "connect is only valid as the first request"
        assert (await socket.request("config.set"))["error"]["message"] == "missing scope: operator.admin"


async def test_a09_a_connect_in_slow_bytes_runs_out_of_time(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=0.1)) as gateway:
        socket = await gateway.socket()
        socket.raw(b"\x81\xfe\x01\x00abcd" + b"x" * 20)
        assert await socket.closed() == Closed(1000, "")


async def guess(gateway: Rig, count: int, kind: str = "token") -> list[str]:
    texts = []
    for number in range(count):
        socket = await gateway.socket()
        answer = await socket.connect(auth={kind: f"wrong-{number}"})
        texts.append(answer["error"]["message"])
        socket.leave()
    return texts


async def test_a10_guessing_is_locked_out_while_open_sockets_work(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        owner = await gateway.client()
        texts = await guess(gateway, 100)
        assert [text for text in texts if "mismatch" in text] == texts[:5]
        assert all(text.startswith("unauthorized: too many failed attempts") for text in texts[5:])
        gateway.clock.jump_wall(86_400)
        socket = await gateway.socket()
        refused = await socket.connect()
        assert refused["error"]["retryAfterMs"] == 1000, "the right secret is not looked at, and the wall clock is not"
        assert (await socket.closed()).code == 1008
        assert (await owner.request("health"))["ok"]
        gateway.clock.advance(1.1)
        assert (await (await gateway.socket()).connect())["ok"]


async def test_a10_a_paired_device_is_not_held_up_by_somebody_elses_guesses(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        assert (await device.connect(gateway))[1]["ok"]
        await guess(gateway, 30)
        assert (await device.connect(gateway))[1]["ok"]
        for _ in range(5):
            assert not (await device.connect(gateway, auth={"token": "wrong"}))[1]["ok"]
        assert "too many" in (await device.connect(gateway))[1]["error"]["message"]


async def test_a11_all_kinds_and_all_names_of_this_computer_share_one_counter(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        await guess(gateway, 2, "token")
        await guess(gateway, 2, "password")
        status, _ = await http(
            gateway.port,
            "POST /tools/invoke HTTP/1.1\nHost: localhost:{port}\nAuthorization: Bearer x\nContent-Length: 0\n\n",
        )
        assert status == 401
        assert gateway.gate.limiter.failures == 5
        six = await upgrade(gateway.port, address="::1")
        await six.receive()
        assert "too many" in (await six.connect(auth={"deviceToken": "x", "token": SECRET}))["error"]["message"]


async def test_a15_a_new_secret_closes_those_who_came_with_the_old_one(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        _, hello = await device.connect(gateway)
        token = hello["payload"]["auth"]["deviceToken"]
        by_device, _ = await device.connect(gateway, auth={"token": token})
        clients = [await gateway.client() for _ in range(3)]
        gateway.server.use(Credentials.of(AuthMode.TOKEN, token="another"))
        for client in clients:
            assert await client.closed() == Closed(1008, "unauthorized: the gateway secret was changed")
        assert "mismatch" in (await (await gateway.socket()).connect())["error"]["message"]
        answer = await http(gateway.port, POST.replace("AUTH", f"Bearer {SECRET}"))
        assert answer[0] == 401
        assert (await (await gateway.socket()).connect(auth={"token": "another"}))["ok"]
        assert (await by_device.request("health"))["ok"], "a device's own token is another credential"


async def test_a15_a_revoked_device_is_closed(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        socket, hello = await device.connect(gateway)
        await gateway.devices.revoke(device.id, "operator")
        assert (await socket.closed()).code == 1008
        token = hello["payload"]["auth"]["deviceToken"]
        assert not (await device.connect(gateway, auth={"token": token}))[1]["ok"]


async def test_a15_a_secret_that_is_changed_during_a_handshake_lets_nobody_in(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        enrol, begun, go_on = gateway.devices.enrol, asyncio.Event(), asyncio.Event()

        async def slowly(applicant: Applicant) -> str:
            begun.set()
            await go_on.wait()
            return await enrol(applicant)

        gateway.devices.enrol = slowly  # type: ignore[method-assign]
        coming = spawn(Device().connect(gateway), name="coming")
        await begun.wait()
        gateway.server.use(Credentials.of(AuthMode.TOKEN, token="another"))
        go_on.set()
        socket, answer = await coming
        assert "mismatch" in answer["error"]["message"]
        assert (await socket.closed()).code == 1008


@pytest.mark.parametrize("remote", [False, True])
async def test_whoever_was_revoked_comes_back_from_elsewhere_only_when_approved(tmp_path: Path, remote: bool) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    headers = ("X-Forwarded-For: 192.0.2.7",) if remote else ()
    async with rig(tmp_path, policy=policy) as gateway:
        device = Device()
        _, refused = await device.connect(gateway, headers=headers)
        if remote:
            await gateway.devices.approve(refused["error"]["details"]["requestId"])
            assert (await device.connect(gateway, headers=headers))[1]["ok"]
        await gateway.devices.revoke(device.id, "operator")
        _, again = await device.connect(gateway, headers=headers)
        assert again["ok"] is not remote
        if remote:
            assert again["error"]["details"]["reason"] == "not-paired"
            await gateway.devices.approve(again["error"]["details"]["requestId"])
            assert (await device.connect(gateway, headers=headers))[1]["ok"]


PATHS = ("/", "/healthz", "/readyz", "/assets/x.js", "/tools/invoke", "/v1/chat/completions")
POST = (
    "POST /tools/invoke HTTP/1.1\nHost: 127.0.0.1:{port}\nAuthorization: AUTH\nContent-Length: 2\n"
    "Content-Type: application/json\n\n{}"
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("GET PATH HTTP/1.1\nHost: evil.example\n\n", 403),
        ("GET PATH HTTP/1.1\nHost: evil.example:{port}\n\n", 403),
        ("GET PATH HTTP/1.1\nX: y\n\n", 400),
        ("GET PATH HTTP/1.1\nHost: 127.0.0.1:{port}\nHost: 127.0.0.1:{port}\n\n", 400),
        ("GET PATH HTTP/1.1\nHost: 127.0.0.1:{port}\nHost: evil.example\n\n", 400),
        ("GET http://evil.examplePATH HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", 400),
        ("GET http://127.0.0.1:{port}PATH HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", 400),
    ],
)
async def test_b01_hosts_that_are_not_ours_on_every_path(
    tmp_path: Path, path: str, request_text: str, status: int
) -> None:
    async with rig(tmp_path) as gateway:
        assert (await http(gateway.port, request_text.replace("PATH", path)))[0] == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:{port}", 200), ("localhost:{port}", 200), ("[::1]:{port}", 200), ("localhost.:{port}", 403)],
)
async def test_b02_own_hosts_over_a_socket(tmp_path: Path, host: str, status: int) -> None:
    async with rig(tmp_path) as gateway:
        assert (await http(gateway.port, f"GET /healthz HTTP/1.1\nHost: {host}\n\n"))[0] == status


@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-For: 1.2.3.4",
        "Forwarded: for=1.2.3.4",
        "X-Real-IP: 1.2.3.4",
        "Via: 1.1 x",
        "Tailscale-User-Login: a",
    ],
)
async def test_b03_proxy_headers_are_refused_and_do_not_switch_off_the_origin_check(tmp_path: Path, line: str) -> None:
    async with rig(tmp_path) as gateway:
        assert (await http(gateway.port, "GET /healthz HTTP/1.1\nHost: 127.0.0.1:{port}\n" + line + "\n\n"))[0] == 400
        with pytest.raises(ConnectionRefusedError, match="40[03]"):
            await upgrade(gateway.port, (line, "Origin: https://evil.example"))


@pytest.mark.parametrize("path", ["/tools/invoke", "/v1/chat/completions", "/v1/responses", "/hooks/wake", "/"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Type: application/json", 401),
        ("Content-Type: application/json\nAuthorization: Bearer wrong", 401),
        ("Content-Type: application/json\nAuthorization: Basic " + SECRET, 401),
        ("Content-Type: application/json\nX-Clawdbot-Token: " + SECRET, 401),
        ("Content-Type: application/json\nAuthorization: Bearer é", 401),
        ("Content-Type: text/plain\nAuthorization: Bearer " + SECRET, 415),
        ("Content-Type: application/x-www-form-urlencoded\nAuthorization: Bearer " + SECRET, 415),
        ("Content-Type: multipart/form-data; boundary=x\nAuthorization: Bearer " + SECRET, 415),
        ("Content-Type: application/json\nSec-Fetch-Site: cross-site\nAuthorization: Bearer " + SECRET, 403),
        ("Content-Type: application/json\nOrigin: https://evil.example\nAuthorization: Bearer " + SECRET, 403),
        ("Content-Type: text/plain\nOrigin: https://evil.example", 403),
        ("Content-Type: application/json; charset=utf-8\nAuthorization: Bearer " + SECRET, 404),
    ],
)
async def test_b04_writing_over_http(tmp_path: Path, path: str, headers: str, status: int) -> None:
    async with rig(tmp_path) as gateway:
        text = f"POST {path} HTTP/1.1\nHost: 127.0.0.1:{{port}}\n{headers}\nContent-Length: 2\n\n{{}}"
        assert (await http(gateway.port, text))[0] == status


async def test_b04_a_body_is_not_read_before_its_sender_is_known(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        text = "POST /tools/invoke HTTP/1.1\nHost: 127.0.0.1:{port}\nContent-Length: 2000000000\n\n"
        assert (await http(gateway.port, text))[0] == 401


async def test_a_secret_in_the_address_is_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with rig(tmp_path) as gateway:
        with caplog.at_level(logging.DEBUG):
            socket = await upgrade(gateway.port, path=f"/?token={SECRET}")
            await socket.receive()
            assert (await socket.connect(auth=None))["error"]["code"] == "NOT_PAIRED"
            await http(gateway.port, f"GET /?token={SECRET} HTTP/1.1\nHost: evil.example\n\n")
        assert SECRET not in caplog.text


def test_scopes_of_the_shared_secret_are_a_known_name() -> None:
    verdict = gate().decide(Offer(LOCAL, Role.OPERATOR, (), token=SECRET))
    assert isinstance(verdict, Granted)
    assert verdict.scopes == (Scope.ADMIN,)


def with_hooks(*tokens: str) -> Gate:
    made = gate()
    made.hook_tokens = tuple(digest(token) for token in tokens)
    return made


@pytest.mark.parametrize(
    ("tokens", "shown", "denied"),
    [
        (("hook-token",), {"authorization": "Bearer hook-token"}, 0),
        (("hook-token",), {"authorization": "bearer  hook-token"}, 0),
        (("hook-token",), {"hook_token": "hook-token"}, 0),
        (("hook-token",), {"authorization": "Bearer wrong", "hook_token": "hook-token"}, 401),
        (("hook-token",), {"authorization": "Basic hook-token"}, 401),
        (("hook-token",), {"authorization": "hook-token"}, 401),
        (("hook-token",), {"target": "/hooks/wake?token=hook-token"}, 401),
        (("hook-token",), {"authorization": f"Bearer {SECRET}"}, 401),
        (("hook-token",), {"hook_token": "é"}, 401),
        (("hook-token",), {"hook_token": "\udce9"}, 401),
        (("hook-token",), {}, 401),
        ((), {"hook_token": "hook-token"}, 401),
        ((), {"hook_token": ""}, 401),
        ((SECRET,), {"authorization": f"Bearer {SECRET}"}, 401),
    ],
)
def test_hooks_have_a_token_of_their_own(tokens: tuple[str, ...], shown: Any, denied: int) -> None:
    denial = with_hooks(*tokens).hook(facts(**shown), LOCAL)
    assert (denial.status if denial else 0) == denied


def test_the_token_of_hooks_opens_nothing_else() -> None:
    denial = with_hooks("hook-token").bearer(facts(authorization="Bearer hook-token"), LOCAL)
    assert denial is not None
    assert denial.status == 401


def test_guesses_at_hooks_and_at_the_gateway_are_counted_together() -> None:
    made = with_hooks("hook-token")
    for number in range(5):
        check = made.hook if number % 2 else made.bearer
        assert check(facts(authorization=f"Bearer guess{number}"), LOCAL) is not None
    for check, good in ((made.hook, "hook-token"), (made.bearer, SECRET)):
        locked = check(facts(authorization=f"Bearer {good}"), LOCAL)
        assert locked is not None
        assert (locked.status, locked.wait > 0) == (429, True)
    assert with_hooks("hook-token").hook(facts(), LOCAL) is not None


def test_who_shows_nothing_is_not_counted() -> None:
    made = with_hooks("hook-token")
    for _ in range(50):
        made.hook(facts(), LOCAL)
    assert made.hook(facts(hook_token="hook-token"), LOCAL) is None


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({"target": "/c/secret-path/x"}, True),
        ({"target": "/c/secret-path"}, True),
        ({"target": "/c/secret-path?x"}, True),
        ({"target": "/c/secret-path/x", "method": "HEAD"}, True),
        ({"target": "/c/secret-path/x", "method": "POST"}, False),
        ({"target": "/c/secret-path/x", "header_names": frozenset({"upgrade"})}, False),
        ({"target": "/c/secret-pat/x"}, False),
        ({"target": "/c//secret-path"}, False),
        ({"target": "/c/"}, False),
        ({"target": "/x/c/secret-path"}, False),
        ({"target": "/?/c/secret-path/"}, False),
    ],
)
def test_the_secret_path_of_the_canvas(changes: Any, opens: bool) -> None:
    made = gate()
    assert not made.opens_canvas(facts(**changes))
    made.canvas = digest("secret-path")
    assert made.opens_canvas(facts(**changes)) is opens
    foreign = facts(**changes, origins=("null",), fetch_site="cross-site")
    assert status_of(made.admit(foreign)) == (200 if opens else 403)
    elsewhere = facts(**changes, hosts=("evil.example",))
    assert status_of(made.admit(elsewhere)) == 403
