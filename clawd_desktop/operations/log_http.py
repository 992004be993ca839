"""Posts the log to an HTTP server in batches: JSON lines, one request after the other, in the outlet's own thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clawd_desktop import __version__
from clawd_desktop.core.errors import BadInput, Refused, Unavailable
from clawd_desktop.operations.log_line import Entry, json_line
from clawd_desktop.operations.log_outlet import GaveUp

if TYPE_CHECKING:
    import http.client
    import ssl

_TIMEOUT_S = 10.0
_MOST_BYTES = 1024 * 1024
_LARGEST_ANSWER = 64 * 1024
# Answers that will be the same next time: the lines of that request are given up, or they would block all others.
_HOPELESS = (400, 413, 415, 422)


def checked_url(text: str) -> str:
    """The address. Raises BadInput when it is none."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise BadInput("The address of a log server is none.", hint="Write it as https://host/path.")
    return text


class LogPost:
    """A `Sink`. Only the server's host stands in messages: the rest of the address may hold a secret."""

    def __init__(self, url: str, headers: Mapping[str, str], batch: int, timeout_s: float = _TIMEOUT_S) -> None:
        self._parts = urlsplit(url)
        self._headers = {
            "Content-Type": "application/x-ndjson",
            "User-Agent": f"clawd-desktop/{__version__}",
            **headers,
        }
        self._batch = batch
        self._timeout_s = timeout_s
        self._context: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"the log server {self._parts.hostname}"

    def send(self, entries: Sequence[Entry]) -> int:
        """Post some lines. Raises OSError when the server cannot be reached, Unavailable or Refused when it refuses."""
        body, count = self._body(entries)
        status = self._post(body)
        if 200 <= status < 300:
            return count
        if status in _HOPELESS:
            raise GaveUp(f"{self.name} does not take {count} lines ({status}).", count)
        if status in (401, 403):
            raise Refused(f"{self.name} does not let us in ({status}).", hint="Check logging.transports.")
        raise Unavailable(f"{self.name} answers {status}.")

    def close(self) -> None:
        """Each request has a connection of its own: nothing is open."""

    def _body(self, entries: Sequence[Entry]) -> tuple[bytes, int]:
        lines: list[bytes] = []
        size = 0
        for entry in entries[: self._batch]:
            line = json_line(entry).encode("utf-8", "backslashreplace") + b"\n"
            if lines and size + len(line) > _MOST_BYTES:
                break
            lines.append(line)
            size += len(line)
        return b"".join(lines), len(lines)

    def _post(self, body: bytes) -> int:
        import http.client  # only where there is a log server

        connection = self._connection()
        path = self._parts.path or "/"
        try:
            connection.request(
                "POST", f"{path}?{self._parts.query}" if self._parts.query else path, body, self._headers
            )
            answer = connection.getresponse()
            answer.read(_LARGEST_ANSWER)
            return answer.status
        except http.client.HTTPException as error:
            raise Unavailable(f"{self.name} does not speak HTTP ({type(error).__name__}).") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        import http.client
        import ssl

        host = self._parts.hostname or ""
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, self._parts.port, timeout=self._timeout_s)
        self._context = self._context or ssl.create_default_context()
        return http.client.HTTPSConnection(host, self._parts.port, timeout=self._timeout_s, context=self._context)
