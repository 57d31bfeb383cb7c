"""Which agents a simulated controller knows, and in which words it refuses the others.

Mirrors jenkins.slaves.DefaultJnlpSlaveReceiver, whose order of checks is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jnlpspy.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an agent is refused: what JNLP4 says, and what cores with remoting 2 said in the older protocols."""

    reason: str
    jnlp2: str
    jnlp1: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The agents a controller knows."""

    secrets: Mapping[str, Secret]
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Agents refused whatever they prove, and the reason given."""
    not_inbound: frozenset[str] = frozenset()
    """Agents that the controller itself would launch, over SSH for example."""

    def refusal_of(
        self, name: str | None, secret: str | None, *, is_connected: Callable[[str], bool]
    ) -> Refusal | None:
        """Return why an agent is refused; None if it may join."""
        if name is not None and name in self.refusals:
            return _in_all_words(self.refusals[name])
        if name is None or name not in self.secrets:
            return Refusal(
                f"Unknown client name: {'null' if name is None else name}",
                f"JNLP2-connect: rejected connection for node: {name}",
                f"No such agent: {name}",
            )
        if self.secrets[name].value != secret:
            mismatch = f"{name} can't be connected since the agent's secret does not match the handshake secret."
            return Refusal("Authorization failure", mismatch, "Unauthorized access")
        if name in self.not_inbound:
            return _in_all_words(f"{name} is not an inbound agent")
        if is_connected(name):
            rejected = "Rejecting this connection."
            old = f"{name} is already connected to this master. {rejected}"
            return Refusal(f"{name} is already connected to this controller. {rejected}", old, old)
        return None


def _in_all_words(reason: str) -> Refusal:
    return Refusal(reason, reason, reason)
