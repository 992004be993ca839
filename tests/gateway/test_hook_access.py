"""The token of hooks follows the configuration and the keyring, and its troubles are told."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.core.events import SecretsChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.gateway.admission import digest
from clawd_desktop.gateway.hook_access import NOTICE, HookAccess


class Keyring:
    """Secrets by name, or a fault."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.locked = False

    async def get(self, name: str) -> str | None:
        await asyncio.sleep(0)
        if self.locked:
            raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED)
        return self.known.get(name)

    async def set(self, name: str, value: str) -> None:
        self.known[name] = value

    async def delete(self, name: str) -> None:
        self.known.pop(name, None)


class Scene:
    """Hooks in a configuration on the disk."""

    def __init__(self, folder: Path) -> None:
        self.paths = find_paths({}, folder, folder / "state")
        self.paths.state.mkdir()
        self.bus, self.keyring, self.learnt = EventBus(), Keyring(), [""]
        self.used: list[tuple[bytes, ...]] = []
        self.notices = NoticeBoard(self.bus)
        self.config = ConfigStore(self.paths, {}, ManualClock(), self.bus)
        self.access = HookAccess(
            self.config, self.keyring, self.notices, ManualClock(), self.learnt.append, self.used.append,
            lambda own: own == digest("gateway-secret"),
        )  # fmt: skip

    async def put(self, hooks: Any) -> None:
        """Put this section in force."""
        self.paths.config_file.write_text(json.dumps({"hooks": hooks}), encoding="utf-8")
        await self.config.load()
        self.access.look()
        await self.settled()

    async def settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    @property
    def told(self) -> str:
        return next((notice.text for notice in self.notices.current() if notice.id == NOTICE), "")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def test_a_token_counts_and_its_successor_kills_it_at_once(scene: Scene) -> None:
    await scene.put({"enabled": True, "token": " first "})
    assert scene.access.digests == (digest("first"),)
    assert "first" in scene.learnt
    scene.used.clear()
    await scene.put({"enabled": True, "token": "second"})
    assert scene.used == [(), (digest("second"),)]
    await scene.put({"enabled": False, "token": "second"})
    assert scene.used[-1] == ()
    await scene.access.close()


async def test_a_token_in_the_keyring_and_one_that_is_not_there(scene: Scene) -> None:
    await scene.config.load()
    stop = scene.access.listen(scene.bus)
    await scene.put({"enabled": True, "token": "keyring:hooks.token"})
    assert scene.access.digests == ()
    assert "hooks.token is not in the keyring" in scene.told
    scene.keyring.known["hooks.token"] = "from-keyring"
    scene.bus.publish(SecretsChanged(SecretsState.OK))
    await scene.settled()
    assert (scene.access.digests, scene.told) == ((digest("from-keyring"),), "")
    scene.keyring.locked = True
    scene.bus.publish(SecretsChanged(SecretsState.LOCKED))
    await scene.settled()
    assert "The keyring is locked." in scene.told
    stop()
    scene.keyring.locked = False
    scene.bus.publish(SecretsChanged(SecretsState.OK))
    await scene.settled()
    assert scene.told
    await scene.access.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ""),
        ({"path": "/"}, "Hooks.path may not be '/'"),
        ({"presets": ["gmail", "x"]}, "There is no preset x."),
        ({"mappings": [{"id": "m", "transform": {"module": "x"}}]}, "The hook mapping m has a transform"),
        ({"token": "gateway-secret"}, "Hooks.token is the same as the gateway's own secret"),
    ],
)
async def test_what_does_not_work_is_told_while_hooks_are_on(scene: Scene, more: Any, words: str) -> None:
    await scene.put({"enabled": True, "token": "x", **more})
    assert words in scene.told
    assert bool(scene.told) == bool(words)
    await scene.put({"enabled": False, "token": "x", **more})
    assert scene.told == ""
    await scene.access.close()
