"""What a Clawdbot 2026.1.24 gateway was seen to answer about runs, agents and models fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.agent import AgentList, ModelList, RunAccepted, RunDone, RunWaited

USAGE = {"input": 1, "output": 2, "cacheRead": 0, "cacheWrite": 0, "total": 3}
META = {
    "durationMs": 5, "aborted": False,
    "agentMeta": {"sessionId": "s", "provider": "p", "model": "m", "usage": USAGE},
}  # fmt: skip


def test_a_run_answers_twice() -> None:
    accepted = {"runId": "k", "status": "accepted", "acceptedAt": 1}
    result = {"payloads": [{"text": "hi", "mediaUrl": None}], "meta": META}
    done = {"runId": "k", "status": "ok", "summary": "completed", "result": result}
    assert misfit(RunAccepted | RunDone, accepted) == ""
    assert misfit(RunAccepted | RunDone, done) == ""
    assert misfit(RunAccepted | RunDone, done | {"status": "accepted"})


def test_a_run_that_goes_on_has_no_end() -> None:
    assert misfit(RunWaited, {"runId": "k", "status": "timeout"}) == ""
    assert misfit(RunWaited, {"runId": "k", "status": "ok", "startedAt": 1, "endedAt": 2}) == ""
    assert misfit(RunWaited, {"runId": "k", "status": "ok", "endedAt": None})


def test_lists() -> None:
    model = {"id": "m", "name": "M", "provider": "p", "contextWindow": 1, "reasoning": False, "input": ["text"]}
    assert misfit(ModelList, {"models": [model]}) == ""
    agents = {"defaultId": "main", "mainKey": "main", "scope": "per-sender", "agents": [{"id": "main"}]}
    assert misfit(AgentList, agents) == ""
    assert "scope" in misfit(AgentList, agents | {"scope": "mine"})
