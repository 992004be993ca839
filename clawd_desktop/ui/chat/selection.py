"""What is selected in a transcript: from a spot in one row to a spot in another, and its text for the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clawd_desktop.ui.chat.layout import RowLayout
from clawd_desktop.ui.chat.rows import Row


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the text: the row by its uid, the number of its piece, the cursor position in the piece."""

    uid: int
    piece: int
    position: int


@dataclass(frozen=True, slots=True)
class Selection:
    """From where the mouse went down to where it is now."""

    anchor: Spot
    head: Spot

    @property
    def empty(self) -> bool:
        """Whether nothing lies between the two ends."""
        return self.anchor == self.head


Marked = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Extent:
    """A selection in reading order: first and last row by number, and the spots inside them."""

    first: int
    last: int
    start: tuple[int, int]
    end: tuple[int, int]

    def in_row(self, number: int, layout: RowLayout) -> Marked:
        """Start and end position of what is selected in each piece of the row."""
        if not self.first <= number <= self.last:
            return {}
        start = self.start if number == self.first else (0, 0)
        end = self.end if number == self.last else (len(layout.pieces), 0)
        marked: Marked = {}
        for at, piece in enumerate(layout.pieces):
            low = start[1] if at == start[0] else 0
            high = end[1] if at == end[0] else piece.length
            if start[0] <= at <= end[0] and piece.document is not None and low < high:
                marked[at] = (low, high)
        return marked


def extent(selection: Selection, rows: Sequence[Row]) -> Extent | None:
    """The selection in reading order; None when a row it began or ended in is gone, or it is empty."""
    wanted = {selection.anchor.uid, selection.head.uid}
    numbers = {row.uid: number for number, row in enumerate(rows) if row.uid in wanted}
    if selection.empty or len(numbers) < len(wanted):
        return None
    ends = sorted((numbers[spot.uid], (spot.piece, spot.position)) for spot in (selection.anchor, selection.head))
    return Extent(ends[0][0], ends[1][0], ends[0][1], ends[1][1])


def copied(found: Extent, rows: Sequence[Row], layout: Callable[[int], RowLayout]) -> str:
    """The selected text. Rows that are selected whole give their source, so that none of them needs a layout."""
    parts: list[str] = []
    for number in range(found.first, found.last + 1):
        if found.first < number < found.last:
            parts.append(rows[number].text)
            continue
        laid = layout(number)
        marked = found.in_row(number, laid)
        parts.append("\n".join(laid.pieces[at].text(*span) for at, span in marked.items()))
    return "\n\n".join(part for part in parts if part)
