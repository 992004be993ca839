"""Messages from outside are answered like others, but command nothing and have nobody's authority."""

from __future__ import annotations

from pathlib import Path

from agent.stage import Held, stage

from clawd_desktop.agent.errands import AssistantErrands
from clawd_desktop.agent.runs import HOOK, Submission
from clawd_desktop.core.ports import Errand


async def test_an_errand_is_answered_in_its_session(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        errands = AssistantErrands(play.assistant)
        await errands.start(Errand("hook:one", "/status", "r1"))
        end = await errands.end("r1")
        assert (end.ok, end.text) == (True, "You said: /status")
        assert await play.texts("hook:one") == [("user", "/status"), ("assistant", end.text)]
        run = play.assistant.find("r1")
        assert run is not None
        assert (run.submission.origin, run.submission.by_owner) == (HOOK, False)
        entry = play.store.entry("hook:one")
        assert entry is not None
        assert "lastChannel" not in entry.raw
        assert entry.title == "/status"
        await errands.start(Errand("hook:two", "marks around what came from outside", "r2", "Mail:  a\nletter"))
        await errands.end("r2")
        second = play.store.entry("hook:two")
        assert second is not None
        assert second.title == "Mail: a letter"


async def test_one_that_was_stopped_or_is_unknown_says_so(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as play:
        errands = AssistantErrands(play.assistant)
        await errands.start(Errand("hook:one", "x", "r1"))
        await held.began.wait()
        play.assistant.abort("hook:one")
        assert (await errands.end("r1")).text == "stopped: rpc"
        assert not (await errands.end("none")).ok


def test_who_has_the_owners_authority() -> None:
    assert Submission("main", "x", "r").by_owner
    assert not Submission("main", "x", "r", kind="system", origin="system").by_owner
