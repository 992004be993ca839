"""One reading of this computer, by its own load: what is measured moves when something happens."""

from __future__ import annotations

import mmap
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from clawd_desktop.system import measure
from clawd_desktop.system.containers import Container
from clawd_desktop.system.measure import Measurer


def test_the_first_reading_has_no_rates_and_the_second_has(tmp_path: Path) -> None:
    measurer = Measurer(tmp_path, container=Container)
    first = measurer.measure()
    assert (first.cpu, first.network_in, first.network_out, first.tree.cpu) == (None, None, None, None)
    burn(0.1)
    second = measurer.measure()
    for share in (second.cpu, second.memory, second.disk):
        assert share is not None
        assert 0 <= share <= 1
    assert second.network_in is not None
    assert second.network_in >= 0
    assert second.disk_free == pytest.approx(psutil.disk_usage(str(tmp_path)).free, rel=0.2)
    assert second.memory_available == pytest.approx(psutil.virtual_memory().available, rel=0.3)


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(500))


def test_what_this_process_uses_is_seen(tmp_path: Path) -> None:
    measurer = Measurer(tmp_path, container=Container)
    measurer.measure()
    began = time.monotonic()
    burn(0.3)
    tree = measurer.measure().tree
    assert tree.cpu == pytest.approx(0.3 / (time.monotonic() - began), rel=0.4)
    assert tree.own_memory == pytest.approx(psutil.Process().memory_info().rss, rel=0.1)
    assert tree.memory >= tree.own_memory


def test_memory_threads_files_and_children_are_counted(tmp_path: Path) -> None:
    measurer = Measurer(tmp_path, container=Container)
    before = measurer.measure().tree
    ballast = mmap.mmap(-1, 64 * 2**20)  # memory that the process had freed would be none that comes to it
    ballast.write(b"a" * len(ballast))
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    held = [socket.socket() for _ in range(10)]
    child = subprocess.Popen(
        [sys.executable, "-c", "x = b'a' * 40_000_000; print(1, flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    after = measurer.measure().tree
    release.set()
    thread.join()
    child.communicate(b"\n", timeout=20)
    [each.close() for each in held]
    assert after.own_memory - before.own_memory > 60 * 2**20
    assert after.memory - before.memory > after.own_memory - before.own_memory + 35_000_000
    assert after.threads >= before.threads + 2
    assert after.open_files is not None
    assert before.open_files is not None
    assert after.open_files >= before.open_files + 12
    assert after.children == before.children + 1
    assert measurer.measure().tree.children == before.children
    ballast.close()


def test_loopback_is_no_network() -> None:
    cards = {"lo": FakeCard(10**9, 10**9), "eth0": FakeCard(1_000, 10), "wlan0": FakeCard(5_000, 20)}
    assert measure._summed(cards) == (6_000, 30)  # type: ignore[arg-type]


class FakeCard:
    def __init__(self, received: int, sent: int) -> None:
        self.bytes_recv, self.bytes_sent = received, sent


def test_an_interface_that_went_gives_no_rate_instead_of_a_negative_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = iter([(5_000, 5_000), (1_000, 6_000), (2_000, 7_000)])
    monkeypatch.setattr(measure, "_network_bytes", lambda: next(counts))
    now = iter([10.0, 12.0, 14.0])
    measurer = Measurer(tmp_path, container=Container, now=lambda: next(now))
    assert measurer.measure().network_in is None
    assert measurer.measure().network_in is None
    third = measurer.measure()
    assert (third.network_in, third.network_out) == (500.0, 500.0)


def test_inside_a_container_its_limits_count(tmp_path: Path) -> None:
    gib = 2**30
    used = iter([10.0, 11.0, 11.0])
    now = iter([100.0, 102.0, 104.0])

    def container() -> Container:
        return Container(version=2, memory_limit=gib // 4, memory_used=gib // 8, cpu_cores=0.5, cpu_used_s=next(used))

    measurer = Measurer(tmp_path, container=container, now=lambda: next(now))
    first = measurer.measure()
    assert first.cpu is None
    assert first.memory == 0.5
    assert first.memory_available == gib // 8
    # One second of the processor within two seconds is all that half a core allows.
    assert measurer.measure().cpu == 1.0
    assert measurer.measure().cpu == 0.0


def test_a_limit_larger_than_the_computer_is_none(tmp_path: Path) -> None:
    huge = Container(version=2, memory_limit=2**55, memory_used=5, cpu_cores=4_096.0, cpu_used_s=1.0)
    measurer = Measurer(tmp_path, container=lambda: huge)
    first = measurer.measure()
    assert first.memory == pytest.approx(psutil.virtual_memory().percent / 100, abs=0.1)
    burn(0.05)
    assert measurer.measure().cpu is not None


def test_a_disk_that_is_gone_leaves_the_rest(tmp_path: Path) -> None:
    reading = Measurer(tmp_path / "not there", container=Container).measure()
    assert (reading.disk, reading.disk_free) == (None, None)
    assert reading.tree.threads > 0


def test_a_reading_costs_a_few_milliseconds(tmp_path: Path) -> None:
    measurer = Measurer(tmp_path)
    measurer.measure()
    began = time.thread_time()
    for _ in range(5):
        measurer.measure()
    assert (time.thread_time() - began) / 5 < 0.06
