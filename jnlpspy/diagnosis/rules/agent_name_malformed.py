"""The agent's name was damaged on its way.

What it means: the name holds what no one would put into it: quotes, spaces around it, a line break, a byte order mark,
or letters that another encoding made of others.
Usual causes:
- quotes or a line break came with it from a file, a variable or a shell
- the container's script passes `${JENKINS_AGENT_NAME}` without quotes, so that a name with spaces is cut at the first
- the agent's Java reads arguments in another encoding than the terminal's (`LANG=C`)
- a placeholder such as `${NAME}` was never replaced
What to do:
- give the name in plain ASCII letters, without spaces and quotes, and rename the node if need be
- start the agent's Java with `-Dsun.jnu.encoding=UTF-8` in a UTF-8 locale if the name has other letters
What is printed:
- agent: `Local headers refused by remote: Unknown client name: NAME`
- controller: `Refusing headers from remote: Unknown client name: NAME`
Where it was seen:
- the `jenkins-agent` script of jenkinsci/docker-agents, which does not quote the name
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.forensics import secret_in
from jnlpspy.diagnosis.names import name_flaws
from jnlpspy.diagnosis.refusals import REFUSALS, Evidence, Ground, Refusal, RefusalRule
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import LauncherForm

PROBABLE = 0.9
CUT = "has a space in it, at which the image's script cuts it off"


class AgentNameMalformed(RefusalRule):
    """Watches refusals and inputs for names that are damaged."""

    watches = (*REFUSALS, InputsRead)
    explains = (
        "agent-name-unknown",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "handshake-stalled",
        "abrupt-close",
    )
    explains_later = ("agent-name-unknown", "protocol-disabled", "unknown-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a name that was refused, or is about to be, is damaged."""
        fact = event.fact
        if isinstance(fact, InputsRead) and fact.inputs.name is not None and not secret_in(fact.inputs.name):
            cut = fact.inputs.form is LauncherForm.ENVIRONMENT and " " in fact.inputs.name.strip()
            yield from self._look_at(fact.inputs.name, (event,), f" given in {fact.source}", (CUT,) if cut else ())
        yield from super().observe(event)

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refused name is damaged."""
        if refusal.ground in (Ground.NAME, Ground.UNSAID) and isinstance(refusal.name, str):
            yield from self._look_at(refusal.name, refusal.evidence, "")

    def _look_at(self, name: str, evidence: Evidence, where: str, more: tuple[str, ...] = ()) -> Iterator[Finding]:
        flaws = () if name in self.known.secrets else name_flaws(name)
        if flaws := flaws + more:
            yield self.finding(
                f"The agent's name {name!r}{where} {' and '.join(flaws)}",
                evidence=evidence,
                confidence=PROBABLE,
                subject=name,
            )
