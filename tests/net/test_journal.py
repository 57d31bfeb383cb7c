from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    DialFailed,
    DialFailure,
    Ended,
    Observation,
    Opened,
    Remarked,
    Segment,
    Side,
    Tap,
    TlsOpened,
)
from jnlpspy.net.journal import Journal, LegWire

AGENT = Address("10.0.0.5", 51020)
CONTROLLER = Address("10.0.0.2", 50000)


class Seen(list[Observation]):
    def __init__(self) -> None:
        super().__init__()
        self.time = 100.0

    def clock(self) -> float:
        self.time += 1
        return self.time


def test_everything_is_stamped_in_order() -> None:
    seen = Seen()
    journal = Journal(7, seen.append, seen.clock)
    journal.open(AGENT, CONTROLLER)
    journal.sent(Side.AGENT, b"offer")
    journal.tls_opened(Side.CONTROLLER, "TLSv1.3", "cipher", "aa:bb")
    journal.remark("a remark")
    journal.ended(Side.AGENT)
    journal.close(Side.AGENT, CloseReason.EOF)
    assert seen == [
        Opened(7, 101.0, AGENT, CONTROLLER),
        Segment(7, 102.0, Side.AGENT, b"offer"),
        TlsOpened(7, 103.0, Side.CONTROLLER, "TLSv1.3", "cipher", "aa:bb"),
        Remarked(7, 104.0, "a remark"),
        Ended(7, 105.0, Side.AGENT),
        Closed(7, 106.0, Side.AGENT, CloseReason.EOF),
    ]


def test_there_is_one_opening_and_one_end() -> None:
    seen = Seen()
    journal = Journal(7, seen.append, seen.clock)
    journal.remark("too early")
    journal.open(AGENT, CONTROLLER)
    journal.open(AGENT, AGENT)
    journal.close(None, CloseReason.TIMEOUT)
    journal.close(Side.AGENT, CloseReason.EOF)
    journal.remark("too late")
    assert [type(each) for each in seen] == [Opened, Closed]
    assert seen[0] == Opened(7, 101.0, AGENT, CONTROLLER)


def test_wire_of_a_leg_names_leg_and_sender_and_comes_behind_its_keys() -> None:
    seen = Seen()
    journal = Journal(7, seen.append, seen.clock)
    journal.open(AGENT, CONTROLLER)
    before: list[int] = []
    wire = LegWire(journal, Side.CONTROLLER, lambda: before.append(len(seen)))
    wire.came(b"from the controller")
    wire.left(b"to the controller")
    assert [(each.sender, each.tap) for each in seen if isinstance(each, Segment)] == [
        (Side.CONTROLLER, Tap.CONTROLLER_LEG),
        (Side.AGENT, Tap.CONTROLLER_LEG),
    ]
    assert before == [1, 2]


def test_a_dial_that_failed_is_an_observation_of_its_connection() -> None:
    seen = Seen()
    journal = Journal(7, seen.append, seen.clock)
    journal.open(AGENT, CONTROLLER)
    journal.dial_failed("http://jenkins/", DialFailure.REFUSED, "Connection refused")
    assert seen[1] == DialFailed(7, 102.0, "http://jenkins/", DialFailure.REFUSED, "Connection refused")
