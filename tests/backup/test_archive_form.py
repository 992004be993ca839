"""Entries become members and come back, and a list that is not what was met is told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from backup.archive_rig import A_FILE, A_FOLDER, A_LINK, NOON, listing

from clawd_desktop.backup.archive_form import Roll, entry_of, list_member, listed_as, longest_list, member_of
from clawd_desktop.backup.manifest import Damaged, Entry
from clawd_desktop.backup.tar_stream import Member

ENTRIES = (A_FOLDER, replace(A_FILE, size=5, sha256="0" * 64), A_LINK)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_its_member_and_its_checksum(entry: Entry) -> None:
    found = entry_of(member_of(entry))
    assert found == replace(entry, sha256="")
    assert listed_as(found, entry)
    assert not listed_as(replace(found, mtime_ns=NOON), entry)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("x", "outside"),
        ("/areas/config/x", "outside"),
        ("areas/", "outside"),
        ("areas", "outside"),
        ("areas/config", "empty"),
        ("areas/config/", "empty"),
        ("areas//x", "outside"),
        ("areas/config//x", "absolute"),
        ("areas/config/../x", "out of its folder"),
        ("manifest.json/x", "outside"),
    ],
)
def test_a_name_that_no_backup_has_is_refused(name: str, what: str) -> None:
    with pytest.raises(Damaged, match=what):
        entry_of(Member(name, "file", 0o600, 0))


def test_a_link_that_leads_out_is_refused() -> None:
    with pytest.raises(Damaged, match="link is refused"):
        entry_of(Member("areas/config/a/x", "link", 0o777, 0, target="../../x"))


def test_a_roll_tells_where_a_list_differs() -> None:
    roll = Roll()
    for entry in ENTRIES:
        roll.add(entry, entry.sha256)
    assert (len(roll), roll.difference(ENTRIES)) == (3, "")
    assert "config/link is missing" in roll.difference((*ENTRIES, A_LINK))
    assert "1 files are not on the list" in roll.difference(ENTRIES[:2])
    assert "config/a/b\udcff differs" in roll.difference((ENTRIES[1], ENTRIES[0], ENTRIES[2]))


@pytest.mark.parametrize(
    "change",
    [{"area": "other"}, {"path": "a/c"}, {"kind": "folder"}, {"mode": 0o641}, {"mtime_ns": 1}, {"size": 6},
     {"sha256": "1" * 64}, {"target": "x"}],
)  # fmt: skip
def test_a_roll_sees_every_field(change: dict[str, str]) -> None:
    roll = Roll()
    roll.add(ENTRIES[1], ENTRIES[1].sha256)
    assert roll.difference([replace(ENTRIES[1], **change)]).endswith("differs from the list, or stands elsewhere")


def test_the_list_itself_has_a_header_and_a_limit() -> None:
    assert list_member(listing(()), 7) == Member("manifest.json", "file", 0o600, 1_795_000_000_000_000_000, 7)
    assert longest_list(0) < longest_list(1000) < longest_list(1 << 40) == 1 << 30
