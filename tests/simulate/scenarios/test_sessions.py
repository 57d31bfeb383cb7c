from pathlib import Path

from simulate.playing import play_all, told_in

from jnlpspy.model.events import CallFinished, ConnectionClosed
from jnlpspy.simulate.scenarios.sessions import SCENARIOS

EVIDENCE = {
    "ping-timed-out": ("channel_ended", '"closed_by":"controller"', "Ping started at"),
    "abrupt-close": ("connection_closed", '"by":"controller"', '"how":"eof"', '"orderly":false'),
    "agent-vanished": ("connection_closed", '"by":"agent"', '"how":"eof"', '"orderly":false'),
    "controller-vanished": ("connection_closed", '"by":"controller"', '"how":"eof"', '"orderly":false'),
    "stream-corrupted": ("undecodable", b"corr".hex()),
    "stream-damaged": ("undecodable",),
    "class-filter": ("call_finished", "java.lang.SecurityException: Rejected: "),
    "class-too-new": ("call_finished", "UnsupportedClassVersionError", "class file version 65.0"),
    "unanswered-call": ("call_finished", "RemoteLaunchCallable", '"outcome":"unanswered"'),
    "slow-class-loading": ("class_loaded", "org.example.plugin.Step60"),
    "pipe-stands-still": ("pipe_closed", '"in_flight":1048576', '"how":"cut"'),
    "mutual-wait": ("calls_waiting", "SlaveInitializer", "waitForProperty"),
    "startup-deadlock": ("headers_sent", '"side":"controller"'),
}
"""What some event of each scenario tells."""


async def test_each_shows_what_it_promises_behind_an_established_channel(tmp_path: Path) -> None:
    played = await play_all(SCENARIOS, tmp_path)
    assert set(played) == set(EVIDENCE)
    for name, texts in EVIDENCE.items():
        assert told_in(played[name], "channel_established") is (name != "startup-deadlock"), name
        assert told_in(played[name], *texts), name
        assert [result.connected for result in played[name].results] == [name != "startup-deadlock"], name
    pings = [event.fact for event in played["ping-timed-out"].events if isinstance(event.fact, CallFinished)]
    assert [fact.duration > 200 for fact in pings if "Ping" in fact.callable] == [True]
    lengths = [
        event.fact.duration
        for event in played["slow-class-loading"].events
        if isinstance(event.fact, ConnectionClosed) and event.fact.orderly
    ]
    assert lengths[0] > 20
