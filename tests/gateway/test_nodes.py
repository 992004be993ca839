"""Calls of nodes: one request, one answer, bounded in time and number; over a scripted node."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.methods.table import Client, MethodError, Role
from clawd_desktop.gateway.node_commands import CommandRules
from clawd_desktop.gateway.nodes import MOST_CALLS, Answer, NodeRegistry, Order
from clawd_desktop.gateway.visitors import Visitors

NODE = Client(
    "c1", "node-host", "node", "1", "linux", Role.NODE, (), "", True, "device", 3, 1, device_id="n1",
    commands=("system.run", "camera.snap"),
)  # fmt: skip
ORDER = Order("n1", "system.run", '{"a":1}', 5_000, "k")


class Scene:
    """A registry with one node, and what that was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.rules = CommandRules()
        self.registry = NodeRegistry(lambda: self.rules)
        self.visitors = Visitors()
        self.registry.listen(self.visitors)
        self.visitors.arrived(NODE, lambda event, payload: self.told.append((event, payload)))

    def call(self, order: Order = ORDER) -> asyncio.Task[Answer]:
        return spawn(self.registry.invoke(order), name="call")


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_only_nodes_with_a_device_are_called() -> None:
    scene = Scene()
    scene.visitors.arrived(replace(NODE, role=Role.OPERATOR, device_id="o"), lambda event, payload: None)
    scene.visitors.arrived(replace(NODE, device_id=""), lambda event, payload: None)
    assert list(scene.registry.live()) == ["n1"]
    found = scene.registry.find("n1")
    assert found is not None
    assert found.commands == ("system.run",)
    assert scene.registry.find("o") is None
    assert scene.registry.refusal("n1", "camera.snap") == "command not allowlisted"
    scene.rules = CommandRules(allow=("camera.snap",), deny=("system.run",))
    assert scene.registry.refusal("n1", "camera.snap") == ""
    assert scene.registry.live()["n1"].commands == ("camera.snap",)


async def test_a_call_and_its_answer() -> None:
    scene = Scene()
    call = scene.call()
    await turns()
    ((event, request),) = scene.told
    assert (event, request.pop("id") != "", request) == (
        "node.invoke.request", True,
        {"nodeId": "n1", "command": "system.run", "paramsJSON": '{"a":1}', "timeoutMs": 5000, "idempotencyKey": "k"},
    )  # fmt: skip
    call_id = next(iter(scene.registry._calls))
    assert not scene.registry.settle("another", call_id, Answer("stolen"))
    assert not scene.registry.settle("n1", "another", Answer("lost"))
    assert scene.registry.settle("n1", call_id, Answer("done"))
    assert (await call).value() == "done"
    assert not scene.registry.settle("n1", call_id, Answer("late"))
    assert (scene.registry._calls, scene.registry._by_key) == ({}, {})


async def test_who_gives_up_does_not_end_it_for_others() -> None:
    scene = Scene()
    one, two = scene.call(), scene.call()
    await turns()
    one.cancel()
    await asyncio.wait({one})
    assert len(scene.told) == 1
    scene.registry.settle("n1", next(iter(scene.registry._calls)), {"message": "no"})
    with pytest.raises(MethodError, match=r"^no$"):
        await two


async def test_without_a_key_nothing_is_shared() -> None:
    scene = Scene()
    calls = [scene.call(replace(ORDER, key="")) for _ in range(2)]
    await turns()
    assert len(scene.told) == 2
    for number, call_id in enumerate(list(scene.registry._calls)):
        scene.registry.settle("n1", call_id, Answer(number))
    assert [(await call).value() for call in calls] == [0, 1]


async def test_silence_ends() -> None:
    scene = Scene()
    with pytest.raises(MethodError) as caught:
        await scene.registry.invoke(replace(ORDER, timeout_ms=1))
    assert caught.value.details == {"nodeError": {"code": "TIMEOUT", "message": "node invoke timed out"}}
    assert scene.registry._calls == {}


async def test_an_unknown_node() -> None:
    with pytest.raises(MethodError) as caught:
        await Scene().registry.invoke(replace(ORDER, node_id="nobody"))
    details = {"nodeError": {"code": "NOT_CONNECTED", "message": "node not connected"}}
    assert (caught.value.message, caught.value.details) == ("node not connected", details)


async def test_going_ends_the_calls_of_that_connection_only() -> None:
    scene = Scene()
    old = scene.call()
    await turns()
    again = replace(NODE, connection_id="c2")
    scene.visitors.arrived(again, lambda event, payload: None)
    new = scene.call(replace(ORDER, key="new"))
    await turns()
    scene.visitors.left(NODE)
    with pytest.raises(MethodError, match=r"^Error: node disconnected \(system.run\)$"):
        await old
    assert not new.done()
    assert scene.registry.find("n1") is not None, "the newer connection stays"
    scene.visitors.left(again)
    with pytest.raises(MethodError):
        await new
    assert scene.registry.find("n1") is None


async def test_the_number_of_calls_is_bounded_over_all_nodes() -> None:
    scene = Scene()
    for number in range(MOST_CALLS // 32):
        scene.visitors.arrived(replace(NODE, device_id=f"m{number}", connection_id=f"m{number}"), lambda e, p: None)
    calls = [scene.call(Order(f"m{number % 8}", "x")) for number in range(MOST_CALLS)]
    await turns()
    with pytest.raises(MethodError, match="too many calls"):
        await scene.registry.invoke(ORDER)
    for call in calls:
        call.cancel()
    for number in range(8):
        scene.visitors.left(replace(NODE, device_id=f"m{number}", connection_id=f"m{number}"))
    await turns()
    assert scene.registry._calls == {}


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Answer(payload_json='{"a":[1]}'), {"a": [1]}),
        (Answer(1, '"text"'), "text"),
        (Answer(1, "  "), 1),
        (Answer(payload_json="{torn"), {"payloadJSON": "{torn"}),
        (Answer(payload_json="[" * 5000), {"payloadJSON": "[" * 5000}),
        (Answer(), None),
    ],
)
def test_what_an_answer_means(answer: Answer, value: object) -> None:
    assert answer.value() == value
