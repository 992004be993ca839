"""Archives of others for tests: by the course's own shell script, and in the form of `openclaw backup create`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from clawd_desktop.backup.foreign_placing import Home
from clawd_desktop.backup.manifest import Entry

# As it stands in lesson 10, but for the folder that it writes to.
SCRIPT = r"""#!/bin/bash
BACKUP_DIR="{folder}"
DATE=$(date +%Y%m%d_%H%M%S)

# 创建备份目录
mkdir -p $BACKUP_DIR/$DATE

# 备份配置文件
cp -r ~/.clawdbot $BACKUP_DIR/$DATE/config

# 备份工作区
cp -r ~/clawd $BACKUP_DIR/$DATE/workspace

# 备份会话数据
cp -r ~/.clawdbot/state/agents $BACKUP_DIR/$DATE/sessions

# 压缩备份
cd $BACKUP_DIR
tar -czf moltbot_backup_$DATE.tar.gz $DATE/

# 清理超过30天的备份
find $BACKUP_DIR -name "moltbot_backup_*.tar.gz" -mtime +30 -delete

echo "Backup completed: moltbot_backup_$DATE.tar.gz"
"""
ROOT = "2026-11-26T08-00-00.000+01-00-openclaw-backup"


class Place:
    """Where a path belongs, as the table of areas says it."""

    def __init__(self, area: str, reason: str = "") -> None:
        self.area = area
        self.reason = reason


def place(path: str) -> Place:
    """A small table of areas."""
    first = path.split("/")[0]
    if first == "logs":
        return Place("", "Logs are no part of the state.")
    if first.split(".")[0] in ("clawdbot", "moltbot", "openclaw") and "/" not in path:
        return Place("config")
    return Place({"agents": "sessions", "credentials": "secrets", "cron": "automation"}.get(first, "other"))


HOME = Home(place, lambda area, path: Place(area))


def fill(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write these files; a text that begins with "-> " is a link."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str) and text.startswith("-> "):
            path.symlink_to(text[3:], target_is_directory=True)
        else:
            path.write_bytes(text.encode() if isinstance(text, str) else text)


def by_the_script(home: Path, folder: Path) -> Path:
    """Run the course's script for that home; the archive."""
    script = folder / "backup.sh"
    folder.mkdir(parents=True, exist_ok=True)
    script.write_text(SCRIPT.replace("{folder}", str(folder)), encoding="utf-8")
    environ = {**os.environ, "HOME": str(home), "TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bash", str(script)], env=environ, capture_output=True, timeout=60, check=True)
    (archive,) = folder.glob("moltbot_backup_*.tar.gz")
    return archive


def openclaw_list(assets: Iterable[tuple[str, str]], state: str, workspaces: Iterable[str] = ()) -> dict[str, object]:
    """The list of such an archive, for assets of a kind and a path on the other computer."""
    return {
        "schemaVersion": 1, "createdAt": "2026-11-26T07:00:00.000Z", "archiveRoot": ROOT,
        "runtimeVersion": "2026.9.6", "platform": "linux", "nodeVersion": "v24.16.0",
        "options": {"includeWorkspace": True, "onlyConfig": False},
        "paths": {
            "stateDir": state, "configPath": f"{state}/openclaw.json", "oauthDir": f"{state}/credentials",
            "workspaceDirs": list(workspaces),
        },
        "assets": [
            {"kind": kind, "sourcePath": path, "archivePath": f"{ROOT}/payload/posix{path}"} for kind, path in assets
        ],
        "skipped": [{"kind": "workspace", "sourcePath": "/gone", "reason": "missing"}],
    }  # fmt: skip


def openclaw_archive(target: Path, sources: dict[str, tuple[str, Path]], workspaces: Iterable[str] = ()) -> Path:
    """Pack folders as OpenClaw does: by the path that they had there, its kind and where it lies here.

    Its list comes first; names are absolute paths behind "payload/posix"; owners are left out; no folders on the way.
    """
    state = next((path for path, (kind, _) in sources.items() if kind == "state"), "/home/u/.openclaw")
    listed = openclaw_list([(kind, path) for path, (kind, _) in sources.items()], state, workspaces)
    with tarfile.open(target, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        add(archive, f"{ROOT}/manifest.json", json.dumps(listed, indent=2).encode() + b"\n")
        for path, (_, folder) in sources.items():
            archive.add(folder, f"{ROOT}/payload/posix{path}", filter=_nobody)
    return target


def _nobody(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def add(archive: tarfile.TarFile, name: str, data: bytes = b"", **facts: object) -> None:
    """Add a member with these facts (`type`, `linkname`, `mode`, ...), whatever they are."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), 0o600, 1_764_000_000
    for fact, value in facts.items():
        setattr(info, fact, value)
    archive.addfile(info, io.BytesIO(data))


def made(target: Path, build: Callable[[tarfile.TarFile], None], form: int = tarfile.PAX_FORMAT) -> Path:
    """An archive that `build` fills."""
    with tarfile.open(target, "w:gz", format=form) as archive:
        build(archive)
    return target


def stage(given: Iterator[tuple[Entry, Iterator[memoryview]]], folder: Path) -> dict[str, bytes | str | None]:
    """Write what is given below a new folder, links last, as a restore does; what then lies there."""
    links = []
    for entry, data in given:
        path = folder / entry.area / entry.path
        if entry.kind == "link":
            links.append((path, entry.target))
        elif entry.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(data))
    for path, target in links:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    found: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = None if path.is_dir() else path.read_bytes()
    return found
