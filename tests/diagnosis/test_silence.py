"""How long a connection has been silent is measured to its end, or to the run's."""

from diagnosing import Tale
from handshakes import offered

from jnlpspy.diagnosis.silence import silent_for, successor_of
from jnlpspy.diagnosis.story import Chronicle, Story


def story_of(tale: Tale, connection: int) -> Story:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
    return chronicle.story_of(connection)


def test_silence_ends_with_the_connection() -> None:
    tale = offered(Tale(), 1).wait(7).closed().wait(50)
    offered(tale, 2)
    assert silent_for(story_of(tale, 1)) == 7


def test_an_open_connection_is_silent_until_the_run_says_something_last() -> None:
    tale = offered(Tale(), 1).wait(12)
    offered(tale, 2)
    assert silent_for(story_of(tale, 1)) == 12


def test_a_successor_comes_later_from_the_same_host_to_the_same_port() -> None:
    tale = offered(Tale(), 1).wait(1)
    offered(tale, 2, host="10.0.0.6").wait(1).opened(3, port=8080).wait(1)
    assert successor_of(story_of(tale, 1)) is None
    offered(tale, 4)
    successor = successor_of(story_of(tale, 1))
    assert successor is not None
    assert successor.connection == 4
