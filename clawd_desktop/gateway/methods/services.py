"""Methods that show how the services of the application stand, and start one again."""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.services import ServiceList, ServiceState
from clawd_desktop.operations.supervised import ServiceRow
from clawd_desktop.operations.supervisor import Supervisor


class RestartParams(Params):
    """`name` as services.list shows it."""

    name: str = Field(min_length=1, max_length=200)


class ServiceMethods:
    """What the supervisor knows and can do."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("services.list", Scope.READ, NoParams, self.list, listed=False, result=ServiceList),
            Method("services.restart", Scope.ADMIN, RestartParams, self.restart, listed=False, result=ServiceState),
        )

    def list(self, call: Call, params: NoParams) -> ServiceList:
        """How all services stand."""
        rows = self._supervisor.rows()
        return {"selfRepair": self._supervisor.repairs, "services": [as_wire(row) for row in rows]}

    async def restart(self, call: Call, params: RestartParams) -> ServiceState:
        """Start one again with a new budget."""
        return as_wire(await self._supervisor.restart(params.name))


def as_wire(row: ServiceRow) -> ServiceState:
    """The row as clients get it."""
    shown: ServiceState = {
        "name": row.name,
        "title": row.title,
        "state": row.state.value,
        "sinceMs": row.since_ms,
        "restarts": row.restarts,
    }
    if row.last_restart_ms:
        shown["lastRestartMs"] = row.last_restart_ms
    if row.fault:
        shown["fault"] = row.fault
        shown["faultMs"] = row.fault_ms
    return shown
