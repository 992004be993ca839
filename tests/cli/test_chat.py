"""Chat from a terminal: one question, a conversation, an answer that is stopped, a gateway that goes away."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import AsyncIterator

import pytest

from clawd_desktop.cli.chat import Talk
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.exits import Exit, GatewayError, NotRunning, TimedOut
from clawd_desktop.core.tasks import spawn


def script(*steps: dict) -> object:
    """A chat.send that acknowledges and then tells the steps of the answer."""

    async def send(gateway, params):
        run = {"runId": params["idempotencyKey"], "sessionKey": params["sessionKey"]}

        async def answer() -> None:
            for step in steps:
                await gateway.tell(step.get("event", "chat"), run | step)

        spawn(answer(), name="answer")
        return {"runId": run["runId"], "status": "started"}

    return send


def text(state: str, words: str) -> dict:
    return {"state": state, "message": {"role": "assistant", "content": [{"type": "text", "text": words}]}}


@contextlib.asynccontextmanager
async def talk_with(gateway, screen) -> AsyncIterator[Talk]:
    async def connect() -> GatewayClient:
        client = GatewayClient(gateway.target)
        await client.connect()
        return client

    talk = Talk(connect, "main", screen.console)
    try:
        yield talk
    finally:
        await talk.close()


async def test_an_answer_is_shown_as_it_grows(gateways, screens) -> None:
    screen = screens()
    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods["chat.send"] = script(text("delta", "Hel"), text("final", "Hello"))
        assert await talk.ask("hi") is Exit.OK
        method, params = gateway.calls[0]
    assert (method, params["sessionKey"], params["message"]) == ("chat.send", "main", "hi")
    assert (screen.shown, screen.noted) == ("Hello\n", "")


async def test_a_failed_answer_is_a_sentence_beside_it(gateways, screens) -> None:
    screen = screens()
    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods["chat.send"] = script({"state": "error", "errorMessage": "No key for openai. Set one."})
        assert await talk.ask("hi") is Exit.FAILED
    assert (screen.shown, screen.noted) == ("", "No key for openai. Set one.\n")


async def test_a_turn_that_took_too_long_is_no_stop_of_a_person(gateways, screens) -> None:
    async with gateways() as gateway, talk_with(gateway, screens()) as talk:
        gateway.methods["chat.send"] = script({"state": "aborted", "stopReason": "timeout"})
        with pytest.raises(TimedOut, match="took longer than a turn may"):
            await talk.ask("hi")


async def test_a_message_that_is_not_taken_is_an_error(gateways, screens) -> None:
    async def refuse(gateway, params):
        raise gateway.Refuse("INVALID_REQUEST", "send blocked by session policy")

    async with gateways() as gateway, talk_with(gateway, screens()) as talk:
        gateway.methods["chat.send"] = refuse
        with pytest.raises(GatewayError, match="send blocked"):
            await talk.ask("hi")


async def test_a_stop_word_has_no_answer(gateways, screens) -> None:
    async def stopped(gateway, params):
        return {"ok": True, "aborted": True, "runIds": ["r"]}

    screen = screens()
    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods["chat.send"] = stopped
        assert await talk.ask("/stop") is Exit.OK
    assert screen.noted == "Stopped.\n"


async def test_ctrl_c_stops_the_answer_and_not_the_program(gateways, screens) -> None:
    screen = screens()

    async def send(gateway, params):
        os.kill(os.getpid(), signal.SIGINT)
        return {"runId": params["idempotencyKey"], "status": "started"}

    async def abort(gateway, params):
        await gateway.tell("chat", params | {"state": "aborted", "stopReason": "rpc"})
        return {"ok": True, "aborted": True, "runIds": [params["runId"]]}

    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods |= {"chat.send": send, "chat.abort": abort}
        assert await talk.ask("tell me everything") is Exit.INTERRUPTED
        assert [method for method, _ in gateway.calls] == ["chat.send", "chat.abort"]
    assert screen.noted == "Stopped.\n"


async def test_ctrl_c_gives_up_when_there_is_nothing_to_stop(gateways, screens) -> None:
    async def send(gateway, params):
        os.kill(os.getpid(), signal.SIGINT)
        return {"runId": params["idempotencyKey"], "status": "started"}

    async def abort(gateway, params):
        return {"ok": True, "aborted": False, "runIds": []}

    async with gateways() as gateway, talk_with(gateway, screens()) as talk:
        gateway.methods |= {"chat.send": send, "chat.abort": abort}
        assert await talk.ask("hi") is Exit.INTERRUPTED


async def test_an_answer_that_takes_too_long_is_stopped(gateways, screens) -> None:
    async def abort(gateway, params):
        return {"ok": True, "aborted": True, "runIds": []}

    async with gateways() as gateway, talk_with(gateway, screens()) as talk:
        gateway.methods |= {"chat.send": script(), "chat.abort": abort}
        with pytest.raises(TimedOut, match=r"No answer within 0\.05 s"):
            await talk.ask("hi", timeout_s=0.05)
        assert gateway.calls[-1][0] == "chat.abort"


async def test_a_gateway_that_goes_away_ends_the_answer(gateways, screens) -> None:
    async def send(gateway, params):
        spawn(gateway.drop(), name="drop")
        return {"runId": params["idempotencyKey"], "status": "started"}

    async with gateways() as gateway, talk_with(gateway, screens()) as talk:
        gateway.methods["chat.send"] = send
        with pytest.raises(NotRunning, match="service restart"):
            await talk.ask("hi")


async def test_a_conversation_goes_on_after_the_gateway_came_back(gateways, screens) -> None:
    screen = screens()
    reader, writer = os.pipe()

    async def history(gateway, params):
        return {"messages": [{"role": "user", "content": "before"}, {"role": "assistant", "content": "earlier"}]}

    async def refuse(gateway, params):
        spawn(gateway.drop(), name="drop")
        raise gateway.Refuse("UNAVAILABLE", "The disk is full.")

    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods |= {"chat.history": history, "chat.send": refuse}
        with os.fdopen(reader, "r", encoding="utf-8") as keyboard:
            conversing = spawn(talk.converse(keyboard), name="conversation")
            os.write(writer, b"one\n")
            await screen.err.until("The disk is full.")
            gateway.methods["chat.send"] = script(text("final", "Two it is."))
            os.write(writer, b"\n  \ntwo\n")
            await screen.out.until("Two it is.\n")
            os.write(writer, b"/quit\n")
            assert await conversing is Exit.OK
        os.close(writer)
        assert len(gateway.connects) == 2
    assert screen.shown.startswith("> before\nearlier\n> ")
    assert "Ctrl+D ends the conversation" in screen.noted


@pytest.mark.parametrize("leave", [lambda writer: os.close(writer), lambda writer: os.kill(os.getpid(), signal.SIGINT)])
async def test_ctrl_d_and_ctrl_c_at_the_prompt_leave(gateways, screens, leave) -> None:
    async def history(gateway, params):
        return {"messages": []}

    screen = screens()
    reader, writer = os.pipe()
    async with gateways() as gateway, talk_with(gateway, screen) as talk:
        gateway.methods["chat.history"] = history
        with os.fdopen(reader, "r", encoding="utf-8") as keyboard:
            conversing = spawn(talk.converse(keyboard), name="conversation")
            await screen.out.until("> ")
            leave(writer)
            assert await conversing is Exit.OK
