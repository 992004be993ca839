"""Names of models that people type: taken when they can mean something, refused with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.agent.model_names import CatalogNames
from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.keys import KeyFinder

PROVIDER = {"baseUrl": "http://127.0.0.1:9/v1", "models": [{"id": "small", "name": "Small"}]}
ONLY = {"mine/small": {"alias": "tiny"}, "anthropic/claude-opus-4-5": {}}


class NoSecrets:
    async def get(self, name: str) -> str | None:
        return None

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None: ...


def names(folder: Path, allowed: dict[str, object]) -> CatalogNames:
    defaults = {"model": {"primary": "mine/small"}, "models": allowed}
    config = Config.model_validate({"agents": {"defaults": defaults}, "models": {"providers": {"mine": PROVIDER}}})
    return CatalogNames(Catalog(lambda: config, KeyFinder(NoSecrets(), {}, folder, ManualClock()), {}))


def test_the_default(tmp_path: Path) -> None:
    assert names(tmp_path, {}).default() == "mine/small"


@pytest.mark.parametrize(
    ("allowed", "said", "means"),
    [
        ({}, "mine/small", "mine/small"),
        ({}, "opus", "anthropic/claude-opus-4-5"),
        ({}, "claude-opus-4-5", "anthropic/claude-opus-4-5"),
        ({}, "mine/not-listed", "mine/not-listed"),
        ({}, "openrouter/vendor/model:free", "openrouter/vendor/model:free"),
        (ONLY, "mine/small", "mine/small"),
        (ONLY, "TINY", "mine/small"),
        (ONLY, "opus", "anthropic/claude-opus-4-5"),
    ],
)
def test_what_can_mean_something_is_taken(tmp_path: Path, allowed: dict[str, object], said: str, means: str) -> None:
    assert names(tmp_path, allowed).check(said) == means


@pytest.mark.parametrize(
    ("allowed", "said", "error", "way_on"),
    [
        ({}, "nonsense", BadInput, "provider/model"),
        ({}, "nobody/model", NotFound, "provider/model"),
        (ONLY, "nonsense", BadInput, "provider/model"),
        (ONLY, "anthropic/claude-sonnet-4-5", BadInput, "agents.defaults.models"),
        (ONLY, "mine/not-listed", BadInput, "agents.defaults.models"),
    ],
)
def test_what_means_nothing_or_is_not_allowed_is_refused_with_a_way_on(
    tmp_path: Path, allowed: dict[str, object], said: str, error: type[BadInput | NotFound], way_on: str
) -> None:
    with pytest.raises(error, match=said.partition("/")[0]) as refused:
        names(tmp_path, allowed).check(said)
    assert way_on in refused.value.hint
