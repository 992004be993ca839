"""Runs the programs that know remote places, restic and rclone: no secret on a command line, every end a sentence."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import orjson

from clawd_desktop.backup.progress import Halt, go_on, never
from clawd_desktop.core.errors import BadInput, ClawdError, Unavailable
from clawd_desktop.core.values import JsonObject, JsonValue, as_object, as_text

# Ours; the programs need none of it.
_OURS = ("CLAWDBOT_", "MOLTBOT_", "OPENCLAW_", "CLAWD_")
_PATIENCE_S = 10.0
_LOOK_S = 0.2
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+@")
_LONG_SECRET = 10
_MOST_ERRORS = 64 * 1024
# Levels of rclone's log in JSON.
_BAD = frozenset({"error", "critical", "alert", "emergency", "fatal"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a failure means for a person, what helps, and which kind of error it is."""

    sentence: str
    hint: str = ""
    kind: type[ClawdError] = Unavailable


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the system, and what it says with its exit codes and in its errors.

    `phrases` are looked for first, in lower case.
    """

    name: str
    codes: Mapping[int, Meaning]
    phrases: Mapping[str, Meaning]

    def path(self, search: str | None = None) -> str:
        """Where it is. Raises Unavailable when it is not installed; `search` is like PATH."""
        found = shutil.which(self.name, path=search)
        if found is None:
            raise Unavailable(f"{self.name} is not installed.", hint=f"Install {self.name}, or choose a folder.")
        return found


@dataclass(frozen=True, slots=True)
class Order:
    """One run: arguments without the program's name, secrets for its environment, and who hears its lines of JSON.

    Lines are heard from stdout and, with `hear_errors`, from stderr.
    """

    arguments: Sequence[str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    hear: Callable[[JsonObject], None] | None = None
    hear_errors: bool = False
    fine: frozenset[int] = frozenset({0})


def run(program: Program, order: Order, stopped: Halt = never) -> bytes:
    """Run the program to its end and return what it wrote, without the lines that were heard.

    Raises Unavailable with a sentence when it failed, NotFound when what was named is not there, BadInput for a wrong
    password, Stopped: the program is ended then, and its own locks with it.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environ |= {**order.settings, **order.secrets}
    _refuse_secrets(order)
    go_on(stopped)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [program.path(environ.get("PATH")), *order.arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ,
        )  # fmt: skip
        errors: list[bytes] = []
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [
            threading.Thread(target=_listen, args=(process.stdout, order.hear, output.write), daemon=True),
            threading.Thread(
                target=_listen,
                args=(process.stderr, order.hear if order.hear_errors else None, errors.append),
                daemon=True,
            ),
        ]
        for reader in readers:
            reader.start()
        try:
            _wait(process, stopped)
        finally:
            _end(process)
            for reader in readers:
                reader.join()
            process.stdout.close()
            process.stderr.close()
        if process.returncode not in order.fine:
            raise fault(program, process.returncode, b"".join(errors), order.secrets.values())
        output.seek(0)
        return output.read()


def fault(program: Program, code: int, errors: bytes, secrets: Iterable[str] = ()) -> ClawdError:
    """What a failed run means, without the secrets that may stand in its words."""
    text = errors[-_MOST_ERRORS:].decode("utf-8", "replace")
    for secret in secrets:
        text = text.replace(secret, "…") if secret else text
    text = _CREDENTIALS.sub("…@", text)
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
    known = next((meaning for phrase, meaning in program.phrases.items() if phrase in text.lower()), None)
    meaning = known or program.codes.get(code) or Meaning(f"it ended with {code}")
    return meaning.kind(f"{program.name}: {meaning.sentence} ({last}).", hint=meaning.hint)


def positional(text: str) -> str:
    """An argument that is no option. Raises BadInput for one that the program would take for an option."""
    if not text or text.startswith("-") or "\0" in text:
        raise BadInput(f"{text!r} is no place for backups.", hint="Write it as the program names it.")
    return text


def answer(program: Program, data: bytes) -> JsonValue:
    """The JSON that the program answered. Raises Unavailable when it is none."""
    try:
        value: JsonValue = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unavailable(
            f"{program.name}: its answer cannot be understood.", hint=f"Use a newer {program.name}."
        ) from error
    return value


def moment_ms(text: str) -> int:
    """Milliseconds since the epoch of a time as Go writes it, with nanoseconds and its zone; 0 for what is none."""
    head, dot, rest = text.partition(".")
    zone = rest.lstrip("0123456789") if dot else ""
    try:
        return int(datetime.fromisoformat(head + zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _refuse_secrets(order: Order) -> None:
    # A shorter one may stand in any word of ours, which then tells nobody anything.
    long = [secret for secret in order.secrets.values() if len(secret) >= _LONG_SECRET]
    if any(secret in argument for secret in long for argument in order.arguments):
        raise BadInput("A password would stand on a command line, where every user of this computer can read it.")


def _listen(stream: IO[bytes], hear: Callable[[JsonObject], None] | None, keep: Callable[[bytes], object]) -> None:
    for line in stream:
        heard: JsonObject = {}
        if hear is not None and line.startswith(b"{"):
            with contextlib.suppress(orjson.JSONDecodeError):
                heard = as_object(orjson.loads(line))
        if heard and hear is not None:
            hear(heard)
        if not heard or heard.get("level") in _BAD:
            keep(f"{as_text(heard['msg'])}\n".encode() if "msg" in heard else line)


def _wait(process: subprocess.Popen[bytes], stopped: Halt) -> None:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)
            return
        go_on(stopped)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
