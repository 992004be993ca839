"""A real rsyslogd understands every field of what is sent, over UDP, TCP and a Unix socket."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from operations.log_rig import log_in
from operations.rsyslog import RSYSLOGD, Rsyslog, rsyslog

from clawd_desktop import __version__
from clawd_desktop.operations.log_settings import ToSyslog
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.syslog import FACILITIES, address_of

pytestmark = pytest.mark.skipif(RSYSLOGD is None or not sys.platform.startswith("linux"), reason="there is no rsyslogd")
LOG = logging.getLogger("clawd.gateway.test")
LONG = "ü" * 30_000


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rsyslog]:
    with rsyslog(tmp_path_factory.mktemp("rs")) as made:  # a short path: sockets have no room for a long one
        yield made


def test_every_way_and_every_field(server: Rsyslog, tmp_path: Path) -> None:
    for number, (way, address) in enumerate(server.addresses().items(), 1):
        target = ToSyslog(address_of(address), FACILITIES["local5"])
        with log_in(tmp_path / way, target) as desk:
            LOG.warning('%s: hällo "welt" ] \\ 😀\nzwei', way)
            desk.flush(10)
            found = server.wait_for(number)[-1]
        assert found["msg"].lstrip("\ufeff") == f'{way}: hällo "welt" ] \\\\ 😀\\nzwei'
        assert found["protocol-version"] == "1"
        assert int(found["pri"]) == 21 * 8 + 4
        assert (found["syslogfacility"], found["syslogseverity"]) == ("21", "4")
        assert (found["app-name"], found["programname"]) == ("clawd-desktop", "clawd-desktop")
        assert found["procid"] == str(os.getpid())
        assert found["msgid"] == "gateway.test"
        assert found["hostname"] == socket.gethostname()
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+00:00)", found["timereported"])
        data = f'[origin software="clawd-desktop" swVersion="{__version__}"][meta sequenceId="1"]'
        assert found["structured-data"] == data
        assert found["inputname"] == {"udp": "imudp", "tcp": "imtcp", "unix": "imuxsock"}[way]


def test_levels_are_severities(server: Rsyslog, tmp_path: Path) -> None:
    target = ToSyslog(address_of(server.addresses()["tcp"]))
    with log_in(tmp_path, target, level="debug") as desk:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
            LOG.log(level, "x")
        desk.flush(10)
        found = server.wait_for(5)
    assert [int(each["syslogseverity"]) for each in found] == [7, 6, 4, 3, 2]
    numbers = [re.search(r'sequenceId="(\d+)"', each["structured-data"]) for each in found]
    assert [number and number[1] for number in numbers] == ["1", "2", "3", "4", "5"]


def test_long_lines_arrive_cut_and_whole_in_themselves(server: Rsyslog, tmp_path: Path) -> None:
    for number, (way, address) in enumerate(server.addresses().items(), 1):
        with log_in(tmp_path / way, ToSyslog(address_of(address))) as desk:
            LOG.info(LONG)
            desk.flush(10)
            found = server.wait_for(number)[-1]
        text = found["msg"].lstrip("\ufeff")
        assert text.startswith("üüü")
        assert text.endswith("… (30,000 characters)")
        assert len(text.encode()) > (1_500 if way == "udp" else 7_500)


def test_thousands_of_lines_over_one_connection_are_told_apart(server: Rsyslog, tmp_path: Path) -> None:
    lines = [f"{number} 12 <13>1 x\nsecond line of {number}" for number in range(3_000)]
    with log_in(tmp_path, ToSyslog(address_of(server.addresses()["tcp"]))) as desk:
        for line in lines:
            LOG.info(line)
        desk.flush(20)
        found = server.wait_for(3_000)
    assert [each["msg"].lstrip("\ufeff") for each in found] == [line.replace("\n", "\\n") for line in lines]


def test_no_secret_leaves(server: Rsyslog, tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("canary-0815")
    with log_in(tmp_path, ToSyslog(address_of(server.addresses()["udp"])), redactor=redactor) as desk:
        LOG.error("with canary-0815 and password=hunter2222")
        desk.flush(10)
        (found,) = server.wait_for(1)
    assert found["msg"].lstrip("\ufeff") == "with [hidden] and password=[hidden]"
    assert "canary" not in found["rawmsg"]


def test_the_usual_local_socket_is_read_in_its_own_form(server: Rsyslog, tmp_path: Path) -> None:
    target = ToSyslog(address_of(f"unix://{server.folder}/log.sock"), FACILITIES["daemon"], "local")
    with log_in(tmp_path, target) as desk:
        LOG.error("hällo")
        desk.flush(10)
        (found,) = server.wait_for(1)
    assert (found["app-name"], found["procid"]) == ("clawd-desktop", str(os.getpid()))
    assert found["msg"].strip() == "gateway.test: hällo"
    assert (found["syslogfacility"], found["syslogseverity"]) == ("3", "3")


def test_a_server_that_is_restarted_gets_what_came_meanwhile(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rs")
    with rsyslog(folder) as server:
        target = ToSyslog(address_of(f"unix://{server.folder}/raw.sock"))
        with log_in(folder / "logs", target) as desk:
            LOG.info("one")
            desk.flush(10)
            server.wait_for(1)
    with log_in(folder / "logs", target) as desk:
        LOG.info("while it is away")
        with rsyslog(folder) as server:
            found = server.wait_for(2)
        assert found[-1]["msg"].lstrip("\ufeff") == "while it is away"
