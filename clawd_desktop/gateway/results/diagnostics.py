"""What doctor.run, doctor.repair, report.preview and report.save answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class FoundRow(TypedDict):
    """One result of one check; `repair` says what a repair would do and is absent when there is none."""

    id: str
    category: str
    severity: Literal["ok", "info", "warning", "error"]
    title: str
    description: NotRequired[str]
    recommendation: NotRequired[str]
    repair: NotRequired[str]


class SystemRow(TypedDict):
    """The computer; times in seconds, sizes in bytes."""

    platform: str
    arch: str
    release: str
    uptime: float
    totalMemory: int
    freeMemory: int
    loadAverage: list[float]
    cpuCount: int
    pythonVersion: str
    version: str
    container: str
    memoryLimit: int


class ProcessRow(TypedDict):
    """The process that answers; `env` says "(set)" of variables whose values may be secret."""

    pid: int
    memoryUsage: int
    uptime: float
    argv: list[str]
    env: dict[str, str]
    threads: int
    openFiles: int
    fileLimit: int
    children: int


class AddressRow(TypedDict):
    """One address of this computer."""

    name: str
    address: str
    family: str
    mac: str


class NetworkRow(TypedDict):
    """The gateway's port, and the addresses of this computer."""

    port: int
    addresses: list[AddressRow]


class StorageRow(TypedDict):
    """Where everything lies; sizes in bytes."""

    homeDir: str
    tempDir: str
    clawdDir: str
    stateDir: str
    configPath: str
    logDir: str
    cacheDir: str
    diskTotal: int
    diskFree: int


class DoctorReport(TypedDict):
    """What was found, worst first, and how computer and process are. `timestamp` in milliseconds since the epoch."""

    timestamp: int
    system: SystemRow
    processes: ProcessRow
    network: NetworkRow
    storage: StorageRow
    findings: list[FoundRow]


class RepairDone(TypedDict):
    """What a repair did, or would do (`done` is false); `backup` is where the state before is kept."""

    id: str
    done: bool
    text: str
    backup: NotRequired[str]


class ReportPart(TypedDict):
    """One part of a report; `wholeBytes` is how long it was before it was cut."""

    name: str
    title: str
    file: str
    bytes: int
    wholeBytes: int
    cut: bool
    droppedLines: int
    sha256: str


class ReportPartText(ReportPart):
    """A part with exactly the text that would leave."""

    text: str


class ReportManifest(TypedDict):
    """What a report holds, and what it never does."""

    program: str
    version: str
    made: str
    bytes: int
    notIncluded: list[str]
    sent: str


class ReportPreview(ReportManifest):
    """A report before it is made."""

    parts: list[ReportPartText]


class ReportSaved(ReportManifest):
    """A report that was written to `path`."""

    path: str
    parts: list[ReportPart]
