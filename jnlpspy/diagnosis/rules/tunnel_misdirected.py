"""The tunnel does not lead to the agent port.

What it means: `-tunnel` or `-direct` puts another host or port in place of the announced ones. Agents do not check it
beforehand: they connect, and meet nobody, a web server or another controller.
Usual causes:
- the tunnel leads to the web page's port (80, 443, 8080) and not to the agent port
- the Service, load balancer or container does not publish the agent port under that address
- the agent port is random and has changed since (`-direct` is never told)
What to do:
- compare it with the port that `jnlpspy doctor URL` finds announced
- from the agent's machine: `curl http://HOST:PORT/` must show `Jenkins-Agent-Protocols`
- give Jenkins a fixed agent port, or use `-webSocket`, which needs no second port
What is printed:
- agent: `Connecting to HOST:PORT (retrying:2)`, `Failed to connect to HOST:PORT`
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x485454502f` (a web server is there)
Where it was seen:
- jenkinsci/amazon-ecs-plugin#136, jenkinsci/kubernetes-plugin#602
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import inputs_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.tunnels import Detour, read_detour
from jnlpspy.diagnosis.unreached import Unreached, read_unreached
from jnlpspy.diagnosis.urls import WEB_PORTS, read_place
from jnlpspy.model.events import ConnectFailed, Event, InputsRead, ProtocolOffered, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import AgentInputs

NOT_HTTP = re.compile(r"answered 400 ourselves: this port speaks HTTP")
"""What the proxy remarks at its web port."""


class TunnelMisdirected(Rule):
    """Looks at where a tunnel leads, and whether somebody is there."""

    watches = (InputsRead, ConnectFailed, Remark)
    explains = ("agent-port-unreachable", "name-not-resolved", "http-instead-of-agent-protocol")
    explains_later = ("agent-port-unreachable", "http-instead-of-agent-protocol", "tls-instead-of-agent-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a tunnel leads to the web page's port, or to nobody."""
        if isinstance(event.fact, InputsRead):
            for option, value in _detours(event.fact.inputs):
                yield from self._to_web_port(event, option, value, event.fact)
            return
        if isinstance(event.fact, Remark):
            yield from self._at_the_web_port(event, event.fact)
            return
        unreached = read_unreached(event.fact)
        if unreached is None or unreached.is_web:
            return
        for told in inputs_of(self.story):
            for option, value in _detours(told.fact.inputs):
                detour = read_detour(value)
                if detour is not None and _leads_to(detour, unreached):
                    yield self.finding(
                        f"{option} {value} leads to {unreached.target}, where nobody is reached: {unreached.text}",
                        evidence=(told.event, event),
                        subject=f"{option} {value}",
                    )
                    return

    def _at_the_web_port(self, event: Event, remark: Remark) -> Iterator[Finding]:
        offered = self.story.first(ProtocolOffered)
        if offered is not None and NOT_HTTP.search(remark.text):
            yield self.finding(
                f"The agent offered {offered.fact.protocol} to the proxy's web port: its -tunnel or -direct is wrong",
                evidence=(offered, event),
                causes=self.help.causes[:1],
                advice=("let -tunnel or -direct lead to the agent port that the proxy printed", *self.help.advice[:1]),
                subject=str(self.story.agent_host or ""),
            )

    def _to_web_port(self, event: Event, option: str, value: str, read: InputsRead) -> Iterator[Finding]:
        detour = read_detour(value)
        if detour is None or detour.port is None:
            return
        places = [place for place in map(read_place, read.inputs.urls) if place is not None]
        same = next((each for each in places if each.port == detour.port and detour.host in (None, each.host)), None)
        if same is not None or detour.port in WEB_PORTS:
            why = f"the port of {same}" if same is not None else f"port {detour.port}, where web servers are"
            yield self.finding(
                f"{option} {value} in the {read.source} leads to {why}, and not to the agent port",
                evidence=(event,),
                confidence=0.9 if same is not None else 0.7,
                subject=f"{option} {value}",
            )


def _detours(inputs: AgentInputs) -> Iterator[tuple[str, str]]:
    if inputs.tunnel is not None:
        yield "-tunnel", inputs.tunnel
    if inputs.direct is not None:
        yield "-direct", inputs.direct


def _leads_to(detour: Detour, unreached: Unreached) -> bool:
    return detour.host in (None, unreached.host) and str(detour.port or unreached.port) == unreached.port
