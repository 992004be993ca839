"""The child process itself: its mailbox, its frames, and that it ends with its parent."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from clawd_desktop.models.local_worker import Mailbox, answer


class Echo:
    """Answers with as many chunks as are wanted, until it is told to stop, as llama.cpp's server does."""

    def __init__(self) -> None:
        self.given = 0

    def handle_chat_completions(self, body: str, on_chunk) -> None:  # noqa: ANN001
        for number in range(json.loads(body)["chunks"]):
            self.given += 1
            if on_chunk(json.dumps({"n": number})):
                return


def test_questions_are_queued_until_the_input_ends() -> None:
    mailbox, ended = Mailbox(), []
    frames = io.BytesIO(b'{"id":1,"body":{"chunks":2}}\n{"stop":7}\n{"id":2,"body":{}}\n')
    mailbox.listen(frames, lambda: ended.append(1))
    assert [mailbox.asked.get()[0], mailbox.asked.get()[0]] == [1, 2]
    assert mailbox.is_stopped(7)
    assert ended == [1]


def test_an_answer_is_framed() -> None:
    lines: list[str] = []
    answer(Echo(), Mailbox(), lines.append, (3, '{"chunks":2}'))
    assert [json.loads(line) for line in lines] == [
        {"id": 3, "chunk": {"n": 0}},
        {"id": 3, "chunk": {"n": 1}},
        {"id": 3, "end": True},
    ]


@pytest.mark.parametrize(("stopped_before", "given"), [(True, 0), (False, 3)])
def test_a_stopped_answer_ends_early(stopped_before: bool, given: int) -> None:
    mailbox, echo, lines = Mailbox(), Echo(), []
    stops = {True: lambda: mailbox.take({"stop": 5}), False: lambda: None}
    stops[stopped_before]()

    def send(line: str) -> None:
        lines.append(line)
        stops[len(lines) == 3]()

    answer(echo, mailbox, send, (5, '{"chunks":100}'))
    assert echo.given == given
    assert json.loads(lines[-1]) == {"id": 5, "end": True}
    assert not mailbox.is_stopped(5)


def test_weights_that_cannot_be_loaded_are_told(tmp_path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF nonsense")
    command = [sys.executable, "-m", "clawd_desktop.models.local_worker", str(bad), "512", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert child.wait(10) == 1
    assert "failed" in json.loads(line)
