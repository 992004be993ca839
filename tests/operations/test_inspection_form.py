"""What programs are told of a conversation: everything that is known, and no key for what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from operations.test_session_scan import ASKED, HEADER, SAID, WISH, line
from operations.test_trace_files import row

from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.inspection import Inspection
from clawd_desktop.operations.inspection_form import inspection_form, run_form
from clawd_desktop.operations.session_scan import scan


def test_what_does_not_exist_has_only_its_name_and_why() -> None:
    assert inspection_form(Inspection("x", False, error="No.")) == {
        "sessionId": "x", "sessionKey": "", "exists": False, "runs": [], "error": "No.",
    }  # fmt: skip


def test_a_whole_conversation_can_be_written_as_json(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(HEADER + line(ASKED) + line(WISH) + b"torn\n" + line(SAID))
    entry: JsonObject = {
        "sessionId": "s1",
        "modelOverride": "gpt-5",
        "providerOverride": "openai",
        "thinkingLevel": "low",
    }
    found = Inspection("main", True, "agent:main:main", "s1", str(path), 1_000, entry, scan(path), (row(1, 2, 3),))
    told = inspection_form(found)
    assert json.loads(json.dumps(told)) == told
    assert (told["model"], told["thinkingLevel"], told["messageCount"]) == ("openai/gpt-5", "low", 3)
    assert told["lastModified"] == "1970-01-01T00:00:01.000Z"
    facts = told["transcript"]
    assert isinstance(facts, dict)
    assert (facts["tornLines"], facts["openCallCount"], facts["version"]) == (1, 2, 3)
    assert facts["roles"] == {"user": 1, "assistant": 2}
    assert "What time is it?" not in json.dumps(told)


def test_a_run_tells_its_error_only_when_it_had_one() -> None:
    run = row(1, 2, 3)
    assert (run_form(run)["runId"], run_form(run)["replayable"], run_form(run)["bytes"]) == ("r1", True, 5)
    failed = replace(run, sums=replace(run.sums, error="It broke."))
    assert run_form(failed)["error"] == "It broke."
    assert "error" not in run_form(replace(run, sums=replace(run.sums, error="")))
