"""The value of -tunnel or -direct is written wrong.

What it means: a tunnel is `HOST:PORT`, `HOST:` or `:PORT`, without a scheme and without a path; `-direct` is
`HOST:PORT`. With another form the agent gives up after discovery, or looks for a host called `http`.
Usual causes:
- a URL was given: `http://jenkins:50000`
- the colon was left out
- an IPv6 address was given without brackets, or to an agent before remoting 3.34
- remoting 3.34 knows `HOST:PORT` only, by mistake
What to do:
- write `HOST:PORT`, with the port of the agent port and not the web page's
- leave the option out if agents reach the announced host and port
What is printed:
- agent: `Illegal tunneling parameter: https://...` (before remoting 3.34)
- agent: `Invalid HOST:PORT value: ...`, `Missing port.`, `Invalid IPv6 value.` (from 3.34 on)
Where it was seen:
- jenkinsci/amazon-ecs-plugin#214, jenkinsci/remoting#345 (JENKINS-59094)
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.tunnels import Detour, flaw_of_detour, read_detour
from jnlpspy.diagnosis.versions import remoting_of
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import AgentInputs

IPV6_SINCE = (3, 34)
ONLY_WHOLE = (3, 34)
"""The one release that took `HOST:` and `:PORT` for mistakes."""


class TunnelMalformed(Rule):
    """Looks at the values as they are written."""

    watches = (InputsRead,)
    explains = ("name-not-resolved", "agent-port-unreachable", "tunnel-misdirected")
    explains_later = ("name-not-resolved", "agent-port-unreachable", "tunnel-misdirected")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield a finding for each value that is wrong."""
        if not isinstance(event.fact, InputsRead):
            return
        source, inputs = event.fact.source, event.fact.inputs
        for option, value in (("-tunnel", inputs.tunnel), ("-direct", inputs.direct)):
            flaw = None if value is None else flaw_of_detour(value, whole=option == "-direct")
            if flaw is not None:
                yield self.finding(
                    f"The value {value!r} of {option} in the {source} {flaw.text}",
                    evidence=(event,),
                    advice=(flaw.advice, *self.help.advice),
                    subject=f"{option} {value}",
                )
        detour = None if inputs.tunnel is None else read_detour(inputs.tunnel)
        if detour is not None:
            yield from self._by_version(event, source, inputs, detour)

    def _by_version(self, event: Event, source: str, inputs: AgentInputs, detour: Detour) -> Iterator[Finding]:
        """Yield the finding if this very remoting cannot read a form that others can."""
        version = remoting_of(inputs)
        if version is None:
            return
        if version[:2] == ONLY_WHOLE and detour.is_partial:
            trouble = "is of a form that remoting 3.34 cannot read, by mistake"
            advice = "use remoting 3.35 or newer, or write host and port"
        elif version < IPV6_SINCE and ":" in (detour.host or ""):
            trouble = "is an IPv6 address, which remoting reads from 3.34 on"
            advice = "use a host name, or a newer agent"
        else:
            return
        yield self.finding(
            f"The value {inputs.tunnel!r} of -tunnel in the {source} {trouble}",
            evidence=(event,),
            advice=(advice,),
            subject=f"-tunnel {inputs.tunnel}",
        )
