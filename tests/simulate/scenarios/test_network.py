from itertools import pairwise
from pathlib import Path

from simulate.playing import play_all, told_in

from jnlpspy.model.events import ConnectionClosed
from jnlpspy.simulate.scenarios.network import SCENARIOS

EVIDENCE = {
    "port-unreachable": ("remark", "cannot reach 127.0.0.1:"),
    "wrong-host": ("remark", "cannot reach 127.0.0.9:1"),
    "port-disabled": ("discovery_answered", '"status":404'),
    "http-on-agent-port": ("handshake_refused", "HTTP/1.1 400 Bad Request"),
    "tls-on-agent-port": ("handshake_refused", "TLS alert"),
    "ssh-on-agent-port": ("handshake_refused", "SSH-2.0-OpenSSH_9.6"),
    "proxy-protocol": ("opaque_bytes", "PROXY protocol"),
    "port-probe": ("connection_closed", '"by":"agent"', '"bytes":{"agent":0,"controller":0}'),
    "tls-probe": ("opaque_bytes", "TLS where a protocol offer was expected"),
    "tunnel-to-http": ("protocol_offered", "JNLP4-connect"),
    "wrong-path": ("discovery_asked", "/jenkins/tcpSlaveAgentListener/"),
    "discovery-forbidden": ("discovery_answered", '"status":403'),
    "discovery-redirected": ("discovery_answered", '"status":302', "commenceLogin"),
    "discovery-unavailable": ("discovery_answered", '"status":503'),
    "discovery-slow": ("discovery_answered", '"status":200'),
    "headers-eaten": ("remark", "announces no agent port"),
    "identity-missing": ("discovery_answered", "X-Jenkins-JNLP-Port"),
    "identity-mismatch": ("remark", "identity"),
    "tls-refused": ("remark", "handshake failure"),
    "handshake-stalled": ("connection_closed", '"how":"timeout"'),
    "idle-cut": ("connection_closed", '"how":"reset"', '"orderly":false'),
}
"""What some event of each scenario tells."""

CONNECTED = {"idle-cut", "discovery-slow"}


async def test_each_shows_what_it_promises(tmp_path: Path) -> None:
    played = await play_all(SCENARIOS, tmp_path)
    assert set(played) == set(EVIDENCE)
    for name, texts in EVIDENCE.items():
        assert told_in(played[name], *texts), name
        assert {result.connected for result in played[name].results} <= {name in CONNECTED}, name
    cut = [event for event in played["idle-cut"].events if isinstance(event.fact, ConnectionClosed)][-1]
    before = [event.when for event in played["idle-cut"].events if event.connection == cut.connection]
    silence = max(later - earlier for earlier, later in pairwise(before))
    assert 55 < silence < 90
    slow = [event.when for event in played["discovery-slow"].events]
    assert slow[2] - slow[1] > 35
