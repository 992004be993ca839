"""An approval counts for the very command that was shown, once, and for whoever asked."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.table import MethodError, checked
from clawd_desktop.gateway.node_run import RunParams, checked_approval
from clawd_desktop.sandbox.approvals import Approvals, Asker, Command


def run(**params: Any) -> RunParams:
    return checked(RunParams, {"command": ["echo", "hi"], "agentId": "main", **params}, "node.invoke")


async def approved(decision: str = "allow-once", **changes: Any) -> Approvals:
    """Approvals in which `echo hi` was decided for device d1."""
    approvals = Approvals(EventBus(), ManualClock())
    command = Command(**({"command": "echo hi", "host": "node", "agent_id": "main"} | changes))
    approval = approvals.ask(command, Asker("c1", "d1"), timeout_ms=60_000)
    approvals.resolve(approval.id, decision)
    return approvals


async def test_what_claims_nothing_needs_nothing() -> None:
    approvals = Approvals(EventBus(), ManualClock())
    for params in (run(), run(approved=False), run(approvalDecision=None), run(approvalDecision="deny")):
        assert checked_approval(params, "d1", approvals) == {}


@pytest.mark.parametrize(
    ("decision", "claim", "passed"),
    [
        ("allow-once", {"approved": True}, "allow-once"),
        ("allow-once", {"approved": True, "approvalDecision": "allow-always"}, "allow-once"),
        ("allow-always", {"approvalDecision": "allow-always"}, "allow-always"),
        ("allow-always", {"approved": True, "approvalDecision": "allow-once"}, "allow-once"),
    ],
)
async def test_a_claim_is_passed_on_as_it_was_decided(decision: str, claim: dict[str, object], passed: str) -> None:
    approvals = await approved(decision)
    assert checked_approval(run(**claim), "d1", approvals) == {"approved": True, "approvalDecision": passed}
    with pytest.raises(MethodError, match=r"^node command not allowed$"):
        checked_approval(run(**claim), "d1", approvals)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"command": ["echo", "hi", "there"]}, "no approval of this command was given"),
        ({"cwd": "/"}, "no approval of this command was given"),
        ({"agentId": "other"}, "no approval of this command was given"),
        ({"sessionKey": "s"}, "no approval of this command was given"),
        ({"env": {"LD_PRELOAD": "x"}}, "the approval did not show the environment"),
        ({"rawCommand": "echo hi"}, "the approval did not show this command"),
        ({"rawCommand": "echo hi", "command": ["rm", "-rf", "/"]}, "the approval did not show this command"),
        ({"rawCommand": "echo hi", "command": ["/bin/sh", "-lc", "rm x"]}, "the approval did not show this command"),
        ({"rawCommand": "echo hi", "command": ["/bin/evil", "echo hi"]}, "the approval did not show this command"),
        ({"rawCommand": "echo hi", "command": []}, "the approval did not show this command"),
    ],
)
async def test_anything_else_is_refused_and_uses_nothing_up(params: dict[str, object], reason: str) -> None:
    approvals = await approved()
    with pytest.raises(MethodError) as caught:
        checked_approval(run(approved=True, **params), "d1", approvals)
    assert caught.value.details == {"reason": reason, "command": "system.run"}
    assert checked_approval(run(approved=True), "d1", approvals)


async def test_it_is_nobody_elses() -> None:
    with pytest.raises(MethodError):
        checked_approval(run(approved=True), "d2", await approved())
    with pytest.raises(MethodError):
        checked_approval(run(approved=True), "", await approved())
    with pytest.raises(MethodError):
        checked_approval(run(approved=True), "d1", await approved("deny"))
    with pytest.raises(MethodError):
        checked_approval(run(approved=True), "d1", await approved(host="gateway"))


@pytest.mark.parametrize("shell", [["/bin/sh", "-lc"], ["cmd.exe", "/d", "/s", "/c"]])
async def test_a_shell_command_is_shown_as_it_was_typed(shell: list[str]) -> None:
    approvals = await approved(command="echo hi | wc")
    params = run(approved=True, rawCommand=" echo hi | wc ", command=[*shell, "echo hi | wc"])
    assert checked_approval(params, "d1", approvals)["approved"] is True


@pytest.mark.parametrize("name", ["requester", "owner", "senderIsOwner", "elevated", "security"])
def test_nothing_can_be_slipped_in(name: str) -> None:
    with pytest.raises(MethodError, match=f"unexpected property '{name}'"):
        run(**{name: True})
