"""Why an agent was refused: in the controller's words, or decided by what else is known where it said nothing."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from jnlpspy.diagnosis.forensics import same_secret, secrets_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story, Told
from jnlpspy.model.events import (
    ConnectionClosed,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    SecretChecked,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import CloseReason, Side

SWITCHING = 101
BAD_REQUEST = 400
FORBIDDEN = 403

NEGOTIATED_AT = len("Negotiate\r\n")
"""Bytes of JNLP3's first answer: a controller that closes behind it does not know the name."""


class Ground(Enum):
    """What an agent was refused for."""

    NAME = "name"
    SECRET = "secret"  # noqa: S105 - a ground, and no secret
    CONNECTED = "already connected"
    LAUNCHER = "not an inbound agent"
    PROTOCOL = "protocol"
    OTHER_PEER = "not an agent port"
    TLS = "TLS"
    OTHER = "another reason, in words"
    UNSAID = "closed without a word"


WORDS: tuple[tuple[str, Ground], ...] = (
    ("Unknown client name:", Ground.NAME),
    ("No such agent", Ground.NAME),
    ("No such slave", Ground.NAME),
    ("no such agent", Ground.NAME),
    ("trying to register for invalid node", Ground.NAME),
    ("Authorization failure", Ground.SECRET),
    ("Unauthorized access", Ground.SECRET),
    ("secret does not match the handshake secret", Ground.SECRET),
    ("is already connected to this", Ground.CONNECTED),
    ("Failed to disconnect the current client", Ground.CONNECTED),
    ("is not an inbound agent", Ground.LAUNCHER),
    ("is not a JNLP agent", Ground.LAUNCHER),
    ("Disabled protocol:", Ground.PROTOCOL),
    ("Unknown protocol:", Ground.PROTOCOL),
    ("Unrecognized protocol:", Ground.PROTOCOL),
    ("TLS alert:", Ground.TLS),
    ("HTTP/", Ground.OTHER_PEER),
)
"""What controllers say, of every version, and what it is about."""

FOREIGN = re.compile(r"SSH-|HTTP/|<[!a-zA-Z]|[0-9]{3}[ -]|[-+](ERR|OK)|\x15|\x16|.*[\x00-\x08\x0e-\x1f\ufffd]")
"""How the answers of other protocols begin."""


REFUSALS = (HandshakeRefused, DiscoveryAnswered, SecretChecked, ConnectionClosed)
"""Kinds of facts that may be a refusal."""

Evidence = tuple[Event | Told[Fact] | str | None, ...]
"""What a finding rests on."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An agent was refused."""

    ground: Ground
    event: Event
    confidence: float
    asked: Told[Fact] | None
    """Where the agent said who it is."""
    name: str | Secret | None
    secret: Secret | None
    why: str = ""
    """What decided, where the controller said nothing."""

    @property
    def shown_name(self) -> str:
        """The name as it can be shown; a secret in its place is its fingerprint."""
        return repr(self.name) if isinstance(self.name, str) else str(self.name or "without a name")

    @property
    def subject(self) -> str:
        """The name, for findings."""
        return str(self.name or "")

    @property
    def evidence(self) -> Evidence:
        """What every finding about it rests on."""
        return self.asked, self.event, self.why or None


class RefusalRule(Rule):
    """A rule that judges refusals."""

    watches: ClassVar[tuple[type[Fact], ...]] = REFUSALS

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield what the rule says of a refusal, if the event is one."""
        refusal = read_refusal(self.story, event, self.known)
        if refusal is not None:
            yield from self.judge(refusal)

    @abstractmethod
    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield what is the matter."""


def read_refusal(story: Story, event: Event, known: Known) -> Refusal | None:
    """Return the refusal that an event is; None if it is none by the controller."""
    asked, name, secret = credentials_of(story)
    decided: tuple[Ground, float, str] | None = None
    match event.fact:
        case HandshakeRefused(by=Side.CONTROLLER, reason=""):
            decided = _decide(story, event, known, name, secret)
        case HandshakeRefused(by=Side.CONTROLLER, reason=reason):
            decided = ground_of(reason, story), 1.0, ""
        case DiscoveryAnswered(status=status, url=url) if is_websocket(url) and status >= BAD_REQUEST:
            decided = _decide_upgrade(story, status, known, name, secret)
        case SecretChecked(by=Side.AGENT, matches=False):
            decided = Ground.SECRET, 1.0, "the agent's proof does not fit the secret that is known of it"
        case ConnectionClosed(by=Side.AGENT, how=CloseReason.EOF) if _leaves_jnlp3(story):
            decided = Ground.SECRET, 0.8, "the agent left when the controller had proven which secret it expects"
        case _:
            pass
    return None if decided is None else Refusal(decided[0], event, decided[1], asked, name, secret, decided[2])


def ground_of(reason: str, story: Story) -> Ground:
    """Return what a refusal is about, by its words."""
    found = next((ground for words, ground in WORDS if words in reason), None)
    if found is not None:
        return found
    # JNLP4's agent says who it is only to who has proven to be a controller, the older ones say it at once.
    trusted = (story.protocol or "").startswith("JNLP4") and story.has(HeadersSent)
    said_nothing = not story.has(HeadersSent)
    return Ground.OTHER_PEER if said_nothing or (not trusted and FOREIGN.match(reason)) else Ground.OTHER


def credentials_of(story: Story) -> tuple[Told[Fact] | None, str | Secret | None, Secret | None]:
    """Return where an agent said who it is, its name, and its secret; by a handshake or by WebSocket's headers."""
    for told in story.all(HeadersSent, Side.AGENT):
        return Told(told.event, told.fact), story.agent_name, story.secret
    for asked in story.all(DiscoveryAsked, Side.AGENT):
        if is_websocket(asked.fact.url):
            headers = {key.lower(): value for key, value in asked.fact.headers.items()}
            name, secret = headers.get("node-name"), headers.get("secret-key")
            return Told(asked.event, asked.fact), name, secret if isinstance(secret, Secret) else None
    return None, None, None


def is_websocket(url: str) -> bool:
    """True for the path at which agents ask for WebSocket."""
    return url.partition("?")[0].rstrip("/").endswith("/wsagents")


def rival_of(story: Story) -> Story | None:
    """Return another connection that is open and was accepted for the same name; the newest."""
    name = credentials_of(story)[1]
    if name is None:
        return None
    rivals = [
        each
        for each in story.chronicle
        if each.closed is None and each is not story and was_accepted(each) and credentials_of(each)[1] == name
    ]
    return max(rivals, key=lambda each: each.began, default=None)


def was_accepted(story: Story) -> bool:
    """True if the controller accepted the agent."""
    upgraded = (told.fact for told in story.all(DiscoveryAnswered))
    return story.has(HandshakeAccepted) or any(fact.status == SWITCHING and is_websocket(fact.url) for fact in upgraded)


def candidates(story: Story, known: Known) -> tuple[str, ...]:
    """Return what a refusal without a word may mean, the likeliest first, without what is known not to be."""
    _, name, secret = credentials_of(story)
    shown = repr(name) if isinstance(name, str) else "of this name"
    expected = secrets_of(known, name).get(name) if isinstance(name, str) else None
    right = expected is not None and secret is not None and same_secret(expected, secret)
    doubts = (
        f"the controller has no agent {shown}",
        f"the secret is not the one of agent {shown}",
    )
    return (
        *(() if right else doubts[1:] if expected is not None else doubts),
        f"an agent {shown} is connected already",
        f"agent {shown} is not launched by connecting to the controller (an SSH launcher, say)",
    )


def _decide(
    story: Story, event: Event, known: Known, name: str | Secret | None, secret: Secret | None
) -> tuple[Ground, float, str]:
    """Decide why a controller closed without a word."""
    if isinstance(name, Secret):
        return Ground.NAME, 0.9, "the name is a secret"
    if name is None or (story.protocol or "").startswith("Ping"):
        return Ground.UNSAID, 0.0, ""
    by_inventory = _by_inventory(known, name, secret)
    if by_inventory is not None:
        return by_inventory
    earlier = [each for each in story.chronicle.of_agent(name) if each is not story and was_accepted(each)]
    other = [each for each in earlier if each.secret and secret and not same_secret(each.secret, secret)]
    if other:
        return Ground.SECRET, 0.9, f"connection {other[-1].connection} was accepted with another secret"
    rival = rival_of(story)
    if rival is not None:
        return Ground.CONNECTED, 0.95, f"connection {rival.connection} of the same name is open"
    if story.protocol == "JNLP3-connect" and event.span is not None and event.span.start <= NEGOTIATED_AT:
        return Ground.NAME, 0.8, "a controller that closes behind `Negotiate` has no agent of this name"
    return Ground.UNSAID, 0.0, ""


def _decide_upgrade(
    story: Story, status: int, known: Known, name: str | Secret | None, secret: Secret | None
) -> tuple[Ground, float, str]:
    """Decide what an HTTP error means for WebSocket (jenkins.agents.WebSocketAgents)."""
    by_inventory = _by_inventory(known, name, secret) if isinstance(name, str) else None
    expected = secrets_of(known, name).get(name) if isinstance(name, str) else None
    if status == FORBIDDEN and secret is not None and (expected is None or not same_secret(expected, secret)):
        return Ground.SECRET, 0.9 if expected is None else 1.0, "WebSocket agents get a 403 for their secret"
    if status == BAD_REQUEST and isinstance(name, Secret):
        return Ground.NAME, 0.9, "the name is a secret"
    if status == BAD_REQUEST and by_inventory is not None and by_inventory[0] is Ground.NAME:
        return by_inventory
    rival = rival_of(story)
    if status == BAD_REQUEST and rival is not None:
        return Ground.CONNECTED, 0.9, f"connection {rival.connection} of the same name is open"
    return Ground.UNSAID, 0.0, ""


def _by_inventory(known: Known, name: str, secret: Secret | None) -> tuple[Ground, float, str] | None:
    if known.secrets and name not in known.secrets:
        missing = "the controller has no agent of this name" if known.complete else "no agent of this name is known"
        return Ground.NAME, 1.0 if known.complete else 0.9, missing
    expected = secrets_of(known, name).get(name)
    if secret is not None and expected is not None and not same_secret(expected, secret):
        return Ground.SECRET, 1.0, "the secret that is known for this name is another"
    return None


def _leaves_jnlp3(story: Story) -> bool:
    """Return whether an agent left a JNLP3 handshake after the controller's proof, as it does if that is wrong."""
    closed = story.closed
    return (
        story.protocol == "JNLP3-connect"
        and closed is not None
        and closed.fact.bytes.get(Side.CONTROLLER, 0) > NEGOTIATED_AT
        and not story.has(HandshakeAccepted, HandshakeRefused)
        and not any(told.fact.matches for told in story.all(SecretChecked, Side.AGENT))
    )
