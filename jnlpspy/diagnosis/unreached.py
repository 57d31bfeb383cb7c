"""Who was to be reached and was not, as a probe or the proxy tells it."""

import re
from dataclasses import dataclass

from jnlpspy.model.events import ConnectFailed, Fact, NameResolved, Remark
from jnlpspy.model.tap import DialFailure

_REMARK = re.compile(r"cannot reach (\S+?): (.*)", re.DOTALL)
_FAILURES = (
    (re.compile(r"cannot be resolved"), DialFailure.NOT_RESOLVED),
    (re.compile(r"expired|not valid yet"), DialFailure.OUT_OF_DATE),
    (re.compile(r"certificate"), DialFailure.UNTRUSTED),
    (re.compile(r"does not speak TLS"), DialFailure.NOT_TLS),
    (re.compile(r"refused", re.IGNORECASE), DialFailure.REFUSED),
    (re.compile(r"timed out|within [\d.]+ s", re.IGNORECASE), DialFailure.TIMEOUT),
    (re.compile(r"no route|unreachable", re.IGNORECASE), DialFailure.UNREACHABLE),
)
"""The proxy's words, and what they mean."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """Nobody was reached at `target`, which is a URL or `HOST:PORT`."""

    target: str
    failure: DialFailure
    text: str

    @property
    def is_web(self) -> bool:
        """True if it was Jenkins' web page and not the agent port."""
        return "://" in self.target

    @property
    def host(self) -> str:
        """The host alone, in lower case, IPv6 without brackets."""
        authority = re.sub(r"^[a-zA-Z]+://", "", self.target).partition("/")[0].rpartition("@")[2]
        bracketed = re.match(r"\[([^\]]*)\]", authority)
        return (bracketed[1] if bracketed else authority.partition(":")[0]).lower()

    @property
    def port(self) -> str:
        """The port behind the host, "" if none is given."""
        authority = re.sub(r"^[a-zA-Z]+://", "", self.target).partition("/")[0]
        return authority.rpartition(":")[2] if re.search(r":\d+$", authority) else ""


def read_unreached(fact: Fact) -> Unreached | None:
    """Return who was not reached, if a fact tells that."""
    match fact:
        case ConnectFailed(target, failure, text):
            return Unreached(target, failure, text)
        case NameResolved(host, (), reason):
            return Unreached(host, DialFailure.NOT_RESOLVED, reason)
        case Remark(text):
            found = _REMARK.search(text)
            if found is None:
                return None
            failure = next((kind for words, kind in _FAILURES if words.search(found[2])), DialFailure.OTHER)
            return Unreached(found[1], failure, found[2])
        case _:
            return None
