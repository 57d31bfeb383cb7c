"""What of a capture can be played."""

import pytest
from specimens import observations_of

from jnlpspy.decoder import Decoder
from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Side
from jnlpspy.simulate import recording
from jnlpspy.simulate.recording import Recording, choose_recording, read_recordings


def recordings_of(name: str) -> list[Recording]:
    decoder = Decoder()
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return read_recordings([*events, *decoder.finish()])


def test_a_session_is_who_offered_what_and_every_command() -> None:
    (session,) = recordings_of("3.33-JNLP4-connect-workload")
    assert (session.protocol, session.agent_name) == ("JNLP4-connect", "agent-1")
    assert session.announced["x-remoting-minimum-version"] == "2.60"
    assert session.refusal is None
    assert [each.place for each in session.commands] == list(range(196))
    assert (session.ended_by, session.was_reset, session.gaps) == (Side.CONTROLLER, False, 0)


def test_a_refusal_is_kept_in_its_words() -> None:
    *_, session = recordings_of("3.33-JNLP4-connect-already-connected")
    assert session.refusal is not None
    assert session.refusal[0] is Side.CONTROLLER
    assert "already connected" in session.refusal[1]


def test_a_session_over_websocket_is_told_by_its_upgrade() -> None:
    (session,) = recordings_of("head-WebSocket-workload")
    assert (session.protocol, session.agent_name, session.upgrade) == ("WebSocket", "agent-1", 101)
    assert session.announced["x-remoting-minimum-version"] == "2.60"
    assert session.announced["x-jenkins"] == "2.528.3"
    assert len(session.commands) == 201
    assert not session.was_reset  # the agent did so when both sides had said good-bye
    first, *_ = recordings_of("head-WebSocket-wrong-secret")
    assert (first.upgrade, first.is_refused_upgrade, first.channel_began) == (403, True, None)


def test_the_session_with_a_channel_is_chosen_unless_another_is_asked_for() -> None:
    sessions = recordings_of("3.33-JNLP2-connect-fallback")
    chosen = choose_recording(sessions, None)
    assert chosen.channel_began is not None
    assert choose_recording(sessions, sessions[0].connection) is sessions[0]


def test_a_capture_without_a_session_is_refused() -> None:
    with pytest.raises(UsageError, match="no agent made an offer on connection 77"):
        choose_recording(recordings_of("3.33-JNLP4-connect-workload"), 77)
    with pytest.raises(UsageError, match=r"no agent made an offer$"):
        choose_recording([], None)


def test_more_than_memory_should_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES", 10_000)
    with pytest.raises(UsageError, match="10,000 bytes"):
        recordings_of("3.33-JNLP4-connect-workload")
