"""A run as its client hears it: joined pieces, an end, and nothing for whoever has gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agent.stage import Held, stage
from aiohttp.test_utils import make_mocked_request

from clawd_desktop.agent.runs import Outcome, RunState, Submission
from clawd_desktop.core.events import RunText
from clawd_desktop.core.messages import Message, Text
from clawd_desktop.gateway.admission import Peer
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http.facts import facts_of
from clawd_desktop.gateway.http.routes import Ask
from clawd_desktop.gateway.http.run_desk import Busy, Followed, RunDesk, answered
from clawd_desktop.gateway.http.stream import ClientGone

DONE = Outcome(RunState.OK, 1, 2, Message("assistant", (Text("whole"),), 2))


def said(text: str, delta: str) -> RunText:
    return RunText("r", "k", 1, text, delta)


def followed(most: int = 1000) -> tuple[Followed, list[str]]:
    cut: list[str] = []
    return Followed(most, lambda: cut.append("cut")), cut


async def test_pieces_are_joined_and_messages_are_set_apart() -> None:
    run, _ = followed()
    for text, delta in (("a", "a"), ("ab", "b"), ("c", "c"), ("cd", "d")):
        run.said(said(text, delta))
    await run.begun()
    run.ended(DONE)
    assert [piece async for piece in run.pieces()] == ["ab\n\ncd"]
    assert (run.text, await run.over()) == ("ab\n\ncd", DONE)


async def test_an_answer_that_came_in_one_piece_is_said_at_the_end() -> None:
    run, _ = followed()
    run.ended(DONE)
    assert [piece async for piece in run.pieces()] == ["whole"]


async def test_whoever_has_gone_hears_nothing() -> None:
    run, _ = followed()
    run.said(said("a", "a"))
    run.leave()
    for wait in (run.begun(), run.over(), anext(run.pieces())):
        with pytest.raises(ClientGone):
            await wait


async def test_whoever_does_not_take_what_was_said_is_cut_off() -> None:
    run, cut = followed(most=3)
    run.said(said("é", "é"))
    assert not cut
    run.said(said("éé", "é"))
    assert (cut, run.gone) == (["cut"], True)


def ask() -> Ask:
    request = make_mocked_request("POST", "/")
    return Ask(request, facts_of(request), Peer("127.0.0.1", "loopback", True, False))


async def test_a_run_is_followed_bounded_and_stopped_when_it_is_left(tmp_path: Path) -> None:
    held = Held("Thinking")
    async with stage(tmp_path, held) as play:
        desk = RunDesk(play.assistant, play.bus, play.clock, lambda: Limits(http_runs=1))
        async with desk.follow(Submission("main", "x", "r1"), ask()) as run:
            await run.begun()
            assert await anext(run.pieces()) == "Thinking"
            with pytest.raises(Busy) as caught:
                async with desk.follow(Submission("other", "x", "r2"), ask()):
                    raise AssertionError
            assert caught.value.wait > 0
        found: Any = play.assistant.find("r1")
        assert found.outcome.state is RunState.ABORTED
        assert not answered(found.outcome)
        async with desk.follow(Submission("main", "y", "r3"), ask()) as run:
            assert answered(await run.over())
        desk.close()


async def test_a_pause_says_until_when(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        desk = RunDesk(play.assistant, play.bus, play.clock, Limits)
        for until, least, most in ((0, 1, 60), (play.clock.wall_ms() + 5000, 1, 5)):
            play.assistant.pauses.pause(until)
            with pytest.raises(Busy) as caught:
                async with desk.follow(Submission("main", "x", "r"), ask()):
                    raise AssertionError
            assert caught.value.code == "paused"
            assert least <= caught.value.wait <= most
        desk.close()
