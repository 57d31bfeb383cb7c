"""A class came over the channel that was compiled for a newer Java than the receiver runs.

What it means: code travels from the controller to the agent as class files. The agent's Java is older than the one they
were compiled for and cannot run them. The connection works, the work does not.
Usual causes:
- the controller was updated to a core that needs a newer Java than the agents have
- the agent's image or machine starts an older Java than the one installed (PATH, JAVA_HOME)
- a plugin was compiled for a newer Java than the core needs
What to do:
- start the agent with the Java that the controller runs, or a newer one that this core supports
- look which one it starts: `java -version` in the agent's own environment; for containers, the image's tag
- if only one plugin's classes are too new, take the version of it that fits
What is printed:
- both: `java.lang.UnsupportedClassVersionError: NAME has been compiled by a more recent version of the Java Runtime
  (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0`
- controller: `java.lang.LinkageError: Failed to load hudson.slaves.SlaveComputer$SlaveVersion`
Where it was seen:
- jenkinsci/docker-agents#1160, jenkinsci/docker-agents#606, jenkinsci/kubernetes-operator#761
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Told
from jnlpspy.model.events import CallFinished, ClassLoaded, Event
from jnlpspy.model.findings import Finding
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side

_ERROR = "UnsupportedClassVersionError"
_NAME = re.compile(r"([\w/.$]+) (?:has been compiled by|: Unsupported major)")
_NEEDED = re.compile(r"(?:class file version|major\.minor version) (\d+)\.\d")
_RUNS = re.compile(r"versions up to (\d+)\.\d")

FIRST_JAVA = 44
"""Class files of Java N have version 44 + N."""


class ClassVersionTooNew(Rule):
    """Watches for the error of a Java that met a class too new."""

    watches = (CallFinished,)
    explains = ("unanswered-call", "abrupt-close")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a call failed because of a class's version."""
        fact = event.fact
        if not isinstance(fact, CallFinished) or fact.outcome is not Outcome.THREW:
            return
        texts = (fact.exception or "", *fact.causes, *fact.suppressed)
        text = next((each for each in texts if _ERROR in each), None)
        if text is None:
            return
        receiver = Side.CONTROLLER if fact.call.startswith("a") else Side.AGENT
        needed, runs = _java(_NEEDED, text), _java(_RUNS, text)
        name = _name(text)
        loaded = self._loaded(name)
        if needed is None and loaded is not None and loaded.fact.class_version is not None:
            needed = str(loaded.fact.class_version)
        needs = f"needs Java {needed}" if needed else "needs a newer Java"
        has = f"runs Java {runs}" if runs else "runs an older one"
        yield self.finding(
            f"Class {name or 'that was sent'} {needs}, the {receiver.value} {has}",
            evidence=(text, loaded, event),
            subject=needed or "",
        )

    def _loaded(self, name: str) -> Told[ClassLoaded] | None:
        return next((told for told in self.story.all(ClassLoaded) if told.fact.name == name), None)


def _java(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return str(int(found[1]) - FIRST_JAVA) if found and int(found[1]) > FIRST_JAVA else None


def _name(text: str) -> str:
    found = _NAME.search(text)
    return found[1].replace("/", ".") if found else ""
