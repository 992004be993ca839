"""The configuration survives whatever happens to its file; nothing that cannot be read is ever overwritten."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.config.first import first_config
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.merge import merge_patch
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.saving import InvalidConfig, Write
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import safeio
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, ClawdError, Conflict, StorageFault, Unreadable
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.values import JsonObject, as_object

GOOD = "// mine\n{\n  gateway: { port: 19000 }, // changed\n  channels: { telegram: { enabled: true } },\n}\n"


class Fixture:
    """A store over a folder, with what it published."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str] | None = None, clock: ManualClock | None = None
    ) -> None:
        self.bus = EventBus()
        self.clock = clock or ManualClock()
        self.paths = find_paths({}, folder, folder / "state")
        self.file = self.paths.config_file
        self.file.parent.mkdir(exist_ok=True)
        self.store = ConfigStore(self.paths, environ or {}, self.clock, self.bus)
        self.events: list[ConfigChanged] = []
        self.changed = asyncio.Event()
        self.bus.subscribe(ConfigChanged, self._hear)

    def _hear(self, event: ConfigChanged) -> None:
        self.events.append(event)
        self.changed.set()

    async def next_event(self) -> ConfigChanged:
        """Wait for the next change that is published."""
        async with asyncio.timeout(10):
            await self.changed.wait()
        self.changed.clear()
        return self.events[-1]


async def loaded(folder: Path, text: str | bytes | None, environ: Mapping[str, str] | None = None) -> Fixture:
    fixture = Fixture(folder, environ)
    if text is not None:
        fixture.file.write_bytes(text if isinstance(text, bytes) else text.encode())
    await fixture.store.load()
    return fixture


@asynccontextmanager
async def watched(folder: Path, text: str | None) -> AsyncIterator[Fixture]:
    fixture = await loaded(folder, text)
    fixture.store.start(period_s=0.01)
    try:
        yield fixture
    finally:
        await fixture.store.stop()


BROKEN: list[tuple[str, bytes, str]] = [
    ("empty", b"", "line 1, column 1: the file is empty"),
    ("0xFF", b"\xff" * 100, "line 1, column 1"),
    ("UTF-16", GOOD.encode("utf-16"), "UTF-16"),
    ("NUL bytes", b'{\n"gateway": \0\0}', "line 2, column 12"),
    ("half a file", GOOD.encode()[:40], "line 3"),
    ("50 MB", b" " * (50 * 1024 * 1024), "at most"),
    ("depth 10 000", b"{a:" * 10_000, "nested deeper"),
    ("duplicate keys", b"{gateway: {port: 1},\n gateway: {port: 2}}", "line 2, column 2"),
    ("no object", b"[1, 2]", "must hold an object"),
    ("wrong value", b'{gateway: {port: "high"}}', "gateway.port: must be a whole number"),
]


@pytest.mark.parametrize(("data", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
async def test_f01_a_broken_file_means_safe_mode_and_stays_as_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    fixture = await loaded(tmp_path, data)
    assert fixture.store.safe_mode
    assert words in fixture.store.safe_reason
    assert not fixture.store.snapshot().valid
    assert words in " ".join(f"{path}: {message}" for path, message in fixture.store.snapshot().issues)
    assert fixture.file.read_bytes() == data
    assert fixture.store.config.gateway.bind == "loopback"


@pytest.mark.parametrize("text", ["\ufeff" + GOOD, GOOD.replace("} },\n}", "} },,}").replace(",,", ",")])
async def test_f01_byte_order_marks_and_trailing_commas_are_fine(tmp_path: Path, text: str) -> None:
    fixture = await loaded(tmp_path, text)
    assert not fixture.store.safe_mode
    assert fixture.store.config.gateway.port == 19000
    assert fixture.store.snapshot().hash == hashlib.sha256(text.encode()).hexdigest()


async def test_f01_the_last_good_version_is_in_force_while_the_file_is_broken(tmp_path: Path) -> None:
    await loaded(tmp_path, GOOD)
    fixture = await loaded(tmp_path, GOOD[:50])
    assert fixture.store.safe_mode
    assert fixture.store.config.gateway.port == 19000
    assert "The version of 20" in fixture.store.safe_reason
    assert fixture.store.snapshot().raw == GOOD[:50]


async def test_f01_a_damaged_copy_is_not_taken_for_the_last_good_version(tmp_path: Path) -> None:
    await loaded(tmp_path, GOOD.replace("19000", "19001"))
    await loaded(tmp_path, GOOD)
    newest = (await loaded(tmp_path, "{")).store.history.versions()[0].path
    newest.write_bytes(newest.read_bytes().replace(b"19000", b"19009"))
    fixture = await loaded(tmp_path, "{")
    assert fixture.store.config.gateway.port == 19001


async def test_f01_a_missing_variable_does_not_bring_back_an_older_version(tmp_path: Path) -> None:
    await loaded(tmp_path, "{gateway: {port: 1001}}")
    text = "{gateway: {port: 1002}, talk: {apiKey: '${VOICE_KEY}'}}"
    assert not (await loaded(tmp_path, text, {"VOICE_KEY": "k"})).store.safe_mode
    fixture = await loaded(tmp_path, text)
    assert fixture.store.safe_mode
    assert "VOICE_KEY" in fixture.store.safe_reason
    assert fixture.store.config.gateway.port == 1002
    assert fixture.store.config.talk.api_key is None


KEYS = st.text(alphabet="abcXYZ_-.$0", min_size=1, max_size=6)
VALUES = st.recursive(
    st.booleans() | st.integers(-99, 99) | st.text(alphabet="ab $'\"\\/*", max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(unknown=st.dictionaries(KEYS.map("x".__add__), VALUES, min_size=1, max_size=3), inside=st.booleans())
def test_f02_unknown_keys_survive_every_round_trip(tmp_path: Path, unknown: JsonObject, inside: bool) -> None:
    async def scenario() -> None:
        before: JsonObject = (
            {"gateway": {"port": 1000, **unknown}} if inside else {"gateway": {"port": 1000}, **unknown}
        )
        fixture = await loaded(tmp_path, json.dumps(before))
        assert fixture.store.safe_reason == ""
        snapshot = await fixture.store.merge({"gateway": {"port": 2000}}, fixture.store.snapshot().hash)
        assert snapshot.parsed == merge_patch(before, {"gateway": {"port": 2000}})
        warned = {path for path, _ in snapshot.warnings}
        assert warned == {f"gateway.{key}" if inside else key for key in unknown}

    asyncio.run(scenario())


def a_directory(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_link_to_zeros(file: Path) -> None:
    file.symlink_to("/dev/zero")


def writable_for_all(file: Path) -> None:
    file.write_text(GOOD)
    file.chmod(0o666)


def a_link_to_nothing(file: Path) -> None:
    file.symlink_to(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX files")
@pytest.mark.parametrize("make", [a_directory, a_pipe, a_link_to_zeros, writable_for_all, a_link_to_nothing])
async def test_f03_odd_files_are_refused_at_once_and_never_written(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    fixture = Fixture(tmp_path)
    make(fixture.file)
    facts = os.lstat(fixture.file)
    async with asyncio.timeout(5):
        await fixture.store.load()
    assert fixture.store.safe_mode
    assert str(fixture.file) in fixture.store.safe_reason
    with pytest.raises(ClawdError):
        await fixture.store.replace(GOOD, None)
    with pytest.raises(ClawdError):
        await fixture.store.merge({"gateway": {"port": 1}}, None)
    assert (os.lstat(fixture.file).st_mode, os.lstat(fixture.file).st_ino) == (facts.st_mode, facts.st_ino)


async def test_f04_an_edit_on_disk_is_a_conflict_and_both_texts_are_kept(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD)
    base = fixture.store.snapshot().hash
    by_hand = GOOD.replace("19000", "19001")
    fixture.file.write_text(by_hand)
    mine = GOOD.replace("19000", "19002")
    for base_hash in (base, None):
        with pytest.raises(Conflict) as caught:
            await fixture.store.replace(mine, base_hash)
    assert fixture.file.read_text() == by_hand
    kept = [path for path in fixture.store.history.conflicts() if path.read_text() == mine]
    assert str(kept[0]) in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"), [("{gateway: {port: 19000}}", "drop channels"), ("{}", "drop gateway, channels")]
)
async def test_f05_a_write_that_drops_a_section_needs_confirmation(tmp_path: Path, text: str, words: str) -> None:
    fixture = await loaded(tmp_path, GOOD)
    with pytest.raises(BadInput, match=words) as caught:
        await fixture.store.replace(text, None)
    assert caught.value.code == "needs_confirmation"
    assert fixture.file.read_text() == GOOD
    await fixture.store.replace(text, None, confirm=True)
    assert fixture.file.read_text() == text
    assert [path.read_text() for path in fixture.file.parent.glob("*.clobbered.*")] == [GOOD]


async def test_f05_a_write_that_loses_little_needs_no_confirmation(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD)
    await fixture.store.replace("{channels: {telegram: {enabled: true}}, gateway: {}}", None)
    assert list(fixture.file.parent.glob("*.clobbered.*")) == []


async def test_f05_a_write_that_halves_a_section_needs_confirmation(tmp_path: Path) -> None:
    groups = ", ".join(f"'{number}': {{requireMention: true}}" for number in range(50))
    fixture = await loaded(tmp_path, f"{{channels: {{telegram: {{groups: {{{groups}}}}}}}}}")
    with pytest.raises(BadInput, match="shrink"):
        await fixture.store.replace("{channels: {telegram: {groups: {'1': {requireMention: true}}}}}", None)


@pytest.mark.parametrize(
    "name",
    ["../secret.json", "/etc/passwd", "link.json", "main.json5x", "~/x.json", "C:\\x.json", "sub/../../secret.json"],
)
async def test_f06_an_include_that_leaves_the_folder_or_is_missing_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text('{"gateway": {"port": 6666}}')
    fixture = Fixture(tmp_path)
    (fixture.file.parent / "link.json").symlink_to(tmp_path / "secret.json")
    fixture.file.write_text(json.dumps({"$include": name, "session": {"scope": "global"}}))
    await fixture.store.load()
    assert fixture.store.safe_mode
    assert [path for path, _ in fixture.store.snapshot().issues] == ["$include"]
    assert fixture.store.config.gateway.port == 18789
    assert fixture.store.config.session.scope == "global"


@pytest.mark.parametrize(
    ("text", "environ", "path"),
    [
        ("{gateway: {auth: {password: '${NOT_SET}'}}}", {}, "gateway.auth.password"),
        ("{gateway: {auth: {password: '${EMPTY}'}}}", {"EMPTY": ""}, "gateway.auth.password"),
        ("{gateway: {auth: {password: 'a${NOT_SET}b'}}}", {}, "gateway.auth.password"),
        ("{gateway: {auth: {password: '${A}'}}}", {"A": "${B}", "B": "x"}, "gateway.auth.password"),
        ("{gateway: {auth: {'${A}': 'x'}}}", {"A": "password"}, "gateway.auth.${A}"),
    ],
)
async def test_f06_variables_are_never_an_empty_secret(
    tmp_path: Path, text: str, environ: Mapping[str, str], path: str
) -> None:
    fixture = await loaded(tmp_path, text, environ)
    assert fixture.store.safe_mode
    assert [found for found, _ in fixture.store.snapshot().issues] == [path]
    assert fixture.store.config.gateway.auth.password is None


class Stopping(safeio.Calls):
    """Fails or dies at the n-th call that changes the disk."""

    def __init__(self, at: int, how: type[BaseException]) -> None:
        self.left = at
        self.how = how

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.how(28, "no space") if issubclass(self.how, OSError) else self.how()

    def open(self, path: Path, flags: int, mode: int) -> int:
        self._count()
        return super().open(path, flags, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        self._count()
        # What is torn in the middle is worse than what was not written.
        return super().write(descriptor, data[: max(1, len(data) // 2)])

    def fsync(self, descriptor: int) -> None:
        self._count()
        super().fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._count()
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._count()
        super().sync_folder(folder)


@pytest.mark.parametrize("how", [OSError, KeyboardInterrupt], ids=["disk full", "killed"])
def test_f08_a_save_that_stops_anywhere_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: type[BaseException]
) -> None:
    new = GOOD.replace("19000", "19001")
    outcomes: list[str] = []
    for at in range(1, 60):
        folder = tmp_path / f"run{at}"
        folder.mkdir()
        fixture = asyncio.run(loaded(folder, GOOD))
        stopping = Stopping(at, how)
        with monkeypatch.context() as patch:
            patch.setattr(safeio, "calls", stopping)
            outcomes.append(save(fixture, new))
        assert fixture.file.read_text() in (GOOD, new)
        assert asyncio.run(loaded(folder, None)).store.config.gateway.port in (19000, 19001)
        backups = [path.read_text() for path in folder.glob("state/*.bak")]
        assert [text for text in backups if text != GOOD] == []
        assert outcomes[-1] == "stopped" or fixture.file.read_text() == new
    assert stopping.left > 0
    assert set(outcomes) == {"stopped", "saved"}


def save(fixture: Fixture, text: str) -> str:
    try:
        fixture.store._saver.write(write_of(fixture, text))
    except (StorageFault, KeyboardInterrupt):
        return "stopped"
    return "saved"


def write_of(fixture: Fixture, text: str) -> Write:
    before = fixture.store.snapshot()
    return Write(text.encode(), as_object(parse(text)), before.parsed, True, before.hash, "replace")


async def test_f08_a_full_disk_is_a_sentence_and_the_next_save_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = await loaded(tmp_path, GOOD)
    new = GOOD.replace("19000", "19001")
    with monkeypatch.context() as patch:
        patch.setattr(safeio, "calls", Stopping(2, OSError))
        with pytest.raises(StorageFault, match="disk is full"):
            await fixture.store.replace(new, None)
    assert fixture.store.config.gateway.port == 19000
    await fixture.store.replace(new, None)
    assert fixture.store.config.gateway.port == 19001


async def test_no_file_means_defaults_and_the_first_save_makes_it(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, None)
    snapshot = fixture.store.snapshot()
    assert (snapshot.exists, snapshot.raw, snapshot.valid, fixture.store.safe_mode) == (False, None, True, False)
    assert snapshot.hash == hashlib.sha256(b"").hexdigest()
    text = first_config("keyring:gateway.auth.password")
    after = await fixture.store.replace(text, None)
    assert (after.raw, after.exists, after.valid, after.warnings) == (text, True, True, [])
    assert fixture.file.stat().st_mode & 0o777 == 0o600
    assert fixture.store.config.gateway.auth.password == "keyring:gateway.auth.password"


async def test_a_merge_keeps_comments_and_tells_what_changed(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD)
    snapshot = await fixture.store.merge({"gateway": {"port": 19005}, "ui": {"seamColor": "#112233"}}, None)
    assert snapshot.raw == GOOD.replace("19000", "19005").replace(
        "true } },\n}", 'true } },\n  ui: {\n    "seamColor": "#112233"\n  },\n}'
    )
    assert fixture.events == [ConfigChanged(("gateway.port", "ui.seamColor"), ("gateway.port",))]
    rows = [json.loads(row) for row in (fixture.paths.logs / "config-audit.jsonl").read_text().splitlines()]
    assert rows[0]["paths"] == ["gateway.port", "ui.seamColor"]
    assert "19005" not in json.dumps(rows[0]["paths"])
    assert fixture.file.with_name("clawdbot.json.bak").read_text() == GOOD


async def test_an_invalid_save_is_refused_with_all_reasons(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD)
    with pytest.raises(InvalidConfig) as caught:
        await fixture.store.merge({"gateway": {"port": 0, "bind": "moon"}}, None)
    assert [issue.path for issue in caught.value.issues] == ["gateway.port", "gateway.bind"]
    assert "'loopback'" in caught.value.issues[1].message
    with pytest.raises(InvalidConfig, match="line 1, column 2"):
        await fixture.store.replace("{", None)
    assert fixture.file.read_text() == GOOD
    assert fixture.events == []


async def test_what_a_variable_covers_is_still_not_saved_when_it_is_wrong(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD, {"CLAWDBOT_GATEWAY_PORT": "20000", "CLAWDBOT_AGENT_MODEL": "a/b"})
    with pytest.raises(InvalidConfig, match="gateway.port: must be a whole number"):
        await fixture.store.merge({"gateway": {"port": "high"}}, None)
    assert fixture.file.read_text() == GOOD
    await fixture.store.merge({"gateway": {"port": 19005}}, None)
    assert fixture.store.config.gateway.port == 20000


async def test_a_broken_file_can_be_corrected_through_the_store(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, "{ gateway: ")
    with pytest.raises(Unreadable, match="cannot be changed"):
        await fixture.store.merge({"gateway": {"port": 1}}, None)
    await fixture.store.replace(GOOD, fixture.store.snapshot().hash)
    assert not fixture.store.safe_mode
    assert fixture.store.safe_reason == ""
    assert [path.read_text() for path in fixture.file.parent.glob("*.clobbered.*")] == ["{ gateway: "]
    assert "channels" in fixture.events[-1].paths or "channels.telegram.enabled" in fixture.events[-1].paths


async def test_edits_on_disk_are_picked_up(tmp_path: Path) -> None:
    async with watched(tmp_path, GOOD) as fixture:
        fixture.file.write_text(GOOD.replace("19000", "19001"))
        event = await fixture.next_event()
        assert event == ConfigChanged(("gateway.port",), ("gateway.port",))
        assert fixture.store.config.gateway.port == 19001


async def test_a_broken_edit_keeps_what_runs_and_recovers_by_itself(tmp_path: Path) -> None:
    async with watched(tmp_path, GOOD) as fixture:
        fixture.file.write_text("{ gateway: { port: 19")
        assert (await fixture.next_event()).paths == ()
        assert fixture.store.config.gateway.port == 19000
        assert "line 1" in fixture.store.safe_reason
        assert not fixture.store.safe_mode
        assert not fixture.store.snapshot().valid
        fixture.file.write_text(GOOD)
        await fixture.next_event()
        assert fixture.store.safe_reason == ""


async def test_a_file_that_vanishes_keeps_what_runs_and_can_be_written_again(tmp_path: Path) -> None:
    async with watched(tmp_path, GOOD) as fixture:
        fixture.file.unlink()
        await fixture.next_event()
        assert "is gone" in fixture.store.safe_reason
        assert fixture.store.config.gateway.port == 19000
        await fixture.store.merge({"gateway": {"port": 19001}}, None)
        assert fixture.file.read_text() == GOOD.replace("19000", "19001")
        assert fixture.store.safe_reason == ""


async def test_included_files_are_watched_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    part = tmp_path / "state" / "part.json5"
    part.write_text("{port: 5000}")
    async with watched(tmp_path, '{gateway: {$include: "part.json5", mode: "local"}}') as fixture:
        assert fixture.store.config.gateway.port == 5000
        part.write_text("{port: 5001}")
        assert (await fixture.next_event()).paths == ("gateway.port",)
        part.unlink()
        await fixture.next_event()
        assert fixture.store.config.gateway.port == 5001
        part.write_text("{port: 5002}")
        await fixture.next_event()
        assert fixture.store.config.gateway.port == 5002


async def test_the_stores_own_save_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    async with watched(tmp_path, GOOD) as fixture:
        await fixture.store.merge({"gateway": {"port": 19001}}, None)
        fixture.changed.clear()
        fixture.file.write_text(GOOD.replace("19000", "19002"))
        await fixture.next_event()
        assert [event.paths for event in fixture.events] == [("gateway.port",)] * 2


async def test_a_snapshot_shows_defaults_but_no_value_of_the_environment(tmp_path: Path) -> None:
    environ = {"VOICE": "voice-secret", "CLAWDBOT_GATEWAY_PASSWORD": "door-secret", "CLAWDBOT_GATEWAY_PORT": "7000"}
    fixture = await loaded(tmp_path, "{agent: {model: 'a/b'}, talk: {apiKey: '${VOICE}'}}", environ)
    snapshot = fixture.store.snapshot()
    assert fixture.store.config.gateway.port == 7000
    assert fixture.store.config.gateway.auth.password == "door-secret"
    assert fixture.store.config.talk.api_key == "voice-secret"
    assert snapshot.config["talk"] == {"voiceAliases": {}, "interruptOnSpeech": True, "apiKey": "${VOICE}"}
    assert snapshot.config["gateway"]["port"] == 18789  # type: ignore[index,call-overload]
    assert "secret" not in json.dumps(snapshot.config)
    assert [issue.path for issue in snapshot.legacy_issues] == ["agent.model"]
    assert snapshot.parsed == {"agent": {"model": "a/b"}, "talk": {"apiKey": "${VOICE}"}}


async def test_variables_of_the_configuration_stand_below_those_of_the_environment(tmp_path: Path) -> None:
    text = "{env: {A: 'file', vars: {B: '${C}'}}, talk: {apiKey: '${A} ${B}'}}"
    fixture = await loaded(tmp_path, text, {"A": "outside", "C": "see"})
    assert fixture.store.config.talk.api_key == "outside see"
    assert fixture.store.environ["B"] == "see"


async def test_a_moved_secret_is_in_no_copy(tmp_path: Path) -> None:
    secret = 'hunter2"\\é-long'
    fixture = await loaded(tmp_path, None)
    texts = [
        json.dumps({"gateway": {"auth": {"password": secret}, "port": port}, "talk": {"apiKey": secret}})
        for port in range(1000, 1003)
    ]
    for text in texts:
        await fixture.store.replace(f"// old: {secret}\n{text}", None)
    fixture.file.with_name("clawdbot.json.clobbered.x").write_bytes(texts[0].encode("utf-16") + secret.encode())
    with pytest.raises(Conflict):
        await fixture.store.replace(texts[0], "0" * 64)
    left = await fixture.store.forget_plain_text({secret})
    assert left == (fixture.file,)
    patch: JsonObject = {"gateway": {"auth": {"password": "keyring:p"}}, "talk": {"apiKey": "keyring:t"}}
    await fixture.store.merge(patch, None)
    assert await fixture.store.forget_plain_text({secret}) == ()
    forms = (secret.encode(), json.dumps(secret)[1:-1].encode(), secret.encode("utf-16-le"))
    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(everything) > 6
    assert [data for data in everything for form in forms if form in data] == []
    assert all(parse(data) for _, data in fixture.store.history.intact())
    assert not fixture.store.safe_reason


async def test_a_folder_that_cannot_be_written_does_not_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = Fixture(tmp_path)
    fixture.file.write_text(GOOD)
    monkeypatch.setattr(safeio, "calls", Stopping(1, OSError))
    await fixture.store.load()
    assert not fixture.store.safe_mode
    assert "No copy" in fixture.store.snapshot().warnings[0].message


async def test_half_characters_cannot_be_saved(tmp_path: Path) -> None:
    fixture = await loaded(tmp_path, GOOD)
    with pytest.raises(BadInput, match="half of a character"):
        await fixture.store.replace('{a: "\ud800"}', None)


async def test_reading_before_loading_is_a_mistake_that_shows(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        assert Fixture(tmp_path).store.config


async def test_switched_off_reload_leaves_edits_alone(tmp_path: Path) -> None:
    text = GOOD.replace("port: 19000", "port: 19000, reload: { mode: 'off' }")
    fixture = await loaded(tmp_path, text)
    assert fixture.store._rest_s() < 0


async def test_the_schema_is_offered(tmp_path: Path) -> None:
    schema, hints = Fixture(tmp_path).store.schema()
    assert schema["title"] == "ClawdbotConfig"
    assert hints["gateway.auth.password"]["sensitive"] is True  # type: ignore[index,call-overload]
