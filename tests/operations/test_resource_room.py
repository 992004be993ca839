"""What is put together: the cache follows the configuration, and everything can be given up when memory runs out."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema import Config
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.resource_room import ResourceRoom, _evictables, cache_limits, cache_values
from clawd_desktop.operations.series import split_key
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.sessions import SessionStore

MIB = 2**20


def test_limits_of_the_cache_come_from_the_configuration() -> None:
    usual = cache_limits(Config())
    assert (usual.memory, usual.disk, usual.ttl_s) == (16 * MIB, 256 * MIB, 300)
    said = cache_limits(
        Config.model_validate(
            {
                "cache": {
                    "memory": 1.5,
                    "disk": 0,
                    "ttl": "90s",
                    "namespaces": {"embeddings": "2d", "models": "500ms"},
                },
                "tools": {"web": {"fetch": {"cacheTtlMinutes": 3}}},
            }
        )
    )
    assert (said.memory, said.disk, said.ttl_s) == (round(1.5 * MIB), 0, 90)
    assert said.ttls_s == {"web_fetch": 180, "web_search": 900, "embeddings": 172_800, "models": 0.5}


async def test_series_are_those_of_the_table(tmp_path: Path) -> None:
    cache = MultiLevelCache(tmp_path / "c", ManualClock(), cache_limits(Config()))
    await cache.namespace("models").put("k", b"x")
    await cache.namespace("models").get("k")
    values = cache_values(cache)
    assert values["cache.hits{models}"] == 1
    assert values["cache.bytes{models}"] > 1
    assert {split_key(key)[0] for key in values} <= set(BY_NAME)
    assert all(BY_NAME[split_key(key)[0]].label == "namespace" for key in values)


async def test_all_that_is_kept_can_be_given_up(tmp_path: Path) -> None:
    clock, bus = ManualClock(), EventBus()
    cache = MultiLevelCache(tmp_path / "c", clock, cache_limits(Config()))
    (tmp_path / "state").mkdir()
    sessions = SessionStore(tmp_path / "state", clock, bus, "test")
    await sessions.open()
    await sessions.append("main", user_message("hello", now_ms=1))
    await sessions.context("main")
    await cache.namespace("models").put("k", b"x" * 1_000)
    freed = {each.name: await each.evict() for each in _evictables(cache, sessions, LocalModel(clock))}
    assert freed["the cache in memory"] > 1_000
    assert freed["conversations kept ready"] > 100
    assert freed["the idle process of the built-in model"] == 0
    assert [each.text for each in await sessions.context("main")] == ["hello"]
    await sessions.close()


async def test_a_change_of_the_configuration_counts_at_once(tmp_path: Path) -> None:
    clock, bus = ManualClock(), EventBus()
    paths = find_paths({}, tmp_path, tmp_path / "state")
    paths.state.mkdir()
    store = ConfigStore(paths, {}, clock, bus)
    await store.load()
    sessions = SessionStore(paths.state, clock, bus, "test")
    cache = MultiLevelCache(tmp_path / "c", clock, cache_limits(store.config))
    async with AsyncExitStack() as stack:
        room = ResourceRoom(stack, store, bus, clock, NoticeBoard(bus), cache, (sessions, LocalModel(clock)))
        await cache.namespace("models").put("k", b"x")
        paths.config_file.write_text('{"cache": {"memory": 0}, "agents": {"defaults": {"maxConcurrent": 7}}}')
        await store.load()
        assert cache.memory_bytes == 0
        assert room.manager.live()[0].ceiling == 7
        bus.publish(ConfigChanged(()))
