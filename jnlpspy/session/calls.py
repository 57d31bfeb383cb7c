"""Calls: requests paired with their responses, in both directions (hudson.remoting.Channel's pending calls).

Nothing on the wire says which call a request serves. What a side is serving when it sends one is known, and the stack
trace that most requests carry says whether the thread that made them was serving a call, and of which class.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from jnlpspy.model.commands import Cancel, Command, Request, Response, UserRequest
from jnlpspy.model.describe import describe_arguments, describe_callable, describe_throwable, shorten
from jnlpspy.model.events import CallFinished, CallStarted, CallsWaiting
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import CallKind, Outcome, Payload, PayloadRole, WaitingCall
from jnlpspy.model.tap import Side
from jnlpspy.model.throwables import causes_of, frames_of, suppressed_of
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes

OPEN_CALLS = 100_000
"""Calls kept while unanswered; beyond it the oldest is given up. A controller has some hundreds in flight."""

CALLABLE = 1000
"""Characters of a callable's name that are kept; the longest real ones have some 200."""

CHAINS = 100
"""Chains of waiting calls that are told at the end, of ten times as many that are looked at."""

LINKS = 100
"""Calls of a chain that are told."""

CANDIDATES = 200
"""Calls being served that are considered for what a request serves."""

PING = "hudson.remoting.PingThread$Ping"

_LEAVES = (
    "hudson.remoting.RemoteClassLoader$IClassLoader.",
    "hudson.remoting.IChannel.",
    "java.io.InputStream.read",
    PING,
)
"""Callables that call nobody back."""


_USER, _RPC = CallKind  # an enum's members are slow to get
_THREW = PayloadRole.THREW
_RETURNED = Outcome.RETURNED
_INITIALS = {side: side.value[0] for side in Side}


@dataclass(slots=True, eq=False)
class _OpenCall:
    call: str
    caller: Side
    callable: str
    when: float
    parent: "_OpenCall | None" = None
    certain: bool = True
    cancelled: bool = False
    over: bool = False


class CallBook:
    """The calls of one channel that wait for an answer."""

    def __init__(self, purposes: Purposes = WELL_KNOWN) -> None:
        self._purposes = purposes
        self._open: dict[tuple[Side, int], _OpenCall] = {}
        self._serving: dict[Side, dict[int, _OpenCall]] = {side: {} for side in Side}
        """By the side that serves them, the latest last; without those that call nobody back."""

    def observe(
        self, sender: Side, when: float, command: Command, payload: Payload | None
    ) -> list[CallStarted | CallFinished]:
        """Take note of a command; return the call it starts or finishes."""
        if isinstance(command, Request):
            return self._start(sender, when, command, payload)
        if isinstance(command, Response):
            answered = self._take((sender.peer, command.id))
            return [] if answered is None else [_finish(answered, when, command, payload)]
        if isinstance(command, Cancel):
            opened = self._open.get((sender, command.id))
            if opened is not None:
                opened.cancelled = True
        return []

    def end(self, when: float) -> Iterator[CallsWaiting | CallFinished]:
        """Yield who waits on whom, then the calls that were never answered, oldest first."""
        yield from self._chains(when)
        for opened in self._open.values():
            yield _give_up(opened, when)
        self._open.clear()
        for serving in self._serving.values():
            serving.clear()

    def _start(
        self, sender: Side, when: float, request: Request, payload: Payload | None
    ) -> list[CallStarted | CallFinished]:
        key = (sender, request.id)
        stale = self._take(key)
        if stale is None and len(self._open) >= OPEN_CALLS:
            stale = self._take(next(iter(self._open)))
        name = shorten(describe_callable(request, payload), CALLABLE)
        parent, certain = self._parent(sender, request, name)
        kind = _USER if isinstance(request, UserRequest) else _RPC
        opened = _OpenCall(f"{_INITIALS[sender]}{request.id}", sender, name, when, parent, certain)
        self._open[key] = opened
        if not name.startswith(_LEAVES):
            self._serving[sender.peer][request.id] = opened
        started = CallStarted(
            opened.call,
            kind,
            name,
            describe_arguments(request, payload),
            self._purposes.tell(name, payload),
            parent.call if parent is not None else None,
            certain,
        )
        return [started] if stale is None else [_give_up(stale, when), started]

    def _take(self, key: tuple[Side, int]) -> _OpenCall | None:
        opened = self._open.pop(key, None)
        if opened is not None:
            self._serving[key[0].peer].pop(key[1], None)
            opened.over, opened.parent = True, None  # or the calls before it could never be forgotten
        return opened

    def _parent(self, sender: Side, request: Request, name: str) -> tuple[_OpenCall | None, bool]:
        """Return the call that a request serves, and whether that is certain."""
        serving = self._serving[sender]
        if not serving or name == PING:
            return None, True
        candidates = list(islice(reversed(serving.values()), CANDIDATES))
        classes, serves = request.created_at.tell(_look_at) if request.created_at is not None else _NO_STACK
        if classes:
            if not serves:
                return None, True
            candidates = [each for each in candidates if each.callable in classes] or candidates
        return candidates[0], len(candidates) == 1

    def _chains(self, when: float) -> Iterator[CallsWaiting]:
        """Yield a chain for each call that waits for no other but is waited for, the longest waiting first."""
        waited_for = {id(each.parent) for each in self._open.values() if each.parent is not None}
        last = (each for each in self._open.values() if id(each) not in waited_for)
        chains = [self._chain(each, when) for each in islice(last, 10 * CHAINS)]
        chains.sort(key=lambda chain: -chain[0].age)
        for chain in islice((each for each in chains if len(each) > 1), CHAINS):
            yield CallsWaiting(tuple(chain))

    @staticmethod
    def _chain(last: _OpenCall, when: float) -> list[WaitingCall]:
        links: list[WaitingCall] = []
        current: _OpenCall | None = last
        while current is not None and len(links) < LINKS and not current.over:
            links.append(
                WaitingCall(current.call, current.callable, current.caller, when - current.when, current.certain)
            )
            current = current.parent
        return links[::-1]


def _look_at(source: JavaObject) -> tuple[frozenset[str], bool]:
    """Return the classes in the stack trace of a request, and whether its thread was serving a call."""
    frames = list(frames_of(source))
    return frozenset(declaring for declaring, _ in frames), any(_serves_a_call(*frame) for frame in frames)


_NO_STACK = frozenset[str](), False


def _serves_a_call(declaring: str, method: str) -> bool:
    """Return whether a frame is remoting's own around a request that is being executed."""
    return (method == "perform" and declaring.startswith("hudson.remoting.")) or (
        method == "run" and declaring.startswith("hudson.remoting.Request$")
    )


def _give_up(opened: _OpenCall, when: float) -> CallFinished:
    return CallFinished(opened.call, opened.callable, when - opened.when, Outcome.UNANSWERED)


def _finish(opened: _OpenCall, when: float, response: Response, payload: Payload | None) -> CallFinished:
    thrown = payload.value if payload is not None and payload.role is _THREW else response.exception
    duration = when - opened.when
    if thrown is None and not opened.cancelled:
        return CallFinished(opened.call, opened.callable, duration, _RETURNED)
    outcome = Outcome.CANCELLED if opened.cancelled else Outcome.THREW
    if thrown is None:
        return CallFinished(opened.call, opened.callable, duration, outcome)
    exception = describe_throwable(thrown)
    return CallFinished(
        opened.call, opened.callable, duration, outcome, exception, causes_of(thrown), suppressed_of(thrown)
    )
