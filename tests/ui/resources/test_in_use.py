"""Places and caches as they stand, in words that every kind has."""

from __future__ import annotations

import pytest
from ui.staging import Stage, settled, texts

from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.resource_kinds import KINDS as WORK
from clawd_desktop.storage.cache_rows import NAMESPACES
from clawd_desktop.ui.resources.in_use import CACHES, KINDS, InUseCards, place_rows, waiting_sentence

pytestmark = pytest.mark.qt


def test_every_kind_of_work_and_of_cache_has_a_name() -> None:
    assert set(KINDS) == {kind.name for kind in WORK}
    assert set(CACHES) == {row.name for row in NAMESPACES}


async def test_what_holds_a_place_and_what_waits_is_shown(stage: Stage) -> None:
    resources, cards = stage.services.operations.resources, InUseCards()
    ceiling = next(row.ceiling for row in resources.live() if row.kind == "model")
    assert ceiling == 1

    async def second() -> None:
        async with resources.place("model", "second"):
            pass

    async with resources.place("model", "first"):
        task = spawn(second(), name="second")
        await settled(lambda: resources.waiting)
        cards.show_now(resources.live(), ())
        rows = {row.cells[0]: row for row in place_rows(resources.live())}
        assert rows["Built-in models"].cells[1:4] == ("1", "1", "1")
        assert rows["Built-in models"].tip == "first"
        assert waiting_sentence(resources.live()).startswith("The oldest has waited for 0 s.")
        assert not cards._why.isHidden()
    await task
    cards.show_now(resources.live(), ())
    assert cards._why.isHidden()


def test_what_is_not_built_says_so_instead_of_a_zero(stage: Stage) -> None:
    rows = {row.cells[0]: row for row in place_rows(stage.services.operations.resources.live())}
    assert rows["Browsers"].cells[1] == "—"
    assert rows["Browsers"].tip == "This version has no such work yet."
    assert rows["Large jobs"].cells[2] == "no limit"


async def test_what_the_cache_found_is_counted(stage: Stage) -> None:
    cache, cards = stage.services.operations.cache, InUseCards()

    async def make() -> bytes:
        return b"x" * 2_048

    for _ in range(3):
        await cache.namespace("models").get_or_make("key", make)
    cards.show_now((), cache.stats())
    said = texts(cards.caches)
    at = said.index("Models on this computer")
    assert said[at + 1 : at + 5] == ["1", "2 KiB", "2", "1"]
    await cache.close()
