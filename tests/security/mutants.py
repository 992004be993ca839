"""Turns off one protection after the other and asks the tests whether they notice: python tests/security/mutants.py.

Run by hand and before a release. Names on the command line choose some; without, all are tried. It prints which test
killed each one and ends with 1 when any survived.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "clawd_desktop"
QUICK = tuple(
    f"tests/{name}.py"
    for name in (
        "gateway/test_gate",
        "security/test_comparisons",
        "security/test_seven_mistakes",
        "security/test_http_cases",
    )
)
LIMIT_S = 900.0
# These look at the sources themselves, or would only repeat what is asked here.
LEFT_OUT = ("tests/security/test_mutants.py", "tests/security/test_catalogue.py")


@dataclass(frozen=True)
class Mutant:
    """One protection turned off: in `file` (below the package) the `text`, which stands there once, is replaced.

    `noticed` names the file of tests that is asked first, where that is not the file's own.
    """

    name: str
    file: str
    text: str
    replacement: str
    noticed: str = ""

    def applied(self, source: str) -> str:
        """The file's text with the protection turned off. Raises ValueError unless it stands there exactly once."""
        if (found := source.count(self.text)) != 1:
            raise ValueError(f"{self.name}: {found} times in {self.file}: {self.text!r}")
        return source.replace(self.text, self.replacement)


GATE, TABLE, LIMITER = "gateway/gate.py", "gateway/methods/table.py", "gateway/limiter.py"
ADMISSION, PROXIES, PASSES = "gateway/admission.py", "gateway/proxies.py", "gateway/passes.py"
PROOF, SHAKE, DEVICES = "gateway/device_proof.py", "gateway/handshake.py", "gateway/devices.py"
BOOK, NODES, EXPOSURE = "gateway/pairing_book.py", "gateway/methods/nodes.py", "gateway/exposure.py"
WIRE, FRAMES, REQUESTS = "gateway/wire.py", "gateway/websocket.py", "gateway/requests.py"
SERVER, WAITING = "gateway/server.py", "gateway/waiting.py"
ROUTES, ANSWERS, FACTS = "gateway/http/routes.py", "gateway/http/answers.py", "gateway/http/facts.py"
STOLEN, INVENTORY = "tests/security/test_stolen_pass.py", "tests/security/test_inventory.py"
NO = "if False:"
MUTANTS = (
    # Host, proxies, pages
    Mutant("skip the Host check", GATE, "if facts.hosts[0].lower() not in self._hosts:", NO),
    Mutant("take the first of two Hosts", GATE, "if len(facts.hosts) != 1:", "if not facts.hosts:"),
    Mutant("take an absolute target", GATE, 'if not facts.target.startswith("/"):', NO),
    Mutant("remove the Origin check", GATE, "if facts.origins and facts.origins[0] not in self._origins:", NO),
    Mutant("take the first of two Origins", GATE, "if len(facts.origins) > 1:", NO),
    Mutant("ignore Sec-Fetch-Site", GATE, "if facts.fetch_site.lower() not in _SAME_PAGE:", NO),
    Mutant("ignore proxy headers", GATE, "if not names:", "if True:"),
    Mutant("trust X-Forwarded-For", GATE, "if not trusted:", NO),
    Mutant("believe the leftmost hop", PROXIES, "for hop in reversed(hops):", "for hop in hops:"),
    Mutant("call everybody local", GATE, "local=key == LOOPBACK and straight", "local=True"),
    # Secrets
    Mutant("compare by ==", GATE, "if hmac.compare_digest(own, known):", "if own == known:"),
    Mutant("take any bearer", GATE, "if self.secret_of((_bearer(facts),)):", "if _bearer(facts):"),
    Mutant("take any token", GATE, "self.secret_of((offer.token, offer.password)):", "offer.token.encode():"),
    Mutant("take a blank secret", ADMISSION, "if secret and secret.strip())", "if secret is not None)"),
    Mutant("an old secret is valid", GATE, "hmac.compare_digest(secret, known) for known", "True for known"),
    Mutant("keep the sockets of an old secret", SERVER, "if connection.secret and not", "if False and not"),
    Mutant("log addresses with their query", FACTS, 'path = target.partition("?")[0]', "path = target"),
    Mutant("log foreign text raw", "gateway/refusals.py", "*map(printable, foreign)", "*foreign"),
    # Guessing
    Mutant("count nothing", LIMITER, "record.failures += 1", "record.failures += 0"),
    Mutant("count each address apart", LIMITER, "if parsed.is_loopback:", NO),
    Mutant("forget with every lock", LIMITER, "> record.until + rule.forget", "> record.until"),
    Mutant("exempt loopback", GATE, "if wait := self.limiter.wait(offer", (
        "if wait := not offer.peer.local and self.limiter.wait(offer"
    )),
    Mutant("limiter after the secret", GATE, "        if wait := self.limiter.wait(offer", (
        "        if secret := self.secret_of((offer.token, *(offer.password,))):\n"
        "            return self._with_secret(offer, secret)\n"
        "        if wait := self.limiter.wait(offer"
    )),
    Mutant("do not lock HTTP", GATE, (
        "that is not public.\"\"\"\n        if wait := self.limiter.wait(peer.key):"
    ), (
        "that is not public.\"\"\"\n        if wait := 0.0:"
    )),
    Mutant("do not count guesses over HTTP", GATE, "if facts.authorization:", NO),
    Mutant("do not count guesses over sockets", GATE, "if offer.token or offer.password or offer.device_token:", NO),
    # Devices
    Mutant("accept a v1 signature", PROOF, 'return "device nonce required"', 'return ""'),
    Mutant("do not compare the nonce", PROOF, "if claim.nonce != nonce:", NO),
    Mutant("accept a stale signature", PROOF, "if abs(now_ms - claim.signed_at_ms) > MAX_SKEW_MS:", NO),
    Mutant("do not verify the signature", PROOF, 'return "" if _verifies(raw, claim)', 'return "" if raw'),
    Mutant("do not bind the id to the key", PROOF, "if hashlib.sha256(raw).hexdigest() != claim.device_id:", NO),
    Mutant("let pages in without a device", SHAKE, "or peer.browser or", "or"),
    Mutant("let others in without a device", SHAKE, "or not peer.local:", "or False:"),
    Mutant("pair devices from elsewhere", GATE, "if not offer.device_id or offer.peer.local:", "if True:"),
    Mutant("scopes from the client", GATE, "if set(offer.scopes) <= held:", "if True:"),
    Mutant("scopes from elsewhere", GATE, "if not set(scopes) <= covered(offer.standing.scopes):", NO),
    Mutant(
        "ignore revoke", "gateway/pairing.py", '_OF_LIVE_TOKENS = ("token", "tokenHashes", ', "_OF_LIVE_TOKENS = ("
    ),
    Mutant("let the revoked back in", GATE, "None or offer.standing.revoked:", "None:"),
    Mutant(
        "let in by a secret of before", SHAKE, "if granted.secret and not self._gate.still_valid(granted.secret):", NO
    ),
    Mutant("keep the sockets of a dead token", SERVER, "== (device_id, role):", "== ():"),
    Mutant("rotate to more", DEVICES, '_within(wanted, covered(pairing.texts(record.get("scopes"))))', "pass"),
    Mutant("rotate to more than one holds", DEVICES, "_within(wanted, held)", "pass"),
    Mutant("approve more than one holds", DEVICES, "_within(applicant.scopes, held)", "pass"),
    Mutant("a parse error is empty", "gateway/device_store.py", "self._fault = fault", "pass"),
    Mutant("keep plain tokens", BOOK, "pairing.hashed(row) for key, row in changed", "row for key, row in changed"),
    Mutant("keep what came in with an old secret", "gateway/pairing.py", (
        "left = [text for text in _hashes(entry) if text not in silent]"
    ), "left = _hashes(entry)"),
    # Passes, hooks, canvas
    Mutant("a pass works twice", GATE, "self._passes.spend(spent)", "pass"),
    Mutant("anybody's pass", GATE, "if peer.port and (name :=", "if False and (name :=", STOLEN),
    Mutant("a pass lives for ever", PASSES, "if now < until)", ")"),
    Mutant("take any hook token", GATE, "if _known(shown, self.hook_tokens) and", "if shown and"),
    Mutant("open hooks with the gateway's secret", GATE, "self.hook_tokens) and not", "self.hook_tokens) or"),
    Mutant("do not count guesses at hooks", GATE, "if facts.authorization or facts.hook_token:", NO),
    Mutant("show the canvas to all", GATE, "return _known(shown, (self.canvas,))", "return True"),
    # Where it listens
    Mutant("listen beyond without encryption", EXPOSURE, "if made.through_proxy and not wish.proxies:", NO),
    Mutant("listen beyond with a weak password", EXPOSURE, "if reason := weakness(secret):", "if reason := None:"),
    Mutant("let others past the proxy", GATE, "if policy.through_proxy and not trusted", "if False and not trusted"),
    # Nodes and commands
    Mutant("answer for another node", NODES, "if params.node_id != call.client.device_id:", NO),
    Mutant("let nodes be asked for anything", NODES, "if reason := self._registry.refusal(node_id, command):", NO),
    Mutant("let writers change a node's rules", NODES, "if command in EXEC_APPROVALS and", "if False and"),
    # Roles, scopes, parameters
    Mutant("skip the scope", TABLE, "if needed not in held:", NO),
    Mutant("skip the role", TABLE, "if role is not needed_role:", NO),
    Mutant("let readers call what nobody named", TABLE, "(name, Scope.ADMIN)", "(name, Scope.READ)"),
    Mutant("let writers do everything", TABLE, "held.add(Scope.READ)", "held.update(Scope)"),
    Mutant("ignore unasked parameters", TABLE, 'extra="forbid"', 'extra="ignore"'),
    Mutant("take numbers for texts", TABLE, "strict=True", "coerce_numbers_to_str=True"),
    Mutant("connect twice", REQUESTS, 'if request.method == "connect":', NO),
    Mutant("take a key that comes twice", "gateway/frames.py", "        _look_closer(data, frame)", "        pass"),
    # Frames and floods
    Mutant("no frame cap before the hello", WIRE, "limits().frame_before_hello", "limits().frame"),
    Mutant("hear a client after its end", WIRE, "elif self.closing:", "elif False:"),
    Mutant("keep whoever never reads", WIRE, "elif not droppable:", "elif False:"),
    Mutant("count each fragment alone", FRAMES, "length + self._size > self.limit", "length > self.limit"),
    Mutant("endless empty fragments", FRAMES, "if len(self._fragments) >", "if -len(self._fragments) >"),
    Mutant("take frames without a mask", FRAMES, "if not second & 0x80:", NO),
    Mutant("ignore reserved bits", FRAMES, "if first & 0x70:", NO),
    Mutant("take binary frames", FRAMES, "if opcode == Opcode.BINARY:", NO),
    Mutant("an endless waiting room", WAITING, "while (crowded := self._crowded(ticket.key)) is not None:", (
        "while crowded := None:"
    )),
    Mutant("endless handshakes", WAITING, "call_later(room.seconds,", "call_later(room.seconds * 1e6,"),
    Mutant("endless requests at once", REQUESTS, "if len(self._in_flight) >= limits.in_flight:", NO),
    Mutant("endless waiting runs", "agent/assistant.py", "if len(self._registry.going_on()) >= MOST_RUNS:", NO),
    # HTTP
    Mutant("do not check the content type", ROUTES, "if writes and facts.content_type not in types:", NO),
    Mutant("read the body before authentication", ROUTES, "        if denial := await self._denied(", (
        "        await read_body(request, 1 << 40)\n        if denial := await self._denied("
    )),
    Mutant("read endless bodies", ROUTES, "if len(body) > limit:", NO),
    Mutant("let anybody write to no path", ROUTES, "Access.OWNER if writes else Access.PUBLIC", "Access.PUBLIC"),
    Mutant("let GET do what POST does", ROUTES, "if facts.method not in route.methods:", NO),
    Mutant("let browsers sniff", ANSWERS, '"X-Content-Type-Options": "nosniff",', ""),
    Mutant("let others frame us", ANSWERS, "; frame-ancestors 'none'", ""),
    Mutant("let browsers store answers", ANSWERS, '"Cache-Control": "no-store",', ""),
    Mutant("name the server's library", ANSWERS, '"Server": "clawd-desktop",', ""),
    # Around the gateway
    Mutant("show our password to strangers", "cli/target.py", "if stranger := await stranger_on(port):", NO),
    Mutant("open the local door", "system/control_channel.py", "peer_uid(writer) in (None, 0,", "0 in (None, 0,"),
    Mutant("no key for the model", "models/local_worker.py", "[secrets.token_urlsafe(32)]", "[]", INVENTORY),
    Mutant("give children everything", "models/local.py", "in _ENVIRONMENT if name in os.environ}", "in os.environ}"),
    Mutant("follow sessionFile anywhere", "storage/transcripts.py", "if not (inside and", "if not (True or inside and"),
)  # fmt: skip


def rounds(mutant: Mutant | None) -> list[tuple[str, ...]]:
    """What is asked one after the other, the quickest to notice first: the file's own tests, then all the others."""
    rest = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/security").glob("test_*.py"))
    slow = tuple(name for name in rest if name not in (*QUICK, *LEFT_OUT))
    everything = [QUICK, ("tests/gateway",), slow]
    if mutant is None:
        return everything
    own = mutant.noticed or str(Path("tests") / Path(mutant.file).parent / f"test_{Path(mutant.file).name}")
    return [(own,), *everything] if (ROOT / own).is_file() else everything


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the tree, gone with the block."""
    ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
    with tempfile.TemporaryDirectory(prefix="clawd-mutant-") as folder:
        copy = Path(folder) / "tree"
        copy.mkdir()
        for name in (PACKAGE, "resources", "tests", "installers"):
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
            shutil.copy(ROOT / name, copy / name)
        yield copy


def red(copy: Path, tests: tuple[str, ...]) -> str:
    """Which test failed in the copy, "" when none did. Raises RuntimeError when the tests could not be run."""
    command = [
        sys.executable, "-m", "pytest", "-x", "-v", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist",
        "--hypothesis-seed=0", *tests,
    ]  # fmt: skip
    environ = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environ, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        # No kill: a test that hangs is ended by its own limit, so this computer is only too busy.
        raise RuntimeError(f"pytest was not done within {LIMIT_S:.0f} s") from late
    if done.returncode == 0:
        return ""
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/\S+::\S+)", done.stdout, re.MULTILINE)
    # One that hung ends the whole run, and is the last that is named.
    begun = re.findall(r"^(tests/\S+::\S+)", done.stdout, re.MULTILINE)
    if done.returncode != 1 or not (failed or begun):
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-1000:]}")
    return failed[0] if failed else f"{begun[-1]}, which hung"


def tried(mutant: Mutant | None) -> str:
    """Who killed the mutant, "" when nobody did; without a mutant, who is red anyway."""
    with copied() as copy:
        if mutant is not None:
            file = copy / PACKAGE / mutant.file
            file.write_text(mutant.applied(file.read_text(encoding="utf-8")), encoding="utf-8")
        return next(filter(None, (red(copy, tests) for tests in rounds(mutant))), "")


def verdict(mutant: Mutant) -> tuple[bool, str]:
    """Whether the mutant was killed, and a line that says so."""
    began = time.monotonic()
    try:
        killer = tried(mutant)
        words = f"killed by {killer}" if killer else "SURVIVED"
    except RuntimeError as fault:
        killer, words = "", f"BROKEN: {fault}"
    return bool(killer), f"{mutant.name:40} {time.monotonic() - began:5.0f} s  {words}"


def main() -> int:
    """Try the chosen mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of mutants, or parts of them")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2), help="how many at a time")
    parser.add_argument("--no-baseline", action="store_true", help="do not first see that the tests are green")
    asked = parser.parse_args()
    chosen = [one for one in MUTANTS if not asked.names or any(name in one.name for name in asked.names)]
    for one in chosen:
        one.applied((ROOT / PACKAGE / one.file).read_text(encoding="utf-8"))
    if not asked.no_baseline and (killer := tried(None)):
        print(f"Without any mutant the tests are red already: {killer}")
        return 2
    left = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for one, (killed, line) in zip(chosen, pool.map(verdict, chosen), strict=True):
            print(line, flush=True)
            left += [] if killed else [one.name]
    print(f"{len(chosen) - len(left)} of {len(chosen)} killed" + (f"; not: {', '.join(left)}" if left else "."))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
