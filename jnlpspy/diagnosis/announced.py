"""What discovery announced to an agent: port, identity, protocols, minimum version.

Mirrors org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver, which reads these headers.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from jnlpspy.diagnosis.story import Story, Told, header_of
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, InputsRead

IDENTITY = "X-Instance-Identity"
PROTOCOLS = "X-Jenkins-Agent-Protocols"
MINIMUM_VERSION = "X-Remoting-Minimum-Version"
PORTS = ("X-Jenkins-JNLP-Port", "X-Hudson-JNLP-Port")

FOUND = 200

RSA_KEY = bytes.fromhex("06092a864886f70d010101")
"""The object identifier in every RSA public key's SubjectPublicKeyInfo."""


def is_announcement(answered: DiscoveryAnswered) -> bool:
    """True for the answer that tells an agent where the agent port is."""
    return answered.status == FOUND and port_of(answered) is not None


def port_of(answered: DiscoveryAnswered) -> int | None:
    """Return the agent port that an answer announces."""
    values = (header_of(answered, name) for name in PORTS)
    return next((int(value) for value in values if value and re.fullmatch(r"[0-9]{1,5}", value)), None)


def protocols_of(answered: DiscoveryAnswered) -> tuple[str, ...] | None:
    """Return the protocols that an answer lists; None if it lists none, so that an agent tries all it has."""
    names = tuple(name.strip() for name in (header_of(answered, PROTOCOLS) or "").split(",") if name.strip())
    return names or None


def fingerprint_of(identity: str) -> str | None:
    """Return an identity's fingerprint as both sides print it; None if it is not the base64 of an RSA public key."""
    try:
        key = base64.b64decode("".join(identity.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not key.startswith(b"\x30") or RSA_KEY not in key:
        return None
    return hashlib.md5(key, usedforsecurity=False).digest().hex(":")


def announcements(story: Story) -> Iterator[tuple[Story, Told[DiscoveryAnswered]]]:
    """Yield what was announced to an agent before a connection, the newest first; what names its port before others."""
    found = [
        (each, told)
        for each, told in story.chronicle.discoveries(story.agent_host)
        if is_announcement(told.fact) and told.event.when <= _begin_of(story)
    ]
    port = None if story.controller is None else story.controller.port
    found.reverse()
    yield from sorted(found, key=lambda each: port_of(each[1].fact) != port)


def expected_identity(story: Story) -> tuple[str, Told[DiscoveryAnswered] | Told[InputsRead]] | None:
    """Return the fingerprint that a controller must prove on a connection, and who said so."""
    for each in story.chronicle:
        for read in each.all(InputsRead):
            if read.fact.inputs.instance_identity and (given := fingerprint_of(read.fact.inputs.instance_identity)):
                return given, read
    for _, told in announcements(story):
        identity = header_of(told.fact, IDENTITY)
        if identity and (announced := fingerprint_of(identity)):
            return announced, told
    return None


def is_new_agent(asked: DiscoveryAsked | None) -> bool:
    """True if only an agent of remoting 3180 or newer asks so: it gives its name."""
    return asked is not None and header_of(asked, "Node-Name") is not None


def version_key(version: str) -> tuple[int, ...] | None:
    """Return a remoting version so that versions compare: `3.33`, `3355.v388858a_47b_33`; None if it is none."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, numbers[0].split("."))) if numbers else None


def _begin_of(story: Story) -> float:
    return story.last_event.when if story.last_event is not None else story.began
