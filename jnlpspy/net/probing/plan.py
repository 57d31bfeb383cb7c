"""What doctor's walk is to look at, read from an agent's inputs as strictly as the agent reads them."""

import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from jnlpspy.errors import UsageError
from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address
from jnlpspy.net.dialling import trust_for
from jnlpspy.net.identity import read_instance_identity
from jnlpspy.net.probing.proxies import Proxies
from jnlpspy.net.target import RootUrl, Tunnel, parse_address, parse_root_url, parse_tunnel
from jnlpspy.wire.headers import AGENT_NAME, is_secret

T = TypeVar("T")

JNLP4: Final = "JNLP4-connect"
SPOKEN: Final = (JNLP4, "JNLP4-plaintext", "JNLP2-connect", "JNLP-connect")
"""Protocols whose handshake the walk can begin."""

_JNLP_FILE: Final = re.compile(r"(?<=/)computer/[^/?#]+/[^/?#]+\.jnlp(?:\?.*)?$")
_UNCHECKED: Final = ("-noCertificateCheck", "-disableHttpsCertValidation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to look at."""

    roots: tuple[RootUrl, ...] = ()
    jnlp_url: str | None = None
    """Where the agent gets its jnlp file first, if that is how it is started."""
    direct: Address | None = None
    tunnel: Tunnel | None = None
    identity: bytes | None = None
    """The SubjectPublicKeyInfo of `-instanceIdentity`."""
    kept_identity: bytes | None = None
    """The one in the controller's own files, if they were given."""
    protocol: str | None = None
    """Offered whatever the controller says; None takes JNLP4-connect, as agents of today."""
    websocket: bool = False
    name: str | None = None
    secret: Secret | None = None
    credentials: bool = True
    """False stops before name and secret."""
    proxies: Proxies = field(default_factory=Proxies)
    certificates: tuple[str, ...] = ()
    """`-cert`: PEM text, or a file behind `@`."""
    insecure: bool = False

    @property
    def goes_anywhere(self) -> bool:
        """Return whether there is anything to connect to."""
        return bool(self.roots or self.direct)

    @property
    def shown_name(self) -> str:
        """The name, or a fingerprint if it is a secret: the two are easily swapped."""
        name = self.name or ""
        return str(Secret(name)) if is_secret(AGENT_NAME, name) else name

    def without_secrets(self, text: str) -> str:
        """Return a text with every secret in it that was sent as its fingerprint."""
        if self.name:
            text = text.replace(self.name, self.shown_name)
        return text.replace(self.secret.value, str(self.secret)) if self.secret and self.secret.value else text

    def trust_of(self, root: RootUrl) -> ssl.SSLContext | None:
        """Return how the certificate of an https root is checked; UsageError if a certificate cannot be used."""
        trust = trust_for(root, insecure=self.insecure)
        for given in self.certificates if trust is not None and not self.insecure else ():
            trust = _trusting(trust, given, root)
        return trust


def plan_of(
    inputs: AgentInputs,
    *,
    protocol: str | None = None,
    credentials: bool = True,
    insecure: bool = False,
    kept_identity: bytes | None = None,
) -> tuple[Plan, tuple[str, ...]]:
    """Return what an agent's inputs come to, and why some of them are of no use.

    `protocol` is offered whatever the inputs say.
    """
    problems: list[str] = []
    roots = []
    for url in inputs.urls:
        try:
            roots.append(parse_root_url(url.strip(), "URL"))
        except UsageError as error:
            problems.append(str(error))
    if inputs.jnlp_url is not None and not inputs.urls:
        roots += _root_above(inputs.jnlp_url, problems)
    plan = Plan(
        roots=tuple(roots),
        jnlp_url=inputs.jnlp_url,
        direct=_read(lambda: parse_address(inputs.direct or "", "direct"), inputs.direct, problems),
        tunnel=_read(lambda: parse_tunnel(inputs.tunnel or "", "tunnel"), inputs.tunnel, problems),
        identity=_read(
            lambda: read_instance_identity(inputs.instance_identity or ""), inputs.instance_identity, problems
        ),
        kept_identity=kept_identity,
        protocol=_protocol_of((protocol,) if protocol else inputs.protocols, problems),
        websocket=inputs.websocket,
        name=inputs.name,
        secret=inputs.secret,
        credentials=credentials,
        proxies=Proxies(http_proxy=inputs.http_proxy, no_proxy=inputs.no_proxy, properties=inputs.properties),
        certificates=inputs.certificates,
        insecure=insecure or any(option in inputs.options for option in _UNCHECKED),
    )
    problems += _contradictions(plan)
    return plan, tuple(problems)


def _root_above(jnlp_url: str, problems: list[str]) -> list[RootUrl]:
    """Return the root URL of the controller that serves a jnlp file."""
    above = _JNLP_FILE.sub("", jnlp_url.strip())
    try:
        return [parse_root_url(above, "jnlp URL")]
    except UsageError as error:
        problems.append(str(error))
        return []


def _read(parse: Callable[[], T], given: str | None, problems: list[str]) -> T | None:
    if given is None:
        return None
    try:
        return parse()
    except UsageError as error:
        problems.append(str(error))
        return None


def _protocol_of(given: Sequence[str], problems: list[str]) -> str | None:
    if not given:
        return None
    spoken = next((name for name in given if name in SPOKEN), None)
    if spoken is None:
        problems.append(f"protocol: expected one of {', '.join(SPOKEN)}, got {', '.join(given)}")
    return spoken


def _contradictions(plan: Plan) -> list[str]:
    found = []
    if plan.direct and plan.roots:
        found.append("-direct and -url are given together: an agent takes one of them")
    if plan.websocket and (plan.direct or plan.tunnel):
        found.append("-webSocket goes neither with -direct nor with -tunnel")
    if plan.websocket and len(plan.roots) > 1:
        found.append("-webSocket supports only a single -url")
    return found


def _trusting(trust: ssl.SSLContext | None, given: str, root: RootUrl) -> ssl.SSLContext | None:
    if given.startswith("@") or trust is None:
        return trust_for(root, Path(given.removeprefix("@")))
    trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        trust.load_verify_locations(cadata=given)
    except ssl.SSLError as error:
        raise UsageError("-cert: expected PEM certificates or @FILE, got neither") from error
    return trust
