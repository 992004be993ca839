"""Whatever happens in whatever order, every acknowledged message can be read; damage to a file is never silent."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import tempfile
from pathlib import Path

from fault_disk import FaultDisk, Image, fault_disk, lay_out
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound, StorageFault
from clawd_desktop.core.messages import user_message
from clawd_desktop.storage.index_files import Place
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.session_writer import SessionWriter
from clawd_desktop.storage.transcript_reader import read_stretch
from clawd_desktop.storage.transcripts import Origin, TranscriptWriter

KEYS = st.sampled_from(["agent:main:main", "agent:main:x", "agent:work:main"])


class Histories(RuleBasedStateMachine):
    """Sessions on a disk that fails, tears and forgets, beside a model of what was promised."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp())
        self.lives = 0
        self.said = 0
        self.clock = ManualClock()
        self.promised: dict[str, list[str]] = {}
        self.labels: dict[str, str] = {}
        self.everything: set[str] = set()
        self.state = self.top / "0"
        self.state.mkdir()

    @initialize()
    def begin(self) -> None:
        self.install = fault_disk(self.state)
        self.disk: FaultDisk = self.install.__enter__()
        self.table = SessionTable()
        place = Place(self.state, "main", "main", "/", "test")
        self.writer = SessionWriter(place, self.clock, self.table)
        self.writer.open()

    def leave(self) -> None:
        self.install.__exit__(None, None, None)

    @rule(key=KEYS)
    def say(self, key: str) -> None:
        self.said += 1
        text = f"said {self.said}"
        try:
            self.writer.append(key, user_message(text, now_ms=1))
        except StorageFault:
            return
        self.promised.setdefault(key, []).append(text)
        self.everything.add(text)

    @rule(key=KEYS, label=st.sampled_from(["a", "b"]))
    def rename(self, key: str, label: str) -> None:
        try:
            self.writer.update(key, {"label": label})
        except StorageFault:
            self.labels.pop(key, None)
            return
        self.labels[key] = label
        self.promised.setdefault(key, [])

    @rule(key=KEYS, lines=st.integers(2, 4))
    def compact(self, key: str, lines: int) -> None:
        before = self.texts(key)
        with contextlib.suppress(StorageFault):
            self.writer.compact(key, lines)
        after = self.texts(key)
        assert after in (before, before[len(before) - len(after) :])
        assert len(after) >= min(len(before), lines - 1)
        self.promised[key] = [text for text in self.promised.get(key, []) if text in after]

    @precondition(lambda self: self.promised)
    @rule(data=st.data())
    def reset(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.promised)))
        with contextlib.suppress(StorageFault, NotFound):
            self.writer.reset(key)
        self.promised[key] = []

    @rule(at=st.integers(1, 8), lasting=st.booleans(), error=st.sampled_from([5, 28, 30]))
    def break_disk(self, at: int, lasting: bool, error: int) -> None:
        self.disk.fail(at, error, lasting=lasting, short=True)

    @rule()
    def heal_disk(self) -> None:
        self.disk.heal()

    @rule(seconds=st.sampled_from([-86_400, 60, 31_536_000]))
    def jump(self, seconds: int) -> None:
        self.clock.jump_wall(seconds)

    @rule()
    def restart(self) -> None:
        self.disk.heal()
        self.writer.close()
        self.leave()
        self.begin()

    @rule(choice=st.randoms(use_true_random=False))
    def lose_power(self, choice: random.Random) -> None:
        self.leave()
        images: list[Image] = [image for _, image in self.disk.images_now()]
        self.lives += 1
        self.state = self.top / str(self.lives)
        self.state.mkdir()
        lay_out(choice.choice(images), self.state)
        self.begin()

    def texts(self, key: str) -> list[str]:
        entry = self.table.get(key)
        if entry is None:
            return []
        stretch = read_stretch(self.writer.path(entry), 1000)
        return [message["content"][0]["text"] for _, message in stretch.messages]  # type: ignore[index,call-overload,misc]

    @invariant()
    def every_promise_is_kept(self) -> None:
        for key, promised in self.promised.items():
            assert [text for text in self.texts(key) if text in promised] == promised
        for key, label in self.labels.items():
            entry = self.table.get(key)
            assert entry is not None
            assert entry.label == label

    @invariant()
    def nothing_ever_said_is_gone(self) -> None:
        assert self.everything <= self.kept_texts()

    def kept_texts(self) -> set[str]:
        found = set()
        for path in self.state.rglob("*.jsonl*"):
            for line in path.read_bytes().split(b"\n"):
                try:
                    found.add(json.loads(line)["message"]["content"][0]["text"])
                except (ValueError, KeyError, TypeError):
                    continue
        return found

    def teardown(self) -> None:
        self.leave()
        shutil.rmtree(self.top)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_no_damage_to_a_transcript_hides_another_line_or_stops_the_session(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    writer = TranscriptWriter(ManualClock())
    origin = Origin("s", "agent:main:main", "/", "test")
    for number in range(6):
        writer.append(path, origin, "message", {"message": {"role": "user", "content": f"said {number}"}})
    writer.close_all()
    whole = path.read_bytes()
    chance = random.Random(3)
    flips = [_flipped(whole, bit) for bit in chance.sample(range(len(whole) * 8), 300)]
    cuts = [whole[:cut] for cut in range(0, len(whole), 5)]
    others = [b"", whole + b"garbage", whole + b"\0" * 4096, whole[300:600] + whole[:300] + whole[600:]]
    for damaged in [*flips, *cuts, *others]:
        path.write_bytes(damaged)
        before = damaged.split(b"\n")
        readable = [line for line in whole.split(b"\n") if b"said" in line and line in before]
        assert len(read_stretch(path, 99).messages) >= len(readable)
        writer.append(path, origin, "message", {"message": {"role": "user", "content": "goes on"}})
        assert read_stretch(path, 1).messages[0][1]["content"] == "goes on"
        kept = b"".join(one.read_bytes() for one in sorted(tmp_path.glob("s.jsonl*")))
        assert all(line in kept for line in before)
        writer.close_all()
        for one in tmp_path.glob("s.jsonl*"):
            one.unlink()


def _flipped(data: bytes, bit: int) -> bytes:
    at, low = divmod(bit, 8)
    return data[:at] + bytes([data[at] ^ (1 << low)]) + data[at + 1 :]
