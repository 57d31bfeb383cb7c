"""How a session stands, in words."""

import pytest
from diagnosing import Tale
from facts import FACTS
from live_screens import Stage

from jnlpspy.model.events import ConnectFailed, HandshakeAccepted, HandshakeRefused, ProtocolOffered, TlsStarted
from jnlpspy.model.tap import CloseReason, DialFailure, Side
from jnlpspy.view.live.session import LiveSession, Tone, is_bad
from jnlpspy.view.rows import kind_of


def session_of(tale: Tale) -> LiveSession:
    [session] = Stage().tell(tale).model.sessions()
    return session


@pytest.mark.parametrize(
    ("tale", "state", "tone"),
    [
        (Tale().opened().agent(ProtocolOffered("JNLP4-connect")), "handshake", Tone.BEGINNING),
        (Tale().opened().fact(TlsStarted(Side.AGENT, "TLSv1.3", "x", None)), "TLS, not opened", Tone.BEGINNING),
        (Tale().opened().controller(HandshakeAccepted("JNLP4-connect", "a1")), "accepted", Tone.BEGINNING),
        (Tale().channel(), "channel", Tone.GOOD),
        (Tale().opened().controller(HandshakeRefused(Side.CONTROLLER, "no")), "refused: no", Tone.BAD),
        (Tale().opened().controller(HandshakeRefused(Side.CONTROLLER, "no")).closed(), "refused: no", Tone.BAD),
        (Tale().opened().fact(ConnectFailed("x:1", DialFailure.REFUSED, "")), "connection refused", Tone.BAD),
        (Tale().channel().closed(orderly=True), "closed by agent", Tone.OVER),
        (Tale().channel().closed(Side.CONTROLLER), "cut off by controller", Tone.BAD),
        (Tale().opened().agent(ProtocolOffered("Ping")).closed(), "closed by agent", Tone.OVER),
        (Tale().channel().closed(how=CloseReason.RESET), "reset by agent", Tone.BAD),
        (Tale().channel().closed(None, CloseReason.TIMEOUT), "timed out", Tone.BAD),
        (Tale().channel().closed(None, CloseReason.SHUTDOWN), "ended by jnlpspy", Tone.OVER),
    ],
)
def test_a_state_is_told_in_words(tale: Tale, state: str, tone: Tone) -> None:
    session = session_of(tale)
    assert (session.state, session.tone) == (state, tone)


def test_a_channel_that_has_been_silent_for_a_minute_is_called_quiet() -> None:
    stage = Stage(160, 50).tell(Tale().channel())
    session = stage.model.find(1)
    assert session is not None
    session.heard = stage.now
    assert "channel, quiet" not in stage.at(stage.now + 59).text
    assert "channel, quiet 1m" in stage.at(stage.now + 1).text


def test_what_the_rows_show_as_bad_is_trouble() -> None:
    for fact, side in FACTS:
        [event] = Tale().opened()._all([fact], side).events[1:]  # noqa: SLF001 - a side is given with each
        assert is_bad(event) == (kind_of(fact).style in ("kind.bad", "waiting")), fact
