"""An OpenAI-compatible model server that says what a script tells it, at the pace it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_WORDS_AT_ONCE = 6


class ScriptedModel:
    """Gives the answers one after the other, the last one for ever; `hold` makes it stop in the middle of the next."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self._next = threading.Lock()
        self._go_on = threading.Event()
        self._go_on.set()
        self.asked = 0
        self.port = 0

    def hold(self) -> None:
        """Say only the first words of what comes, until `go_on`."""
        self._go_on.clear()

    def go_on(self) -> None:
        """Say the rest."""
        self._go_on.set()

    def pieces(self) -> Iterator[dict[str, object]]:
        """One answer as the pieces of a stream."""
        with self._next:
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            self.asked += 1
        words = answer.split(" ")
        for start in range(0, len(words), _WORDS_AT_ONCE):
            yield {"choices": [{"delta": {"content": " ".join([*words[start : start + _WORDS_AT_ONCE], ""])}}]}
            self._go_on.wait()
        yield {"choices": [{"delta": {}, "finish_reason": "stop"}]}
        yield {"choices": [], "usage": {"prompt_tokens": 420, "completion_tokens": len(words)}}

    def config(self, provider_id: str = "studio", model: str = "clever", **more: object) -> str:
        """A configuration that asks this server as that provider and model."""
        row = {"id": model, "name": model, "contextWindow": 128000, "input": ["text", "image"]}
        provider = {"baseUrl": f"http://127.0.0.1:{self.port}/v1", "models": [row]}
        password = {"mode": "password", "password": "keyring:gateway.auth.password"}
        return json.dumps(
            {
                "gateway": {"auth": password},
                "agents": {"defaults": {"model": {"primary": f"{provider_id}/{model}"}}},
                "models": {"providers": {provider_id: provider}},
                **more,
            },
            indent=2,
        )


@contextmanager
def scripted_model(*answers: str) -> Iterator[ScriptedModel]:
    """The server, on a port of its own."""
    model = ScriptedModel(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                for piece in model.pieces():
                    self.wfile.write(b"data: " + json.dumps(piece).encode() + b"\n\n")
                self.wfile.write(b"data: [DONE]\n\n")
            except ConnectionError:
                return  # whoever asked has gone

        def log_message(self, *_: object) -> None:
            """The terminal is for the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, name="scripted model", daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.go_on()
        server.shutdown()
        server.server_close()
        thread.join()
