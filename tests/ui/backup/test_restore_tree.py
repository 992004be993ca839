"""The tree of what a restore would do: what stands in it, what is chosen, and how that is said to the restore."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.preview import AreaPreview, FileChange, State
from clawd_desktop.ui.backup.restore_tree import Mark, Node, choice_of, choose, grow, tally, walk


def change(path: str, state: State = "changed", now: int = 1, new: int = 2) -> FileChange:
    return FileChange(path, state, now, new)


AREAS = (
    AreaPreview(
        "sessions",
        (
            change("agents/main/sessions/a.jsonl"),
            change("agents/main/sessions/b.jsonl", "same", 5, 5),
            change("agents/main/sessions/c.jsonl", "would be lost", 7, 0),
            change("agents/notes.txt", "only in backup", 0, 4),
        ),
        ("Conversations go back.",),
    ),
    AreaPreview("config", (change("clawdbot.json", "same", 3, 3),), ()),
)  # fmt: skip


def named(roots: tuple[Node, ...], path: str) -> Node:
    return next(node for node in walk(roots) if node.path == path)


def test_folders_hold_what_is_in_them_and_come_before_files() -> None:
    sessions, config = grow(AREAS)
    (agents,) = sessions.children
    assert [child.name for child in agents.children] == ["main", "notes.txt"]
    assert sessions.counts == [1, 1, 1, 1]
    assert sessions.sizes == [5, 2, 4, 7]
    assert sessions.warnings == ("Conversations go back.",)
    folder = named((sessions,), "agents/main/sessions")
    assert [child.name for child in folder.changing] == ["a.jsonl", "c.jsonl"]
    assert not config.changes


def test_everything_is_chosen_at_first() -> None:
    roots = grow(AREAS)
    assert choice_of(roots) is None
    assert tally(roots).counts == (2, 1, 1, 1)
    assert tally(roots).can_come


def test_an_area_a_folder_and_a_file_can_be_left_out() -> None:
    roots = grow(AREAS)
    choose(named(roots, "agents/main/sessions/a.jsonl"), False)
    assert roots[0].mark is Mark.SOME
    assert named(roots, "agents/main").mark is Mark.SOME
    choose(roots[1], False)
    assert choice_of(roots) == Choice(
        frozenset(),
        frozenset(
            {
                ("sessions", "agents/main/sessions/b.jsonl"),
                ("sessions", "agents/main/sessions/c.jsonl"),
                ("sessions", "agents/notes.txt"),
            }
        ),
    )
    choose(named(roots, "agents/main"), True)
    assert roots[0].mark is Mark.ON
    assert choice_of(roots) == Choice(frozenset({"sessions"}))


def test_a_folder_stands_for_all_that_is_in_it() -> None:
    roots = grow(AREAS)
    choose(named(roots, "agents/notes.txt"), False)
    choice = choice_of(roots)
    assert choice is not None
    assert choice.paths == {("sessions", "agents/main")}
    assert choice.holds("sessions", "agents/main/sessions/a.jsonl")
    assert not choice.holds("sessions", "agents/notes.txt")


def test_only_taking_away_is_no_restore() -> None:
    roots = grow(AREAS)
    for root in roots:
        choose(root, False)
    assert tally(roots).counts == (0, 0, 0, 0)
    choose(named(roots, "agents/main/sessions/c.jsonl"), True)
    assert not tally(roots).can_come


def test_an_area_without_files_can_be_chosen_too() -> None:
    (empty,) = grow([AreaPreview("secrets", (), ())])
    assert empty.mark is Mark.ON
    choose(empty, False)
    assert empty.mark is Mark.OFF


def test_names_of_any_bytes_and_deep_folders_do_no_harm() -> None:
    deep = "/".join("d" * 1 for _ in range(3_000))
    (root,) = grow([AreaPreview("other", (change(f"{deep}/x"), change("\udcff\n")), ())])
    assert root.counts[1] == 2
    assert all(node.name.isprintable() for node in walk([root]))
    choose(root, False)
    assert root.on == 0


def test_twenty_thousand_files_are_no_burden() -> None:
    files = tuple(change(f"folder{number % 200}/sub{number % 7}/file{number}.md") for number in range(20_000))
    began = time.process_time()
    (root,) = grow([AreaPreview("workspace-main", files, ())])
    choose(root.children[0], False)
    assert tally([root]).counts[1] == 20_000 - root.children[0].leaves
    assert time.process_time() - began < 1.5


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=25))
def test_what_is_marked_is_what_is_chosen(clicks: list[tuple[int, bool]]) -> None:
    roots = grow(AREAS)
    nodes = list(walk(roots))
    for number, chosen in clicks:
        choose(nodes[number % len(nodes)], chosen)
    choice = choice_of(roots) or Choice(frozenset(area.area for area in AREAS))
    for node in nodes:
        if node.change is not None:
            assert choice.holds(node.area, node.path) == (node.mark is Mark.ON)
    for node in nodes:
        if node.children:
            assert node.on == sum(child.on for child in node.children)
