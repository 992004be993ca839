"""Passwords of which only a hash is kept: checked off the loop, in turn, and never for more than the limiter allows."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from gateway_rig import Device, http, rig, within

from clawd_desktop.cli.hash_password import hashed
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway import gate as module
from clawd_desktop.gateway.admission import (
    AccessPolicy,
    AuthMode,
    Credentials,
    Granted,
    Locked,
    Offer,
    Peer,
    RequestFacts,
    Unauthorized,
    digest,
)
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.methods.table import Role

PASSWORD = "zanzibar-mule-42-velvet"
HASH = "$argon2id$v=19$m=65536,t=3,p=1$HF2TSTiG2JRgbDNEqIa4ow$/JfFjJWfakpRZW+8zA9Cnll9zUEX0xHJA33yI9/40HI"
LOCAL = Peer("127.0.0.1", "loopback", local=True, browser=False)
FAR = Peer("10.0.0.9", "10.0.0.9", local=False, browser=False)


def credentials(text: str = HASH) -> Credentials:
    return Credentials.of(AuthMode.PASSWORD, password=text)


def offer(password: str, peer: Peer = LOCAL) -> Offer:
    return Offer(peer, Role.OPERATOR, (), password=password)


class Counted:
    """A gate that says how many hashes it computed, and how many at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = Gate(credentials(), AuthLimiter(ManualClock()), AccessPolicy(1))
        self.computed = self.now = self.most = 0
        real = module._matches

        def counted(text: str, known: str) -> bool:
            self.computed, self.now = self.computed + 1, self.now + 1
            self.most = max(self.most, self.now)
            try:
                return real(text, known)
            finally:
                self.now -= 1

        monkeypatch.setattr(module, "_matches", counted)


async def test_the_right_password_is_let_in_and_known_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    on = Counted(monkeypatch)
    first = await on.gate.judge(offer(PASSWORD))
    assert isinstance(first, Granted)
    assert first.secret == digest(PASSWORD)
    assert [await on.gate.judge(offer(PASSWORD)) for _ in range(5)] == [first] * 5
    assert on.computed == 1, "it is known by its digest"
    assert on.gate.still_valid(first.secret)


@pytest.mark.parametrize("wrong", ["zanzibar-mule-42-velvet ", "x", HASH, "\ud800", "é"])
async def test_a_wrong_one_is_refused_and_so_is_the_hash_itself(wrong: str) -> None:
    gate = Gate(credentials(), AuthLimiter(ManualClock()), AccessPolicy(1))
    assert await gate.judge(offer(wrong)) == Unauthorized("mismatch", AuthMode.PASSWORD)
    assert gate.limiter.failures == 1


async def test_nothing_shown_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    on = Counted(monkeypatch)
    assert await on.gate.judge(offer("")) == Unauthorized("missing", AuthMode.PASSWORD)
    assert on.computed == 0


async def test_a_crowd_of_guesses_costs_no_more_hashes_than_the_limiter_lets_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on = Counted(monkeypatch)
    verdicts = await asyncio.gather(*(on.gate.judge(offer(f"guess {n}", FAR)) for n in range(100)))
    assert sum(isinstance(verdict, Unauthorized) for verdict in verdicts) == 5
    assert sum(isinstance(verdict, Locked) for verdict in verdicts) == 95
    assert on.most == 1
    assert on.computed <= 6, "the sixth may have begun beside the fifth"


async def test_the_loop_goes_on_while_hashes_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    on = Counted(monkeypatch)
    longest = [0.0]

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest[0] = max(longest[0], time.perf_counter() - before)

    task = asyncio.get_running_loop().create_task(beat())
    started = time.perf_counter()
    await asyncio.gather(*(on.gate.judge(offer(f"guess {n}")) for n in range(4)))
    took = time.perf_counter() - started
    task.cancel()
    assert longest[0] < took / 2


async def test_another_hash_in_force_forgets_what_was_proved_by_the_old_one() -> None:
    gate = Gate(credentials(), AuthLimiter(ManualClock()), AccessPolicy(1))
    granted = await gate.judge(offer(PASSWORD))
    assert isinstance(granted, Granted)
    gate.credentials = credentials(hashed("another-velvet-mule-43"))
    assert not gate.still_valid(granted.secret)
    assert isinstance(await gate.judge(offer(PASSWORD)), Unauthorized)
    gate.credentials = credentials()
    assert isinstance(await gate.judge(offer(PASSWORD)), Granted)


async def test_http_is_checked_in_the_same_way() -> None:
    gate = Gate(credentials(), AuthLimiter(ManualClock()), AccessPolicy(1))
    plain = {"method": "GET", "target": "/", "address": "127.0.0.1", "hosts": ("127.0.0.1:1",)}
    right = RequestFacts(**plain, authorization=f"Bearer {PASSWORD}")  # type: ignore[arg-type]
    wrong = RequestFacts(**plain, authorization="Bearer x")  # type: ignore[arg-type]
    assert await gate.authorize(right, LOCAL) is None
    for _ in range(5):
        denial = await gate.authorize(wrong, LOCAL)
        assert denial is not None
        assert denial.status == 401
    locked = await gate.authorize(right, LOCAL)
    assert locked is not None
    assert (locked.status, locked.wait) == (429, 1.0)


def test_a_hash_that_costs_too_much_is_no_credential() -> None:
    with pytest.raises(BadInput, match="more than a sign-in may cost"):
        credentials(HASH.replace("t=3", "t=99"))


async def test_over_a_real_socket_and_after_a_restart_of_the_secret(tmp_path: Path) -> None:
    async with rig(tmp_path, credentials=credentials()) as gateway:
        client = await gateway.client(auth={"password": PASSWORD})
        refused = await (await gateway.socket()).connect(auth={"password": HASH})
        assert refused["error"]["message"].startswith("unauthorized: gateway password mismatch")
        text = f"GET /closed HTTP/1.1\nHost: 127.0.0.1:{gateway.port}\nAuthorization: Bearer {HASH}\n\n"
        assert (await http(gateway.port, text.replace("GET", "DELETE")))[0] == 401
        gateway.server.use(credentials())
        assert (await client.request("health"))["ok"], "the same hash keeps whoever came by it"
        gateway.server.use(credentials(hashed("another-velvet-mule-43")))
        assert (await within(5, client.closed())).code == 1008


async def test_a_device_that_shows_its_token_costs_no_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(tmp_path, credentials=credentials()) as gateway:
        device = Device()
        _, first = await device.connect(gateway, auth={"password": PASSWORD})
        token = first["payload"]["auth"]["deviceToken"]
        monkeypatch.setattr(module, "_matches", None)
        _, again = await device.connect(gateway, auth={"token": token})
        assert again["ok"], again
