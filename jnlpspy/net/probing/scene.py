"""Where doctor's walk takes place: numbers its connections, runs its steps, and tells what it sees."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import trio

from jnlpspy.model.events import Fact
from jnlpspy.model.tap import Address, Observation
from jnlpspy.net.journal import Clock, Journal, Observe
from jnlpspy.net.probing.steps import Outcome, Step, StepName

T = TypeVar("T")


class StepFailed(Exception):
    """A step came to nothing, and why."""

    def __init__(self, text: str, *details: str) -> None:
        super().__init__(text)
        self.text = text
        self.details = details


class Stopped(Exception):
    """The walk cannot go on; the step that failed was reported."""


@dataclass(slots=True)
class Note:
    """What a step writes down while it runs."""

    text: str = ""
    outcome: Outcome = Outcome.OK
    details: list[str] = field(default_factory=list)
    waiting_for: str = "an answer"
    """What has not come if the deadline ends the step."""

    def warn(self, text: str) -> None:
        """Something is worth a look."""
        self.text, self.outcome = text, Outcome.WARNING

    def fail(self, text: str) -> None:
        """An agent would not get further; the walk looks on."""
        self.text, self.outcome = text, Outcome.FAILED

    def skip(self, text: str) -> None:
        """The step was not made."""
        self.text, self.outcome = text, Outcome.SKIPPED


class Scene:
    """Takes what probes see and do; what they look for to no agent's account is kept from the observer."""

    def __init__(
        self,
        *,
        observe: Observe,
        tell: Callable[[float, Fact], None],
        report: Callable[[Step], None],
        clock: Clock,
        timeout: float,
    ) -> None:
        self._observe = observe
        self._tell = tell
        self._report = report
        self._clock = clock
        self.timeout = timeout
        """Seconds that each step may take."""
        self.own_host = "0.0.0.0"  # noqa: S104 - stands for "no address" until the first connection shows one
        """Where all connections of the walk come from: rules see one agent in them."""
        self._connections = 0
        self.failed = False
        """True once a step failed."""

    def tell(self, fact: Fact) -> None:
        """Tell a fact that no byte shows."""
        self._tell(self._clock(), fact)

    def journal(self, *, quiet: bool = False) -> Journal:
        """Return the journal of a new connection; a quiet one tells nobody."""
        if quiet:
            return Journal(0, _forget, self._clock)
        self._connections += 1
        return Journal(self._connections, self._observe, self._clock)

    def report(self, name: StepName, outcome: Outcome, text: str, *details: str) -> None:
        """Report a step that took no time."""
        self._told(Step(name, outcome, text, 0.0, details))

    async def run(
        self,
        name: StepName,
        work: Callable[[Note], Awaitable[T]],
        *,
        patience: float | None = None,
        hidden: bool = False,
    ) -> T:
        """Run a step within its deadline and report it, unless it is hidden; Stopped if it failed."""
        note = Note()
        began = trio.current_time()
        seconds = min(patience or self.timeout, self.timeout)
        try:
            with trio.fail_after(seconds):
                value = await work(note)
        except (StepFailed, Stopped, trio.TooSlowError) as failure:
            failed = _failed(failure, note, seconds)
            if not hidden:
                taken = trio.current_time() - began
                self._told(Step(name, Outcome.FAILED, failed.text, taken, (*note.details, *failed.details)))
            raise Stopped(failed.text) from failure
        if not hidden:
            self._told(Step(name, note.outcome, note.text, trio.current_time() - began, tuple(note.details)))
        return value

    def _told(self, step: Step) -> None:
        self.failed = self.failed or step.outcome is Outcome.FAILED
        self._report(step)


def open_journal(journal: Journal, scene: Scene, controller: Address, port: int = 0) -> None:
    """Begin a journal as the walk's own connection."""
    journal.open(Address(scene.own_host, port), controller)


def _failed(failure: Exception, note: Note, seconds: float) -> StepFailed:
    match failure:
        case StepFailed():
            return failure
        case Stopped():
            return StepFailed(str(failure))  # a step behind this one, which nobody reported
        case _:
            return StepFailed(f"{note.waiting_for} did not come within {seconds:g} s")


def _forget(_observation: Observation) -> None:
    pass
