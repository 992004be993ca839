"""Memory is really counted, told in one line and a table, and compared with the look before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import Stage, settled, texts

from clawd_desktop.operations.heap import Allocators, Heap, ProcessMemory, TypeRow
from clawd_desktop.operations.profiling import MemoryDiff, MemoryProfile
from clawd_desktop.ui.logs.memory_card import SHOWN, MemoryCard, _row, difference_line, memory_line

pytestmark = pytest.mark.qt
MEGA = 1 << 20
PROFILE = MemoryProfile(
    at_ms=0,
    process=ProcessMemory(100 * MEGA, 200 * MEGA, 0),
    allocators=Allocators(40 * MEGA, 30 * MEGA, 50 * MEGA, MEGA),
    heap=Heap(1_000, MEGA, (), 0, 0, 0.1, 0.01),
    blocks=0,
    collections=(),
    tracing=None,
)


class Held:
    """Something that is not there at the first look."""


def test_what_the_system_does_not_tell_is_left_out() -> None:
    assert memory_line(PROFILE) == (
        "100.0 MiB in all · 40.0 MiB for small Python objects, 30.0 MiB of it in use · "
        "50.0 MiB for native libraries and large objects"
    )
    assert memory_line(replace(PROFILE, allocators=Allocators(None, None, None, None))) == "100.0 MiB in all"


@pytest.mark.parametrize(
    ("resident", "objects", "said"),
    [
        (102 * MEGA, 1_500, "Since 12 s: +2.0 MiB in all, +500 objects"),
        (99 * MEGA, 1_000, "Since 12 s: \N{MINUS SIGN}1.0 MiB in all, 0 objects"),
    ],
)
def test_a_difference_in_one_line(resident: int, objects: int, said: str) -> None:
    after = replace(PROFILE, process=ProcessMemory(resident, 0, 0), heap=replace(PROFILE.heap, objects=objects))
    assert difference_line(MemoryDiff(12.0, PROFILE, after, (), (), False, None, 0.0)) == said


async def test_a_look_and_what_changed_since(stage: Stage) -> None:
    card = MemoryCard(stage.services)
    card.show()
    assert not card.compare_button.isEnabled()
    card.look()
    await settled(lambda: card.compare_button.isEnabled(), "the look")
    assert "MiB in all" in card.sentence.text()
    assert len(card.table._rows) == SHOWN
    assert "function" in texts(card.table)
    kept = [Held() for _ in range(50_000)]
    stage.clock.advance(7)
    card.compare()
    await settled(lambda: card.sentence.text().startswith("Since 7 s: "), "the comparison")
    name = f"{Held.__module__}.Held"
    shown = next(row for row in card.table._rows if row[0].toolTip() == name)
    assert shown[1].text() == f"+{len(kept):,}"
    assert shown[2].text().startswith("+")
    card.hide()
    card.deleteLater()


def test_a_long_name_is_cut_at_its_beginning() -> None:
    shown = _row(TypeRow("package." * 10 + "Type", 1_234, 2_048))
    assert shown.cells[0].startswith("…")
    assert shown.cells[0].endswith(".package.Type")
    assert len(shown.cells[0]) == 48
    assert shown.cells[1:] == ("1,234", "2.0 KiB")
    assert shown.tip == "package." * 10 + "Type"
