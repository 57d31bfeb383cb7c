"""What a refused protocol means for an agent: whether it has others left to try."""

from jnlpspy.diagnosis.announced import announcements, is_new_agent, protocols_of
from jnlpspy.diagnosis.refusals import was_accepted
from jnlpspy.diagnosis.story import Story
from jnlpspy.model.events import DiscoveryAsked, ProtocolOffered

ROUTED = "JNLP4-connect-proxy"
"""Offered for the sake of a router before the real protocol, by remoting 3180 and newer; no Jenkins knows it."""

ORDER = (ROUTED, "JNLP4-connect", "JNLP4-plaintext", "JNLP3-connect", "JNLP2-connect", "JNLP-connect")
"""The order in which agents try what they speak."""

AGENTS = frozenset(ORDER)


def has_alternative(story: Story, protocol: str) -> bool:
    """True if an agent whose protocol was refused is not known to have no other: it tries all where none are listed."""
    if protocol == ROUTED:
        return True
    if protocol not in AGENTS or protocol == ORDER[-1]:
        return False
    newest = next(announcements(story), None)
    if newest is None:
        return False
    where, told = newest
    if protocols_of(told.fact) is not None or is_new_agent(_asked(where)):
        return False
    return not _came_back(story, protocol)


def _asked(story: Story) -> DiscoveryAsked | None:
    asked = story.last(DiscoveryAsked)
    return None if asked is None else asked.fact


def _came_back(story: Story, protocol: str) -> bool:
    """Return whether the agent offered the same before, and nothing was accepted since."""
    for earlier in story.chronicle.before(story):
        if was_accepted(earlier):
            return False
        if any(offered.fact.protocol == protocol for offered in earlier.all(ProtocolOffered)):
            return True
    return False
