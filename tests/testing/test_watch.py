"""What a peer sees becomes sessions that a test can wait for."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import trio
from specimens import FOLDER, observations_of

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.model.tap import Closed, Observation, Opened, Tick
from jnlpspy.testing import watch as watch_module
from jnlpspy.testing.session import Session
from jnlpspy.testing.watch import NoSession, Watch, is_over, read_sessions

WORKLOAD = "3.33-JNLP4-connect-workload"
REFUSED = "3.33-JNLP4-connect-wrong-secret"


def show(watch: Watch, *names: str) -> None:
    for name in names:
        observe = watch.source()
        for observation in observations_of(name):
            observe(observation)


def connected(session: Session) -> bool:
    return session.connected


def test_sources_that_number_alike_are_told_apart() -> None:
    watch = Watch("it")
    show(watch, WORKLOAD, REFUSED)
    assert [session.connected for session in watch.sessions] == [True, False]
    assert len({session.connection for session in watch.sessions}) == 2


def test_a_session_is_given_once() -> None:
    watch = Watch("it")
    show(watch, WORKLOAD, REFUSED)
    assert watch.wait(0, is_over).connected
    assert not watch.wait(0, is_over).connected
    with pytest.raises(NoSession):
        watch.wait(0, is_over)


def test_a_session_that_goes_on_may_be_given_again() -> None:
    watch = Watch("it")
    observe = watch.source()
    *most, last = [each for each in observations_of(WORKLOAD) if not isinstance(each, Tick)]
    for observation in most:
        observe(observation)
    assert not watch.wait(0, connected).over
    assert not watch.wait(0, connected).over
    with pytest.raises(NoSession, match="connected, 50 calls, still open"):
        watch.wait(0, is_over)
    observe(last)
    assert watch.wait(0, is_over).over


def test_who_waits_is_woken() -> None:
    watch = Watch("it")
    thread = threading.Thread(target=show, args=(watch, WORKLOAD))
    thread.start()
    assert watch.wait(20, is_over).connected
    thread.join()


async def test_who_waits_in_trio_is_woken() -> None:
    watch = Watch("it")
    found: list[Session] = []

    async def wait() -> None:
        found.append(await watch.wait_in_trio(20, is_over))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        assert not found
        await trio.to_thread.run_sync(show, watch, WORKLOAD)
    assert found[0].connected


async def test_waiting_in_trio_is_bounded_and_can_be_cancelled() -> None:
    watch = Watch("it")
    with pytest.raises(NoSession, match="it had no such session within 0 s"):
        await watch.wait_in_trio(0, is_over)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch.wait_in_trio, 20, is_over)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    show(watch, WORKLOAD)
    assert (await watch.wait_in_trio(0, is_over)).connected


async def test_a_trio_task_must_not_block() -> None:
    with pytest.raises(UsageError, match=r"await next_session\(\)"):
        Watch("it").wait(1, is_over)


def test_why_there_will_be_none_is_told_at_once() -> None:
    watch = Watch("it")
    watch.fail("nobody is \x07there")
    with pytest.raises(NoSession, match="it has no session: nobody is \ufffdthere"):
        watch.wait(20, is_over)


def test_what_the_peer_said_last_is_told() -> None:
    watch = Watch("it")
    for number in range(100):
        watch.say(f"line {number}")
    watch.say("line \x1b[31m")
    with pytest.raises(NoSession, match=r"none\n  line 96\n(.*\n)*  line \ufffd\[31m$"):
        watch.wait(0, is_over)
    assert watch.report().splitlines()[0] == f"line {101 - watch_module.MOST_LINES}"


def test_a_report_shows_all_connections() -> None:
    watch = Watch("it")
    assert watch.report() == ""
    show(watch, REFUSED)
    watch.say("refused \x1b[31magent-1")
    lines = watch.report().splitlines()
    assert "opened" in lines[0]
    assert lines[-1] == "refused \ufffd[31magent-1"


def test_events_beyond_a_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "MOST_EVENTS", 10)
    watch = Watch("it")
    show(watch, WORKLOAD)
    (session,) = watch.sessions
    assert session.over
    assert session.left_out > 100
    assert len(session.events) == 11


def test_a_defect_is_told_to_who_waits_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch("it")
    observe = broken(watch, monkeypatch)
    observe(observations_of(WORKLOAD)[0])
    with pytest.raises(ZeroDivisionError):
        watch.wait(0, is_over)


def broken(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Callable[[Observation], None]:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jnlpspy.decoder.Decoder.feed", fail)
    return watch.source()


def test_a_capture_has_sessions_and_what_led_to_them_is_none() -> None:
    opened = sum(isinstance(each, Opened) for each in observations_of(WORKLOAD))
    assert sum(isinstance(each, Closed) for each in observations_of(WORKLOAD)) == opened
    assert [session.protocol for session in read_sessions(FOLDER / f"{WORKLOAD}.pcapng")] == ["JNLP4-connect"]


def test_a_capture_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"nowhere\.pcapng"):
        read_sessions(tmp_path / "nowhere.pcapng")
