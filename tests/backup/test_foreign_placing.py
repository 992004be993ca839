"""Where each member of a foreign archive ends up, and what is told of those that have no place."""

from __future__ import annotations

import pytest
from foreign_archives import HOME

from clawd_desktop.backup.foreign_origin import Origin, Part, course
from clawd_desktop.backup.foreign_placing import Placing
from clawd_desktop.backup.foreign_tar import Member
from clawd_desktop.backup.manifest import Damaged

DATE = "20261126_031500"


def origin(*paths: str) -> Origin:
    return course([f"{DATE}/{path}" for path in paths] or [f"{DATE}/config/x"], "main", None)


def placed(found: Origin, *members: Member, leave: bool = False) -> Placing:
    placing = Placing(found, HOME, leave_links=leave)
    for member in members:
        placing.see(member, "0" * 64 if member.kind == "file" else "")
    return placing


def file(path: str) -> Member:
    return Member(f"{DATE}/{path}", "file", 0o4644, 5, 1)


@pytest.mark.parametrize(
    ("path", "area", "inner"),
    [
        ("config/agents/a/x", "sessions", "agents/a/x"),
        ("config/other.txt", "other", "other.txt"),
        ("config/credentials/x", "secrets", "credentials/x"),
        ("sessions/a/x", "sessions", "agents/a/x"),
        ("workspace/.env", "workspace-main", ".env"),
        ("config/clawdbot.json.bak", "config", "clawdbot.json.bak"),
    ],
)
def test_a_member_goes_to_its_area(path: str, area: str, inner: str) -> None:
    entries, left, _ = placed(origin(), file(path)).result()
    assert [(entry.area, entry.path, entry.mode, entry.sha256) for entry in entries] == [(area, inner, 0o644, "0" * 64)]
    assert left == ()


def test_the_configuration_in_force_is_called_as_it_is_here() -> None:
    found = origin("config/moltbot.json", "config/clawdbot.json", "config/openclaw.json")
    placing = placed(found, file("config/moltbot.json"), file("config/clawdbot.json"), file("config/openclaw.json"))
    entries, left, _ = placing.result()
    assert {entry.path: place for place, entry in placing.entries().items()} == {
        "clawdbot.json": f"{DATE}/config/moltbot.json", "openclaw.json": f"{DATE}/config/openclaw.json",
    }  # fmt: skip
    assert [one.path for one in left] == ["clawdbot.json"]
    assert len(entries) == 2


@pytest.mark.parametrize("backwards", [False, True])
def test_of_two_that_claim_a_place_the_first_part_wins_in_any_order(backwards: bool) -> None:
    rows = [file("config/agents/x"), file("sessions/x")]
    placing = placed(origin(), *(reversed(rows) if backwards else rows))
    assert list(placing.entries()) == [f"{DATE}/config/agents/x"]


def test_folders_of_parts_have_no_entry_and_others_do() -> None:
    folders = [Member(f"{DATE}{path}", "folder", 0o755, 0) for path in ("", "/config", "/config/cron", "/workspace")]
    entries, _, _ = placed(origin(), *folders).result()
    assert [(entry.area, entry.path, entry.kind) for entry in entries] == [("automation", "cron", "folder")]


def test_links_are_judged_from_where_they_will_lie() -> None:
    def link(path: str, target: str) -> Member:
        return Member(f"{DATE}/{path}", "link", 0o777, 0, target=target)

    # Inside of the state folder a link may lead from one area to another; a workspace ends at its own folder.
    assert placed(origin(), link("config/agents/a", "../cron/x")).outside == ()
    for outside in (link("workspace/a", "../config/x"), link("config/a", "../x"), link("sessions/a", "../../x"),
                    link("config", "/home/u/.moltbot")):  # fmt: skip
        assert len(placed(origin(), outside).outside) == 1
        placing = placed(origin(), outside, leave=True)
        assert placing.outside == ()
        assert len(placing.result()[1]) == 1


def test_what_belongs_nowhere_is_damage() -> None:
    with pytest.raises(Damaged, match="belongs to nothing"):
        placed(origin(), file("elsewhere/x"))
    with pytest.raises(Damaged, match="should be a folder"):
        placed(origin(), file("workspace"))


def test_parts_that_have_no_place_are_named() -> None:
    parts = (Part("r/payload/a", "none", reason="No place."), Part("r/payload/c", "config"))
    found = Origin("openclaw", 0, "", "", "", parts)
    placing = placed(found, Member("r/payload/a/x", "file", 0, 0), Member("r/payload/c", "file", 0, 0))
    entries, left, _ = placing.result()
    assert [(entry.area, entry.path) for entry in entries] == [("config", "clawdbot.json")]
    assert [(one.path, one.reason) for one in left] == [("x", "No place.")]
