"""How long a connection that is not over has been silent, by what the run told since."""

from jnlpspy.diagnosis.story import Story
from jnlpspy.model.tap import Side

HANDSHAKE_LIMIT = 10.0
"""Seconds that JNLP4 waits for an acknowledgement, and for BYE."""


def last_told(story: Story) -> float:
    """Return when the run told anything last."""
    return max((each.last_event.when for each in story.chronicle if each.last_event is not None), default=story.began)


def silent_for(story: Story) -> float:
    """Return for how many seconds neither side of a connection was heard: until its end, or the run's."""
    heard = max((story.spoke[side] for side in Side if side in story.spoke), default=story.began)
    closed = story.closed
    return (closed.event.when if closed is not None else last_told(story)) - heard


def successor_of(story: Story) -> Story | None:
    """Return a later connection from the same host to the same port: its agent has given this one up."""
    return next(
        (
            each
            for each in story.chronicle
            if each is not story
            and each.began > story.began
            and each.agent_host == story.agent_host
            and each.controller == story.controller
        ),
        None,
    )
