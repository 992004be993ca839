"""Methods about planned work. The scheduler is not built yet: no job is known, none can be added, none runs.

Jobs that Clawdbot left in its file stay there untouched and are not listed, because nothing here would run them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.results import cron as results

NOT_BUILT = (
    "Planned work (cron) is not built into this version yet: the job was not kept and would not run. "
    "Use your system's own scheduler with `clawd-desktop chat`, or POST /hooks/wake, until then."
)


class ListParams(Params):
    """Also jobs that are switched off."""

    include_disabled: bool = False


class AddParams(Loose):
    """A job without its id; `schedule` says when, `payload` what is done."""

    name: str | None = None
    agent_id: str | None = None
    description: str | None = None
    enabled: object = None
    delete_after_run: object = None
    schedule: object = None
    session_target: str | None = None
    wake_mode: str | None = None
    payload: object = None
    isolation: object = None


class JobParams(Params):
    """A job by its id; older clients call it `job_id`."""

    id: str | None = Field(default=None, min_length=1)
    job_id: str | None = Field(default=None, min_length=1)


class UpdateParams(JobParams):
    """What to change of it."""

    patch: dict[str, object]


class RunParams(JobParams):
    """`mode` force runs a job that is not due."""

    mode: Literal["due", "force"] | None = None


class RunsParams(JobParams):
    """The last `limit` runs."""

    limit: int = Field(default=200, ge=1, le=5000)


class CronMethods:
    """Planned work, as far as there is any: `state` is the folder where Clawdbot keeps its jobs."""

    def __init__(self, state: Path) -> None:
        self._store = state / "cron" / "jobs.json"

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        read, admin = Scope.READ, Scope.ADMIN
        return (
            Method("cron.list", read, ListParams, self.list, result=results.CronJobs),
            Method("cron.status", read, NoParams, self.status, result=results.CronStatus),
            Method("cron.add", admin, AddParams, self.add, result=results.CronJob),
            Method("cron.update", admin, UpdateParams, self.update, result=results.CronJob),
            Method("cron.remove", admin, JobParams, self.remove, result=results.CronRemoved),
            Method("cron.run", admin, RunParams, self.run, result=results.CronRan),
            Method("cron.runs", read, RunsParams, self.runs, result=results.CronRuns),
        )

    def list(self, call: Call, params: ListParams) -> results.CronJobs:
        """Jobs by their next run."""
        return {"jobs": []}

    def status(self, call: Call, params: NoParams) -> results.CronStatus:
        """Whether jobs run and when the next one does."""
        return {"enabled": False, "storePath": str(self._store), "jobs": 0, "nextWakeAtMs": None}

    def add(self, call: Call, params: AddParams) -> results.CronJob:
        """Refuses: a job would not run."""
        raise MethodError(ErrorCode.UNAVAILABLE, NOT_BUILT)

    def update(self, call: Call, params: UpdateParams) -> results.CronJob:
        """Refuses: there is no such job."""
        raise _unknown(_id("cron.update", params))

    def remove(self, call: Call, params: JobParams) -> results.CronRemoved:
        """Says that there was no such job."""
        _id("cron.remove", params)
        return {"ok": True, "removed": False}

    def run(self, call: Call, params: RunParams) -> results.CronRan:
        """Refuses: there is no such job."""
        raise _unknown(_id("cron.run", params))

    def runs(self, call: Call, params: RunsParams) -> results.CronRuns:
        """Runs of a job, oldest first: none."""
        _id("cron.runs", params)
        return {"entries": []}


def _id(method: str, params: JobParams) -> str:
    found = params.id or params.job_id
    if found is None:
        raise MethodError(ErrorCode.INVALID_REQUEST, f"invalid {method} params: missing id")
    return found


def _unknown(job_id: str) -> MethodError:
    return MethodError(ErrorCode.UNAVAILABLE, f"Error: unknown cron job id: {job_id}")
