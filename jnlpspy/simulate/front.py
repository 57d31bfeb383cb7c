"""The HTTP side of a simulated controller: discovery, readiness, `.jnlp` files, and where WebSocket is asked for.

Mirrors hudson.TcpSlaveAgentListener and jenkins.slaves.EncryptedSlaveAgentJnlpFile.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import escape

import h11
import trio

from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble
from jnlpspy.net.leg import LegBroken
from jnlpspy.simulate.line import Line
from jnlpspy.simulate.upgrading import SWITCHING, Answer

_DISCOVERY: Final = re.compile(r"/tcpSlaveAgentListener/?")
_ENDPOINT: Final = re.compile(r"/wsagents/?")
_JNLP_FILE: Final = re.compile(r"/computer/([^/]+)/(?:slave-agent|jenkins-agent)\.jnlp")
_OK: Final = 200
_STATUSES: Final = frozenset(HTTPStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """How discovery is answered; what stands in front of a controller may answer otherwise."""

    status: int = 200
    """Another one comes without anything that tells of the agent port."""
    headers: tuple[tuple[str, str], ...] = ()
    """Besides those of Jenkins."""
    drops: tuple[str, ...] = ()
    """What the names of headers begin with that do not arrive."""
    delay: float = 0.0
    """Seconds before the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What discovery tells of a controller."""

    port: int
    host: str | None
    """X-Jenkins-JNLP-Host; None leaves it out, as Jenkins does unless told."""
    identity: str
    protocols: tuple[str, ...]
    version: str
    minimum_version: str
    session: str
    secrets: Mapping[str, Secret]
    discovery: Discovery = field(default_factory=Discovery)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    delay: float = 0.0
    """Seconds before it is answered."""


Upgrade = Callable[[Mapping[str, str]], Awaitable[Answer]]
"""Answers a request for WebSocket by its headers, their names in lower case."""


async def serve_http(line: Line, announced: Announced, address: Address, upgrade: Upgrade) -> bytes | None:
    """Answer requests until the agent has no more, or speaks WebSocket: then return what came behind the upgrade."""
    http = HttpLeg(line.leg, Side.AGENT, line.witness.saw)
    try:
        while (request := await _next_request(http)) is not None:
            if request.method == b"GET" and _ENDPOINT.fullmatch(_path_of(request)):
                page = _endpoint_page(await upgrade(_headers_of(request)))
            else:
                page = page_for(request, announced, address)
            await trio.sleep(page.delay)
            for event in _events_of(page, is_head=request.method == b"HEAD"):
                sent = http.http.send(event) or b""
                line.witness.saw(Side.CONTROLLER, sent)
                await http.send_bytes(sent)
            if page.status == SWITCHING:
                return http.http.trailing_data[0]
            if http.http.our_state is not h11.DONE:
                break
            http.http.start_next_cycle()
        await line.end()
    except (HttpTrouble, LegBroken):
        pass  # what came was not HTTP, or nobody is there to read an answer
    return None


def page_for(request: h11.Request, announced: Announced, address: Address) -> Page:
    """Return what Jenkins answers to a request; `address` is where its HTTP listens."""
    path = _path_of(request)
    if request.method not in {b"GET", b"HEAD"}:
        return _page(announced, 405, "HTTP method is not supported by this URL\n")
    if _DISCOVERY.fullmatch(path):
        return _discovery_page(announced)
    if path in {"/", "/login"}:
        return _page(announced, 200, "Welcome to Jenkins, simulated\n")
    file = _JNLP_FILE.fullmatch(path)
    name = unquote(file[1]) if file else None
    if name is not None and name in announced.secrets:
        return _jnlp_file(announced, name, address)
    return _page(announced, 404, "Not Found\n")


async def _next_request(http: HttpLeg) -> h11.Request | None:
    request = None
    while True:
        event = await http.next_event()
        if isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.EndOfMessage):
            return request
        elif not isinstance(event, h11.Data):
            return None


def _path_of(request: h11.Request) -> str:
    return request.target.decode("latin-1").partition("?")[0]


def _headers_of(request: h11.Request) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}


def _events_of(page: Page, *, is_head: bool) -> tuple[h11.Event, ...]:
    reason = _phrase_of(page.status)
    if page.status == SWITCHING:
        return (h11.InformationalResponse(status_code=SWITCHING, reason=reason, headers=list(page.headers)),)
    body = page.body.encode()
    response = h11.Response(
        status_code=page.status, reason=reason, headers=[*page.headers, ("Content-Length", str(len(body)))]
    )
    return response, h11.Data(data=b"" if is_head else body), h11.EndOfMessage()


def _phrase_of(status: int) -> str:
    return HTTPStatus(status).phrase if status in _STATUSES else ""  # a recorded one may be a reverse proxy's own


def _endpoint_page(answer: Answer) -> Page:
    """Return the page of an answer to who asks for WebSocket; of these Jenkins does not tell its version."""
    always = ("X-Content-Type-Options", "nosniff")
    if answer.status == SWITCHING:
        return Page(SWITCHING, (always, *answer.headers), "")
    content = ("Content-Type", "text/plain;charset=UTF-8")
    return Page(answer.status, (content, always), f"{answer.text or _phrase_of(answer.status)}\n")


def _discovery_page(announced: Announced) -> Page:
    told = announced.discovery
    if told.status != _OK:
        page = _page(announced, told.status, f"{_phrase_of(told.status)}\n", told.headers)
    else:
        page = _page(announced, _OK, "Jenkins", (*_discovery(announced), *told.headers))
    kept = tuple((name, value) for name, value in page.headers if not name.startswith(told.drops))
    return replace(page, headers=kept if told.drops else page.headers, delay=told.delay)


def _discovery(announced: Announced) -> tuple[tuple[str, str], ...]:
    host = () if announced.host is None else (("X-Jenkins-JNLP-Host", announced.host),)
    return (
        ("X-Hudson-JNLP-Port", str(announced.port)),
        ("X-Jenkins-JNLP-Port", str(announced.port)),
        *host,
        ("X-Instance-Identity", announced.identity),
        ("X-Jenkins-Agent-Protocols", ", ".join(sorted(announced.protocols))),
        ("X-Remoting-Minimum-Version", announced.minimum_version),
    )


def _jnlp_file(announced: Announced, name: str, address: Address) -> Page:
    arguments = (announced.secrets[name].value, name, "-url", f"http://{address}/")
    told = "".join(f"<argument>{escape(each)}</argument>" for each in arguments)
    body = f'<jnlp><application-desc main-class="hudson.remoting.jnlp.Main">{told}</application-desc></jnlp>'
    return Page(200, (("Content-Type", "application/x-java-jnlp-file"), *_always(announced)), body)


def _page(announced: Announced, status: int, body: str, headers: tuple[tuple[str, str], ...] = ()) -> Page:
    content = ("Content-Type", "text/plain;charset=UTF-8")
    return Page(status, (content, *_always(announced), *headers), body)


def _always(announced: Announced) -> tuple[tuple[str, str], ...]:
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Hudson", "1.395"),
        ("X-Jenkins", announced.version),
        ("X-Jenkins-Session", announced.session),
    )
