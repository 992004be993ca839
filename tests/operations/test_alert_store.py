"""What is kept comes back whole; what cannot be read is left alone; a full disk stops nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from clawd_desktop.operations.alert_rules import Comparison, Importance
from clawd_desktop.operations.alert_store import (
    MOST_PAST,
    Alert,
    AlertStore,
    Kept,
    as_json,
    encoded,
    from_json,
    newest,
    parsed,
)

NOW = 1_760_000_000_000
ONE = Alert(
    "a1", "disk.low", "system.diskFree", Importance.WARNING, "T", "x", Comparison.BELOW, 2.0, 2.5, 1.0, 0.0, NOW, NOW,
)  # fmt: skip
FULL = replace(
    ONE, id="b2", key="channel.up{x}", ended_ms=NOW + 1, ended_because="gone", acknowledged_ms=NOW + 2,
    acknowledged_by="me", told_ms=NOW + 3, is_told=True, escalated_ms=NOW + 4, flaps=7,
)  # fmt: skip


@pytest.mark.parametrize("alert", [ONE, FULL])
def test_one_comes_back_as_it_was(alert: Alert) -> None:
    assert from_json(orjson.loads(orjson.dumps(as_json(alert)))) == alert
    assert ("endedMs" in as_json(alert)) is bool(alert.ended_ms)


@pytest.mark.parametrize(
    "row", [{}, {"id": "a"}, as_json(ONE) | {"severity": "awful"}, as_json(ONE) | {"comparison": 1}]
)
def test_what_is_no_alert_is_left_out(row: dict[str, object]) -> None:
    assert from_json(row) is None  # type: ignore[arg-type]


async def test_all_of_it_comes_back(tmp_path: Path) -> None:
    store = AlertStore(tmp_path / "new")
    kept = await store.load(10)
    kept.open[ONE.subject] = ONE
    kept.past.append(FULL)
    kept.snoozed["loop.lag"] = NOW
    store.save(kept)
    await store.close()
    assert await AlertStore(tmp_path / "new").load(10) == kept
    assert (tmp_path / "new" / "alerts.json").stat().st_mode & 0o777 == 0o600


async def test_very_many_open_ones_are_cut_to_the_most_important_and_newest(tmp_path: Path) -> None:
    many = [
        replace(ONE, id=str(number), key=f"channel.up{{c{number}}}", raised_ms=NOW + number) for number in range(60_000)
    ]
    many[5] = replace(many[5], severity=Importance.CRITICAL)
    (tmp_path / "alerts.json").write_bytes(encoded((tuple(many), (), {})))
    kept = await AlertStore(tmp_path).load(1_000)
    assert len(kept.open) == 1_000
    assert {alert.id for alert in kept.open.values()} == {"5", *(str(number) for number in range(59_001, 60_000))}


async def test_a_file_that_is_far_too_large_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "alerts.json").write_bytes(encoded(((ONE,) * 100_000, (), {})))
    store = AlertStore(tmp_path)
    assert await store.load(1_000) == Kept()
    assert "at most" in store.fault


async def test_the_past_is_bounded(tmp_path: Path) -> None:
    store = AlertStore(tmp_path)
    store.save(Kept(past=[replace(ONE, id=str(number)) for number in range(MOST_PAST + 5)]))
    await store.close()
    kept = await store.load(10)
    assert [len(kept.past), kept.past[0].id] == [MOST_PAST, "5"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
async def test_what_cannot_be_read_is_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "alerts.json"
    path.write_bytes(data)
    store = AlertStore(tmp_path)
    assert await store.load(10) == Kept()
    assert "alerts.json" in store.fault
    store.save(Kept(snoozed={"a": 1}))
    await store.close()
    assert path.read_bytes() == data


async def test_rows_that_mean_nothing_do_not_cost_the_others(tmp_path: Path) -> None:
    rows = [as_json(ONE), {"id": 5}, "x", None]
    (tmp_path / "alerts.json").write_bytes(orjson.dumps({"open": rows, "past": 7, "snoozed": []}))
    assert list((await AlertStore(tmp_path).load(10)).open.values()) == [ONE]


async def test_a_disk_that_refuses_is_said_and_tried_again(tmp_path: Path) -> None:
    store = AlertStore(tmp_path / "blocked")
    (tmp_path / "blocked").write_text("a file stands in its place")
    store.save(Kept())
    await store.close()
    assert "blocked" in store.fault
    (tmp_path / "blocked").unlink()
    store.save(Kept(snoozed={"a": 1}))
    await store.close()
    assert store.fault == ""
    assert (await store.load(10)).snoozed == {"a": 1}


async def test_one_write_at_a_time_and_the_last_one_counts(tmp_path: Path) -> None:
    store = AlertStore(tmp_path)
    for number in range(50):
        store.save(Kept(snoozed={"a": number}))
        await asyncio.sleep(0)
    await store.close()
    assert (await store.load(10)).snoozed == {"a": 49}


def test_the_newest_first() -> None:
    rows = [replace(ONE, id=str(number), raised_ms=number) for number in (2, 3, 1)]
    assert [alert.id for alert in newest(rows, 2)] == ["3", "2"]


@pytest.mark.parametrize("change", [{"sinceMs": 1e300}, {"raisedMs": 10**18}, {"toldMs": -1}, {"flaps": 10**17}])
def test_an_alert_of_no_possible_time_is_left_out(change: dict[str, float]) -> None:
    row = {
        "id": "a", "rule": "r", "key": "system.cpuUsage", "severity": "warning", "comparison": "above", "sinceMs": 1,
        "raisedMs": 2,
    }  # fmt: skip
    kept = parsed({"open": [{**row, **change}], "past": [row], "snoozed": {"r": 1e300, "s": 5}}, 10)
    assert (len(kept.open), len(kept.past), kept.snoozed) == (0, 1, {"s": 5})
