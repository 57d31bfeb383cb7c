"""What the agent is given contradicts itself.

What it means: two sources say different things about one agent (the command line and the jnlp file, the variables and
the arguments of a container), or arguments exclude each other, or the environment changes what they mean. What the
agent makes of it is rarely what was meant.
Usual causes:
- the command was copied from another agent, another controller, or before the agent was created anew
- an image's entrypoint takes variables and arguments, and both are set
- a variable is empty or not set where the agent starts
- the environment's proxy settings are the ones of the machine, and not meant for the agent
What to do:
- copy the whole command from the agent's page on the controller, and change nothing in it
- give each input in one place only
- download the jnlp file again: the controller writes it as of now
What is printed:
- agent: `two arguments required, but got []`, `Two arguments required, but got [a, b, c]`
- agent: `option "-direct" cannot be used with the option(s) [-url, -tunnel]`
- agent: `Cannot provide secret via both named and positional arguments`
- agent: `Not using http_proxy environment variable which is invalid.` `MalformedURLException: no protocol:`
Where it was seen:
- jenkinsci/docker-agents#740, jenkinsci/docker-agents#728, jenkinsci/docker-agents#741,
  jenkinsci/amazon-ecs-plugin#219, openshift/jenkins#1085, openshift/jenkins#592, jenkinsci/helm-charts#1012
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from jnlpspy.diagnosis.contradictions import contradictions, merged, missing
from jnlpspy.diagnosis.proxy_variables import flaw_of_proxy, is_proxied
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Told
from jnlpspy.diagnosis.tunnels import read_detour
from jnlpspy.diagnosis.urls import Place, is_loopback, read_place
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.inputs import AgentInputs, LauncherForm

_ON = {"command line"}
_INNER = re.compile(r"^[^.]+$|\.(?:svc|local|internal|lan|intranet|corp|home)(?:\.|$)")


class EnvironmentConflict(Rule):
    """Compares each source with those before it, and with itself."""

    watches = (InputsRead,)
    explains = ("secret-of-another-agent", "secret-rejected", "agent-name-unknown", "discovery-not-found")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield a finding for each contradiction that a source brings."""
        read = event.fact
        if not isinstance(read, InputsRead):
            return
        for told in self.story.all(InputsRead):
            if told.event.seq != event.seq:
                yield from self._compare(told, Told(event, read))
        yield from self._alone(event, read)
        yield from self._contradictions(event, read)

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each input that no source gives."""
        told = list(self.story.all(InputsRead))
        contained = [each for each in told if each.fact.inputs.image is not None]
        processes = [contained] if contained else []
        processes += [[each] for each in told if each.fact.inputs.image is None]
        for process in processes:
            if any(each.fact.inputs.left_over for each in process):
                continue
            for gap in missing(merged([each.fact.inputs for each in process])):
                if not self._is_given_elsewhere(gap.text):
                    yield self.finding(
                        f"The agent would not start: {gap.text} {_place(process[-1].fact)}",
                        evidence=[each.event for each in process],
                        advice=(gap.advice, *self.help.advice),
                        subject=gap.text,
                    )

    def _is_given_elsewhere(self, gap: str) -> bool:
        """Return whether jnlpspy's own options fill a gap: then the operator knows of it."""
        own = [told.fact.inputs for told in self.story.all(InputsRead) if told.fact.inputs.form is LauncherForm.OPTIONS]
        return any((each.secret and "secret" in gap) or (each.name and "name" in gap) for each in own)

    def _compare(self, one: Told[InputsRead], other: Told[InputsRead]) -> Iterator[Finding]:
        here, there = one.fact, other.fact
        a, b = here.inputs, there.inputs
        if a.name is not None and b.name is not None and a.name != b.name:
            # Two agents have two secrets: that these differ too is no news.
            yield self._differ("name", one, other, repr(a.shown_name), repr(b.shown_name))
        elif a.secret and b.secret and a.secret.fingerprint != b.secret.fingerprint:
            yield self._differ("secret", one, other, str(a.secret), str(b.secret))
        yield from self._compare_urls(one, other)
        for what, left, right in (
            ("tunnel", a.tunnel, b.tunnel),
            ("direct connection", a.direct, b.direct),
            ("instance identity", a.instance_identity, b.instance_identity),
        ):
            if left and right and left != right:
                yield self._differ(what, one, other, left[:40], right[:40], severity=Severity.WARNING)

    def _compare_urls(self, one: Told[InputsRead], other: Told[InputsRead]) -> Iterator[Finding]:
        left, right = (_places(each.fact.inputs) for each in (one, other))
        if not left or not right or set(left) & set(right):
            return
        same_host = [
            (a, b) for a in left for b in right if (a.host, a.port) == (b.host, b.port) and a.scheme == b.scheme
        ]
        a, b = same_host[0] if same_host else (left[0], right[0])
        severity = Severity.ERROR if same_host else Severity.WARNING
        yield self._differ("URL", one, other, str(a), str(b), severity=severity, confidence=0.9 if same_host else 0.7)

    def _differ(  # noqa: PLR0913 - two sources, and what each says
        self,
        what: str,
        one: Told[InputsRead],
        other: Told[InputsRead],
        left: str,
        right: str,
        *,
        severity: Severity = Severity.ERROR,
        confidence: float = 1.0,
    ) -> Finding:
        here, there = _place(one.fact), _place(other.fact)
        return self.finding(
            f"The {what} {here} is not the one {there}: {left} and {right}",
            evidence=(one.event, other.event, f"{here}: {left}", f"{there}: {right}"),
            advice=(self._choose(what, one, other, left, right), *self.help.advice),
            severity=severity,
            confidence=confidence,
            subject=f"{what} {one.fact.source} {other.fact.source}",
        )

    def _choose(self, what: str, one: Told[InputsRead], other: Told[InputsRead], left: str, right: str) -> str:
        """Return which of two to use."""
        expected = self.known.secrets.get(one.fact.inputs.name or other.fact.inputs.name or "")
        for told, value in ((other, right), (one, left)):
            if what == "secret" and expected is not None and value == expected.fingerprint:
                return f"use {value}, the {what} {_place(told.fact)}: it is the one that the controller expects"
        for told, value in ((other, right), (one, left)):
            if told.fact.inputs.form is LauncherForm.JNLP_FILE:
                return (
                    f"use {value}, the {what} {_place(told.fact)}: the controller wrote that file for this agent; "
                    "if it is an old one, download it again first"
                )
        return f"look which of the two the agent's page on the controller shows, {left} or {right}"

    def _contradictions(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        process = [read.inputs]
        if read.inputs.image is not None:
            told = (each.fact.inputs for each in self.story.all(InputsRead))
            process = [each for each in told if each.image is not None]
        for each in contradictions(merged(process)):
            yield self._of_arguments(event, read, each.text, each.advice)

    def _alone(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        """Yield what is wrong with a source by itself."""
        inputs = read.inputs
        for what in inputs.repeated:
            yield self._of_arguments(
                event, read, f"the {what.replace('_', ' ')} is given twice, and differs", "give it once"
            )
        for option, where in inputs.kept_elsewhere.items():
            if where.startswith("no value"):
                yield self._of_arguments(
                    event, read, f"{option} has no value", "look whether the variable behind it is set and not empty"
                )
        yield from self._left_over(event, read)
        switch = inputs.options.get("JENKINS_WEB_SOCKET", "true")
        if switch != "true" and switch.lower() not in {"", "false", "no", "0"}:
            text = f"JENKINS_WEB_SOCKET is {switch!r}, and the image knows only 'true'"
            yield self._of_arguments(event, read, text, "write it in small letters: true")
        yield from self._network(event, read)
        yield from self._proxy(event, read)

    def _left_over(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        words = read.inputs.left_over
        if not words:
            return
        if read.inputs.image is not None and len(words) == 1 and not (read.inputs.urls or read.inputs.name):
            text = f"the image runs {words[0]!r} in place of the agent"
            advice = "give the agent's arguments, or none"
        else:
            text = f"the launcher has no use for {', '.join(map(repr, words[:4]))}"
            advice = (
                "quote a value with blanks; give the secret and the name once, in this order or by -secret and -name"
            )
        yield self._of_arguments(event, read, text, advice)

    def _of_arguments(self, event: Event, read: InputsRead, text: str, advice: str) -> Finding:
        return self.finding(
            f"The agent would not start as meant: {text} ({read.source})",
            evidence=(event,),
            advice=(advice, *self.help.advice),
            subject=text,
        )

    def _network(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        inputs = read.inputs
        if inputs.image is None or inputs.options.get("--network") == "host":
            return
        for place in _places(inputs):
            if is_loopback(place.host):
                yield self.finding(
                    f"The agent is in a container, and {place} leads to the container itself ({read.source})",
                    evidence=(event,),
                    causes=("inside a container localhost is the container, not the machine it runs on",),
                    advice=(
                        "give the name or address of the machine, host.docker.internal, or the controller's Service",
                        "or start the container with --network host",
                    ),
                    confidence=0.9,
                    subject=f"localhost {place}",
                )

    def _proxy(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        inputs = read.inputs
        if inputs.http_proxy:
            flaw = flaw_of_proxy(inputs.http_proxy)
            if flaw is not None:
                yield self.finding(
                    f"http_proxy {flaw}: {inputs.http_proxy!r} ({read.source})",
                    evidence=(event,),
                    advice=("write it as http://HOST:PORT, or unset it for the agent",),
                    severity=Severity.ERROR if "port" in flaw else Severity.WARNING,
                    subject="http_proxy",
                )
            else:
                yield from self._past_the_proxy(event, read)
        elif "HTTP_PROXY" in inputs.options:
            yield self.finding(
                f"HTTP_PROXY is passed over: agents read http_proxy in small letters only ({read.source})",
                evidence=(event,),
                advice=("set http_proxy too if agents are to use it",),
                severity=Severity.INFO,
                subject="HTTP_PROXY",
            )

    def _past_the_proxy(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        inputs = read.inputs
        hosts = [place.host for place in _places(inputs) if place.scheme == "http" or not inputs.websocket]
        for host in dict.fromkeys(hosts):
            if _is_inner(host) and is_proxied(host, inputs.no_proxy or ""):
                yield self.finding(
                    f"The agent goes to {host} through the proxy {inputs.http_proxy}: no_proxy does not name it "
                    f"({read.source})",
                    evidence=(event,),
                    advice=(f"add {host} to no_proxy",),
                    severity=Severity.WARNING,
                    confidence=0.7,
                    subject=f"no_proxy {host}",
                )


def _place(read: InputsRead) -> str:
    return f"on the {read.source}" if read.source in _ON else f"in {read.source}"


def _places(inputs: AgentInputs) -> Sequence[Place]:
    """Return where the agent goes by what it is given, roots first and all with a slash at their end."""
    found = [read_place(url.strip("\"'<> ")) for url in inputs.urls]
    places = [each for each in found if each is not None]
    detours = [read_detour(each) for each in (inputs.tunnel, inputs.direct) if each]
    local = [each for each in detours if each is not None and each.host is not None and is_loopback(each.host)]
    slashed = [Place(each.scheme, each.host, each.port, each.path.rstrip("/") + "/") for each in places]
    return slashed or [Place("http", each.host or "", each.port or 0, "/") for each in local]


def _is_inner(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return _INNER.search(host) is not None
