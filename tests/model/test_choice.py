"""Which events somebody asks for."""

from facts import EVENTS

from jnlpspy.model.choice import every


def test_nobody_who_asks_for_every_event_misses_one() -> None:
    assert all(map(every, EVENTS))
