"""Secrets are compared in constant time, or not at all: nothing that is named like one stands beside == or in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "clawd_desktop"
SECRET = re.compile(r"(^|_)(secret|token|password|passphrase|digest|signature)s?$")
# How the gate, where nearly all comparing is done, names digests too.
IN_THE_GATE = re.compile(SECRET.pattern + r"|^(own|known|given|offered|shown)$")
# What is named so and is none, or cannot be guessed byte by byte; each with the reason.
FINE = {
    ("config/history.py", "versions[0].digest == digest"): "digests of files",
    ("config/history.py", "fingerprint(data)[:16] == version.digest"): "digests of files",
    ("config/passwords.py", "secret != secret.lower()"): "how strong the owner's own password is",
    ("gateway/pairing.py", "key not in secret"): "names of keys",
    ("operations/redaction.py", "secret not in self._known"): "what is looked for in texts of our own",
    ("operations/redaction.py", "secret in text"): "what is looked for in texts of our own",
    ("system/control_channel.py", "_digest(as_text(request.pop('key', ''))) == _digest(self._token)"):
        "digests of a random key, which a guess does not come nearer to",
}  # fmt: skip


def name_of(side: ast.expr) -> str:
    while isinstance(side, ast.Call | ast.Subscript | ast.Await):
        side = side.func if isinstance(side, ast.Call) else side.value
    return side.id if isinstance(side, ast.Name) else side.attr if isinstance(side, ast.Attribute) else ""


def comparisons(source: str, words: re.Pattern[str]) -> Iterator[str]:
    """Every == and in, and their opposites, with something on a side that is named like a secret."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            sides = [node.left, *node.comparators]
            constant = any(isinstance(side, ast.Constant) for side in sides)
            if not constant and any(words.search(name_of(side)) for side in sides):
                yield ast.unparse(node)


def test_no_secret_is_compared_byte_by_byte() -> None:
    paths = [
        path
        for room in ("gateway", "cli", "system", "config", "operations")
        for path in PACKAGE.glob(f"{room}/**/*.py")
    ]
    found = {
        (path.relative_to(PACKAGE).as_posix(), text)
        for path in paths
        for text in comparisons(path.read_text(encoding="utf-8"), IN_THE_GATE if path.name == "gate.py" else SECRET)
    }
    assert found - set(FINE) == set()


@pytest.mark.parametrize(
    "source",
    [
        "token == self._token", "hooks.token != given", "digest(a) == known", "secret in secrets", "x.password == y",
        "own == known", "request.headers['x'] == config.hooks.token", "known not in texts",
    ],
)  # fmt: skip
def test_such_a_comparison_is_seen(source: str) -> None:
    assert list(comparisons(source, IN_THE_GATE))
    assert not list(comparisons("hmac.compare_digest(own, known)", IN_THE_GATE))
