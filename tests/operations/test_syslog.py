"""What is sent is RFC 5424 to the letter, and short enough for whoever listens."""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
from pathlib import Path

import pytest
from operations.log_rig import entry

from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.log_line import Entry
from clawd_desktop.operations.syslog import (
    FACILITIES,
    LONGEST,
    LONGEST_DATAGRAM,
    Address,
    Syslog,
    address_of,
    local_message,
    message,
)

# RFC 5424, section 6, for what we send: PRI, version, time, host, app, pid, message id, structured data, BOM, text.
FORM = re.compile(
    rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) ([!-~]{1,48}) (\d{1,128}) ([!-~]{1,32}) "
    rb'((?:\[[!-~]{1,32}(?: [!-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\])+) (\xef\xbb\xbf)(.*)',
    re.S,
)


@pytest.mark.parametrize(
    ("level", "severity"),
    [(logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7)],
)
def test_each_field(level: int, severity: int) -> None:
    data = message(entry("hällo\nzwei", level), FACILITIES["local3"], "host", 7, LONGEST)
    found = FORM.fullmatch(data)
    assert found is not None
    pri, time, host, app, pid, name, structured, _, text = found.groups()
    assert int(pri) == 19 * 8 + severity
    assert (time, host, app, int(pid)) == (b"2025-10-09T08:53:20.123Z", b"host", b"clawd-desktop", os.getpid())
    assert name == b"gateway.http"
    assert b'[meta sequenceId="7"]' in structured
    assert text.decode() == "hällo\\nzwei"


def test_strange_names_do_not_break_the_header() -> None:
    data = message(entry("x", subsystem='a b"]ü' + "y" * 60), 1, "host", 1, LONGEST)
    found = FORM.fullmatch(data)
    assert found is not None
    assert len(found[6]) == 32


@pytest.mark.parametrize("make", [lambda e, n: message(e, 1, "h", 1, n), lambda e, n: local_message(e, 1, n)])
def test_a_long_line_is_cut_between_letters_and_says_so(make) -> None:
    for extra in range(4):
        data = make(entry("x" * extra + "ü" * 5000), LONGEST_DATAGRAM)
        assert LONGEST_DATAGRAM - 4 <= len(data) <= LONGEST_DATAGRAM
        assert data.decode().endswith(f"({5000 + extra:,} characters)")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("udp://logs.example", Address("udp", "logs.example", 514)),
        ("udp://[::1]:5514", Address("udp", "::1", 5514)),
        ("tcp://10.0.0.1", Address("tcp", "10.0.0.1", 601)),
        ("unix:///dev/log", Address("unix", path="/dev/log")),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", "logs", "http://x", "udp://", "unix://dev/log", "tcp://x:99999", "udp://x:y"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadInput, match="no address of syslog"):
        address_of(text)


def test_the_local_socket_gets_the_form_that_its_readers_know(tmp_path: Path) -> None:
    assert re.fullmatch(rb"<14>clawd-desktop\[\d+\]: gateway\.http: x", local_message(entry("x"), 1, LONGEST))
    for form, begin in (("local", b"<14>clawd-desktop["), ("rfc5424", b"<14>1 2025"), (None, b"<14>1 2025")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            path = tmp_path / f"{form}.sock"
            server.bind(str(path))
            syslog = Syslog(address_of(f"unix://{path}"), 1, form)  # type: ignore[arg-type]
            assert syslog.send([entry()]) == 1
            assert server.recv(9000).startswith(begin)
            syslog.close()


def test_a_unix_stream_gets_counted_octets(tmp_path: Path) -> None:
    path = tmp_path / "stream.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()
        syslog = Syslog(address_of(f"unix://{path}"), 1, None)
        syslog.send([entry("ü"), entry("two")])
        syslog.close()
        peer, _ = server.accept()
        with peer:
            data = b"".join(iter(lambda: peer.recv(9000), b""))
    length, _, rest = data.partition(b" ")
    assert FORM.fullmatch(rest[: int(length)])
    assert rest[int(length) :].split(b" ")[0].isdigit()


def send_until_it_fails(syslog: Syslog, line: Entry) -> None:
    while True:
        syslog.send([line] * 100)


def test_a_server_that_comes_back_gets_what_failed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        syslog = Syslog(Address("tcp", "127.0.0.1", port), 1, None, 1.0)
        syslog.send([entry("one")])
        peer, _ = server.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.close()  # with a reset
        with pytest.raises(OSError, match="reset|pipe|Broken"):
            send_until_it_fails(syslog, entry("lost"))
        syslog.send([entry("again")])
        peer, _ = server.accept()
        with peer:
            assert b"again" in peer.recv(9000)
        syslog.close()


def test_a_server_that_never_reads_is_given_up_after_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        syslog = Syslog(Address("tcp", "127.0.0.1", server.getsockname()[1]), 1, None, 0.1)
        done = threading.Event()

        def flood() -> None:
            with pytest.raises(OSError, match="timed out"):
                send_until_it_fails(syslog, entry("x" * 8000))
            done.set()

        thread = threading.Thread(target=flood)
        thread.start()
        assert done.wait(20)
        thread.join()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        Syslog(Address("tcp", "127.0.0.1", port), 1, None).send([entry()])
    with pytest.raises(OSError):  # noqa: PT011 - the resolver's own words
        Syslog(Address("udp", "no-such-host.invalid", 514), 1, None).send([entry()])
