"""Prometheus asks with a bearer and gets text that its own tools read; nobody else gets anything."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from pathlib import Path

import aiohttp
import pytest
from http_clients import curl
from prometheus_client.parser import text_string_to_metric_families as parsed
from running_gateway import PASSWORD, Running, running


async def samples(app: Running) -> dict[str, float]:
    """What is exposed without labels, once there are measurements."""
    async with asyncio.timeout(30):
        while True:
            text = (await curl(app, "/metrics")).text
            found = {
                sample.name: sample.value for family in parsed(text) for sample in family.samples if not sample.labels
            }
            if "clawd_process_memory_bytes" in found:
                return found
            await asyncio.sleep(0.1)


async def test_curl_gets_what_the_official_parser_reads(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for _ in range(20):
            await client.call("health")
        found = await samples(app)
        assert found["clawd_gateway_active_connections"] == 1
        assert found["clawd_process_memory_bytes"] > 20_000_000
        answer = await curl(app, "/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        by_method = {
            sample.labels["method"]: sample.value
            for family in parsed(answer.text)
            if family.name == "clawd_requests"
            for sample in family.samples
        }
        assert by_method["health"] == 20
        assert by_method["http /metrics"] >= 1
        if shutil.which("promtool"):
            tool = await asyncio.create_subprocess_exec(
                "promtool", "check", "metrics",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            said, _ = await tool.communicate(answer.text.encode())
            assert (tool.returncode, said) == (0, b"")


async def test_without_or_with_a_wrong_bearer_there_is_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for token in (None, "wrong", PASSWORD[:-1]):
            answer = await curl(app, "/metrics", token=token)
            assert answer.status == 401
            assert "clawd_" not in answer.text
        assert (await curl(app, "/metrics")).status == 200
        assert (await curl(app, "/metrics", body={})).status == 405


async def test_it_can_be_switched_off_while_it_runs(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert (await curl(app, "/metrics")).status == 200
        shot = await client.call("config.get")
        patch = json.dumps({"monitoring": {"prometheus": False}})
        await client.call("config.patch", raw=patch, baseHash=shot["hash"])
        async with asyncio.timeout(10):
            while (await curl(app, "/metrics")).status != 404:
                await asyncio.sleep(0.05)


async def test_unknown_methods_and_paths_make_no_series(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for number in range(60):
            await client.final(await client.send(f"made.up.{number}"))
        async with aiohttp.ClientSession() as session:
            for number in range(60):
                await (await session.get(f"http://127.0.0.1:{app.port}/secret-{number}")).read()
        text = (await curl(app, "/metrics")).text
        assert "made.up" not in text
        assert "secret-" not in text
        methods = [line for line in text.splitlines() if line.startswith('clawd_requests_total{method="')]
        assert len(methods) < 20
        assert 'clawd_requests_total{method="other"} 60.0' in text
        assert 'clawd_requests_total{method="http other"} 60.0' in text


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs the Debian package prometheus")
async def test_a_real_prometheus_scrapes_it(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with running(tmp_path / "state") as app:
        await samples(app)
        config = {
            "scrape_configs": [
                {
                    "job_name": "clawd",
                    "scrape_interval": "1s",
                    "authorization": {"credentials": PASSWORD},
                    "static_configs": [{"targets": [f"127.0.0.1:{app.port}"]}],
                }
            ]
        }
        (tmp_path / "p.yml").write_text(json.dumps(config))
        server = await asyncio.create_subprocess_exec(
            "prometheus", f"--config.file={tmp_path}/p.yml", f"--storage.tsdb.path={tmp_path}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            found = await asked(port, "clawd_process_memory_bytes")
            assert float(found) > 20_000_000
            assert await asked(port, "up") == "1"
        finally:
            server.terminate()
            await server.wait()


async def asked(port: int, query: str) -> str:
    """The value that Prometheus itself has of this query."""
    async with asyncio.timeout(40), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/api/v1/query", params={"query": query}) as answer:
                    result = (await answer.json())["data"]["result"] if answer.status == 200 else []
                    if result:
                        return str(result[0]["value"][1])
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
