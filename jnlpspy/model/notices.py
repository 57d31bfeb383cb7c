"""Observations that carry no bytes and are facts as they stand."""

from jnlpspy.model.events import ConnectFailed, Remark, SecretFlawed, TlsStarted
from jnlpspy.model.tap import DialFailed, FlawsSeen, Remarked, TlsOpened

Notice = TlsOpened | Remarked | FlawsSeen | DialFailed


def fact_of(notice: Notice) -> TlsStarted | Remark | SecretFlawed | ConnectFailed:
    """Return the fact that a notice tells."""
    match notice:
        case TlsOpened(_, _, leg, version, cipher, identity):
            return TlsStarted(leg, version, cipher, identity or None)
        case Remarked(_, _, text):
            return Remark(text)
        case FlawsSeen(_, _, flaws):
            return SecretFlawed(flaws)
        case DialFailed(_, _, target, failure, text):
            return ConnectFailed(target, failure, text)
