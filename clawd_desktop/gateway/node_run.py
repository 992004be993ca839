"""Guards what a node is asked to run: an approval counts only when the owner gave it for exactly that command.

A node of Clawdbot believes `approved` and `approvalDecision` in the parameters of `system.run`. Whoever may call it
could so approve his own commands. Here those two are passed on only for a decision that was taken here a moment ago,
for the same client, text, folder, agent and session; each decision serves once. What the owner was not shown cannot
have been approved: neither variables, nor other words behind the text of a shell command.
"""

from __future__ import annotations

from typing import Literal

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import ErrorCode, MethodError, Params
from clawd_desktop.gateway.node_commands import RUN
from clawd_desktop.sandbox.approvals import Approvals, Decision, Grant

_SHELLS = (["/bin/sh", "-lc"], ["cmd.exe", "/d", "/s", "/c"])


class RunParams(Params):
    """The parameters of `system.run`; `command` is the argument vector, `raw_command` the text that was typed."""

    command: list[str]
    raw_command: str | None = None
    cwd: str | None = None
    env: dict[str, str] | None = None
    timeout_ms: float | None = None
    needs_screen_recording: bool | None = None
    agent_id: str | None = None
    session_key: str | None = None
    run_id: str | None = None
    approved: bool | None = None
    approval_decision: Literal["allow-once", "allow-always", "deny"] | None = None

    @property
    def claims_approval(self) -> bool:
        """Whether it says that it was approved."""
        return bool(self.approved) or self.approval_decision in ("allow-once", "allow-always")

    @property
    def text(self) -> str:
        """What its owner was shown, in the words of Clawdbot's command line."""
        return self.raw_command.strip() if self.raw_command else " ".join(self.command)

    def hides(self) -> str:
        """What it would run that its text does not show, "" when nothing."""
        if self.env:
            return "the approval did not show the environment"
        if self.raw_command and not (self.command[-1:] == [self.text] and self.command[:-1] in _SHELLS):
            return "the approval did not show this command"
        return ""


def checked_approval(params: RunParams, identity: str, approvals: Approvals) -> JsonObject:
    """What to pass on about the approval: nothing, or the decision that was really taken.

    Raises MethodError when it claims an approval that nobody gave.
    """
    if not params.claims_approval:
        return {}
    if reason := params.hides():
        raise _refused(reason)
    grant = Grant(identity, "node", params.text, params.cwd or "", params.agent_id or "", params.session_key or "")
    decision = approvals.use(grant)
    if decision is None:
        raise _refused("no approval of this command was given")
    return {"approved": True, "approvalDecision": _narrower(decision, params.approval_decision)}


def _narrower(given: Decision, claimed: Decision | None) -> Decision:
    return given if claimed == "allow-always" else "allow-once"


def _refused(reason: str) -> MethodError:
    return MethodError(
        ErrorCode.INVALID_REQUEST, "node command not allowed", details={"reason": reason, "command": RUN}
    )
