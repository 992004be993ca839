"""Failed sign-ins outlive a restart: nobody gets new free guesses, whatever happens to the file or the clock (A10)."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.failure_store import MOST_PEERS, NAME, FailureStore, parsed, written
from clawd_desktop.gateway.limiter import AuthLimiter, Failures, Record

WALL = ManualClock().wall_ms()


@asynccontextmanager
async def store(folder: Path, clock: ManualClock, *, every_s: float = 0.0) -> AsyncIterator[AuthLimiter]:
    limiter = AuthLimiter(clock)
    made = FailureStore(folder, limiter, clock, every_s=every_s)
    await made.open()
    try:
        yield limiter
    finally:
        await made.close()


def restarted(clock: ManualClock, off_s: float) -> ManualClock:
    """The clocks after a restart of the computer: the monotonic one begins anew."""
    later = ManualClock(clock.wall_ms() + round(off_s * 1000))
    later._monotonic = 5.0
    return later


async def test_a_lock_goes_on_after_a_restart_for_the_time_that_is_left(tmp_path: Path) -> None:
    clock = ManualClock()
    async with store(tmp_path, clock) as limiter:
        for _ in range(12):
            limiter.failed("10.0.0.9")
        before = limiter.wait("10.0.0.9")
        assert before == 128.0
    async with store(tmp_path, restarted(clock, 28)) as limiter:
        assert limiter.wait("10.0.0.9") == pytest.approx(100.0)
        assert limiter.failures == 12
        limiter.failed("10.0.0.9")
        assert limiter.wait("10.0.0.9") == 256.0
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


async def test_after_long_enough_all_is_forgotten(tmp_path: Path) -> None:
    clock = ManualClock()
    async with store(tmp_path, clock) as limiter:
        for _ in range(25):
            limiter.failed("loopback")
    async with store(tmp_path, restarted(clock, 10_000)) as limiter:
        assert (limiter.wait("loopback"), limiter.failures) == (0, 0)


async def test_a_clock_that_was_set_back_gives_no_time_off_and_makes_no_wait_longer(tmp_path: Path) -> None:
    clock = ManualClock()
    async with store(tmp_path, clock) as limiter:
        for _ in range(8):
            limiter.failed("loopback")
        assert limiter.wait("loopback") == 8.0
    async with store(tmp_path, restarted(clock, -1_000_000)) as limiter:
        assert limiter.wait("loopback") == 8.0


async def test_a_wall_clock_that_jumps_while_it_runs_changes_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    async with store(tmp_path, clock) as limiter:
        for _ in range(8):
            limiter.failed("loopback")
        clock.jump_wall(10_000_000)
        assert limiter.wait("loopback") == 8.0


async def test_it_is_written_at_once_and_then_not_more_often_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[Path] = []
    real = safeio.calls.replace
    monkeypatch.setattr(safeio.calls, "replace", lambda source, target: (writes.append(target), real(source, target)))
    async with store(tmp_path, ManualClock(), every_s=3600) as limiter:
        limiter.failed("a")
        while not writes:
            await asyncio.sleep(0.001)
        for number in range(2000):
            limiter.failed(f"peer {number}")
        await asyncio.sleep(0)
        assert len(writes) == 1
    assert len(writes) == 2, "the rest when it ends"
    kept = json.loads((tmp_path / NAME).read_bytes())
    assert (len(kept["peers"]), kept["together"]["failures"]) == (MOST_PEERS, 2001)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"version":2,"savedAtMs":1,"together":{},"peers":{}}',
        b'{"version":1,"savedAtMs":"x","together":{"failures":1,"waitS":1},"peers":{}}',
        b'{"version":1,"savedAtMs":1,"together":[],"peers":{}}',
        b'{"version":1,"savedAtMs":1,"together":{"failures":-1,"waitS":1},"peers":{}}',
        b'{"version":1,"savedAtMs":1,"together":{"failures":1,"waitS":1},"peers":{"a":{"failures":"many"}}}',
        b"\xff\xfe", b"x" * 2_000_000,
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_understood_is_kept_and_gives_no_free_guesses(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    async with store(tmp_path, ManualClock()) as limiter:
        assert limiter.wait("anybody") == 0, "the owner is not locked out"
        limiter.failed("anybody")
        assert limiter.wait("somebody else") > 0, "the first failure costs already"
    assert [path.read_bytes() for path in tmp_path.glob(f"{NAME}.corrupt-*")] == [data]


async def test_a_folder_in_its_place_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    async with store(tmp_path, ManualClock()) as limiter:
        limiter.failed("anybody")
    assert json.loads((tmp_path / NAME).read_bytes())["version"] == 1


async def test_a_disk_that_refuses_is_told_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(path: Path, *, limit: int) -> bytes:
        raise safeio.storage_fault(OSError(5, "I/O error"), path, "read")

    monkeypatch.setattr("clawd_desktop.gateway.failure_store.read_file", broken)
    (tmp_path / NAME).write_bytes(b"precious")
    async with store(tmp_path, ManualClock()) as limiter:
        limiter.failed("anybody")
        assert limiter.wait("somebody else") > 0
    assert (tmp_path / NAME).read_bytes() == b"precious"
    assert "not recorded in this run" in caplog.text


async def test_a_full_disk_stops_nothing_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, full = safeio.calls.write, [True]

    def write(descriptor: int, data: bytes) -> int:
        if full[0]:
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(safeio.calls, "write", write)
    async with store(tmp_path, ManualClock()) as limiter:
        limiter.failed("a")
        while "the disk is full" not in caplog.text:
            await asyncio.sleep(0.001)
        full[0] = False
        while not (tmp_path / NAME).exists():
            await asyncio.sleep(0.001)


records = st.builds(Record, st.integers(0, 10_000), st.floats(-900, 900))


@given(st.builds(Failures, records, st.dictionaries(st.text(max_size=40), records, max_size=20)))
def test_what_is_written_is_read(known: Failures) -> None:
    again = parsed(written(known, WALL), WALL)
    assert (again.together.failures, list(again.peers)) == (known.together.failures, list(known.peers))
    assert again.together.wait == pytest.approx(known.together.wait, abs=0.001)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parsed(data, WALL)
