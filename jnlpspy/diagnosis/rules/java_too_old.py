"""The agent's Java is older than the controller demands.

What it means: classes that the controller sends are compiled for a newer Java than the agent runs on. Either agent.jar
itself does not start, or the agent connects and the first class that it is sent ends it.
Usual causes:
- the controller was updated and the agents were not: 2.357 needs Java 11, 2.463 Java 17, 2.545 Java 21
- the tag of the agent's image names an old Java (`-jdk11`)
- another `java` stands first in the PATH of the service that starts the agent
What to do:
- run the agent on the Java that the controller runs on
- take the image `jenkins/inbound-agent` with the tag for that Java
What is printed:
- agent: `UnsupportedClassVersionError: hudson/remoting/... class file version 55.0 ... up to 52.0`
- controller: `UnsupportedClassVersionError: Failed to load hudson.slaves.SlaveComputer$SlaveVersion`
Where it was seen:
- jenkinsci/docker-agents#606, jenkinsci/docker-agents#596, jenkinsci/docker-agents#1160,
  jenkinsci/kubernetes-operator#761
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import inputs_of, is_agent_path
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Told, header_of
from jnlpspy.diagnosis.versions import java_needed_by, java_of_agent, java_of_inputs
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, Event, Fact
from jnlpspy.model.findings import Finding


class JavaTooOld(Rule):
    """Compares the agent's Java, as it or its image tells it, with what the controller's version needs."""

    watches = (DiscoveryAnswered,)
    explains_later = ("class-version-too-new", "abrupt-close", "unanswered-call", "agent-vanished")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding once both versions are known."""
        answer = event.fact
        if not isinstance(answer, DiscoveryAnswered) or not is_agent_path(answer.url):
            return
        core = header_of(answer, "X-Jenkins") or ""
        needed = java_needed_by(core)
        found = self._java_of_agent()
        if needed is None or found is None or found[0] >= needed:
            return
        java, told = found
        yield self.finding(
            f"The agent runs on Java {java}, and Jenkins {core} needs Java {needed} on its agents",
            evidence=(told, event),
            confidence=0.9,
            subject=f"Java {java}",
        )

    def _java_of_agent(self) -> tuple[int, Told[Fact]] | None:
        for asked in self.story.all(DiscoveryAsked):
            java = java_of_agent(header_of(asked.fact, "User-Agent") or "")
            if java is not None:
                return java, Told(asked.event, asked.fact)
        for read in inputs_of(self.story):
            java = java_of_inputs(read.fact.inputs)
            if java is not None:
                return java, Told(read.event, read.fact)
        return None
