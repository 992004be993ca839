"""What Prometheus reads: names by its conventions, both of its formats, and text that no label can break."""

from __future__ import annotations

import re
import shutil
import subprocess
import time

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from clawd_desktop.operations.exposition import Exposed, exposed_name, written
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics import BY_NAME, METRICS

PLAIN = "text/plain;version=0.0.4"
OPEN = "application/openmetrics-text;version=1.0.0"


def exposed(values: dict[str, float], requests: int = 5) -> Exposed:
    meter = RequestMeter()
    for number in range(requests):
        meter.count(f"method{number % 3}", 0.002 * number, ok=number != 1)
    return Exposed("1.2.3", values, meter.names(), meter.buckets())


def everything() -> dict[str, float]:
    return {
        f"{metric.name}{{a/b}}" if metric.label else metric.name: 1.5 + number for number, metric in enumerate(METRICS)
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("gateway.uptime", "clawd_gateway_uptime_seconds"),
        ("gateway.latencyP99", "clawd_gateway_latency_p99_seconds"),
        ("system.cpuUsage", "clawd_system_cpu_usage_ratio"),
        ("system.networkIn", "clawd_system_network_in_bytes_per_second"),
        ("process.memory", "clawd_process_memory_bytes"),
        ("agents.tokenUsage.input", "clawd_agents_token_usage_input_tokens"),
        ("model.tokens", "clawd_model_tokens"),
        ("cache.bytes", "clawd_cache_bytes"),
        ("agents.cost", "clawd_agents_cost_dollars"),
    ],
)
def test_names_are_by_the_conventions(name: str, shown: str) -> None:
    assert exposed_name(BY_NAME[name]) == shown


def test_no_two_metrics_have_one_name() -> None:
    names = [exposed_name(metric) for metric in METRICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"clawd_[a-z0-9_]+", name) for name in names)


def test_the_official_parser_reads_all_of_it() -> None:
    data, kind = written(exposed(everything()), PLAIN)
    assert kind.startswith("text/plain; version=0.0.4")
    samples = {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in plain(data.decode())
        for sample in family.samples
    }
    assert samples[("clawd_build_info", (("version", "1.2.3"),))] == 1
    for key, value in everything().items():
        metric = BY_NAME[key.partition("{")[0]]
        name = exposed_name(metric) + ("_total" if metric.counter else "")
        labels = ((metric.label, "a/b"),) if metric.label else ()
        assert samples[(name, labels)] == value, key
    assert samples[("clawd_requests_total", (("method", "method0"),))] == 2
    assert samples[("clawd_request_failures_total", (("method", "method1"),))] == 1
    assert samples[("clawd_request_duration_seconds_count", ())] == 5
    assert samples[("clawd_request_duration_seconds_bucket", (("le", "0.002"),))] == 2
    assert samples[("clawd_request_duration_seconds_bucket", (("le", "+Inf"),))] == 5


def test_the_newer_format_is_given_to_who_prefers_it() -> None:
    data, kind = written(exposed(everything()), OPEN)
    assert kind.startswith("application/openmetrics-text")
    assert {family.name for family in openmetrics(data.decode())} >= {"clawd_model_tokens", "clawd_requests"}


@pytest.mark.parametrize("label", ['a"b', "new\nline", "back\\slash", "模型", "}", "x" * 250])
def test_no_label_breaks_the_text(label: str) -> None:
    data, _ = written(exposed({f"model.tokens{{{label}}}": 5.0}), PLAIN)
    labels = [
        sample.labels["model"]
        for family in plain(data.decode())
        for sample in family.samples
        if sample.name == "clawd_model_tokens_total"
    ]
    assert labels == [label]


def test_what_is_not_measured_is_not_there() -> None:
    data, _ = written(exposed({}, requests=0), PLAIN)
    assert {family.name for family in plain(data.decode())} == {
        "clawd_build_info", "clawd_requests", "clawd_request_failures", "clawd_request_seconds",
        "clawd_request_duration_seconds",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs the Debian package prometheus")
def test_promtool_finds_nothing_to_complain_about() -> None:
    data, _ = written(exposed(everything()), PLAIN)
    done = subprocess.run(["promtool", "check", "metrics"], input=data, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_two_thousand_series_take_some_milliseconds() -> None:
    values = {f"model.tokens{{provider/model-{number}}}": number * 1.7 for number in range(1_950)}
    facts = exposed(values, requests=50)
    written(facts, PLAIN)
    taken = []
    for _ in range(9):
        began = time.thread_time()
        data, _ = written(facts, PLAIN)
        taken.append(time.thread_time() - began)
    assert len([line for line in data.decode().splitlines() if not line.startswith("#")]) >= 1_990
    # 13 ms on an idle core (tests/bench/metrics_figures.py holds it to 20); others use this one too.
    assert min(taken) <= 0.060
