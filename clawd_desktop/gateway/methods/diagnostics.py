"""Methods that examine the installation, repair it, and make reports of it."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from clawd_desktop.core.errors import Refused, Unavailable
from clawd_desktop.gateway.methods.table import Call, Method, Params, Scope
from clawd_desktop.gateway.results.diagnostics import DoctorReport, RepairDone, ReportPreview, ReportSaved
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.facts import as_json
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.report_parts import finding_json

Word = Annotated[str, Field(max_length=100)]


class DoctorParams(Params):
    """`deep` adds what costs time, money or a connection."""

    deep: bool = False


class RepairParams(Params):
    """`id` of a finding; with `dryRun` nothing is changed."""

    id: Annotated[str, Field(min_length=1, max_length=400)]
    dry_run: bool = False


class ReportParams(Params):
    """Names of parts, all when it is empty."""

    parts: Annotated[list[Word], Field(max_length=50)] = []


class DiagnosticMethods:
    """Examining is looking; repairing and reports are for the owner."""

    def __init__(self, doctor: Doctor, report: ReportMaker) -> None:
        self._doctor = doctor
        self._report = report

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("doctor.run", Scope.READ, DoctorParams, self.run, listed=False, result=DoctorReport),
            Method("doctor.repair", Scope.ADMIN, RepairParams, self.repair, listed=False, result=RepairDone),
            Method("report.preview", Scope.ADMIN, ReportParams, self.preview, listed=False, result=ReportPreview),
            Method("report.save", Scope.ADMIN, ReportParams, self.save, listed=False, result=ReportSaved),
        )

    async def run(self, call: Call, params: DoctorParams) -> DoctorReport:
        """What is wrong, worst first. Deep checks ask a model, which may cost money: for the owner only."""
        if params.deep and Scope.ADMIN not in call.client.scopes:
            raise Refused(f"missing scope: {Scope.ADMIN}")
        findings = await self._doctor.examine(params.deep)
        try:
            facts = as_json(await self._doctor.facts())
        except TimeoutError as late:
            raise Unavailable("This computer does not tell how it is.", hint="Try again.") from late
        return cast(DoctorReport, {**facts, "findings": [finding_json(one) for one in findings]})

    async def repair(self, call: Call, params: RepairParams) -> RepairDone:
        """Repair what was found, after a copy was made."""
        mended = await self._doctor.mend(params.id, params.dry_run)
        answer: RepairDone = {"id": mended.finding_id, "done": mended.done, "text": mended.text}
        if mended.backup:
            answer["backup"] = mended.backup
        return answer

    async def preview(self, call: Call, params: ReportParams) -> ReportPreview:
        """Exactly what a report would hold."""
        bundle = await self._report.preview(params.parts)
        return cast(ReportPreview, bundle.shown())

    async def save(self, call: Call, params: ReportParams) -> ReportSaved:
        """Write a report into the folder of reports."""
        path, bundle = await self._report.save(params.parts)
        return cast(ReportSaved, {**bundle.manifest(), "path": str(path)})
