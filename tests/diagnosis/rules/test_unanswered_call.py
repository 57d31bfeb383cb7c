"""A call was never answered, and near misses."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import CallFinished, CallsWaiting, ChannelEnded
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import Outcome, Pings, WaitingCall
from jnlpspy.model.tap import Side

RULE = "unanswered-call"
FETCH = "hudson.remoting.RemoteClassLoader$IClassLoader.fetch3"


def chain(last: str, age: float, *, certain: bool = True) -> CallsWaiting:
    first = WaitingCall("c1", "a.Work", Side.CONTROLLER, age + 1)
    return CallsWaiting((first, WaitingCall("a1", last, Side.AGENT, age, certain)))


def lost(call: str, callable_: str, duration: float) -> CallFinished:
    return CallFinished(call, callable_, duration, Outcome.UNANSWERED)


def ended(silent: Side | None) -> ChannelEnded:
    return ChannelEnded(None, "", dict.fromkeys(Side, Pings()), dict.fromkeys(Side, 400.0), silent)


def test_a_chain_of_calls_that_wait_for_each_other_is_named() -> None:
    (finding,) = found(
        RULE, Tale().channel().fact(chain(FETCH, 12.0), lost("c1", "a.Work", 13.0), lost("a1", FETCH, 12))
    )
    assert finding.title == (f"a.Work hangs: it waits for {FETCH}, which the controller has not answered for 12.0 s")
    assert (finding.severity, finding.confidence) == (Severity.ERROR, 0.9)


def test_an_inferred_chain_is_less_certain() -> None:
    (finding,) = found(RULE, Tale().channel().fact(chain("b.Ask", 70.0, certain=False)))
    assert finding.confidence == 0.8


def test_a_class_that_does_not_come_is_a_hang_by_itself() -> None:
    (finding,) = found(RULE, Tale().channel().fact(lost("a1", FETCH, 15.0)))
    assert finding.title == f"The controller has not answered {FETCH} for 15.0 s"
    assert finding.severity is Severity.WARNING


def test_a_long_call_to_a_side_that_fell_silent_is_a_hang() -> None:
    (finding,) = found(RULE, Tale().channel().fact(lost("c1", "a.Work", 400.0), ended(Side.AGENT)))
    assert finding.title == "The agent has not answered a.Work for 6 min 40 s"


def test_what_the_end_of_the_connection_cut_off_is_told() -> None:
    tale = Tale().channel().fact(lost("c1", "a.Work", 5.0), lost("c2", "a.More", 1.0)).closed(Side.AGENT)
    (finding,) = found(RULE, tale)
    assert finding.title == "a.Work and 1 more call were never answered: the connection ended first"
    assert finding.consequence_of == "agent-vanished"


def test_what_ran_when_a_side_closed_the_channel_in_order_is_worth_knowing() -> None:
    closing = ChannelEnded(
        Side.CONTROLLER,
        "hudson.slaves.OfflineCause: deleted",
        dict.fromkeys(Side, Pings()),
        dict.fromkeys(Side, 0.0),
        None,
    )
    tale = Tale().channel().fact(lost("c1", "a.Work", 5.0), lost("c2", "a.Work", 0.1), closing).closed(orderly=True)
    (finding,) = found(RULE, tale)
    assert finding.title == ("The controller closed the channel while 1 call ran: hudson.slaves.OfflineCause: deleted")
    assert (finding.severity, finding.evidence) == (Severity.INFO, (6, 8))


@pytest.mark.parametrize(
    "tale",
    [
        Tale().channel().fact(lost("c1", "a.Work", 4000.0)),
        Tale().channel().fact(lost("c1", "a.Work", 4000.0), ended(Side.CONTROLLER)),
        Tale().channel().fact(lost("a1", FETCH, 2.0)),
        Tale().channel().fact(chain("b.Ask", 20.0)),
        Tale().channel().fact(lost("c1", "a.Work", 5.0)).closed(orderly=True),
        Tale().channel().fact(CallFinished("a1", FETCH, 99.0, Outcome.RETURNED)).closed(),
    ],
    ids=["still running", "the caller is silent", "just asked", "a moment", "in order", "answered"],
)
def test_work_that_goes_on_is_no_hang(tale: Tale) -> None:
    assert found(RULE, tale) == []
