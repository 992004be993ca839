"""The table lists by use, counts its changes, and can be changed from two threads."""

from __future__ import annotations

import threading

from clawd_desktop.storage.session_entry import SessionEntry, entry_of
from clawd_desktop.storage.session_table import SessionTable


def entry(key: str, updated: int, agent: str = "main") -> SessionEntry:
    return entry_of(key, agent, {"sessionId": key, "updatedAt": updated})


def keys(table: SessionTable, agent: str | None = None) -> list[str]:
    return [one.key for one in table.newest_first(agent)]


def filled() -> SessionTable:
    table = SessionTable()
    table.fill([entry("b", 2), entry("c", 3, "work"), entry("a", 1)], {"main": {"odd": 1}})
    return table


def test_newest_first_for_all_and_for_one_agent() -> None:
    assert keys(filled()) == ["c", "b", "a"]
    assert keys(filled(), "main") == ["b", "a"]
    assert keys(filled(), "nobody") == []


def test_g03_what_was_used_last_is_first_whatever_its_clock_said() -> None:
    table = filled()
    table.put(entry("a", 0))
    assert keys(table) == ["a", "c", "b"]


def test_the_list_is_the_same_object_until_something_changes() -> None:
    table = filled()
    first = table.newest_first(None)
    assert table.newest_first(None) is first
    before = table.version
    table.change("a", {"label": "x"}, 5)
    assert table.version > before
    assert table.newest_first(None) is not first


def test_change_and_remove() -> None:
    table = filled()
    assert table.change("none", {}, 1) is None
    after = table.change("a", {"label": "x"}, 9)
    assert after is not None
    assert (after.label, after.updated_at) == ("x", 9)
    table.remove("a")
    table.remove("a")
    assert table.get("a") is None


def test_an_agent_is_dirty_until_its_entries_are_taken() -> None:
    table = filled()
    table.change("a", {}, 5)
    assert table.dirty() == ()
    table.change("a", {}, 6, dirty=True)
    assert table.dirty() == ("main",)
    entries, foreign = table.take("main")
    assert (set(entries), foreign) == ({"a", "b"}, {"odd": 1})
    assert table.dirty() == ()
    table.set_dirty("main")
    assert table.dirty() == ("main",)


def test_two_threads() -> None:
    table = SessionTable()
    table.put(entry("k", 0))

    def count(name: str) -> None:
        for number in range(500):
            table.change("k", {name: number}, number)
            table.newest_first(None)

    threads = [threading.Thread(target=count, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = table.get("k")
    assert found is not None
    assert (found.raw["x"], found.raw["y"]) == (499, 499)
