"""An HTTP server that takes a log, refuses it, or never answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LogServer:
    """`status` is what it answers; while `gate` is closed it does not answer at all."""

    def __init__(self) -> None:
        self.status = 204
        self.gate = threading.Event()
        self.gate.set()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    @property
    def taken(self) -> list[str]:
        """What the lines said that were taken."""
        return [str(json.loads(line)["0"]) for _, _, body in self.requests for line in body.splitlines()]


@contextmanager
def log_server() -> Iterator[LogServer]:
    """A server on a free port."""
    made = LogServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.gate.wait()
            if made.status < 300:
                made.requests.append((self.path, dict(self.headers), body))
            try:
                self.send_response(made.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except ConnectionError:
                pass  # it has given up waiting

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}/in?key=k"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
