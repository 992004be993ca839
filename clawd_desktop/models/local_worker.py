"""The child process that runs the embedded model: asked over stdin, answering over stdout, one JSON object a line.

In:  {"id": 1, "body": {...}} asks (body as for chat completions), {"stop": 1} stops that answer. End of input ends it.
Out: {"ready": true} or {"failed": "..."} once; {"id": 1, "chunk": {...}} for each part, {"id": 1, "end": true}.

It needs nothing of this package, so that its process holds only the interpreter and llama.cpp.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xllamacpp import Server

    from clawd_desktop.core.values import JsonObject

_Ask = tuple[int, str]


class Mailbox:
    """What the parent asked for and what it stopped, filled by a thread of its own."""

    def __init__(self) -> None:
        self.asked: queue.SimpleQueue[_Ask] = queue.SimpleQueue()
        self._stopped: set[int] = set()

    def listen(self, source: BinaryIO, gone: Callable[[], None]) -> None:
        """Read lines until the end of input, which means that the parent is gone; then call `gone`."""
        for line in source:
            self.take(json.loads(line))
        gone()

    def take(self, frame: JsonObject) -> None:
        """Sort one frame in."""
        stop, id = frame.get("stop"), frame.get("id")
        if isinstance(stop, int):
            self._stopped.add(stop)
        elif isinstance(id, int):
            self.asked.put((id, json.dumps(frame["body"])))

    def is_stopped(self, id: int) -> bool:
        """Whether nobody waits for this answer any more."""
        return id in self._stopped

    def done(self, id: int) -> None:
        """Forget the answer; it is finished."""
        self._stopped.discard(id)


def answer(server: Server, mailbox: Mailbox, send: Callable[[str], None], ask: _Ask) -> None:
    """Stream one answer to `send`, until it ends or is stopped."""
    id, body = ask

    def on_chunk(chunk: str) -> bool:
        send(f'{{"id":{id},"chunk":{chunk}}}')
        return mailbox.is_stopped(id)

    if not mailbox.is_stopped(id):
        server.handle_chat_completions(body, on_chunk)
    send(f'{{"id":{id},"end":true}}')
    mailbox.done(id)


def load(path: str, window: int, threads: int) -> Server:
    """The model, loaded. llama.cpp insists on serving HTTP too: on a socket file that is gone when this returns."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = window
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.n_threads_http = 1
    params.cache_ram_mib = 0
    params.verbosity = -1
    params.warmup = False
    params.api_keys = [secrets.token_urlsafe(32)]
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="clawd-model-") as folder:
        # A relative name: socket paths are at most 107 bytes long, folders for temporary files may be longer.
        os.chdir(folder)
        params.hostnames = ["model.sock"]
        server = xllamacpp.Server(params)
        os.chdir(here if os.path.isdir(here) else os.sep)
    return server


def main() -> None:
    """Load the model named on the command line (path, window in tokens, threads) and answer until input ends."""
    # Whatever the native library prints must not get between the frames.
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def send(line: str) -> None:
        out.write(line.encode() + b"\n")

    mailbox = Mailbox()
    # os._exit: the other thread is inside native code or waits for input, and nobody waits for it any more.
    listener = threading.Thread(target=mailbox.listen, args=(sys.stdin.buffer, lambda: os._exit(0)), daemon=True)
    listener.start()
    try:
        server = load(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        send(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
        os._exit(1)
    send('{"ready":true}')
    while True:
        answer(server, mailbox, send, mailbox.asked.get())


if __name__ == "__main__":
    main()
