"""Where backups go: the room that is left, and what is wrong with a place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage, texts

from clawd_desktop.ui.backup.places import Place, PlacesCard, look_at

GIB = 1 << 30


def test_a_folder_that_is_there_and_one_that_is_not(tmp_path: Path) -> None:
    there, absent = look_at([tmp_path, tmp_path / "a" / "b"])
    disk = os.statvfs(tmp_path)
    assert there.there
    assert not absent.there
    assert there.total == absent.total == disk.f_blocks * disk.f_frsize
    assert 0 < there.free <= there.total
    assert not there.fault


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def card(stage: Stage, opened: list[Path]) -> PlacesCard:
    return PlacesCard(opened.append)


@pytest.mark.qt
def test_each_place_has_its_room_and_a_way_to_open_it(card: PlacesCard, opened: list[Path]) -> None:
    here, stick = Path("/home/ada/Backups"), Path("/media/stick")
    card.show_places([Place(here, True, 3 * GIB, 9 * GIB), Place(stick, False, 2 * GIB, 4 * GIB)], GIB, "/home/ada")
    said = texts(card)
    assert {"~/Backups", "3 GiB free of 9 GiB", "/media/stick"} <= set(said)
    assert "2 GiB free of 4 GiB; the folder is made with the first backup." in said
    first, second = card.findChildren(QPushButton)
    first.click()
    assert opened == [here]
    assert not second.isEnabled()


@pytest.mark.qt
@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(Path("/b"), True, GIB - 1, 9 * GIB), "too little for another backup."),
        (Place(Path("/b"), False, fault="Stale file handle"), "It cannot be reached: Stale file handle."),
    ],
)
def test_what_is_wrong_is_said(card: PlacesCard, place: Place, said: str) -> None:
    card.show_places([place], GIB, "")
    assert any(text.endswith(said) for text in texts(card))


@pytest.mark.qt
def test_it_is_built_again_only_when_something_differs(card: PlacesCard) -> None:
    place = Place(Path("/b"), True, 3 * GIB, 9 * GIB)
    card.show_places([place], GIB, "")
    former = card.findChildren(QPushButton)
    card.show_places([place], GIB, "")
    assert card.findChildren(QPushButton) == former
