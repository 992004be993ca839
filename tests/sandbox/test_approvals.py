"""One answer counts, silence means no, and what was allowed runs once and only as it was shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.events import ApprovalAsked, ApprovalEnded
from clawd_desktop.core.tasks import spawn
from clawd_desktop.sandbox.approvals import MOST_OF_ONE, MOST_WAITING, Approvals, Asker, Command, grant_of

ECHO = Command("echo hi", cwd="/tmp", host="node", agent_id="main")
PHONE = Asker("connection 1", "device 1")
LONG = 60_000


class Heard:
    """Approvals with everything that they published."""

    def __init__(self) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.said: list[object] = []
        self.bus.subscribe(ApprovalAsked, self.said.append)
        self.bus.subscribe(ApprovalEnded, self.said.append)
        self.approvals = Approvals(self.bus, self.clock)


async def test_a_question_is_answered_once() -> None:
    heard = Heard()
    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1")
    assert (approval.expires_ms - approval.created_ms, heard.approvals.find("a1")) == (LONG, approval)
    waiting = spawn(heard.approvals.decision(approval), name="waits")
    await asyncio.sleep(0)
    assert heard.approvals.resolve("a1", "allow-once", "owner") == "allow-once"
    with pytest.raises(NotFound, match=r"^unknown approval id$"):
        heard.approvals.resolve("a1", "deny", "somebody else")
    assert await waiting == "allow-once"
    assert heard.said == [ApprovalAsked("a1"), ApprovalEnded("a1", "allow-once", "owner")]
    assert heard.approvals.waiting() == ()


async def test_silence_means_no() -> None:
    heard = Heard()
    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=1)
    assert await heard.approvals.decision(approval) is None
    assert heard.said[-1] == ApprovalEnded(approval.id)
    assert heard.approvals.use(grant_of(approval)) is None
    with pytest.raises(NotFound):
        heard.approvals.resolve(approval.id, "allow-once")


async def test_an_id_waits_once_and_may_come_again() -> None:
    heard = Heard()
    heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id=" a1 ")
    with pytest.raises(BadInput, match=r"^approval id already pending$"):
        heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1")
    heard.approvals.resolve("a1", "deny")
    assert heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1").id == "a1"


@pytest.mark.parametrize("decision", ["", "yes", "ALLOW-ONCE", "allow"])
async def test_what_is_no_decision_leaves_the_question(decision: str) -> None:
    heard = Heard()
    heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1")
    with pytest.raises(BadInput, match=r"^invalid decision$"):
        heard.approvals.resolve("a1", decision)
    assert heard.approvals.find("a1") is not None


async def test_the_question_goes_with_who_asked_it() -> None:
    heard = Heard()
    mine = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    other = heard.approvals.ask(ECHO, Asker("connection 2", "device 1"), timeout_ms=LONG)
    waiting = spawn(heard.approvals.decision(mine), name="waits")
    await asyncio.sleep(0)
    heard.approvals.left("connection 1")
    assert await waiting is None
    assert heard.approvals.waiting() == (other,)
    with pytest.raises(NotFound):
        heard.approvals.resolve(mine.id, "allow-once")


async def test_a_wait_that_is_given_up_takes_the_question_back() -> None:
    heard = Heard()
    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    waiting = spawn(heard.approvals.decision(approval), name="waits")
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert heard.approvals.waiting() == ()


async def test_an_old_question_does_not_get_the_answer_of_a_new_one() -> None:
    heard = Heard()
    old = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1")
    heard.approvals.resolve("a1", "deny")
    heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG, approval_id="a1")
    assert await heard.approvals.decision(old) is None
    assert heard.approvals.find("a1") is not None


async def test_questions_are_few() -> None:
    heard = Heard()
    for _ in range(MOST_OF_ONE):
        heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    with pytest.raises(Unavailable, match="Too many"):
        heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    for number in range(MOST_WAITING - MOST_OF_ONE):
        heard.approvals.ask(ECHO, Asker(f"c{number}"), timeout_ms=LONG)
    with pytest.raises(Unavailable, match="Too many"):
        heard.approvals.ask(ECHO, Asker("last"), timeout_ms=LONG)


async def test_what_was_allowed_may_run_once_and_soon() -> None:
    heard = Heard()

    def allowed(decision: str) -> bool:
        approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
        heard.approvals.resolve(approval.id, decision)
        return heard.approvals.use(grant_of(approval)) == decision

    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    assert heard.approvals.use(grant_of(approval)) is None, "nobody has allowed it yet"
    assert allowed("allow-once")
    assert heard.approvals.use(grant_of(approval)) is None, "it was used"
    assert allowed("allow-always")
    assert not allowed("deny")
    heard.approvals.resolve(approval.id, "allow-once")
    heard.clock.advance(61)
    assert heard.approvals.use(grant_of(approval)) is None, "it is too late"


async def test_a_later_no_takes_back_an_earlier_yes() -> None:
    heard = Heard()
    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    heard.approvals.resolve(approval.id, "allow-once")
    heard.approvals.resolve(heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG).id, "deny")
    assert heard.approvals.use(grant_of(approval)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"command": "echo hi; rm -rf ~"}, {"cwd": "/"}, {"host": "gateway"}, {"agent_id": "other"},
        {"session_key": "agent:main:x"}, {"identity": "device 2"},
    ],
)  # fmt: skip
async def test_nothing_but_the_very_command_is_allowed(change: dict[str, str]) -> None:
    heard = Heard()
    approval = heard.approvals.ask(ECHO, PHONE, timeout_ms=LONG)
    heard.approvals.resolve(approval.id, "allow-once")
    assert heard.approvals.use(replace(grant_of(approval), **change)) is None
    assert heard.approvals.use(grant_of(approval)) == "allow-once"


async def test_what_is_remembered_is_bounded() -> None:
    heard = Heard()
    approvals = []
    for number in range(300):
        approvals.append(heard.approvals.ask(Command(f"echo {number}"), PHONE, timeout_ms=LONG))
        heard.approvals.resolve(approvals[-1].id, "allow-once")
    used = [heard.approvals.use(grant_of(approval)) for approval in approvals]
    assert used == [None] * 44 + ["allow-once"] * 256
