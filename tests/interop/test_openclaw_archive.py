"""An archive that OpenClaw's own tar library wrote, in its layout, is read as it was packed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from foreign_archives import HOME, ROOT, fill, openclaw_list, stage

from clawd_desktop.backup.foreign import members, read

HERE = Path(__file__).parent


@pytest.mark.interop
@pytest.mark.timeout(900)
def test_what_node_tar_wrote_comes_in_whole(packages: tuple[Path, Path], tmp_path: Path) -> None:
    root, node = packages
    state, notes = tmp_path / "state", tmp_path / "notes"
    fill(state, {
        "openclaw.json": "{}", "agents/main/sessions/a.jsonl": "hello\n", "workspace/SOUL.md": "soul",
        "agents/main/link": "-> sessions/a.jsonl", "Ünïcode/名前-" + "é" * 60 + ".txt": "x",
        "deep/" + "d" * 90 + "/" + "e" * 90 + "/" + "f" * 90: "long", "empty": "", "big.bin": bytes(range(256)) * 9_000,
    })  # fmt: skip
    fill(notes, {"README.md": "notes"})
    (state / "agents/main/hard").hardlink_to(state / "openclaw.json")
    listed = openclaw_list([("state", str(state)), ("workspace", str(notes))], str(state), [f"{state}/workspace"])
    (tmp_path / "manifest.json").write_text(json.dumps(listed))
    # The library is found beside the script, as for every module of Node.
    script = Path(shutil.copy(HERE / "openclaw_archive.mjs", root))
    archive = tmp_path / "x.tar.gz"
    subprocess.run(
        [node, script, archive, ROOT, tmp_path / "manifest.json", state, notes], check=True, timeout=60, cwd=root
    )
    found = read(archive, HOME)
    staged = {name: data for name, data in stage(members(found, lambda _: True), tmp_path / "s").items() if data}
    assert staged == {
        "config/clawdbot.json": b"{}", "sessions/agents/main/sessions/a.jsonl": b"hello\n",
        "sessions/agents/main/link": "sessions/a.jsonl", "sessions/agents/main/hard": b"{}",
        "other/Ünïcode/名前-" + "é" * 60 + ".txt": b"x",
        "other/deep/" + "d" * 90 + "/" + "e" * 90 + "/" + "f" * 90: b"long",
        "other/big.bin": bytes(range(256)) * 9_000, "workspace-main/SOUL.md": b"soul",
        "workspace-notes/README.md": b"notes",
    }  # fmt: skip
