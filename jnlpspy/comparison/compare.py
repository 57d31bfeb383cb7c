"""Two captures' sessions, paired and compared: their differences, the first that matters on top."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

from jnlpspy.comparison.account import CallAccount, Loaded, PipeAccount, SessionAccount
from jnlpspy.model.differences import Difference, DifferenceKind
from jnlpspy.model.events import Event
from jnlpspy.model.session import LoadKind, Outcome, PipeEnd
from jnlpspy.model.tap import Side

Pair = tuple[SessionAccount | None, SessionAccount | None]
Events = tuple[int | None, int | None]
"""Numbers of the events that tell of it, in either run."""

_Account = TypeVar("_Account")


def compare(first: Sequence[SessionAccount], second: Sequence[SessionAccount]) -> list[Difference]:
    """Return how the sessions of the second run differ from those of the first, in order, what matters on top."""
    found: list[Difference] = []
    for expected, got in _pairs(first, second):
        if expected is not None and got is not None:
            found += compare_sessions(expected, got)
        elif expected is not None:
            found.append(_lone(DifferenceKind.SESSION_MISSING, expected, expected=_described(expected)))
        elif got is not None:
            found.append(_lone(DifferenceKind.SESSION_EXTRA, got, got=_described(got)))
    return sorted(found, key=lambda each: (not each.matters, each.position))


def compare_sessions(first: SessionAccount, second: SessionAccount) -> list[Difference]:
    """Return how one session differs from another, in no particular order."""
    return [
        *_handshake(first, second),
        *_calls(first, second),
        *_pipes(first, second),
        *_loaded(first, second),
        *_ending(first, second),
    ]


def _pairs(first: Sequence[SessionAccount], second: Sequence[SessionAccount]) -> Iterator[Pair]:
    """Yield sessions that correspond: by the agents' names if both runs have the same, else by their order."""
    for kind in (False, True):
        left = [each for each in first if each.is_session is kind]
        right = [each for each in second if each.is_session is kind]
        names = sorted(each.agent_name for each in left)
        if kind and len(set(names)) == len(names) and names == sorted(each.agent_name for each in right):
            by_name = {each.agent_name: each for each in right}
            yield from ((each, by_name[each.agent_name]) for each in left)
        else:
            yield from zip_longest(left, right)


def _described(account: SessionAccount) -> str:
    if not account.is_session:
        return f"an answer with status {', '.join(str(status) for status, _ in account.statuses)}"
    return f"{account.agent_name or 'an agent'} by {account.offers[-1][0]}"


def _lone(kind: DifferenceKind, account: SessionAccount, expected: str = "none", got: str = "none") -> Difference:
    event = account.offers[0][1] if account.offers else account.statuses[0][1]
    events = (event, None) if kind is DifferenceKind.SESSION_MISSING else (None, event)
    return _difference(kind, "session", (expected, got), events, matters=account.is_session)


def _difference(  # noqa: PLR0913 - what a difference has
    kind: DifferenceKind,
    what: str,
    told: tuple[str, str],
    events: Events,
    position: float = 0.0,
    *,
    matters: bool = True,
) -> Difference:
    return Difference(kind, what, *told, matters, *events, position)


def _handshake(first: SessionAccount, second: SessionAccount) -> Iterator[Difference]:
    for (expected, one), (got, two) in zip(first.statuses, second.statuses, strict=False):
        if expected != got:
            yield _difference(DifferenceKind.DISCOVERY, "discovery", (str(expected), str(got)), (one, two))
    offered, came = (", ".join(name for name, _ in each.offers) for each in (first, second))
    if offered != came:
        yield _difference(DifferenceKind.HANDSHAKE, "protocol", (offered, came), (_offer(first), _offer(second)))
    (expected_verdict, at), (got_verdict, other) = _verdict(first), _verdict(second)
    if expected_verdict != got_verdict:
        yield _difference(DifferenceKind.HANDSHAKE, "verdict", (expected_verdict, got_verdict), (at, other))


def _offer(account: SessionAccount) -> int | None:
    return account.offers[0][1] if account.offers else None


def _verdict(account: SessionAccount) -> tuple[str, int | None]:
    if account.established is not None:
        return "accepted", account.established
    for by, reason, event in account.refusals:
        return f"refused by the {by.value}: {reason or 'without a reason'}", event
    return "neither accepted nor refused", account.closed[3] if account.closed else None


def _calls(first: SessionAccount, second: SessionAccount) -> Iterator[Difference]:
    groups: dict[tuple[Side, tuple[str, ...]], tuple[list[CallAccount], list[CallAccount]]] = {}
    for place, account in enumerate((first, second)):
        for call in account.calls:
            groups.setdefault((call.caller, call.path), ([], []))[place].append(call)
    for expected, got in groups.values():
        for one, two in _matched(expected, got):
            yield from _call(first, second, one, two)


def _matched(
    expected: list[CallAccount], got: list[CallAccount]
) -> Iterator[tuple[CallAccount | None, CallAccount | None]]:
    """Yield calls of the same callable that correspond: what is equal apart, the rest in its order."""
    yield from zip_longest(*_unequal(expected, got, _essence))


def _unequal(
    expected: Sequence[_Account], got: Sequence[_Account], essence: Callable[[_Account], Hashable]
) -> tuple[list[_Account], list[_Account]]:
    """Return what either has that the other has not, in order; equal ones correspond in whatever order they came."""
    lacking = Counter(map(essence, got))
    lacking.subtract(map(essence, expected))
    return _last(expected, -lacking, essence), _last(got, +lacking, essence)


def _last(
    accounts: Sequence[_Account], most: Counter[Hashable], essence: Callable[[_Account], Hashable]
) -> list[_Account]:
    """Return in order the last accounts of each essence, as many as are told."""
    chosen = []
    for each in reversed(accounts):
        key = essence(each)
        if most[key]:
            most[key] -= 1
            chosen.append(each)
    return chosen[::-1]


def _essence(call: CallAccount) -> Hashable:
    pipes = tuple(_flow(pipe) for pipe in call.pipes)
    return call.arguments, call.outcome, call.exception, call.causes, pipes


def _call(
    first: SessionAccount, second: SessionAccount, one: CallAccount | None, two: CallAccount | None
) -> Iterator[Difference]:
    events = (one.event if one else None, two.event if two else None)
    if one is not None and two is not None:
        told, position = (_outcome(one), _outcome(two)), one.when - first.began
        if one.outcome is not two.outcome:
            yield _difference(DifferenceKind.OUTCOME, _named(one), told, events, position)
        elif (one.exception, one.causes) != (two.exception, two.causes):
            yield _difference(DifferenceKind.EXCEPTION, _named(one), told, events, position)
        elif one.arguments != two.arguments:
            told = (one.arguments, two.arguments)
            yield _difference(DifferenceKind.ARGUMENTS, _named(one), told, events, position, matters=False)
    elif one is not None:
        told = (_called(one), "not called")
        yield _difference(DifferenceKind.CALL_MISSING, _named(one), told, events, one.when - first.began)
    elif two is not None:
        told = ("not called", _called(two))
        yield _difference(DifferenceKind.CALL_EXTRA, _named(two), told, events, two.when - second.began)


def _called(call: CallAccount) -> str:
    return f"called with {call.arguments}" if call.arguments else "called"


def _named(call: CallAccount) -> str:
    return f"{call.caller.value} calls {call.callable}"


def _outcome(call: CallAccount) -> str:
    if call.outcome is not Outcome.THREW:
        return str(call.outcome.value)
    return "threw " + "; caused by ".join((call.exception, *call.causes))


def _pipes(first: SessionAccount, second: SessionAccount) -> Iterator[Difference]:
    """Yield the pipes through which other bytes went; pipes of independent calls may come in any order."""
    for one, two in zip_longest(*_unequal(first.pipes, second.pipes, _flow)):
        lone, began = (one, first.began) if one is not None else (two, second.began)
        if lone is not None:
            what = f"pipe {lone.pipe}, written by the {lone.writer.value}"
            events = (one.event if one else None, two.event if two else None)
            yield _difference(DifferenceKind.PIPE, what, (_through(one), _through(two)), events, lone.when - began)


def _flow(pipe: PipeAccount) -> Hashable:
    """Return what must be the same.

    How much is written before the writer hears of a dead reader is chance, and so is whether a writer that never closes
    is collected before the channel ends.
    """
    if pipe.how == PipeEnd.DEAD.value:
        return pipe.writer, pipe.how
    return pipe.writer, pipe.how == PipeEnd.EOF.value, pipe.digest, pipe.bytes


def _through(pipe: PipeAccount | None) -> str:
    return "none" if pipe is None else f"{pipe.bytes:,} bytes, SHA-256 {pipe.digest[:12]}, {pipe.how}"


def _loaded(first: SessionAccount, second: SessionAccount) -> Iterator[Difference]:
    for each, event in _besides(first, second):
        what, told = f"{each.kind.value} {each.name}", (_sought(each), "not asked for")
        position = event.when - first.began
        yield _difference(
            DifferenceKind.LOADED_MISSING, what, told, (event.seq, None), position, matters=_must_load(each)
        )
    for each, event in _besides(second, first):
        what, told = f"{each.kind.value} {each.name}", ("not asked for", _sought(each))
        position = event.when - second.began
        yield _difference(
            DifferenceKind.LOADED_EXTRA, what, told, (None, event.seq), position, matters=_must_load(each)
        )


def _besides(account: SessionAccount, other: SessionAccount) -> Iterator[tuple[Loaded, Event]]:
    """Yield what was loaded in one session only, in whatever way."""
    names = {(each.kind, each.name, each.found) for each in other.loaded}
    return ((each, event) for each, event in account.loaded.items() if (each.kind, each.name, each.found) not in names)


def _sought(loaded: Loaded) -> str:
    return "loaded" if loaded.found else "looked for in vain"


def _must_load(loaded: Loaded) -> bool:
    """Return whether two good runs agree: what the sender foresees and what a cache holds may differ."""
    return loaded.asked_for and loaded.kind is not LoadKind.JAR


def _ending(first: SessionAccount, second: SessionAccount) -> Iterator[Difference]:
    if first.closed is None or second.closed is None or first.established is None or second.established is None:
        return
    expected, got = (
        "in order" if orderly else f"abruptly ({how.value})" for _, how, orderly, _ in (first.closed, second.closed)
    )
    if first.closed[2] != second.closed[2]:
        events = (first.closed[3], second.closed[3])
        yield _difference(DifferenceKind.ENDING, "the end", (expected, got), events, float("inf"))
