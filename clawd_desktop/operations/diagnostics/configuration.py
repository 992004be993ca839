"""The audit of the configuration as a check, and its repairs as changes through the configuration's own store."""

from __future__ import annotations

import difflib

from clawd_desktop.config.audit import BY_ID, CATEGORY, patch_of
from clawd_desktop.config.audit_check import Subject
from clawd_desktop.config.audit_facts import audit_facts
from clawd_desktop.config.json5_edit import edit
from clawd_desktop.config.secret_refs import plain_secrets
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.findings import Mended
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.security_watch import look_over

PLAIN = "config.secrets.plain"
_CONTEXT_LINES = 2


async def audit(ground: Ground) -> Found:
    """All that is wrong with the configuration that is in force and the file that it came from."""
    return await look_over(ground.config, ground.paths, ground.secrets)


async def mend(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Change the configuration; a dry run shows the difference. The old text is kept in the history.

    Raises ClawdError when the file cannot be changed, and Unavailable when the change did not help.
    """
    if finding_id not in BY_ID:
        raise NotFound(f"There is no check {finding_id!r}.")
    facts = await audit_facts(ground.config, ground.paths, ground.secrets)
    patch = patch_of(finding_id, Subject(ground.config.config, facts))
    if not patch:
        raise BadInput(f"{BY_ID[finding_id].title}: a person must decide this.", hint=BY_ID[finding_id].recommendation)
    if dry_run:
        return Mended(finding_id, False, shown_change(ground, patch))
    if finding_id == PLAIN:
        moved = await ground.move_secrets()
        text = f"{moved} secrets were moved to the keyring."
    else:
        text = f"{BY_ID[finding_id].repair}: done."
        await ground.config.merge(patch, ground.config.snapshot().hash)
    if any(finding.id == finding_id for finding in await audit(ground)):
        raise Unavailable(
            f"{BY_ID[finding_id].title}: this was changed, and is still so.",
            hint="It stands in an included file or in a variable of the environment; change it there.",
        )
    return Mended(finding_id, True, text, str(ground.config.history.folder))


def shown_change(ground: Ground, patch: JsonObject) -> str:
    """The difference that the patch would make in the file, without secrets."""
    before = ground.config.snapshot().raw or "{}\n"
    after = edit(before, patch)
    for secret in plain_secrets(ground.config.snapshot().parsed):
        ground.redactor.learn(secret.value)
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=_CONTEXT_LINES
    )
    return ground.redactor.clean("\n".join(lines))


CHECKS = (Check("config", CATEGORY, "Configuration", audit, mend, limit_s=20.0),)
