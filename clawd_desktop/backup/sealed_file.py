"""A writer that is finished by close() alone: given up, by an error or by nobody, it leaves no whole file behind."""

from __future__ import annotations

import io
from abc import abstractmethod
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from typing_extensions import Buffer


class SealedFile(io.RawIOBase, BinaryIO):
    """What is written to it goes, sealed, to a file that stays open and is its owner's to sync and close.

    The base class of Python's files closes, so finishes, whatever is collected or left by an exception: a backup that
    broke off in the middle would then open without a fault. Here `abandon` is what happens instead.
    """

    @abstractmethod
    def _seal(self, data: memoryview) -> None:
        """Take these bytes, which are the caller's again when it returns."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what makes it whole."""

    @abstractmethod
    def _let_go(self) -> None:
        """Write nothing more and end what works for it; never raises."""

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, data: Buffer, /) -> int:
        """All of the bytes, so that the answer is their number. Raises what the file below raises."""
        if self.closed:
            raise ValueError("It was closed or given up.")
        with memoryview(data) as view, view.cast("B") as octets:
            self._seal(octets)
            return len(octets)

    def close(self) -> None:
        """Finish it. Raises what the file below raises, and what an earlier `write` raised."""
        if self.closed:
            return
        try:
            self._finish()
        finally:
            super().close()

    def abandon(self) -> None:
        """Give it up: the file below is left as it is, which no key opens to its end."""
        if not self.closed:
            self._let_go()
            super().close()

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def __del__(self) -> None:
        self.abandon()
