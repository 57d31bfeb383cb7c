"""Which events somebody asks for."""

from facts import EVENTS

from jnlpspy.model.choice import every, no_event


def test_nobody_who_asks_for_every_event_misses_one() -> None:
    assert all(map(every, EVENTS))


def test_nobody_who_asks_for_none_gets_one() -> None:
    assert not any(map(no_event, EVENTS))
