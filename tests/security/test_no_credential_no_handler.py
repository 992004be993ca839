"""No sequence of frames and requests without a valid credential enters a handler: a state machine over real sockets."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from gateway_rig import METHODS, SECRET, Device, Frame, Rig, Socket, connect_params, http, rig
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from security.profiles import tried

from clawd_desktop.gateway.admission import AccessPolicy
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http.answers import text as text_answer
from clawd_desktop.gateway.http.routes import Access, Ask, Route

WRONG = ("x", "", " ", SECRET[:-1], SECRET + "x", SECRET.upper(), "null", "é", "\x00", "0" * 64)
DEVICE_FAULTS: tuple[Frame, ...] = (
    {}, {"nonce": ""}, {"nonce": None}, {"nonce": "old"}, {"signedAt": 0}, {"version": "v1"}, {"id": "0" * 64},
    {"publicKey": "AAAA"}, {"signature": ""}, {"signature": None}, {"signer": True},
)  # fmt: skip
NAMES = st.sampled_from(["health", "test.echo", "agent", "node.event", "nope", "connect ", *METHODS])
TEXTS = st.sampled_from(WRONG)
SCOPES = st.sampled_from([None, [], ["operator.read"], ["operator.admin"], ["*"], ["operator.admin", "operator.read"]])
AUTH = st.one_of(
    st.none(),
    st.just({}),
    st.fixed_dictionaries({}, optional={"token": TEXTS, "password": TEXTS, "deviceToken": TEXTS}),
    st.sampled_from([{"token": ["x"]}, {"token": True}, {"token": {"$ne": ""}}, {"secret": SECRET}, [SECRET], SECRET]),
)
ROLES = st.sampled_from([None, "operator", "node", "admin", ""])
ORIGINS = st.sampled_from(
    [(), ("Origin: null",), ("Origin: https://evil.example",), ("Origin: http://127.0.0.1:{port}",)]
)
VERBS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
PATHS = st.sampled_from(["/secret", "/secret/", "/tree/a", "/write", "/write?x", "//secret", "/./secret", "/", "/no"])
HEADERS = (
    "Authorization: Bearer x", "Authorization: Bearer ", "Authorization: Basic {secret}", "Cookie: token={secret}",
    "Authorization: {secret}", "X-Clawdbot-Token: {secret}", "Content-Type: application/json", "Upgrade: h2c",
    "Content-Type: text/plain", "X-Forwarded-For: 127.0.0.1", "X-HTTP-Method-Override: GET", "Connection: close",
    "Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "X-Original-URL: /secret", "Expect: 100-continue",
)  # fmt: skip
LINES = st.lists(st.sampled_from(HEADERS), max_size=3, unique=True)
WHOLE = st.sampled_from([b"{}", b"[]", b"null", b'{"type":"res","id":"c","ok":true}'])
FIRST = st.sampled_from([0x81, 0x01, 0x80, 0x00, 0x82, 0x89, 0x8A, 0x88, 0xC1, 0x83])


class Entered:
    """Paths behind authentication that write down who got in."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def rows(self) -> tuple[Route, ...]:
        both = frozenset({"GET", "HEAD", "POST"})
        return (
            Route("/secret", self.answer, methods=both, body=1000),
            Route("/tree", self.answer, methods=both, under=True, body=1000),
            Route("/write", self.answer, methods=frozenset({"POST"}), body=1000),
            Route("/open", self.open, access=Access.PUBLIC),
        )

    async def answer(self, ask: Ask) -> Any:
        self.called.append(ask.facts.target)
        return text_answer(200, "entered")

    async def open(self, ask: Ask) -> Any:
        return text_answer(200, "open")


class Strangers(RuleBasedStateMachine):
    """Whoever has no credential tries everything in any order; the owner's device is paired all the time."""

    sockets = Bundle("sockets")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.entered = Entered()
        self.mine = Device()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.gateway: Rig = self.run(self._begin())

    async def _begin(self) -> Rig:
        gateway = await self.stack.enter_async_context(
            rig(Path(self.folder.name), policy=AccessPolicy(0), limits=Limits(handshake=5.0), topics=(self.entered,))
        )
        self.owner = Device()
        socket, hello = await self.owner.connect(gateway, scopes=["operator.read"])
        self.token = hello["payload"]["auth"]["deviceToken"]
        params = connect_params(scopes=["operator.read"])
        # What a stranger may have overheard: a whole connect of the owner's device, good on that socket alone.
        params["device"] = self.owner.claim(params, socket.nonce, gateway.clock.wall_ms())
        self.overheard = params["device"]
        socket.leave()
        return gateway

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    @rule(target=sockets, origin=ORIGINS, path=st.sampled_from(["/", "/secret", "/x"]))
    def open(self, origin: tuple[str, ...], path: str) -> Any:
        lines = tuple(line.replace("{port}", str(self.gateway.port)) for line in origin)
        try:
            return self.run(self.gateway.socket(lines, path=path))
        except ConnectionError:
            assert lines, "only a foreign page is refused at the door"
            return multiple()

    @rule(socket=sockets, auth=AUTH, role=ROLES, scopes=SCOPES, fault=st.sampled_from((None, *DEVICE_FAULTS)))
    def connect(self, socket: Socket, auth: Any, role: str | None, scopes: Any, fault: Frame | None) -> None:
        params = connect_params(auth=auth, role=role, scopes=scopes)
        if fault is not None:
            faults = dict(fault)
            if faults.get("signer"):
                faults["signer"] = Device()
            signed = (
                params if isinstance(auth, dict) and isinstance(auth.get("token", ""), str) else connect_params(auth={})
            )
            params["device"] = self.mine.claim(signed, socket.nonce, self.gateway.clock.wall_ms(), **faults)
        self.send(socket, {"type": "req", "id": "c", "method": "connect", "params": params})

    @rule(socket=sockets, secret=st.sampled_from(["token", "none", "wrong"]), theirs=st.booleans())
    def replay(self, socket: Socket, secret: str, theirs: bool) -> None:
        """What was overheard of the owner's device, and its token, from another device or from none."""
        auth = {"token": {"token": self.token, "none": "", "wrong": "x"}[secret]}
        params = connect_params(auth=auth, scopes=["operator.read"])
        if theirs:
            params["device"] = self.overheard
        elif secret == "token":
            params["device"] = self.mine.claim(params, socket.nonce, self.gateway.clock.wall_ms(), id=self.owner.id)
        self.send(socket, {"type": "req", "id": "c", "method": "connect", "params": params})

    @rule(socket=sockets, name=NAMES, params=st.sampled_from([None, {}, {"text": "x"}, {"approved": True}]))
    def ask(self, socket: Socket, name: str, params: Any) -> None:
        self.send(socket, {"type": "req", "id": "1", "method": name, "params": params})

    @rule(socket=sockets, data=st.one_of(st.binary(max_size=40), WHOLE), first=FIRST)
    def frame(self, socket: Socket, data: bytes, first: int) -> None:
        socket.send(data, first)
        self.turn()

    @rule(socket=sockets, name=NAMES, cut=st.integers(1, 30), between=st.sampled_from([0x89, 0x8A, 0x00]))
    def fragments(self, socket: Socket, name: str, cut: int, between: int) -> None:
        """A request in pieces with a control frame between them."""
        text = json.dumps({"type": "req", "id": "1", "method": name}).encode()
        socket.send(text[:cut], 0x01)
        socket.send(b"", between)
        socket.send(text[cut:], 0x80)
        self.turn()

    @rule(socket=sockets, data=st.binary(min_size=1, max_size=60))
    def noise(self, socket: Socket, data: bytes) -> None:
        socket.raw(data)
        self.turn()

    @rule(socket=consumes(sockets))
    def leave(self, socket: Socket) -> None:
        socket.leave()
        self.turn()

    @rule(verb=VERBS, path=PATHS, lines=LINES, body=st.sampled_from([None, "", "{}", '{"tool":"exec"}']))
    def http(self, verb: str, path: str, lines: list[str], body: str | None) -> None:
        head = [
            f"{verb} {path} HTTP/1.1",
            "Host: 127.0.0.1:{port}",
            *(line.replace("{secret}", SECRET) for line in lines),
        ]
        length = [f"Content-Length: {len(body)}"] if body is not None else []
        status, answer = self.run(self._ask("\n".join([*head, *length, "", body or ""])))
        assert status in (0, 400, 401, 403, 404, 405, 411, 415, 429), (verb, path, lines, status)
        assert "entered" not in answer

    async def _ask(self, text: str) -> tuple[int, str]:
        # HEAD has a length and no body; the rest would be waited for.
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                verb = text.split(" ")[0]
                return await http(self.gateway.port, text if verb != "HEAD" else text.replace("HEAD", "GET", 1))
        raise AssertionError(f"no answer to {text!r}")

    @rule(seconds=st.sampled_from([1.0, 20.0, 1000.0]))
    def time_passes(self, seconds: float) -> None:
        self.gateway.clock.advance(seconds)

    def send(self, socket: Socket, frame: Frame) -> None:
        socket.send(json.dumps({key: value for key, value in frame.items() if value is not None}))
        self.turn()

    def turn(self) -> None:
        """Let the gateway see what was sent, as far as it goes: connects look at signatures in a thread."""
        self.run(_settle())

    @invariant()
    def nobody_is_in(self) -> None:
        if not hasattr(self, "gateway"):
            return
        self.turn()
        assert self.gateway.spy.called == []
        assert self.entered.called == []
        assert self.gateway.server.count == 0
        assert self.gateway.devices.standing(self.mine.id, "operator") is None  # type: ignore[arg-type]
        assert len(self.gateway.devices.records()) == 1


async def _settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)
    await asyncio.to_thread(int)
    for _ in range(6):
        await asyncio.sleep(0)


TestStrangers = Strangers.TestCase
TestStrangers.settings = tried(100, 2_000, stateful_step_count=25)


async def test_the_machine_notices_who_gets_in(tmp_path: Path) -> None:
    """With the secret each of the same ways leads in: the machine above does not pass because nothing works."""
    entered = Entered()
    async with rig(tmp_path, topics=(entered,)) as gateway:
        client = await gateway.client()
        assert (await client.request("config.set", {}))["ok"]
        assert gateway.spy.called == ["config.set"]
        text = f"POST /write HTTP/1.1\nHost: 127.0.0.1:{{port}}\nAuthorization: Bearer {SECRET}\n"
        text += "Content-Type: application/json\nContent-Length: 2\n\n{}"
        assert (await http(gateway.port, text))[0] == 200
        assert entered.called == ["/write"]
