"""A real rsyslogd of the system, as a child process on free ports, that writes what it understood as JSON."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
CONFIG = """
global(workDirectory="{folder}" maxMessageSize="32k")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
input(type="imuxsock" Socket="{folder}/raw.sock" UseSpecialParser="off" ParseHostname="on" IgnoreTimestamp="off")
input(type="imuxsock" Socket="{folder}/log.sock")
input(type="imudp" address="127.0.0.1" port="{udp}")
input(type="imtcp" address="127.0.0.1" port="{tcp}")
template(name="json" type="list") {{ property(name="jsonmesg") constant(value="\\n") }}
action(type="omfile" file="{folder}/out.json" template="json" asyncWriting="off" flushOnTXEnd="on")
"""


@dataclass(frozen=True)
class Rsyslog:
    """The ports and sockets that it listens on, and what it wrote."""

    folder: Path
    udp: int
    tcp: int

    def addresses(self) -> dict[str, str]:
        return {
            "udp": f"udp://127.0.0.1:{self.udp}",
            "tcp": f"tcp://127.0.0.1:{self.tcp}",
            "unix": f"unix://{self.folder}/raw.sock",
        }

    def messages(self) -> list[dict[str, str]]:
        file = self.folder / "out.json"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        whole, _, _half_written = text.rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, count: int) -> list[dict[str, str]]:
        """Its messages once there are so many."""
        end = time.monotonic() + 20
        while len(found := self.messages()) < count:
            assert time.monotonic() < end, f"only {len(found)} of {count} came"
            time.sleep(0.02)
        return found


@contextmanager
def rsyslog(folder: Path) -> Iterator[Rsyslog]:
    """It runs while the block does."""
    assert RSYSLOGD is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        made = Rsyslog(folder, one.getsockname()[1], two.getsockname()[1])
    config = folder / "rsyslog.conf"
    config.write_text(CONFIG.format(folder=folder, udp=made.udp, tcp=made.tcp))
    command = [RSYSLOGD, "-n", "-C", "-f", str(config), "-i", str(folder / "pid")]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_listens(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_listens(made: Rsyslog, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        assert process.poll() is None, (made.folder / "said").read_text()
        assert time.monotonic() < end, (made.folder / "said").read_text()
        try:
            socket.create_connection(("127.0.0.1", made.tcp), 1).close()
        except OSError:
            time.sleep(0.02)
            continue
        if (made.folder / "log.sock").exists() and (made.folder / "raw.sock").exists():
            return
