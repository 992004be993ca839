"""Methods about nodes: machines that lend their abilities."""

from __future__ import annotations

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Scope


class NodeMethods:
    """What nodes there are."""

    def __init__(self, devices: Devices, clock: Clock) -> None:
        self._devices = devices
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (Method("node.list", Scope.READ, NoParams, self.node_list),)

    def node_list(self, call: Call, params: NoParams) -> JsonObject:
        """Machines that lend their abilities."""
        return {"ts": self._clock.wall_ms(), "nodes": list(self._devices.nodes())}
