from itertools import pairwise
from pathlib import Path

from simulate.playing import play_all, told_in

from jnlpspy.model.events import ConnectionClosed
from jnlpspy.simulate.scenarios.websocket import SCENARIOS

EVIDENCE = {
    "websocket-upgrade-lost": ("discovery_answered", '"status":400', "/wsagents/"),
    "websocket-headers-lost": ("discovery_answered", '"status":400', "/wsagents/"),
    "websocket-forbidden": ("discovery_answered", '"status":403', "/wsagents/"),
    "websocket-not-found": ("discovery_answered", '"status":404', "/wsagents/"),
    "websocket-bad-gateway": ("discovery_answered", '"status":502', "/wsagents/"),
    "websocket-wrong-secret": ("discovery_answered", '"status":403', "/wsagents/"),
    "websocket-unknown-agent": ("discovery_answered", '"status":400', "/wsagents/"),
    "websocket-already-connected": ("discovery_answered", '"status":400', "/wsagents/"),
    "websocket-message-too-big": ("1009",),
    "websocket-idle-cut": ("connection_closed", '"how":"reset"', '"orderly":false'),
}
"""What some event of each scenario tells."""

CONNECTED = {
    "websocket-already-connected": {True, False},
    "websocket-message-too-big": {True},
    "websocket-idle-cut": {True},
}


async def test_each_shows_what_it_promises(tmp_path: Path) -> None:
    played = await play_all(SCENARIOS, tmp_path)
    assert set(played) == set(EVIDENCE)
    for name, texts in EVIDENCE.items():
        assert told_in(played[name], *texts), name
        connected = {result.connected for result in played[name].results}
        assert connected == CONNECTED.get(name, {False}), name
    cut = [event for event in played["websocket-idle-cut"].events if isinstance(event.fact, ConnectionClosed)][-1]
    before = [event.when for event in played["websocket-idle-cut"].events if event.connection == cut.connection]
    assert 55 < max(later - earlier for earlier, later in pairwise(before)) < 90
