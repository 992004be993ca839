"""What the sheet tells people to type is typed here, at the programs that it names, and brings the files back."""

from __future__ import annotations

import html
import io
import re
import tarfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from backup.standard_tools import on_a_terminal, require

from clawd_desktop.backup.recovery_sheet import ClosedWith, Sheet, commands, page, text
from clawd_desktop.backup.sealing import Keys, Lock, closing, new_identity, opening
from clawd_desktop.core.errors import BadInput

PAIR = new_identity()
FILE = "clawd-backup-o'brien's <desk> & co-20261126T063000Z-ab12.tar.zst"
KEYED = Sheet(
    FILE + ".age", "desk", "26 November 2026, 06:30 UTC", ("/media/usb/backups", "cloud:backups"), "keys",
    ("Configuration", "Conversations"), (PAIR.recipient,), PAIR.secret,
)  # fmt: skip
SHEETS: dict[ClosedWith, Sheet] = {
    "keys": KEYED,
    "passphrase": replace(KEYED, closed_with="passphrase", identity="", recipients=()),
    "nothing": replace(KEYED, file=FILE, closed_with="nothing", identity="", recipients=()),
}
every_kind = pytest.mark.parametrize("kind", list(SHEETS))
PASSPHRASE = "caf\u00e9 am Rand"


def backup(kind: ClosedWith) -> bytes:
    """A small file like a backup: tar in zstd, closed in that way."""
    from backports import zstd

    packed = io.BytesIO()
    with zstd.open(packed, "wb") as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
        member = tarfile.TarInfo("areas/config/a b.json")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"hello"))
    if kind == "nothing":
        return packed.getvalue()
    file = io.BytesIO()
    lock = Lock(PASSPHRASE) if kind == "passphrase" else Lock(recipients=(PAIR.recipient,))
    with closing(file, lock, work=10) as writer:
        writer.write(packed.getvalue())
    return file.getvalue()


@every_kind
def test_the_lines_of_the_sheet_bring_the_files_back(kind: ClosedWith, tmp_path: Path) -> None:
    require("age", "zstd", "tar")
    sheet = SHEETS[kind]
    (tmp_path / sheet.file).write_bytes(backup(kind))
    if kind == "keys":
        assert "key.txt" in text(sheet)
        (tmp_path / "key.txt").write_text(PAIR.secret)
    for number, command in enumerate(commands(sheet)):
        answers = [PASSPHRASE] if kind == "passphrase" and number == 0 else []
        code, said = on_a_terminal(["sh", "-c", command], answers, folder=tmp_path)
        assert code == 0, f"{command}: {said}"
    assert (tmp_path / "opened/areas/config/a b.json").read_bytes() == b"hello"


@every_kind
def test_text_and_page_say_the_same(kind: ClosedWith) -> None:
    sheet = SHEETS[kind]
    plain, shown = text(sheet), html.unescape(re.sub(r"<[^>]*>", "", page(sheet)))
    for told in (sheet.file, sheet.host, sheet.made, *sheet.places, *sheet.holds, *commands(sheet), sheet.identity):
        assert told in plain
        assert told in shown


def test_only_a_sheet_with_the_key_is_a_secret() -> None:
    assert [sheet.is_secret for sheet in SHEETS.values()] == [True, False, False]
    assert PAIR.secret not in repr(KEYED)
    assert PAIR.secret in text(KEYED)
    for sheet in (SHEETS["passphrase"], SHEETS["nothing"], replace(KEYED, identity="")):
        assert "AGE-SECRET-KEY" not in text(sheet) + page(sheet)


def test_a_passphrase_is_written_by_hand() -> None:
    assert text(SHEETS["passphrase"]).count("_" * 78) == 2
    assert page(SHEETS["passphrase"]).count('class="line"') == 2
    assert "passphrase" not in text(SHEETS["nothing"]).split("What opens it")[1].split("Without")[0]


def test_a_key_that_is_kept_elsewhere_is_named_by_its_public_half() -> None:
    sheet = text(replace(KEYED, identity="", recipients=("ssh-ed25519 AAAA me@desk",)))
    assert "ssh-ed25519 AAAA me@desk" in sheet
    assert "Where the secret key is kept" in sheet


def test_the_text_fits_on_paper() -> None:
    long = replace(KEYED, file="clawd-backup-" + "x" * 200 + ".tar.zst.age")
    over = [line for line in text(long).splitlines() if len(line) > 78]
    assert over == [f"  - {long.file}", f"    clawd-desktop restore {long.file}", f"    {commands(long)[0]}"]


def test_what_it_says_of_typing_the_key_is_so() -> None:
    data = PAIR.secret.partition("KEY-1")[2]
    assert not set("BIO1") & set(data)
    for place in range(len(data)):
        wrong = data[:place] + ("Q" if data[place] != "Q" else "P") + data[place + 1 :]
        with pytest.raises(BadInput):
            opening(io.BytesIO(backup("keys")), Keys(identities=(f"AGE-SECRET-KEY-1{wrong}",)))


def test_each_name_is_shown_as_what_it_is() -> None:
    odd = replace(KEYED, host="de\u202esk\n<script>", places=("/a\udcff\x1b[2J",))
    for made in (text(odd), page(odd)):
        made.encode("utf-8")
        assert "\x1b" not in made
        assert "\u202e" not in made
    assert "<script>" not in page(odd)
    assert "&lt;script&gt;" in page(odd)


class _Strict(HTMLParser):
    """Notes what a page would load or run, and that each of its elements is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.loads += [tag for name, _ in attrs if name in ("src", "href", "action") or name.startswith("on")]
        self.loads += [tag] * (tag in ("script", "link", "img", "iframe", "object", "form", "base"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@every_kind
def test_the_page_is_whole_and_loads_nothing(kind: ClosedWith) -> None:
    parser = _Strict()
    parser.feed(page(SHEETS[kind]))
    parser.close()
    assert (parser.open, parser.loads) == ([], [])
    assert "default-src 'none'" in page(SHEETS[kind])
    assert "url(" not in page(SHEETS[kind])
