"""Sending to a collector: over real HTTP, live, without holding anything up, and with one line when it cannot be."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from collector import collector, facts
from log_lines import log_lines
from operations_stage import operations_services
from running_gateway import running

from clawd_desktop.config.schema.logs import Otel as OtelSettings
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.otel import MOST_LINES, NOTICE, Exported, Otel, is_sampled


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_runs_measurements_and_lines_of_the_application_arrive(tmp_path: Path) -> None:
    async with collector() as there:
        otel = {
            "enabled": True, "endpoint": there.url, "logs": True, "flushIntervalMs": 1_000,
            "headers": {"X-Tenant": "mine"}, "serviceName": "my-clawd",
        }  # fmt: skip
        async with running(tmp_path, diagnostics={"otel": otel}) as app, app.client() as client:
            await client.call("chat.send", sessionKey="main", message="a secret text", idempotencyKey="k")
            await client.until("chat", runId="k", state="final")
            logging.getLogger("clawd.test").warning("the bearer is Authorization: Bearer abcdefghijklmnopqrstuvwx")
            await until(lambda: bool(there.spans and there.lines and there.metrics))
            chat = next(span for span in there.spans if span.name == "chat echo")
            told = facts(chat.attributes)  # type: ignore[arg-type]
            assert (told["gen_ai.system"], told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (
                "test", 10, 5,
            )  # fmt: skip
            assert there.services[0]["service.name"] == "my-clawd"
            assert there.headers[0]["x-tenant"] == "mine"
            assert there.metrics["clawd.process.memory"].gauge.data_points[0].as_double > 20_000_000
            await until(lambda: any("the bearer" in line.body.string_value for line in there.lines))
            said = " ".join(line.body.string_value for line in there.lines)
            assert "abcdefghijklmnop" not in said
            everything = str(there.spans) + said
            assert "a secret text" not in everything, "no text of a conversation leaves"


async def test_it_is_switched_on_and_off_while_it_runs(tmp_path: Path) -> None:
    async with collector() as there, running(tmp_path) as app, app.client() as client:

        async def patch(**otel: object) -> None:
            shot = await client.call("config.get")
            raw = json.dumps({"diagnostics": {"otel": otel}})
            await client.call("config.patch", raw=raw, baseHash=shot["hash"])

        await patch(enabled=True, endpoint=there.url, flushIntervalMs=1_000)
        await until(lambda: bool(there.metrics))
        await patch(enabled=False)
        async with asyncio.timeout(20):
            count = -1
            while there.posts != count:  # one round may be under way
                count = there.posts
                await asyncio.sleep(2.5)


class Stage:
    """An exporter without an application around it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.settings = OtelSettings.model_validate({"enabled": True, "flushIntervalMs": 1_000} | settings)
        self.bus, clock = EventBus(), SystemClock()
        self.notices = NoticeBoard(self.bus)
        services = operations_services(folder, self.bus, clock)
        self.metrics = services.metrics
        self.metrics.add_source("load", lambda: {"system.load": 1.5})
        exported = Exported(
            lambda: self.settings, services.metrics, services.traces, Nothing(), str, lambda secret: None, "1"
        )
        self.otel = Otel(exported, self.bus, self.notices, clock)

    async def close(self) -> None:
        await self.otel.close()
        await self.metrics.history.close()


class Nothing:
    """A store without secrets."""

    async def get(self, name: str) -> str | None:
        return None

    async def set(self, name: str, value: str) -> None:
        raise NotImplementedError

    async def delete(self, name: str) -> None:
        raise NotImplementedError


async def test_a_collector_that_is_away_costs_one_line_and_one_when_it_is_back(tmp_path: Path) -> None:
    with log_lines("clawd.otel") as said:
        async with collector() as there:
            there.status = 503
            stage = Stage(tmp_path, endpoint=there.url)
            await stage.metrics.sampler.sample()
            stage.otel.start()
            await until(lambda: there.posts >= 3)
            assert len(said) == 1
            assert "answers 503" in said[0]
            there.status = 200
            await until(lambda: bool(there.metrics))
            await until(lambda: len(said) == 2)
            assert "takes what is sent again" in said[1]
            await stage.close()


async def test_nobody_there_and_nonsense_as_address_are_one_line_each(tmp_path: Path) -> None:
    for endpoint in ("http://127.0.0.1:9", "not an address"):
        with log_lines("clawd.otel") as said:
            stage = Stage(tmp_path, endpoint=endpoint)
            await stage.metrics.sampler.sample()
            stage.otel.start()
            await until(lambda lines=said: bool(lines))  # type: ignore[misc]
            await asyncio.sleep(2.2)
            assert len(said) == 1
            assert "cannot be reached" in said[0]
            await stage.close()


async def test_one_that_hangs_holds_up_neither_the_loop_nor_the_end(tmp_path: Path) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(65_536):
                pass  # until the other side has had enough
        finally:
            writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    stage = Stage(tmp_path, endpoint=f"http://127.0.0.1:{port}")
    await stage.metrics.sampler.sample()
    stage.otel.start()
    await asyncio.sleep(0.3)
    began = asyncio.get_running_loop().time()
    await stage.close()
    assert asyncio.get_running_loop().time() - began < 3
    server.close()


async def test_what_it_refuses_for_good_is_not_sent_again(tmp_path: Path) -> None:
    async with collector() as there:
        there.status = 400
        stage = Stage(tmp_path, endpoint=there.url, logs=True, metrics=False)
        with log_lines("clawd.otel") as said:
            stage.otel.start()
            await asyncio.sleep(0.1)
            logging.getLogger("clawd.test").error("refused")
            await until(lambda: there.posts == 1)
            await until(lambda: bool(said))
            there.status = 200
            logging.getLogger("clawd.test").error("taken")
            await until(lambda: bool(there.lines))
        assert [line.body.string_value for line in there.lines] == ["taken"]
        await stage.close()


async def test_a_flood_of_lines_is_bounded_and_keeps_the_newest(tmp_path: Path) -> None:
    async with collector() as there:
        there.status = 503
        stage = Stage(tmp_path, endpoint=there.url, logs=True, metrics=False)
        stage.otel.start()
        await asyncio.sleep(0.1)
        logger = logging.getLogger("clawd.test")
        logger.error("first")
        await until(lambda: there.posts >= 1)
        for number in range(MOST_LINES * 2):
            logger.error("line %s", number)
        there.status = 200
        await until(lambda: len(there.lines) >= MOST_LINES)
        await stage.close()
        assert len(there.lines) <= MOST_LINES + 5
        assert there.lines[-1].body.string_value == f"line {MOST_LINES * 2 - 1}"


async def test_without_the_extra_a_notice_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clawd_desktop.operations.otel_form", None)
    monkeypatch.delattr("clawd_desktop.operations.otel_form", raising=False)
    stage = Stage(tmp_path)
    stage.otel.start()
    await until(lambda: bool(stage.notices.current()))
    (notice,) = stage.notices.current()
    assert (notice.id, "pip install 'clawd-desktop[otel]'" in notice.text) == (NOTICE, True)
    await stage.close()


async def test_grpc_is_said_not_to_be_spoken_until_it_is_changed(tmp_path: Path) -> None:
    async with collector() as there:
        stage = Stage(tmp_path, protocol="grpc", endpoint=there.url)
        await stage.metrics.sampler.sample()
        stage.otel.start()
        await until(lambda: bool(stage.notices.current()))
        assert "only http/protobuf is spoken" in stage.notices.current()[0].text
        assert there.posts == 0
        stage.settings = OtelSettings.model_validate({"enabled": True, "endpoint": there.url})
        stage.bus.publish(ConfigChanged(("diagnostics.otel.protocol",)))
        await until(lambda: bool(there.metrics))
        assert stage.notices.current() == ()
        await stage.close()


async def test_as_long_as_it_is_off_nothing_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "import clawd_desktop.app\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus_client', 'apsw'))])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.25, 180, 320), (1.0, 1_000, 1_000)])
def test_a_share_of_the_runs_is_sent_always_the_same(share: float, least: int, most: int) -> None:
    sampled = [is_sampled(f"run-{number}", share) for number in range(1_000)]
    assert least <= sum(sampled) <= most
    assert sampled == [is_sampled(f"run-{number}", share) for number in range(1_000)]
