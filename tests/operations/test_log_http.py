"""Lines are posted in batches; a server that refuses or is silent is an error of the place alone."""

from __future__ import annotations

import socket

import pytest
from operations.http_log_server import log_server
from operations.log_rig import entry

from clawd_desktop.core.errors import BadInput, Refused, Unavailable
from clawd_desktop.operations.log_http import LogPost, checked_url
from clawd_desktop.operations.log_outlet import GaveUp


def test_a_batch_is_one_request_of_json_lines() -> None:
    with log_server() as server:
        post = LogPost(server.url, {"Authorization": "Bearer x"}, 3)
        assert post.send([entry(text) for text in ("ä\nb", "2", "3", "4")]) == 3
        (path, headers, _), *more = server.requests
        assert (path, more) == ("/in?key=k", [])
        assert headers["Content-Type"] == "application/x-ndjson"
        assert headers["Authorization"] == "Bearer x"
        assert server.taken == ["ä\nb", "2", "3"]


def test_a_request_is_not_larger_than_servers_take() -> None:
    with log_server() as server:
        count = LogPost(server.url, {}, 1000).send([entry("x" * 60_000)] * 100)
        assert 10 < count < 20


@pytest.mark.parametrize(
    ("status", "error"), [(401, Refused), (403, Refused), (500, Unavailable), (429, Unavailable), (302, Unavailable)]
)
def test_a_refusal_is_tried_again_later(status: int, error: type[Exception]) -> None:
    with log_server() as server:
        server.status = status
        with pytest.raises(error, match=str(status)) as raised:
            LogPost(server.url, {}, 10).send([entry()])
        assert "key=k" not in str(raised.value), "the address may hold a secret"
        assert not isinstance(raised.value, GaveUp)


@pytest.mark.parametrize("status", [400, 413])
def test_what_will_never_be_taken_is_given_up(status: int) -> None:
    with log_server() as server:
        server.status = status
        with pytest.raises(GaveUp) as raised:
            LogPost(server.url, {}, 2).send([entry()] * 5)
        assert raised.value.count == 2


def test_a_server_that_never_answers() -> None:
    with log_server() as server:
        server.gate.clear()
        with pytest.raises(OSError, match="timed out"):
            LogPost(server.url, {}, 10, 0.1).send([entry()])


def test_something_else_listens_there() -> None:
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"220 mail.example ESMTP\r\n")
                peer.recv(100_000)

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises((Unavailable, OSError)):
            LogPost(f"http://127.0.0.1:{server.getsockname()[1]}", {}, 10).send([entry()])
        thread.join()


@pytest.mark.parametrize("url", ["", "x", "ftp://x/", "http://", "http://x:99999/", "http://a b/", "http://x/\n"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadInput, match="none"):
        checked_url(url)
