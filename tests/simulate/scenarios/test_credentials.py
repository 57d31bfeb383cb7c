from pathlib import Path

from simulate.playing import play_all, told_in

from jnlpspy.model.events import ConnectionOpened, ProtocolOffered
from jnlpspy.simulate.scenario import AGENT, SECRETS
from jnlpspy.simulate.scenarios.credentials import SCENARIOS

EVIDENCE = {
    "wrong-secret": ("handshake_refused", '"Authorization failure"'),
    "secret-of-another-agent": ("handshake_refused", '"Authorization failure"'),
    "malformed-secret": ("handshake_refused", '"Authorization failure"'),
    "unknown-agent": ("handshake_refused", '"Unknown client name: demo-agnet"'),
    "malformed-name": ("headers_sent", '"demo-agent "'),
    "swapped": ("headers_sent", '"agent_name":"secret:', '"secret":"secret:'),
    "refused-without-reason": ("handshake_refused", '"reason":""'),
    "already-connected": ("handshake_refused", "is already connected to this controller"),
    "duplicate-agents": ("handshake_refused", "is already connected to this controller"),
    "not-inbound": ("handshake_refused", '"demo-agent is not an inbound agent"'),
    "protocol-disabled": ("handshake_refused", '"Disabled protocol:Protocol:JNLP4-connect"'),
    "unknown-protocol": ("handshake_refused", '"Unknown protocol:"'),
    "no-common-protocol": ("discovery_answered", "JNLP-connect, JNLP2-connect, Ping"),
    "remoting-too-old": ("command_sent", "SlaveVersion"),
}
"""What some event of each scenario tells."""


async def test_each_shows_what_it_promises_and_the_agent_is_not_let_in(tmp_path: Path) -> None:
    played = await play_all(SCENARIOS, tmp_path)
    assert set(played) == set(EVIDENCE)
    for name, texts in EVIDENCE.items():
        assert told_in(played[name], *texts), name
        assert name == "remoting-too-old" or not all(result.connected for result in played[name].results), name
        assert SECRETS[AGENT].value not in "".join(played[name].lines + played[name].told), name
    assert [each.connected for each in played["duplicate-agents"].results] == [True, False, False, False]
    assert [each.connected for each in played["secret-of-another-agent"].results] == [True, False]
    duplicates = played["duplicate-agents"].events
    offering = {event.connection for event in duplicates if isinstance(event.fact, ProtocolOffered)}
    opened = [(event.connection, event.fact) for event in duplicates if isinstance(event.fact, ConnectionOpened)]
    hosts = [fact.agent.host for connection, fact in opened if connection in offering]
    assert hosts == ["127.0.0.1", *["127.0.0.2"] * 3]
    assert not any("protocol_offered" in line for line in played["no-common-protocol"].lines)
