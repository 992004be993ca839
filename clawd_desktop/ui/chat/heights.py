"""Heights of many rows with quick sums, so that 10,000 messages scroll as easily as ten."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """Row heights in pixels over a binary indexed tree: sums and searches take O(log n)."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    @property
    def total(self) -> int:
        """The height of all rows."""
        return self.top(len(self._heights))

    def replace(self, at: int, removed: int, added: Iterable[int] = ()) -> None:
        """Remove `removed` rows at `at` and put the `added` heights there."""
        new = list(added)
        self._heights[at : at + removed] = new
        if removed == 0 and at == len(self._heights) - len(new):
            for height in new:
                self._append(height)
        else:
            self._build()

    def set(self, row: int, height: int) -> int:
        """Give the row another height; returns by how much it grew."""
        grown = height - self._heights[row]
        self._heights[row] = height
        at = row + 1
        while grown and at < len(self._tree):
            self._tree[at] += grown
            at += at & -at
        return grown

    def top(self, row: int) -> int:
        """Where the row begins: the sum of all heights before it."""
        total, at = 0, row
        while at > 0:
            total += self._tree[at]
            at -= at & -at
        return total

    def row_at(self, y: int) -> int:
        """The row that covers `y`; the first or last row beyond the ends, -1 when there is none."""
        count = len(self._heights)
        if count == 0:
            return -1
        at, left = 0, max(0, y)
        step = 1 << count.bit_length()
        while step:
            following = at + step
            if following <= count and self._tree[following] <= left:
                at = following
                left -= self._tree[following]
            step >>= 1
        return min(at, count - 1)

    def _append(self, height: int) -> None:
        at = len(self._tree)
        value, child = height, at - 1
        while child > at - (at & -at):
            value += self._tree[child]
            child -= child & -child
        self._tree.append(value)

    def _build(self) -> None:
        tree = [0, *self._heights]
        for at in range(1, len(tree)):
            parent = at + (at & -at)
            if parent < len(tree):
                tree[parent] += tree[at]
        self._tree = tree
