"""How this computer is: the same facts for the report, the command line and checks.

Source of the groups: DiagnosticsReport of the course.
"""

from __future__ import annotations

import os
import platform
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.core.brands import BRANDS
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.diagnostics.container import container, memory_limit
from clawd_desktop.operations.diagnostics.ground import Ground

# Variables whose values are no secret and explain what is in force.
_SHOWN = ("GATEWAY_PORT", "AGENT_MODEL", "STATE_DIR", "CONFIG_PATH")


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """The computer. Times in seconds, sizes in bytes; `memory_limit` is a container's, 0 for none."""

    platform: str
    arch: str
    release: str
    uptime_s: float
    total_memory: int
    free_memory: int
    load_average: tuple[float, float, float]
    cpu_count: int
    python_version: str
    version: str
    container: str
    memory_limit: int


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """This process with its children. `env` are names, with the values of those that hold no secret."""

    pid: int
    memory: int
    uptime_s: float
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    threads: int
    open_files: int
    file_limit: int
    children: int


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """One address of an interface; `family` is IPv4 or IPv6."""

    name: str
    address: str
    family: str
    mac: str


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Addresses of all interfaces but loopback, and the gateway's port."""

    addresses: tuple[NetworkAddress, ...]
    port: int


@dataclass(frozen=True, slots=True)
class StorageFacts:
    """Where everything lies, and how much room the disk of the state folder has, in bytes."""

    home: Path
    temp: Path
    workspace: Path
    state: Path
    config: Path
    logs: Path
    cache: Path
    disk_total: int
    disk_free: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything at one moment; `timestamp_ms` in milliseconds since the epoch."""

    timestamp_ms: int
    system: SystemFacts
    process: ProcessFacts
    network: NetworkFacts
    storage: StorageFacts


def gather(ground: Ground) -> Facts:
    """The facts now; blocks for some milliseconds."""
    return Facts(ground.clock.wall_ms(), _system(), _process(ground), _network(ground), _storage(ground))


def _system() -> SystemFacts:
    import psutil

    memory = psutil.virtual_memory()
    one, five, fifteen = psutil.getloadavg()
    import time

    return SystemFacts(
        platform=sys.platform,
        arch=platform.machine(),
        release=platform.release(),
        uptime_s=max(0.0, time.time() - psutil.boot_time()),
        total_memory=memory.total,
        free_memory=memory.available,
        load_average=(one, five, fifteen),
        cpu_count=os.cpu_count() or 1,
        python_version=platform.python_version(),
        version=__version__,
        container=container(),
        memory_limit=memory_limit(),
    )


def _process(ground: Ground) -> ProcessFacts:
    import time

    import psutil

    own = psutil.Process()
    with own.oneshot():
        return ProcessFacts(
            pid=own.pid,
            memory=own.memory_info().rss,
            uptime_s=max(0.0, time.time() - own.create_time()),
            argv=tuple(sys.argv),
            env=_environment(ground),
            threads=own.num_threads(),
            open_files=open_files(own),
            file_limit=file_limit(),
            children=len(own.children(recursive=True)),
        )


def open_files(process: object) -> int:
    """Open descriptors (handles on Windows) of a psutil process."""
    count = getattr(process, "num_fds", None) or getattr(process, "num_handles", None)
    return int(count()) if count is not None else 0


def file_limit() -> int:
    """How many files this process may open, 0 where there is no such limit."""
    if sys.platform == "win32":
        return 0
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 0 if soft == resource.RLIM_INFINITY else soft


def _environment(ground: Ground) -> tuple[tuple[str, str], ...]:
    shown = {brand + name for brand in BRANDS for name in _SHOWN}
    ours = sorted(name for name in ground.environ if name.startswith(tuple(BRANDS)) or name.startswith("CLAWD_"))
    return tuple((name, ground.environ[name] if name in shown else "(set)") for name in ours)


def _network(ground: Ground) -> NetworkFacts:
    return NetworkFacts(addresses(), ground.port)


def addresses() -> tuple[NetworkAddress, ...]:
    """The addresses by which this computer is known in its networks."""
    import psutil

    families = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}
    found: list[NetworkAddress] = []
    for name, rows in psutil.net_if_addrs().items():
        mac = next((row.address for row in rows if row.family == psutil.AF_LINK), "")
        for row in rows:
            text = row.address.partition("%")[0]
            if row.family in families and not text.startswith(("127.", "fe80:")) and text != "::1":
                found.append(NetworkAddress(name, text, families[socket.AddressFamily(row.family)], mac))
    return tuple(found)


def _storage(ground: Ground) -> StorageFacts:
    import psutil

    paths = ground.paths
    usage = psutil.disk_usage(str(existing(paths.state)))
    return StorageFacts(
        home=paths.home,
        temp=Path(tempfile.gettempdir()),
        workspace=ground.workspace,
        state=paths.state,
        config=paths.config_file,
        logs=paths.logs,
        cache=paths.cache,
        disk_total=usage.total,
        disk_free=usage.free,
    )


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((path for path in (folder, *folder.parents) if path.exists()), Path(folder.anchor or "."))


def as_json(facts: Facts) -> JsonObject:
    """The facts as JSON with camelCase keys, the lesson's names where it has some."""
    system, process = facts.system, facts.process
    return {
        "timestamp": facts.timestamp_ms,
        "system": {
            "platform": system.platform, "arch": system.arch, "release": system.release, "uptime": system.uptime_s,
            "totalMemory": system.total_memory, "freeMemory": system.free_memory,
            "loadAverage": list(system.load_average), "cpuCount": system.cpu_count,
            "pythonVersion": system.python_version, "version": system.version, "container": system.container,
            "memoryLimit": system.memory_limit,
        },
        "processes": {
            "pid": process.pid, "memoryUsage": process.memory, "uptime": process.uptime_s, "argv": list(process.argv),
            "env": dict(process.env), "threads": process.threads, "openFiles": process.open_files,
            "fileLimit": process.file_limit, "children": process.children,
        },
        "network": {
            "port": facts.network.port,
            "addresses": [
                {"name": one.name, "address": one.address, "family": one.family, "mac": one.mac}
                for one in facts.network.addresses
            ],
        },
        "storage": {
            "homeDir": str(facts.storage.home), "tempDir": str(facts.storage.temp),
            "clawdDir": str(facts.storage.workspace), "stateDir": str(facts.storage.state),
            "configPath": str(facts.storage.config), "logDir": str(facts.storage.logs),
            "cacheDir": str(facts.storage.cache), "diskTotal": facts.storage.disk_total,
            "diskFree": facts.storage.disk_free,
        },
    }  # fmt: skip
