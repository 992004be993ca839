"""Plants a home as it is after months of use, the same for one seed, changes a hundredth of it, and compares copies."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import apsw

SEED = 20
CHANGED = 100  # one file of so many is changed before the second backup
_SENTENCES = 100_000
# What a home holds: folder, suffix, its part of the files and of the bytes.
KINDS: tuple[tuple[str, str, float, float], ...] = (
    (".clawdbot/agents/main/sessions", ".jsonl", 0.35, 0.36),
    (".clawdbot/settings/kept", ".json", 0.10, 0.04),
    (".clawdbot/memory", ".sqlite", 0.001, 0.08),
    ("clawd/notes", ".md", 0.40, 0.12),
    ("clawd/media", ".png", 0.15, 0.40),
)


class Writer:
    """Makes contents out of one stream of chance."""

    def __init__(self, seed: int, size: int) -> None:
        self.chance = chance = random.Random(seed)
        words = ["".join(chance.choices("etaoinshrdlucmfwypvbgkjqxz", k=chance.randint(2, 10))) for _ in range(6000)]
        weights = [1 / (number + 5) for number in range(len(words))]
        count = min(_SENTENCES, 1000 + size // 2000)
        stream = chance.choices(words, weights, k=count * 15)
        # Few of them stand twice within what a packer looks back: it has to find words, as in real text.
        self.sentences = [" ".join(stream[at * 15 : at * 15 + chance.randint(5, 15)]) + "." for at in range(count)]
        self.at_ms = 1_760_000_000_000

    def prose(self, size: int) -> bytes:
        """Text of about so many bytes."""
        return " ".join(self.chance.choices(self.sentences, k=size // 64 + 1)).encode()[:size] + b"\n"

    def jsonl(self, size: int) -> bytes:
        """A conversation, line by line, of at least so many bytes."""
        lines, done = [f'{{"type":"session","version":3,"id":"{self._id()}","cwd":"/home/u/clawd"}}\n'.encode()], 0
        while done < size:
            lines.append(self.line())
            done += len(lines[-1])
        return b"".join(lines)

    def line(self) -> bytes:
        """One message of a conversation."""
        self.at_ms += self.chance.randint(500, 90_000)
        role = self.chance.choice(("user", "assistant", "toolResult"))
        said = " ".join(self.chance.choices(self.sentences, k=self.chance.randint(1, 12)))
        tokens = self.chance.randint(10, 9000)
        return (
            f'{{"type":"message","id":"{self._id()}","parentId":"{self._id()}","timestamp":{self.at_ms},"message":'
            f'{{"role":"{role}","content":[{{"type":"text","text":"{said}"}}],"usage":{{"input":{tokens},"output":'
            f"{tokens // 7}}}}}}}\n"
        ).encode()

    def json(self, size: int) -> bytes:
        """One object of about so many bytes."""
        names = ("title", "kind", "about", "owner", "places")
        rows = ",\n".join(
            f'  "{self.chance.choice(names)}{number}": "{self.chance.choice(self.sentences)}"'
            for number in range(size // 80 + 1)
        )
        return f"{{\n{rows}\n}}\n".encode()

    def picture(self, size: int) -> bytes:
        """What does not pack, as pictures and sounds."""
        return b"\x89PNG\r\n\x1a\n" + self.chance.randbytes(max(0, size - 8))

    def database(self, path: Path, size: int) -> None:
        """An index of memories of about so many bytes."""
        connection = apsw.Connection(str(path))
        connection.execute("CREATE TABLE IF NOT EXISTS chunks (id INTEGER PRIMARY KEY, text TEXT, vector BLOB)")
        rows = ((self.prose(900).decode(), self.chance.randbytes(1024)) for _ in range(size // 2048 + 1))
        with connection:
            connection.executemany("INSERT INTO chunks (text, vector) VALUES (?, ?)", rows)
        connection.close()

    def _id(self) -> str:
        return f"{self.chance.getrandbits(64):016x}"


def plant(home: Path, files: int, size: int, seed: int = SEED) -> int:
    """Fill a home with so many files of so many bytes in all; returns the bytes that it came to."""
    writer = Writer(seed, size)
    makers: dict[str, Callable[[int], bytes]] = {
        ".jsonl": writer.jsonl, ".json": writer.json, ".md": writer.prose, ".png": writer.picture
    }  # fmt: skip
    for folder, suffix, part, share in KINDS:
        weights = [writer.chance.lognormvariate(0, 1.2) for _ in range(max(1, round(files * part)))]
        for number, weight in enumerate(weights):
            path = home / folder
            if suffix in (".md", ".png"):
                path /= f"{2024 + number % 3}-{number % 12 + 1:02}"
            path.mkdir(parents=True, exist_ok=True)
            path /= f"{suffix[1:]}-{number:05}{suffix}"
            length = int(weight / sum(weights) * size * share)
            if suffix == ".sqlite":
                writer.database(path, length)
            else:
                path.write_bytes(makers[suffix](length))
    (home / ".clawdbot" / "clawdbot.json").write_text('{"agents": {"defaults": {"workspace": "~/clawd"}}}\n')
    return sum(path.stat().st_size for path in planted(home))


def planted(home: Path) -> list[Path]:
    """All files of a home, in order."""
    return sorted(Path(folder, name) for folder, _, names in os.walk(home) for name in names)


def change(home: Path, number: int) -> None:
    """Change one file of a hundred as use does: conversations and notes go on, pictures are replaced."""
    writer = Writer(SEED + 1 + number, 0)
    for at, path in enumerate(planted(home)):
        if at % CHANGED != number % CHANGED:
            continue
        if path.suffix == ".sqlite":
            writer.database(path, 0)
        elif path.suffix == ".png":
            path.write_bytes(writer.picture(path.stat().st_size))
        elif path.suffix in (".jsonl", ".md"):
            with path.open("ab") as file:
                file.write(writer.line() if path.suffix == ".jsonl" else writer.prose(200))


def difference(home: Path, other: Path) -> str:
    """What of a home is not the same in its copy, "" when all is. A database may have other bytes and the same rows."""
    for path in planted(home):
        there = other / path.relative_to(home)
        if not there.is_file():
            return f"{there} is not there"
        told = _rows if path.suffix == ".sqlite" else _digest
        if told(path) != told(there):
            return f"{there} is another"
    return ""


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _rows(path: Path) -> object:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute("SELECT count(*), sum(length(text)), max(id) FROM chunks").get
    finally:
        connection.close()
