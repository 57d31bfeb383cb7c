"""What a rule is: it watches one connection's events and yields findings; its module's docstring is its help."""

from abc import ABC
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from jnlpspy.diagnosis.help import RuleHelp
from jnlpspy.diagnosis.story import Story, Told
from jnlpspy.model.events import Event, Fact
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.known import Known


class Rule(ABC):  # noqa: B024 - a rule overrides one of the three methods, or more
    """Judges one connection.

    A subclass stands alone in a module of `rules`, whose name is the rule's with underscores for hyphens.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    watches: ClassVar[tuple[type[Fact], ...]] = ()
    """The kinds of facts that `observe` is called for."""
    explains: ClassVar[tuple[str, ...]] = ()
    """Rules whose findings on the same connection are consequences of this one's."""
    explains_later: ClassVar[tuple[str, ...]] = ()
    """Rules whose findings on later connections of the same agent are consequences of this one's."""

    def __init__(self, text: RuleHelp, story: Story, known: Known) -> None:
        self.help = text
        self.story = story
        self.known = known

    def observe(self, event: Event) -> Iterable[Finding]:  # noqa: ARG002 - for subclasses
        """Return what an event makes certain; `story` has it already."""
        return ()

    def finish(self) -> Iterable[Finding]:
        """Return what is certain now that the connection is over, or the run, whichever comes first."""
        return ()

    def conclude(self) -> Iterable[Finding]:
        """Return what is certain now that nothing more will come of any connection, on an instance of its own."""
        return ()

    def finding(  # noqa: PLR0913 - what a finding has
        self,
        title: str = "",
        *,
        evidence: Iterable[Event | Told[Fact] | str | None],
        causes: Sequence[str] = (),
        advice: Sequence[str] = (),
        confidence: float = 1.0,
        subject: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding; title, causes and advice are those of the rule's help unless given."""
        return Finding(
            self.help.name,
            severity or self.severity,
            title or self.help.title,
            tuple(_evidence(evidence)),
            tuple(causes) or self.help.causes,
            tuple(advice) or self.help.advice,
            confidence,
            subject,
        )


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule as it was found: its help and its class."""

    text: RuleHelp
    rule: type[Rule]

    @property
    def name(self) -> str:
        """The rule's name, with hyphens."""
        return self.text.name


def _evidence(evidence: Iterable[Event | Told[Fact] | str | None]) -> Iterator[int | str]:
    for each in evidence:
        match each:
            case None:
                pass
            case str():
                yield each
            case Event(seq=seq) | Told(event=Event(seq=seq)):
                yield seq
