"""Which agents a simulated controller knows, and in which words it refuses the others.

Mirrors jenkins.slaves.DefaultJnlpSlaveReceiver, whose order of checks is kept, and what Jenkins said before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from jnlpspy.model.secret import Secret

LASTING: Final = "fatal:"
"""What a reason begins with that JNLP4 gives as FATAL, for good."""

FORBIDDEN: Final = 403
"""What WebSocket says to a wrong secret."""

_REJECTED: Final = "Rejecting this connection."


class Age(Enum):
    """How old a controller's words are, told by the remoting it is of."""

    REMOTING_2 = "remoting-2"
    """Cores up to 2.26: JNLP-connect, JNLP2-connect and JNLP3-connect refuse in words."""
    REMOTING_3 = "remoting-3"
    """Cores from 2.27 on: the same protocols just close the connection."""
    TODAY = "today"
    """Cores from 2.263 on, which call the controller so."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an agent is refused: what JNLP4 says, and what cores with remoting 2 said in the older protocols."""

    reason: str
    jnlp2: str
    jnlp1: str
    jnlp3: str | None = None
    """None: as JNLP2."""
    permanent: bool = False
    """JNLP4 says FATAL in place of ERROR, which no Jenkins does."""
    websocket: str | None = None
    """What stands below the status of WebSocket's answer; None: as JNLP4."""
    status: int = 400
    """That status."""

    def words_for(self, protocol: str) -> str:
        """Return what is said in a protocol, by who says anything there."""
        match protocol:
            case "JNLP-connect":
                return self.jnlp1
            case "JNLP2-connect":
                return self.jnlp2
            case "JNLP3-connect":
                return self.jnlp2 if self.jnlp3 is None else self.jnlp3
            case "WebSocket":
                return self.reason if self.websocket is None else self.websocket
            case _:
                return self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The agents a controller knows."""

    secrets: Mapping[str, Secret]
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Agents refused whatever they prove: the words, behind `fatal:` for good, or a name of `REASONS`."""
    not_inbound: frozenset[str] = frozenset()
    """Agents that the controller itself would launch, over SSH for example."""
    age: Age = Age.TODAY
    admits_anyone: bool = False
    """True if it asks for no name it knows and for no secret: a recording is played to whoever comes."""
    refuses_everyone: Callable[[str], str] | None = None
    """Gives the words, by the agent's name, in which whoever comes is refused; "" only closes the connection."""

    def refusal_of(
        self, name: str | None, secret: str | None, *, is_connected: Callable[[str], bool]
    ) -> Refusal | None:
        """Return why an agent is refused; None if it may join."""
        if self.refuses_everyone is not None:
            return refusal_for(name or "", self.refuses_everyone(name or "null"), self.age)
        if name is not None and self.admits_anyone:
            return _already_connected(name, self.age) if is_connected(name) else None
        if name is not None and name in self.refusals:
            return refusal_for(name, self.refusals[name], self.age)
        if name is None or name not in self.secrets:
            return _unknown(name)
        if self.secrets[name].value != secret:
            return _mismatch(name)
        if name in self.not_inbound:
            return _not_inbound(name, self.age)
        return _already_connected(name, self.age) if is_connected(name) else None


def refusal_for(name: str, reason: str, age: Age) -> Refusal:
    """Return a refusal for a reason told in words, or by its name among `REASONS`."""
    if reason in REASONS:
        return REASONS[reason](name, age)
    words = reason.removeprefix(LASTING).strip()
    return Refusal(words, words, words, permanent=reason.startswith(LASTING))


def _unknown(name: str | None) -> Refusal:
    return Refusal(
        f"Unknown client name: {'null' if name is None else name}",
        f"JNLP2-connect: rejected connection for node: {name}",
        f"No such agent: {name}",
        f"Agent trying to register for invalid node: {name}",
        websocket="no such agent",
    )


def _mismatch(name: str) -> Refusal:
    mismatch = f"{name} can't be connected since the agent's secret does not match the handshake secret."
    return Refusal(
        "Authorization failure", mismatch, "Unauthorized access", "", websocket="Forbidden", status=FORBIDDEN
    )


def _not_inbound(name: str, age: Age) -> Refusal:
    return _in_all_words(f"{name} is not {'a JNLP' if age is Age.REMOTING_2 else 'an inbound'} agent")


def _already_connected(name: str, age: Age) -> Refusal:
    here = "controller" if age is Age.TODAY else "master"
    old = f"{name} is already connected to this master. {_REJECTED}"
    return Refusal(f"{name} is already connected to this {here}. {_REJECTED}", old, old)


def _in_all_words(reason: str) -> Refusal:
    return Refusal(reason, reason, reason)


REASONS: Final[Mapping[str, Callable[[str, Age], Refusal]]] = {
    "unknown": lambda name, _: _unknown(name),
    "wrong-secret": lambda name, _: _mismatch(name),
    "not-inbound": _not_inbound,
    "already-connected": _already_connected,
}
"""Refusals in Jenkins' own words, by name."""
