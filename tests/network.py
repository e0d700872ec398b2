"""The guard around the tests: loopback and unix sockets, nothing else."""

import ipaddress
import socket
from typing import Any

import pytest

# What was tried since the test began, for the case that the code under test swallows the failure.
OUTSIDE: list[str] = []


def refuse_outside(patch: pytest.MonkeyPatch) -> None:
    """Make every connect and every name look-up that leaves this machine fail the test."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any, /) -> None:
        _check(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any, /) -> int:
        _check(self.family, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **options: Any) -> Any:
        if not _local(host):
            _refuse(str(host))
        return resolve(host, *args, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_resolve)


def _check(family: int, address: Any) -> None:
    if family != socket.AF_UNIX and not _local(address[0]):
        _refuse(str(address[0]))


def _local(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: str) -> None:
    OUTSIDE.append(host)
    pytest.fail(f"network access in a test: {host}")
