"""How a field is read of an event."""

from facts import AGENT, CONTROLLER, EVENTS

from jnlpspy.filters.field import address, each_side, of_each, side, text, words
from jnlpspy.filters.values import Kind
from jnlpspy.model.events import Event, HandshakeAccepted, NameResolved
from jnlpspy.model.secret import Secret


def test_a_secret_is_read_as_its_fingerprint() -> None:
    secret = Secret("0" * 64)
    event = Event(1, 1, 0.0, HandshakeAccepted("JNLP4-connect", secret))
    assert text("agent_name").read(event) == secret.fingerprint


def test_words_that_are_not_there_are_nothing() -> None:
    assert words("reason").read(Event(1, 0, 0.0, NameResolved("a", ("192.0.2.1",)))) is None


def test_an_object_with_both_sides_is_a_field_for_each() -> None:
    ended = EVENTS[34]
    answered = each_side("pings", Kind.NUMBER, "answered")
    assert [(each.name, each.read(ended)) for each in answered] == [
        ("pings.agent.answered", 0),
        ("pings.controller.answered", 2),
    ]
    silence = each_side("silence", Kind.DURATION)
    assert {each.name: each.read(ended) for each in silence} == {"silence.agent": 250.0, "silence.controller": 0.0}


def test_a_list_of_objects_is_read_as_what_each_has() -> None:
    waiting = EVENTS[25]
    assert of_each("calls", "age", Kind.DURATION).read(waiting) == (62.5, 61.0)
    assert of_each("calls", "caller", Kind.CHOICE, "caller.value").read(waiting) == (CONTROLLER.value, AGENT.value)


def test_nobody_is_no_side() -> None:
    assert side("by").read(EVENTS[42]) is None
    assert side("by").read(EVENTS[41]) == "controller"


def test_an_address_is_host_and_port() -> None:
    assert address("controller").read(EVENTS[0]) == "[::1]:50000"
