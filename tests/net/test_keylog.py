import re

from jnlpspy.net.identity import create_identity
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.tls_leg import TlsEnd, TlsEngine, controller_leg_context


def test_keys_of_both_legs_come_up_with_their_handshakes() -> None:
    contexts = create_identity().agent_leg_context(), controller_leg_context()
    log = KeyLog()
    for context in contexts:
        log.add(context)
    assert log.drain() == b""
    near, far = TlsEngine(TlsEnd(contexts[1], accepting=False)), TlsEngine(TlsEnd(contexts[0], accepting=True))
    done = [False, False]
    while not all(done):
        done = [near.shake(), far.shake()]
        far.feed(near.pull())
        near.feed(far.pull())
    lines = log.drain().splitlines()
    assert len(lines) == len({*lines}) * 2  # both ends of this one connection are ours
    assert all(re.fullmatch(rb"[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{96}", line) for line in lines)
    assert {line.split()[0] for line in lines} >= {b"CLIENT_TRAFFIC_SECRET_0", b"SERVER_TRAFFIC_SECRET_0"}
    assert log.drain() == b""
    log.close()
