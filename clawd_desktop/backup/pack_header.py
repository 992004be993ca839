"""The one form that the header of a pack's member has, a POSIX tar header; does no I/O."""

from __future__ import annotations

import re

from clawd_desktop.backup.manifest import MOST_BYTES, Damaged

BLOCK = 512
# Two empty blocks end an archive. Source: POSIX.1-2017, pax, "ustar Interchange Format".
END = bytes(2 * BLOCK)
_NAME = re.compile(rb"[0-9a-f]{64}")
_OCTAL_MOST = 8**11
_EMPTY_SUM = b"        "


def header(digest: str, size: int) -> bytes:
    """The 512 bytes before a member: a private file named `digest` of `size` bytes, of nobody, from no time.

    From 8 GiB on the size is in GNU's binary form, which every current tar reads.
    """
    packed = b"%011o\0" % size if size < _OCTAL_MOST else b"\x80" + size.to_bytes(11, "big")
    front = digest.encode("ascii").ljust(100, b"\0") + b"0000600\0" + b"0000000\0" * 2 + packed + b"00000000000\0"
    back = (b"0" + bytes(100) + b"ustar\x0000").ljust(BLOCK - len(front) - 8, b"\0")
    return front + b"%06o\0 " % (sum(front) + sum(back) + sum(_EMPTY_SUM)) + back


def parse(block: bytes) -> tuple[str, int]:
    """Name and size of the member. Raises Damaged when the block is not exactly what `header` makes."""
    name, field = block[:64], block[124:136]
    if _NAME.fullmatch(name) is None:
        raise Damaged("a member has no checksum as its name")
    try:
        size = int.from_bytes(field[1:], "big") if field[0] == 0x80 else int(field[:11], 8)
    except ValueError as error:
        raise Damaged("a member has no size") from error
    digest = name.decode("ascii")
    if not 0 <= size <= MOST_BYTES or block != header(digest, size):
        raise Damaged(f"the header of member {digest[:12]} is not as it was written")
    return digest, size


def padding(size: int) -> int:
    """Bytes from the end of a member to the next header."""
    return -size % BLOCK
