"""Whatever is taken out of the ledger, put in or changed is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clawd_desktop.operations.audit_chain import (
    START,
    AuditEntry,
    Head,
    faults,
    hash_of,
    head_bytes,
    head_of,
    line_of,
    link_of,
)


def chain(count: int) -> tuple[list[bytes], Head]:
    lines: list[bytes] = []
    previous = START
    for number in range(1, count + 1):
        lines.append(line_of(AuditEntry(number, 1000 * number, "a", "b", f"c{number}"), previous))
        previous = hash_of(lines[-1])
    return lines, Head(1, count, previous)


def found(lines: list[bytes], head: Head | None) -> list[str]:
    return list(faults((link_of(line, f"Line {number}") for number, line in enumerate(lines, 1)), head))


def test_a_whole_ledger_has_no_fault() -> None:
    lines, head = chain(5)
    assert found(lines, head) == []
    assert found([], Head()) == []
    assert found([], None) == []


def test_an_entry_comes_back_as_it_was() -> None:
    entry = AuditEntry(1, 5, "device:1 at 10.0.0.1", "config.set", "gateway.port", False, "refused")
    assert link_of(line_of(entry, START), "x").entry == entry


def test_an_entry_is_short_and_one_line() -> None:
    line = line_of(AuditEntry(1, 5, "a\nb\x1b", "c", "d" * 5_000, True, "e" * 5_000), START)
    assert line.count(b"\n") == 1
    assert len(line) < 1_400
    assert b"a b " in line


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: [*lines[:2], *lines[3:]], "Entry 3 is missing before Line 3."),
        (lambda lines: lines[2:], "Entries 1 to 2 are missing at the beginning."),
        (lambda lines: lines[:3], "Entries 4 to 5 are missing at the end."),
        (lambda lines: [], "Entries 1 to 5 are missing at the end."),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "out of its order"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "comes twice"),
        (lambda lines: [*lines[:2], lines[2].replace(b"c3", b"d3"), *lines[3:]], "Line 3 or Line 4 was changed."),
        (lambda lines: [*lines[:4], lines[4].replace(b"c5", b"d5")], "Line 5 was changed."),
        (lambda lines: [*lines[:2], b"{nonsense\n", *lines[3:]], "Line 3 cannot be read."),
    ],
)
def test_every_kind_of_damage(change: Change, fault: str) -> None:
    lines, head = chain(5)
    assert any(fault in each for each in found(change(lines), head))


def test_a_crash_between_line_and_note_is_no_fault() -> None:
    lines, _ = chain(5)
    assert found(lines, Head(1, 4, hash_of(lines[3]))) == []


def test_a_note_that_is_gone_is_a_fault() -> None:
    assert found(chain(2)[0], None) == ["The note of the ledger's extent is missing or cannot be read."]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"first": 0, "last": 1, "hash": "x"}', b"null"])
def test_a_note_that_is_none(data: bytes) -> None:
    assert head_of(data) is None


def test_the_note_comes_back_as_it_was() -> None:
    head = Head(3, 9, "a" * 64)
    assert head_of(head_bytes(head)) == head
