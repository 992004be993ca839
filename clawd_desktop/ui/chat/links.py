"""Decides which links of a message may be opened and what a person is told before."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QUrl, QUrlQuery

from clawd_desktop.ui.chat.visible import visible

_LONGEST = 4096
# What a link may fill in of a mail. Some mail programs take files of this computer too ("attach").
_MAIL_FIELDS = frozenset({"to", "cc", "subject", "body"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be opened; `host` is the whole host (or the address of a mail), ASCII where it could deceive."""

    url: QUrl
    host: str
    mail: bool = False


def openable(target: str) -> Link | None:
    """The link if it is http, https or mailto and means the same to everyone; None for all others, which stay inert.

    Backslashes, spaces and control characters are read differently by different programs and are refused.
    """
    if not target or len(target) > _LONGEST or "\\" in target or any(c.isspace() for c in target):
        return None
    if visible(target) != target:
        return None
    url = QUrl(target, QUrl.ParsingMode.StrictMode)
    scheme = url.scheme().lower()
    if not url.isValid():
        return None
    if scheme == "mailto":
        fields = {name.lower() for name, _ in QUrlQuery(url).queryItems(QUrl.ComponentFormattingOption.FullyDecoded)}
        harmless = "@" in url.path() and fields <= _MAIL_FIELDS
        return Link(url, url.path(), mail=True) if harmless else None
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    return Link(url, host) if scheme in ("http", "https") and host else None


def shown(link: Link) -> str:
    """The whole address as a person should read it: names of other scripts as ASCII, no decoding of escapes."""
    return bytes(link.url.toEncoded().data()).decode("ascii", "replace")
