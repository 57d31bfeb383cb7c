from array import array

from jnlpspy.browse.shown import Shown


class Connections:
    """As much of a catalogue as decides what is shown."""

    def __init__(self, *connections: int) -> None:
        self.connections = array("I", connections)

    def __len__(self) -> int:
        return len(self.connections)


def rows(shown: Shown) -> list[int]:
    return [shown[place] for place in range(len(shown))]


def found(*numbers: int) -> bytes:
    return array("I", numbers).tobytes()


def test_at_first_all_rows_are_shown() -> None:
    shown = Shown(Connections(1, 2, 1))  # type: ignore[arg-type] # all that is asked of it
    assert rows(shown) == [0, 1, 2]
    assert shown.place_of(2) == 2
    assert shown.holds(1)
    assert not shown.holds(3)


def test_a_session_alone_grows_with_the_catalogue() -> None:
    catalogue = Connections(1, 2, 1)
    shown = Shown(catalogue)  # type: ignore[arg-type] # as above
    shown.choose("", 1)
    assert rows(shown) == [0, 2]
    catalogue.connections.extend([2, 1])
    shown.grow()
    assert rows(shown) == [0, 2, 4]
    assert (shown.place_of(3), shown.holds(3)) == (2, False)


def test_rows_that_a_filter_finds_before_they_are_indexed_wait_for_that() -> None:
    catalogue = Connections(1, 2)
    shown = Shown(catalogue)  # type: ignore[arg-type] # as above
    shown.choose("call", None)
    assert rows(shown) == []
    shown.found(found(1, 3, 4))
    assert rows(shown) == [1]
    catalogue.connections.extend([1, 1])
    shown.grow()
    assert rows(shown) == [1, 3]
    catalogue.connections.append(2)
    shown.grow()
    assert rows(shown) == [1, 3, 4]


def test_a_filter_and_a_session_hold_together_and_the_filter_is_not_asked_anew() -> None:
    shown = Shown(Connections(1, 2, 1, 2))  # type: ignore[arg-type] # as above
    shown.choose("call", None)
    shown.found(found(1, 2, 3))
    shown.choose("call", 2)
    assert rows(shown) == [1, 3]
    shown.choose("call", None)
    assert rows(shown) == [1, 2, 3]
    shown.choose("", None)
    assert rows(shown) == [0, 1, 2, 3]
