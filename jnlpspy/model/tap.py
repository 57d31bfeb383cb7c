"""Observations: what a tap on a connection saw, live or in a capture, and the only input of the decoder."""

from enum import Enum

from jnlpspy.model.noun import noun
from jnlpspy.model.secret_flaws import SecretFlaw


class Side(Enum):
    """One end of a connection."""

    AGENT = "agent"
    CONTROLLER = "controller"

    __hash__ = object.__hash__  # Enum's own is Python code, and dictionaries by side are asked for every command

    peer: "Side"
    """The other end."""


Side.AGENT.peer, Side.CONTROLLER.peer = Side.CONTROLLER, Side.AGENT


@noun()
class Address:
    """An IP address or host name, with a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return `HOST:PORT`, an IPv6 host in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Tap(Enum):
    """Where on the way the bytes were seen; the values are the capture's interface names."""

    DECRYPTED = "decrypted"
    """What remoting itself sees: the preamble as it came, then the plaintext."""
    AGENT_LEG = "agent-leg"
    """The bytes on the wire between the agent and the proxy."""
    CONTROLLER_LEG = "controller-leg"
    """The bytes on the wire between the proxy and the controller."""
    WIRE = "wire"
    """The bytes as tcpdump sees them; TLS stays closed."""

    __hash__ = object.__hash__  # as above, for every segment


class CloseReason(Enum):
    """How a connection ended."""

    EOF = "eof"
    RESET = "reset"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"
    """jnlpspy itself was stopped, or refused the connection."""


class DialFailure(Enum):
    """Why nobody was reached."""

    NOT_RESOLVED = "name not resolved"
    REFUSED = "connection refused"
    TIMEOUT = "timed out"
    UNREACHABLE = "no route to host"
    UNTRUSTED = "certificate not trusted"
    OUT_OF_DATE = "certificate not valid at this time"
    NOT_TLS = "no TLS there"
    OTHER = "other"


@noun()
class Opened:
    """A connection began; the agent is the side that dialled."""

    connection: int
    when: float
    """Seconds since the epoch, as in every observation."""
    agent: Address
    controller: Address
    pseudonyms: bool = False
    """True if agent secrets in the bytes are already replaced by their SHA-256 (the capture's default)."""


@noun()
class Segment:
    """Bytes one side sent, in order."""

    connection: int
    when: float
    sender: Side
    data: bytes
    tap: Tap = Tap.DECRYPTED


@noun()
class Gap:
    """Bytes one side sent that the tap did not see."""

    connection: int
    when: float
    sender: Side
    length: int
    """Number of bytes; 0 when not known, as before the first packet of a connection already open."""


@noun()
class TlsOpened:
    """A TLS handshake was finished: by the proxy on one of its legs, or by the peers, where their keys are known."""

    connection: int
    when: float
    leg: Side
    version: str
    """As OpenSSL names it: `TLSv1.3`."""
    cipher: str
    identity: str
    """Fingerprint of the public key shown on that leg: MD5 of the SubjectPublicKeyInfo, hex pairs joined by `:`.

    Empty if it was not seen.
    """


@noun()
class Remarked:
    """Something the proxy did or met on a connection that no byte shows: a dial that failed, a key refused."""

    connection: int
    when: float
    text: str


@noun()
class FlawsSeen:
    """The agent's secret has flaws, which its pseudonym does not show."""

    connection: int
    when: float
    flaws: tuple[SecretFlaw, ...]


@noun()
class DialFailed:
    """Somebody was to be reached for a connection, and was not."""

    connection: int
    when: float
    target: str
    """`HOST:PORT`, or the URL."""
    failure: DialFailure
    text: str


@noun()
class Tick:
    """Time passed."""

    when: float


@noun()
class Ended:
    """One side will send no more, as its FIN says; the other may go on."""

    connection: int
    when: float
    sender: Side
    how: CloseReason = CloseReason.EOF


@noun()
class Closed:
    """A connection is over in both directions."""

    connection: int
    when: float
    by: Side | None
    """The side that ended first; None if the proxy ended it."""
    how: CloseReason


Observation = Opened | Segment | Gap | TlsOpened | Remarked | FlawsSeen | DialFailed | Tick | Ended | Closed
