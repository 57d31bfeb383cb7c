"""Screens of the live view, kept as text at the sizes that terminals have.

`python tests/live_screens.py` writes them anew; read them before you commit them.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from diagnosing import Tale
from specimens import observations_of

from jnlpspy.cli.wiring import Diagnosis
from jnlpspy.model.events import CallFinished, CallStarted, HandshakeRefused, HeadersSent, ProtocolOffered
from jnlpspy.model.known import NOTHING_KNOWN
from jnlpspy.model.relay_status import RelayStatus
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import Segment, Side
from jnlpspy.pipeline import Pipeline, Sink
from jnlpspy.view.live.draw import draw
from jnlpspy.view.live.keys import Key, Stroke
from jnlpspy.view.live.layout import layout_for
from jnlpspy.view.live.model import LiveModel, Matches
from jnlpspy.view.live.prompt import Fault, Offer
from jnlpspy.view.live.state import Filters, ScreenState, Wish

FOLDER = Path(__file__).parent / "view" / "live" / "snapshots"
WORKLOAD = "3.33-JNLP4-connect-workload"
REFUSED = "3.33-JNLP2-connect-wrong-secret"
KILLED = "3.33-JNLP4-connect-kill-controller-midcall"

SIZES = ((80, 24), (160, 50))
"""Columns and rows that are kept."""

STARTED = 1000.0
"""When the relays of these tests began, and tales do."""

STATUS = RelayStatus(
    target="http://jenkins.example:8080/",
    listen="127.0.0.1:50001",
    http="http://127.0.0.1:8090/",
    identity="97:96:0d:41:52:a8:f0:5c:3e:77:1b:09:c4:d2:e6:8f",
    started=STARTED,
)


def read_filter(text: str) -> Matches | Fault:
    """Read a filter of these tests: the name of a kind of fact."""
    if not text.isidentifier():
        return Fault(f"expected a name, got {text!r}", len(text) - 1)
    return lambda event: type(event.fact).__name__ == text


def complete_filter(text: str, column: int) -> tuple[Offer, ...]:
    """Complete names of facts."""
    names = ("CallStarted", "CallFinished", "CommandSent")
    return tuple(Offer(name, 0) for name in names if name.startswith(text[:column]))


class Stage:
    """A screen without a terminal, and what is told it."""

    def __init__(self, columns: int = 80, rows: int = 24, status: RelayStatus = STATUS) -> None:
        self.model = LiveModel(status)
        self.state = ScreenState(self.model, Filters(read_filter, complete_filter))
        self.layout = layout_for(columns, rows)
        self.now = STARTED

    def tell(self, tale: Tale) -> "Stage":
        """Events, with what the rules say of them."""
        judge = Diagnosis(NOTHING_KNOWN).judge(self.model.observe)
        for event in tale.events:
            self.model.observe(event)
            judge.observe(event)
        return self.at(tale.when)

    def play(self, name: str) -> "Stage":
        """A specimen, as it went."""

        def fail(_sink: Sink, error: Exception) -> None:
            raise error

        pipeline = Pipeline([self.model], fail, judge=Diagnosis(NOTHING_KNOWN).judge)
        observations = list(observations_of(name))
        self.model.tell(replace(self.model.status, started=observations[0].when - 5))
        self.at(observations[0].when)
        for observation in observations:
            while observation.when > self.now + 1:
                self.at(self.now + 1)
            self.model.see(observation)
            pipeline.observe(observation)
        self.at(observations[-1].when)
        pipeline.finish()
        return self

    def at(self, when: float) -> "Stage":
        """The clock goes on."""
        self.now = when
        self.model.tick(when)
        return self

    def press(self, *strokes: Stroke) -> list[Wish]:
        """Press keys; return what is wished of others."""
        wishes = [self.state.press(stroke, self.layout) for stroke in strokes]
        return [wish for wish in wishes if wish is not None]

    def type(self, text: str) -> "Stage":
        """Type characters."""
        self.press(*text)
        return self

    @property
    def lines(self) -> list[str]:
        """What the screen shows, without the blanks at the lines' ends."""
        return [line.plain.rstrip() for line in draw(self.state, self.layout, self.now)]

    @property
    def text(self) -> str:
        """The same in one."""
        return "\n".join(self.lines)


def busy(number: int, *, name: str = "") -> Tale:
    """Sessions, each with a call in flight; every seventh is refused."""
    tale = Tale()
    for connection in range(1, number + 1):
        who = name or f"linux-{connection}"
        if connection % 7 == 0:
            tale.opened(connection).agent(ProtocolOffered("JNLP4-connect"), HeadersSent({}, who, Secret("5" * 64)))
            tale.controller(HandshakeRefused(Side.CONTROLLER, "Authorization failure")).closed()
            continue
        tale.channel(connection, name=who).wait(0.1)
        tale.controller(CallStarted("c1", CallKind.USER, "hudson.remoting.PingThread$Ping")).wait(0.25)
        tale.agent(CallFinished("c1", "hudson.remoting.PingThread$Ping", 0.25, Outcome.RETURNED))
        tale.controller(CallStarted("c2", CallKind.USER, "hudson.FilePath$ListGlob", '"**/*.java"'))
    return tale


def sending(stage: Stage, connection: int, sender: Side, size: int) -> Stage:
    """Have bytes of a connection counted."""
    stage.model.see(Segment(connection, stage.now, sender, bytes(size)))
    return stage


def _opened(stage: Stage, *strokes: Stroke) -> Stage:
    stage.press(*strokes)
    return stage


RECORD = "captures/jnlpspy-20261122T203000Z.pcapng"

SCREENS: Mapping[str, Callable[[Stage], Stage]] = MappingProxyType(
    {
        "empty": lambda stage: stage.at(STARTED + 3),
        "healthy": lambda stage: stage.play(WORKLOAD),
        "refused": lambda stage: stage.play(REFUSED),
        "killed": lambda stage: stage.play(KILLED),
        "many": lambda stage: _opened(stage.tell(busy(200)), *[Key.DOWN] * 100),
        "errors-only": lambda stage: stage.tell(busy(200)).type("e"),
        "events": lambda stage: _opened(stage.play(WORKLOAD), Key.ENTER),
        "event": lambda stage: _opened(stage.play(WORKLOAD), Key.ENTER, *[Key.UP] * 3, Key.ENTER),
        "finding": lambda stage: _opened(stage.play(REFUSED), Key.ENTER, "k", Key.ENTER),
        "help": lambda stage: stage.type("?"),
        "filter": lambda stage: _opened(stage.play(WORKLOAD).type("/CallFinished"), Key.ENTER),
        "filter-typed": lambda stage: _opened(stage.tell(busy(3)).type("/Call"), Key.TAB),
        "filter-wrong": lambda stage: _opened(stage.tell(busy(3)).type("/call ~ "), Key.ENTER),
        "paused": lambda stage: stage.tell(busy(3)).type("p").tell(busy(9)),
        "asking": lambda stage: stage.tell(busy(3)).type("q"),
        "recording": lambda stage: _told(stage, replace(STATUS, recording=True, record=RECORD)),
        "record-failed": lambda stage: _told(
            stage, replace(STATUS, record="s.pcapng", record_failure="No space left on device", left_out=3_000_000)
        ),
        "stopping": lambda stage: _told(stage.tell(busy(3)), replace(STATUS, stopping=True, backlog=12_345_678)),
    }
)
"""What is kept, by name."""


def _told(stage: Stage, status: RelayStatus) -> Stage:
    stage.model.tell(status)
    return stage


def shown(name: str, size: tuple[int, int]) -> str:
    """Return a screen as text."""
    return SCREENS[name](Stage(*size)).text + "\n"


def snapshot_of(name: str, size: tuple[int, int]) -> Path:
    """Return where a screen is kept."""
    return FOLDER / f"{name}-{size[0]}x{size[1]}.txt"


def main() -> None:
    """Write all screens."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    for name in SCREENS:
        for size in SIZES:
            snapshot_of(name, size).write_text(shown(name, size), "utf-8")


if __name__ == "__main__":
    main()
