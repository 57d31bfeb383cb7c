"""What all peers of a test share: nothing is left of them."""

import socket
import threading

import pytest

from jnlpspy.testing import Controller
from jnlpspy.testing.peer import Peer


def test_leaving_the_block_closes_it_also_on_errors() -> None:
    controller = Controller()
    port = controller.port
    with pytest.raises(KeyboardInterrupt), controller:
        raise KeyboardInterrupt
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jnlpspy")]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_peer_nobody_used_has_seen_nothing() -> None:
    with Peer("it") as peer:
        assert (peer.sessions, peer.report()) == ((), "")
