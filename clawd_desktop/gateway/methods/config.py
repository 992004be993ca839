"""Methods that show and change the configuration."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, cast

import orjson
from pydantic import Field

from clawd_desktop import __version__
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.saving import InvalidConfig
from clawd_desktop.config.store import ConfigStore, Snapshot
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Conflict, Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.table import Call, Encoded, ErrorCode, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.results.config import ConfigApplied, ConfigSaved, ConfigSchema, ConfigSnapshot

HASH_REQUIRED = "config base hash required; re-run config.get and retry"
HASH_STALE = "config changed since last load; re-run config.get and retry"
RESTART_DELAY_MS = 2000


class SetParams(Params):
    """The whole file as JSON5 text; `base_hash` is the hash that config.get answered."""

    raw: str
    base_hash: str | None = None


class ChangeParams(Params):
    """A change or a whole file, and what to do afterwards; `restart_delay_ms` in milliseconds."""

    raw: str | dict[str, object]
    base_hash: str | None = None
    session_key: str | None = None
    note: str | None = None
    restart_delay_ms: Annotated[int, Field(ge=0, le=60_000)] = RESTART_DELAY_MS


class ConfigMethods:
    """The configuration for an administrator; every write names the version it was made from."""

    def __init__(self, store: ConfigStore, restart: Callable[[int], None], clock: Clock) -> None:
        self._store = store
        self._restart = restart
        self._clock = clock
        self._schema: Encoded | None = None

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("config.get", Scope.ADMIN, NoParams, self.get, result=ConfigSnapshot),
            Method("config.set", Scope.ADMIN, SetParams, self.set, result=ConfigSaved),
            Method("config.apply", Scope.ADMIN, ChangeParams, self.apply, result=ConfigApplied),
            Method("config.patch", Scope.ADMIN, ChangeParams, self.patch, result=ConfigApplied),
            Method("config.schema", Scope.ADMIN, NoParams, self.schema, result=ConfigSchema),
        )

    def get(self, call: Call, params: NoParams) -> JsonObject:
        """The file as it stands, what it means, and what is wrong with it."""
        shot = self._store.snapshot()
        issues: list[JsonValue] = [{"path": path, "message": message} for path, message in shot.issues]
        warnings: list[JsonValue] = [{"path": path, "message": message} for path, message in shot.warnings]
        legacy: list[JsonValue] = [{"path": path, "message": message} for path, message in shot.legacy_issues]
        return {
            "path": shot.path,
            "exists": shot.exists,
            "raw": shot.raw,
            "parsed": shot.parsed,
            "valid": shot.valid,
            "config": shot.config,
            "hash": shot.hash,
            "issues": issues,
            "warnings": warnings,
            "legacyIssues": legacy,
        }

    async def schema(self, call: Call, params: NoParams) -> Encoded:
        """The JSON schema and hints from which a client builds a form."""
        if self._schema is None:
            self._schema = await asyncio.to_thread(self._made_schema)
        return self._schema

    def _made_schema(self) -> Encoded:
        schema, hints = self._store.schema()
        now = self._clock.wall_ms()
        return Encoded(orjson.dumps({"schema": schema, "uiHints": hints, "version": __version__, "generatedAt": now}))

    async def set(self, call: Call, params: SetParams) -> JsonObject:
        """Replaces the whole file; what can be used live is used at once."""
        shot = await self._replace(params.raw, params.base_hash)
        return {"ok": True, "path": shot.path, "config": shot.config}

    async def apply(self, call: Call, params: ChangeParams) -> JsonObject:
        """Replaces the whole file and restarts the gateway where that is needed."""
        raw = (
            params.raw if isinstance(params.raw, str) else orjson.dumps(params.raw, option=orjson.OPT_INDENT_2).decode()
        )
        shot = await self._replace(raw, params.base_hash)
        return self._applied(shot, params, "config.apply")

    async def patch(self, call: Call, params: ChangeParams) -> JsonObject:
        """Merges a change (RFC 7396) into the file, comments kept, and restarts where that is needed."""
        change = cast(JsonObject, params.raw) if isinstance(params.raw, dict) else await self._parsed(params.raw)
        if not isinstance(change, dict):
            raise _invalid("config.patch raw must be an object")
        self._check_hash(params.base_hash)
        with _explained():
            shot = await self._store.merge(change, params.base_hash)
        return self._applied(shot, params, "config.patch")

    async def _replace(self, raw: str, base_hash: str | None) -> Snapshot:
        await self._parsed(raw)
        self._check_hash(base_hash)
        with _explained():
            return await self._store.replace(raw, base_hash)

    def _check_hash(self, base_hash: str | None) -> None:
        if base_hash is None and self._store.snapshot().exists:
            raise _invalid(HASH_REQUIRED)

    @staticmethod
    async def _parsed(raw: str) -> JsonValue:
        try:
            return await asyncio.to_thread(parse, raw)
        except Unreadable as error:
            raise _invalid(f"SyntaxError: JSON5: {error.message}") from error

    def _applied(self, shot: Snapshot, params: ChangeParams, reason: str) -> JsonObject:
        self._restart(params.restart_delay_ms)
        restart: JsonObject = {
            "ok": True,
            "pid": os.getpid(),
            "signal": "SIGUSR1",
            "delayMs": params.restart_delay_ms,
            "reason": reason,
            "mode": "emit",
        }
        payload: JsonObject = {
            "kind": "config-apply",
            "status": "ok",
            "ts": self._clock.wall_ms(),
            "message": params.note,
            "stats": {"mode": reason, "root": shot.path},
        }
        return {
            "ok": True,
            "path": shot.path,
            "config": shot.config,
            "restart": restart,
            "sentinel": {"path": None, "payload": payload},
        }


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what a save refuses into the words that Clawdbot's clients know."""
    try:
        yield
    except Conflict as error:
        raise _invalid(HASH_STALE) from error
    except InvalidConfig as error:
        issues: list[JsonValue] = [{"path": path, "message": message} for path, message in error.issues]
        raise MethodError(ErrorCode.INVALID_REQUEST, "invalid config", details={"issues": issues}) from error


def _invalid(reason: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, reason)
