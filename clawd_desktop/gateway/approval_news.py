"""Tells clients and the owner which commands wait for an approval, and when they do no longer."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import ApprovalAsked, ApprovalEnded
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.shown import shown_whole
from clawd_desktop.core.values import JsonObject
from clawd_desktop.sandbox.approvals import Approval, Approvals
from clawd_desktop.sandbox.lasting import lasting_pattern

REQUESTED = "exec.approval.requested"
RESOLVED = "exec.approval.resolved"
OWNER = "owner"
_PREFIX = "approval."


class ApprovalNews:
    """One event and one notice per question. `announce(event, payload)` tells the clients who may know."""

    def __init__(
        self,
        approvals: Approvals,
        notices: NoticeBoard,
        clock: Clock,
        announce: Callable[[str, JsonObject], object],
    ) -> None:
        self._approvals = approvals
        self._notices = notices
        self._clock = clock
        self._announce = announce

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        undo = (bus.subscribe(ApprovalAsked, self._asked), bus.subscribe(ApprovalEnded, self._ended))

        def stop() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return stop

    async def allow_once(self, approval_id: str) -> None:
        """The owner allows it this time. Raises NotFound when it does not wait any more."""
        self._approvals.resolve(approval_id, "allow-once", OWNER)

    async def allow_always(self, approval_id: str) -> None:
        """The owner allows it from now on. Raises NotFound."""
        self._approvals.resolve(approval_id, "allow-always", OWNER)

    async def deny(self, approval_id: str) -> None:
        """The owner refuses it. Raises NotFound."""
        self._approvals.resolve(approval_id, "deny", OWNER)

    def _asked(self, event: ApprovalAsked) -> None:
        approval = self._approvals.find(event.approval_id)
        if approval is not None:
            self._announce(REQUESTED, as_wire(approval))
            self._notices.set(notice_of(approval))

    def _ended(self, event: ApprovalEnded) -> None:
        self._notices.clear(f"{_PREFIX}{event.approval_id}")
        if event.decision:
            resolved: JsonObject = {"id": event.approval_id, "decision": event.decision, "ts": self._clock.wall_ms()}
            self._announce(RESOLVED, resolved | ({"resolvedBy": event.by} if event.by else {}))


def as_wire(approval: Approval) -> JsonObject:
    """The payload of `exec.approval.requested`; what was not said is null there."""
    command = approval.command
    request: JsonObject = {
        "command": command.command,
        "cwd": command.cwd,
        "host": command.host,
        "security": command.security,
        "ask": command.ask,
        "agentId": command.agent_id,
        "resolvedPath": command.resolved_path,
        "sessionKey": command.session_key,
    }
    return {
        "id": approval.id,
        "request": request,
        "createdAtMs": approval.created_ms,
        "expiresAtMs": approval.expires_ms,
    }


def notice_of(approval: Approval) -> Notice:
    """The question for the owner: the whole command, with everything invisible made visible."""
    command = approval.command
    place = {"node": " on a node", "sandbox": " in the sandbox"}.get(command.host or "", " on this computer")
    folder = f" in {shown_whole(command.cwd)}" if command.cwd else ""
    agent = f" for agent {shown_whole(command.agent_id)}" if command.agent_id else ""
    pattern = lasting_pattern(command)
    always = f" Always would allow {shown_whole(pattern)} with any arguments." if pattern else ""
    text = f"{shown_whole(command.command)}\nTo be run{place}{folder}{agent}.{always}"
    actions = [NoticeAction(f"{_PREFIX}once:{approval.id}", "Allow once", read_first=True)]
    if pattern or command.host == "node":
        actions.append(NoticeAction(f"{_PREFIX}always:{approval.id}", "Always", read_first=True))
    actions.append(NoticeAction(f"{_PREFIX}deny:{approval.id}", "Deny"))
    title = "A command asks for approval"
    return Notice(f"{_PREFIX}{approval.id}", Severity.ACTION, title, text, tuple(actions), approval.created_ms)
