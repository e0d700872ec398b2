import socket

import pytest

from tests.network import OUTSIDE


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "example.invalid", "2001:db8::1"])
def test_the_world_is_out_of_reach(host: str) -> None:
    with pytest.raises(pytest.fail.Exception), socket.create_connection((host, 80), timeout=0.1):
        pass
    assert [*OUTSIDE] == [host]
    OUTSIDE.clear()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_bare_connect_is_refused_too(family: socket.AddressFamily) -> None:
    host = "192.0.2.1" if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as bare, pytest.raises(pytest.fail.Exception):
        bare.connect_ex((host, 80))
    OUTSIDE.clear()


def test_this_machine_stays_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(("localhost", server.getsockname()[1]), timeout=5) as client:
            client.sendall(b"x")
        peer, _ = server.accept()
        peer.close()
