"""A class that was sent is not on the list of classes that may be received.

What it means: since JEP-200 a side reads only objects of classes that are known to be harmless. A plugin sent an object
of another class, the receiver refused it, and the call failed.
Usual causes:
- a plugin that is older than the core: it sends a class of a library, and its newer version does not
- a plugin that never got an entry for its class in the list
- an object that should not travel at all: it is held by the one that was meant to be sent
What to do:
- update the plugin whose call it is (the evidence names the callable)
- read https://www.jenkins.io/redirect/class-filter/, which lists plugins and their first good versions
- if you trust the class, and only until the plugin is updated, allow it: `-Dhudson.remoting.ClassFilter=CLASS`
What is printed:
- both: `java.lang.SecurityException: Rejected: CLASS; see https://jenkins.io/redirect/class-filter/`
Where it was seen:
- jenkinsci/remoting#247, warnings-ng#3338, git-changelog#32, cucumber-reports#210
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import CallFinished, Event
from jnlpspy.model.findings import Finding
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side

_REJECTED = re.compile(r"SecurityException: Rejected: ([^\s;]+)")


class ClassFilterRejection(Rule):
    """Watches for the class filter's exception."""

    watches = (CallFinished,)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a call failed because of the filter."""
        fact = event.fact
        if not isinstance(fact, CallFinished) or fact.outcome is not Outcome.THREW:
            return
        for text in (fact.exception or "", *fact.causes, *fact.suppressed):
            found = _REJECTED.search(text)
            if found:
                receiver = Side.CONTROLLER if fact.call.startswith("a") else Side.AGENT
                name = found[1]
                yield self.finding(
                    f"The {receiver.value} refused to receive class {name}, so {fact.callable} failed",
                    evidence=(text, event),
                    advice=[each.replace("=CLASS", f"={name}") for each in self.help.advice],
                    subject=name,
                )
                return
