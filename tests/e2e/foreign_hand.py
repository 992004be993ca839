"""Reaches into a running process from outside, as no well-behaved program does: for tests of what survives that."""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path

import psutil

_PIDFD_OPEN, _PIDFD_GETFD = 434, 438  # the same on every architecture of Linux


def stop_listening(pid: int, port: int) -> int:
    """Make every socket of the process that listens on the port stop listening; returns how many there were.

    Raises OSError where the system does not let us (pidfd_getfd(2): Linux 5.6, the rights of a debugger).
    """
    found = 0
    for connection in psutil.Process(pid).net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            with socket.socket(fileno=_descriptor_of(pid, connection.fd)) as listener:
                listener.shutdown(socket.SHUT_RDWR)
            found += 1
    return found


def _descriptor_of(pid: int, number: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    process = libc.syscall(_PIDFD_OPEN, pid, 0)
    if process < 0:
        raise OSError(ctypes.get_errno(), "pidfd_open")
    try:
        copy = libc.syscall(_PIDFD_GETFD, process, number, 0)
        if copy < 0:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")
        return int(copy)
    finally:
        os.close(process)


def fill(folder: Path) -> Path:
    """Fill the disk of the folder to its last byte; returns the file that does so."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return path
