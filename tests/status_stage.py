"""What an application says of itself in tests: facts to set, without anything that runs."""

from __future__ import annotations

from dataclasses import replace

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.ports import StatusReport

NOW = 1_760_000_000_000
REPORT = StatusReport(
    phase="running",
    addresses=("ws://127.0.0.1:18789",),
    reason="",
    pid=4711,
    version="0.1.0",
    started_ms=NOW - 3_600_000,
    uptime_s=3_600.0,
    connections=2,
    sessions=14,
    runs=0,
    queued=0,
    paused_until_ms=None,
    model="anthropic/claude-sonnet-4-5",
    fallbacks=(),
    tokens_today=Usage(input=12_345, output=2_345, cost=0.12),
    secrets_state="ok",
    secrets_backend="Secret Service",
    config_path="/home/me/.clawdbot/clawdbot.json",
    state_folder="/home/me/.clawdbot",
    safe_mode=False,
    resident_bytes=90 << 20,
    cpu_fraction=0.01,
    loop_lag_s=0.001,
)


class FakeStatus:
    """Says what the test wants."""

    def __init__(self) -> None:
        self.now = REPORT
        self.failure: ClawdError | None = None

    def set(self, **changes: object) -> None:
        self.now = replace(self.now, **changes)  # type: ignore[arg-type]

    def report(self) -> StatusReport:
        if self.failure is not None:
            raise self.failure
        return self.now
