"""HTTP as an agent asks it: one request a connection, redirects followed as java.net.HttpURLConnection does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

import trio

from jnlpspy.errors import DecodeError, UsageError
from jnlpspy.model.tap import Side
from jnlpspy.net.probing.answers import describe_page, name_answer
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.plan import Plan
from jnlpspy.net.probing.reaching import Goal, reach, resolve, secure, tunnel
from jnlpspy.net.probing.scene import Note, Scene, StepFailed
from jnlpspy.net.probing.steps import LONGEST_ANSWER, MOST_REDIRECTS, PARTING_PATIENCE, StepName
from jnlpspy.net.target import DEFAULT_PORTS, RootUrl
from jnlpspy.wire.http import HttpExchange, HttpResponse, HttpStep

USER_AGENT: Final = "Java/17.0.15 jnlpspy"
"""Begins as an agent's: there are firewalls that go by it."""

_ACCEPT: Final = "text/html, image/gif, image/jpeg, */*; q=0.2"
_INTERIM: Final = (100, 102, 103)
_REDIRECTS: Final = (301, 302, 303, 307, 308)

Headers = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Page:
    """An answer to a request."""

    url: str
    """What was asked for, at the end of all redirects."""
    status: int
    line: str
    """The status line."""
    headers: Mapping[str, str]
    body: bytearray = field(default_factory=bytearray)
    passed: list[str] = field(default_factory=list)
    """The redirects on the way, in words."""

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def text(self) -> str:
        """Return the body's first line that says something, if it is plain text."""
        if describe_page(bytes(self.body)):
            return describe_page(bytes(self.body))
        return next((line.strip() for line in self.body.decode("utf-8", "replace").splitlines() if line.strip()), "")


class Browser:
    """Asks a controller's web server as an agent would."""

    def __init__(self, scene: Scene, plan: Plan, root: RootUrl, *, quiet: bool = False, tunnels: bool = False) -> None:
        self._scene = scene
        self._plan = plan
        self._root = root
        self._quiet = quiet
        self._tunnels = tunnels
        """True asks a proxy for a tunnel also where http would not need one."""

    async def open(self, url: str, *, hidden: bool = False) -> Contact:
        """Open a connection for a URL, step by step; the caller closes it. Raises Stopped."""
        root = _root_of(url, self._root)
        goal = Goal(root.address, url, self._plan.proxies.for_url(root.scheme, root.host), self._quiet)

        async def look_up(note: Note) -> None:
            await resolve(self._scene, goal.dialled.host, note)
            if goal.via:
                note.details.append(f"{root.host} is looked up by the proxy {goal.via}")

        async def connect(note: Note) -> Contact:
            contact = await reach(self._scene, goal, note)
            note.text = f"connected to {goal}"
            through = goal.via is not None and (self._tunnels or root.scheme == "https")
            return await tunnel(self._scene, contact, goal, note) if through else contact

        async def protect(note: Note) -> None:
            try:
                trust = self._plan.trust_of(root)
            except UsageError as error:
                raise StepFailed(str(error)) from error
            if trust is not None:
                await secure(contact, goal, trust, note)

        await self._scene.run(StepName.DNS, look_up, hidden=hidden)
        contact = await self._scene.run(StepName.TCP, connect, hidden=hidden)
        if root.scheme == "https":
            try:
                await self._scene.run(StepName.CERTIFICATE, protect, hidden=hidden)
            except BaseException:
                await contact.close()
                raise
        return contact

    async def ask(self, contact: Contact, url: str, note: Note, headers: Headers = ()) -> Page:
        """Ask for a URL on a fresh connection and return the answer; it stays open. Raises StepFailed."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        whole = parts.scheme == "http" and not self._tunnels
        proxied = whole and self._plan.proxies.for_url("http", parts.hostname or "") is not None
        given = {name.lower() for name, _ in headers}
        own = (
            ("User-Agent", USER_AGENT),
            ("Host", parts.netloc.rpartition("@")[2]),
            ("Accept", _ACCEPT),
            ("Connection", "keep-alive"),
        )
        broken = [name for name, value in headers if "\r" in value or "\n" in value]
        if broken:
            raise StepFailed(f"{broken[0]} would hold a line break, which no header can: nothing was sent")
        fields = [*headers, *(each for each in own if each[0].lower() not in given)]
        lines = (f"GET {url if proxied else path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", "")
        request = "\r\n".join(lines).encode("utf-8", "surrogatepass")
        note.waiting_for = f"an answer to GET {url}"
        await contact.send(request)
        return await _read_page(contact, url, request)

    async def fetch(self, url: str, note: Note, *, headers: Headers = (), contact: Contact | None = None) -> Page:
        """Return what a URL leads to; the first request goes over `contact`. Raises StepFailed or Stopped."""
        passed: list[str] = []
        while True:
            async with contact or await self.open(url, hidden=True) as connection:
                page = await self.ask(connection, url, note, headers)
            location = page.header("location")
            page.passed = passed
            if page.status not in _REDIRECTS or location is None or len(passed) == MOST_REDIRECTS:
                return page
            there = _join(url, location)
            if there is None:
                passed.append(f"{page.status} to what is no URL")
                return page
            passed.append(f"{page.status} to {without_query(there)}")
            if urlsplit(there).scheme != urlsplit(url).scheme:
                passed[-1] += ", which agents do not follow: it is another scheme"
                return page
            url, contact = there, None


def without_query(url: str) -> str:
    """Return a URL without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


async def _read_page(contact: Contact, url: str, request: bytes) -> Page:
    body = bytearray()
    exchange = HttpExchange(lambda side, _, data: body.extend(data) if side is Side.CONTROLLER else None)
    exchange.feed(Side.AGENT, request)
    raw = b""
    total = 0
    page: Page | None = None
    patience = trio.CancelScope()
    with patience:
        while True:
            data = await contact.read_some()
            raw = (raw + data)[:LONGEST_ANSWER]
            total += len(data)
            steps = exchange.feed(Side.CONTROLLER, data) if data else exchange.end(Side.CONTROLLER)
            page = page or _page_of(steps, url, raw)
            if page is not None:
                patience.deadline = min(patience.deadline, trio.current_time() + PARTING_PATIENCE)
            over = not data or exchange.between(Side.CONTROLLER) or total > 2 * LONGEST_ANSWER
            if over or any(isinstance(step.message, DecodeError) for step in steps):
                break
    if page is None:
        raise StepFailed(f"{url}: {name_answer(raw).text}")
    return replace(page, body=body)


def _page_of(steps: list[HttpStep], url: str, raw: bytes) -> Page | None:
    for step in steps:
        if isinstance(step.message, HttpResponse) and step.message.status not in _INTERIM:
            line = raw.partition(b"\n")[0].strip().decode("latin-1")
            headers = {name: str(value) for name, value in step.message.headers.items()}
            return Page(url, step.message.status, line, headers)
    return None


def _join(url: str, location: str) -> str | None:
    try:
        there = urljoin(url, location)
        return there if urlsplit(there).port != 0 and urlsplit(there).hostname else None
    except ValueError:
        return None


def _root_of(url: str, root: RootUrl) -> RootUrl:
    """Return where a URL is served. Raises StepFailed."""
    try:
        parts = urlsplit(url)
        return replace(root, host=parts.hostname or root.host, port=parts.port or DEFAULT_PORTS[root.scheme])
    except ValueError as error:
        raise StepFailed(f"{url} is no URL: its host or its port is none that there can be") from error
