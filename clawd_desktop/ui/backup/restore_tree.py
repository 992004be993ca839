"""What a restore would do as a tree of areas, folders and files in which each can be chosen; knows no windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.preview import STATES, AreaPreview, FileChange
from clawd_desktop.backup.shown import plain

SAME, LOST = STATES.index("same"), STATES.index("would be lost")


class Mark(Enum):
    """Whether something was chosen, or only some of what is in it."""

    OFF = "off"
    SOME = "some"
    ON = "on"


class Node:
    """An area, a folder or a file. `counts` and `sizes` (bytes) are of the files in it, in the order of STATES.

    `children` are folders first, by name; `changing` those of them in which something would be different.
    """

    __slots__ = (
        "area", "change", "changing", "children", "counts", "leaves", "name", "number", "on", "parent", "path", "row",
        "sizes", "warnings",
    )  # fmt: skip

    def __init__(self, area: str, path: str, parent: Node | None, change: FileChange | None = None) -> None:
        self.area = area
        self.path = path
        self.name = _shown(path.rpartition("/")[2])
        self.parent = parent
        self.change = change
        self.children: list[Node] = []
        self.changing: list[Node] = []
        self.warnings: tuple[str, ...] = ()
        self.counts = [0] * len(STATES)
        self.sizes = [0] * len(STATES)
        self.leaves = 0
        self.on = 0
        self.number = 0
        # Its place among all children of its parent, and among those that change.
        self.row = (0, 0)

    @property
    def mark(self) -> Mark:
        """Whether it was chosen."""
        if not self.on:
            return Mark.OFF
        return Mark.ON if self.on == self.leaves else Mark.SOME

    @property
    def changes(self) -> bool:
        """Whether anything of it would be different afterwards."""
        return any(self.counts[SAME + 1 :])


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was chosen: number and bytes of files, in the order of STATES."""

    counts: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def can_come(self) -> bool:
        """Whether anything of the backup was chosen: only taking away is no restore."""
        return sum(self.counts) > self.counts[LOST]


def grow(areas: Iterable[AreaPreview]) -> tuple[Node, ...]:
    """The trees of the areas, with everything chosen. Takes a moment for many files: for a worker thread."""
    return tuple(_grow(area) for area in areas)


def choose(node: Node, chosen: bool) -> None:
    """Choose all that is in it, or nothing of it."""
    before = node.on
    for one in walk([node]):
        one.on = one.leaves if chosen else 0
    above = node.parent
    while above is not None:
        above.on += node.on - before
        above = above.parent


def choice_of(roots: Sequence[Node]) -> Choice | None:
    """What was chosen, in as few words as can be; None for all of it."""
    if all(root.mark is Mark.ON for root in roots):
        return None
    whole = frozenset(root.area for root in roots if root.mark is Mark.ON)
    paths: set[tuple[str, str]] = set()
    waiting = [root for root in roots if root.mark is Mark.SOME]
    while waiting:
        for child in waiting.pop().children:
            if child.mark is Mark.ON:
                paths.add((child.area, child.path))
            elif child.mark is Mark.SOME:
                waiting.append(child)
    return Choice(whole, frozenset(paths))


def tally(roots: Sequence[Node]) -> Tally:
    """How much was chosen."""
    counts, sizes = [0] * len(STATES), [0] * len(STATES)
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node.mark is Mark.ON:
            _add(counts, node.counts)
            _add(sizes, node.sizes)
        elif node.mark is Mark.SOME:
            waiting += node.children
    return Tally(tuple(counts), tuple(sizes))


def walk(roots: Iterable[Node]) -> Iterator[Node]:
    """Each node and all that is in it; not by recursion, for folders may be deep."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children


def _shown(name: str) -> str:
    """Names may hold anything, also what turns the rest of a line round."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain(name))


def _grow(area: AreaPreview) -> Node:
    root = Node(area.area, "", None)
    root.warnings = area.warnings
    folders = {"": root}
    for change in area.files:
        parent = _folder(folders, change.path.rpartition("/")[0])
        leaf = Node(area.area, change.path, parent, change)
        state = STATES.index(change.state)
        leaf.counts[state] = 1
        leaf.sizes[state] = change.size_now if state == LOST else change.size_new
        parent.children.append(leaf)
    for node in reversed(list(walk([root]))):
        _sum_up(node)
    return root


def _folder(folders: dict[str, Node], path: str) -> Node:
    missing = []
    while path not in folders:
        missing.append(path)
        path = path.rpartition("/")[0]
    found = folders[path]
    for path in reversed(missing):
        made = Node(found.area, path, found)
        found.children.append(made)
        found = folders[path] = made
    return found


def _sum_up(node: Node) -> None:
    """Fill what a node says of its children, which were summed up before."""
    for child in node.children:
        node.leaves += child.leaves
        _add(node.counts, child.counts)
        _add(node.sizes, child.sizes)
    node.leaves = node.on = node.leaves or 1
    node.children.sort(key=lambda one: (one.change is not None, one.name.casefold(), one.path))
    node.changing = [child for child in node.children if child.changes]
    for number, child in enumerate(node.children):
        child.row = (number, 0)
    for number, child in enumerate(node.changing):
        child.row = (child.row[0], number)


def _add(total: list[int], more: Sequence[int]) -> None:
    for number, value in enumerate(more):
        total[number] += value
