from jnlpspy.model.span import Span
from jnlpspy.model.tap import Segment, Side, Tick
from jnlpspy.wire.held import Held


def held() -> Held:
    found = Held()
    found.skip(Side.AGENT, 10)
    found.skip(Side.CONTROLLER, 12)
    found.add(Segment(1, 0.0, Side.AGENT, b"abcd"))
    found.add(Tick(0.5))
    found.add(Segment(1, 1.0, Side.CONTROLLER, b"WXYZ"))
    found.add(Segment(1, 2.0, Side.AGENT, b"efgh"))
    return found


def test_bytes_are_found_by_their_place_in_a_sides_stream() -> None:
    assert held().raw(Side.AGENT, Span(12, 16)) == b"cdef"
    assert held().raw(Side.CONTROLLER, Span(0, 14)) == b"WX"
    assert held().start(Side.CONTROLLER) == 12
    assert held().start(Side.AGENT) == 10
    assert held().ends == {Side.AGENT: 18, Side.CONTROLLER: 16}


def test_only_the_bytes_of_the_side_that_is_meant_are_overwritten() -> None:
    found = held()
    found.overwrite(Side.AGENT, {13: ord("D"), 14: ord("E"), 99: ord("?"), 2: ord("?")})
    assert [each.data for each in found.take() if isinstance(each, Segment)] == [b"abcD", b"WXYZ", b"Efgh"]


def test_what_was_taken_is_held_no_longer() -> None:
    found = held()
    assert (len(found), found.size) == (4, 12)
    assert found.last == Segment(1, 2.0, Side.AGENT, b"efgh")
    assert len(found.take()) == 4
    assert (len(found), found.size) == (0, 0)
    assert Held().last is None
