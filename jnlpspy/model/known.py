"""What an operator knows besides what was captured; it decides what the wire cannot tell apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jnlpspy.model.secret import NO_SECRETS, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names and secrets, as far as they are known."""

    secrets: Mapping[str, Secret] = field(default_factory=lambda: NO_SECRETS)
    """The controller's agents and the secrets it expects of them."""
    complete: bool = False
    """True if no other agent exists on the controller: the names are from its own files."""
    name: str | None = None
    """What the agent is meant to be called."""
    secret: Secret | None = None
    """What the agent was meant to be given."""


NOTHING_KNOWN = Known()
