"""Methods about skills: none is loaded yet; their settings are kept in the configuration for when they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import cast

from pydantic import Field

from clawd_desktop.config.secret_refs import name_of, reference
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, as_object
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.results.skills import SkillInstalled, SkillSettings, SkillsStatus, SkillUpdated


class InstallParams(Params):
    """A skill and one of its installers."""

    name: str = Field(min_length=1)
    install_id: str = Field(min_length=1)
    timeout_ms: int | None = Field(default=None, ge=1000)


class UpdateParams(Params):
    """What to change; an empty text removes a key or variable."""

    skill_key: str = Field(min_length=1)
    enabled: bool | None = None
    api_key: str | None = None
    env: dict[str, str] | None = None


class SkillMethods:
    """Settings of skills. `learn` hides a key from the logs."""

    def __init__(
        self,
        state: Path,
        workspace: Callable[[], Path],
        config: ConfigStore,
        secrets: Secrets,
        learn: Callable[[str], None],
    ) -> None:
        self._state = state
        self._workspace = workspace
        self._config = config
        self._secrets = secrets
        self._learn = learn
        self._changing = asyncio.Lock()

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("skills.status", Scope.READ, NoParams, self.status, result=SkillsStatus),
            Method("skills.install", Scope.ADMIN, InstallParams, self.install, result=SkillInstalled),
            Method("skills.update", Scope.ADMIN, UpdateParams, self.update, result=SkillUpdated),
        )

    def status(self, call: Call, params: NoParams) -> SkillsStatus:
        """Every skill and whether it can be used."""
        return {
            "workspaceDir": str(self._workspace()),
            "managedSkillsDir": str(self._state / "skills"),
            "skills": [],
        }

    def install(self, call: Call, params: InstallParams) -> SkillInstalled:
        """Refuses: no skill is loaded yet."""
        said = f"Skill not found: {params.name}. Skills are not built into this version yet."
        nothing: JsonObject = {"ok": False, "message": said, "stdout": "", "stderr": "", "code": None}
        raise MethodError(ErrorCode.UNAVAILABLE, said, payload=nothing)

    async def update(self, call: Call, params: UpdateParams) -> SkillUpdated:
        """Keeps a skill's settings; its key goes into the keyring and the file refers to it."""
        async with self._changing:
            entry = await self._entry(params)
            shot = await self._config.merge({"skills": {"entries": {params.skill_key: entry}}}, None)
        kept = as_object(as_object(as_object(shot.config.get("skills")).get("entries")).get(params.skill_key))
        return {"ok": True, "skillKey": params.skill_key, "config": cast(SkillSettings, kept)}

    async def _entry(self, params: UpdateParams) -> JsonObject:
        entry: JsonObject = {}
        if params.enabled is not None:
            entry["enabled"] = params.enabled
        if params.api_key is not None:
            entry["apiKey"] = await self._kept(params.skill_key, params.api_key.strip())
        if params.env is not None:
            entry["env"] = {name.strip(): value.strip() or None for name, value in params.env.items() if name.strip()}
        return entry

    async def _kept(self, skill: str, key: str) -> str | None:
        """What the file holds in place of the key; None when there shall be none."""
        name = name_of(("skills", "entries", skill, "apiKey"))
        if not key:
            await self._secrets.delete(name)
            return None
        self._learn(key)
        await self._secrets.set(name, key)
        return reference(name)
