"""What a person is shown before deciding: four states, sizes, warnings, and lines that differ."""

from __future__ import annotations

import pytest

from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.present import Here
from clawd_desktop.backup.preview import MOST_DIFF_BYTES, MOST_DIFF_LINES, AreaPreview, State, compare, text_diff

SUM = "a" * 64


def entry(path: str, size: int = 3, *, area: str = "memory") -> Entry:
    return Entry(area, path, "file", 0o600, 0, size, SUM)


# What the backup has, what is there (None: nothing), the checksum of that, what becomes of it.
TABLE: list[tuple[Entry, Here | None, str, State]] = [
    (entry("x"), Here("file", size=3), SUM, "same"),
    (entry("x"), Here("file", size=3, mtime_ns=9), SUM, "same"),
    (entry("x"), Here("file", size=3), "b" * 64, "changed"),
    (entry("x"), Here("file", size=3), "", "changed"),
    (entry("x"), Here("file", size=4), SUM, "changed"),
    (entry("x"), Here("file", mode=0o644, size=3), SUM, "changed"),
    (entry("x"), Here("link", target="y"), SUM, "changed"),
    (entry("x"), Here("folder"), SUM, "changed"),
    (entry("x"), None, SUM, "only in backup"),
    (Entry("memory", "x", "link", 0o777, 0, target="y"), Here("link", mode=0o755, target="y"), "", "same"),
    (Entry("memory", "x", "link", 0o777, 0, target="y"), Here("link", target="z"), "", "changed"),
    (Entry("memory", "x", "folder", 0o700, 0), Here("folder", mode=0o700), "", "same"),
    (Entry("memory", "x", "folder", 0o700, 0), Here("folder", mode=0o755), "", "changed"),
]


@pytest.mark.parametrize(("new", "now", "digest", "state"), TABLE)
def test_states(new: Entry, now: Here | None, digest: str, state: State) -> None:
    shown = compare("memory", [new], {"x": now} if now else {}, set(), lambda path: digest)
    assert [one.state for one in shown.files] == [state]
    assert shown.changes is (state != "same")


def test_a_file_is_read_only_where_it_may_be_the_same() -> None:
    asked: list[str] = []

    def digest(path: str) -> str:
        asked.append(path)
        return SUM

    now = {"a": Here("file", size=3), "b": Here("file", size=4), "c": Here("link", target="a")}
    compare("memory", [entry("a"), entry("b"), entry("c"), entry("d")], now, set(), digest)
    assert asked == ["a"]


def test_what_would_be_lost_and_sizes() -> None:
    now = {
        "f": Here("folder"), "f/lost": Here("file", size=10), "f/kept": Here("file", size=20),
        "empty": Here("folder"), "same": Here("file", size=3),
    }  # fmt: skip
    mine = {"f", "f/lost", "empty", "same"}
    entries = [Entry("memory", "f", "folder", 0o700, 0), entry("same"), entry("f/new", 5)]
    shown = compare("memory", entries, now, mine, lambda path: SUM)
    assert [(one.path, one.state) for one in shown.files] == [
        ("empty", "would be lost"),
        ("f/lost", "would be lost"),
        ("f/new", "only in backup"),
        ("same", "same"),
    ]
    assert [shown.size(state) for state in ("same", "changed", "only in backup", "would be lost")] == [3, 0, 5, 10]
    assert shown.count("would be lost") == 2


@pytest.mark.parametrize(
    ("area", "word"),
    [
        ("channels", "linked again"),
        ("approvals", "asked again"),
        ("automation", "run again"),
        ("sessions", "undo folder"),
    ],
)
def test_warnings_come_with_a_change(area: str, word: str) -> None:
    new = entry("x", area=area)

    def shown(now: dict[str, Here]) -> AreaPreview:
        return compare(area, [new], now, set(), lambda path: SUM)

    assert word in shown({}).warnings[0]
    assert shown({"x": Here("file", size=3)}).warnings == ()


def test_lines_that_differ() -> None:
    assert text_diff(b"a\nb\nc\n", b"a\nB\nc\n") == ("--- now", "+++ backup", "@@ -1,3 +1,3 @@", " a", "-b", "+B", " c")
    assert text_diff(b"same", b"same") == ()
    assert text_diff(b"", b"x")[-1] == "+x"


def test_what_is_no_text_has_no_lines() -> None:
    for other in (b"\0", b"\xff", b"a" * (MOST_DIFF_BYTES + 1)):
        assert text_diff(b"a", other) == ()
        assert text_diff(other, b"a") == ()


def test_the_lines_are_bounded() -> None:
    lines = text_diff(b"", b"\n".join(b"x" * 2000 for _ in range(100)))
    assert max(map(len, lines)) <= 501
    lines = text_diff(b"", b"x\n" * 5000)
    assert len(lines) == MOST_DIFF_LINES + 1
    assert lines[-1] == "…"


def test_what_is_not_to_be_shown_is_not() -> None:
    lines = text_diff(
        b"key: hunter2\na", b"key: hunter3\nb", lambda text: text.replace("hunter2", "*").replace("hunter3", "*")
    )
    assert "hunter" not in "".join(lines)
    assert lines[-2:] == ("-a", "+b")
