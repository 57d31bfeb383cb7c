"""Discovery as an agent does it, with a look beside it where that tells why it fails.

Mirrors org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver.
"""

import json
from typing import Final
from urllib.parse import quote

from jnlpspy.net.announcement import IDENTITY_HEADER, PORT_HEADERS, Announcement, read_announcement
from jnlpspy.net.identity import fingerprint_of
from jnlpspy.net.probing.answers import describe_page
from jnlpspy.net.probing.plan import JNLP4, Plan
from jnlpspy.net.probing.reaching import resolve
from jnlpspy.net.probing.scene import Note, Scene, StepFailed, Stopped
from jnlpspy.net.probing.steps import StepName
from jnlpspy.net.probing.web import Browser, Page
from jnlpspy.net.target import RootUrl

LISTENER: Final = "tcpSlaveAgentListener/"
_OK, _NOT_FOUND = 200, 404
_JNLP_KINDS: Final = ("application/x-java-jnlp-file", "application/octet-stream")
"""Plain, and encrypted with the agent's secret."""

_USUAL_PREFIX: Final = "/jenkins/"
_IDENTITY_NAME: Final = IDENTITY_HEADER.decode()


async def discover(scene: Scene, plan: Plan, root: RootUrl) -> Announcement:
    """Return what the controller announces. Raises Stopped if an agent finds no port in it."""
    url = f"{root}{LISTENER}"
    browser = Browser(scene, plan, root)
    contact = await browser.open(url)

    async def ask(note: Note) -> Page:
        headers = () if plan.name is None else (("Node-Name", plan.name),)
        page = await browser.fetch(url, note, headers=headers, contact=contact)
        note.details += page.passed
        if page.status != _OK:
            note.details += await _look_beside(scene, plan, root, page) if page.status == _NOT_FOUND else []
            said = page.text()
            raise StepFailed(f"{page.url} answers {page.line}", *((f"it says: {said}",) if said else ()))
        note.text = f"{page.url} answers {page.line}"
        return page

    page = await scene.run(StepName.DISCOVERY, ask)

    async def read(note: Note) -> Announcement:
        return _read_headers(plan, root, page, note)

    return await scene.run(StepName.HEADERS, read)


async def obtain_jnlp(scene: Scene, plan: Plan, root: RootUrl, url: str) -> None:
    """Report whether the agent gets its jnlp file; with a secret it asks for the encrypted one. Raises Stopped."""

    async def work(note: Note) -> None:
        encrypted = plan.secret is not None
        asked = f"{url}?encrypt=true" if encrypted and "?" not in url else url
        page = await Browser(scene, plan, root).fetch(asked, note)
        note.details += page.passed
        if page.status != _OK:
            raise StepFailed(f"Failing to obtain {asked}: {page.line}")
        kind = page.header("content-type") or "none"
        if kind.partition(";")[0].strip().lower() not in _JNLP_KINDS:
            raise StepFailed(f"{page.url} doesn't look like a JNLP file; content type was {kind}")
        note.text = f"{asked} answers {page.line}, {kind}"

    await scene.run(StepName.JNLP, work)


async def advertise(scene: Scene, plan: Plan, root: RootUrl, announced: Announcement) -> None:
    """Report where the agent port is said to be. Raises Stopped if its host has no address."""

    async def work(note: Note) -> None:
        proxied = plan.proxies.for_port(announced.host)
        if announced.host != root.host and proxied is None:
            await resolve(scene, announced.host, note)
            note.details.append(note.text)
        how = "as announced"
        if plan.tunnel is not None:
            how = "by -tunnel, whatever is announced"
        elif announced.host == root.host:
            how = "the port as announced, on the URL's host"
        note.text = f"the agent port is {announced.address}, {how}"
        if proxied is not None:
            note.details.append(f"reached through the proxy {proxied}, which must allow CONNECT to it")

    await scene.run(StepName.ADVERTISED, work)


async def look_for_agent(scene: Scene, plan: Plan, root: RootUrl, name: str) -> None:
    """Report whether an agent of this name is connected now, where the controller tells it to anybody."""

    async def work(note: Note) -> None:
        url = f"{root}computer/{quote(name, safe='', errors='replace')}/api/json?tree=offline,jnlpAgent"
        try:
            page = await Browser(scene, plan, root, quiet=True).fetch(url, note)
        except (StepFailed, Stopped) as failure:
            note.skip(f"cannot be known: {failure}")
            return
        _read_agent(page, plan.shown_name, note)

    await scene.run(StepName.CONNECTED, work)


def _read_agent(page: Page, name: str, note: Note) -> None:
    try:
        told = json.loads(page.body) if page.status == _OK else None
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("offline"), bool):
        note.skip(f"cannot be known without logging in: {page.line}")
    elif told["offline"]:
        note.text = f"no agent is connected as {name!r}"
    else:
        note.warn(f"an agent is connected as {name!r} now; it stays so, and the controller will refuse another")
    if isinstance(told, dict) and told.get("jnlpAgent") is False:
        note.details.append("the controller launches this agent itself: it is not inbound")


def _read_headers(plan: Plan, root: RootUrl, page: Page, note: Note) -> Announcement:
    headers = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in page.headers.items()
    ]
    announced = read_announcement(headers, root.host, plan.tunnel, 0.0)
    if announced is None:
        given = next((page.header(name.decode()) for name in PORT_HEADERS if page.header(name.decode())), None)
        what = describe_page(bytes(page.body))
        told = f"no usable port in it ({given!r})" if given else "no X-Jenkins-JNLP-Port"
        raise StepFailed(f"{page.url} answers like no Jenkins: {told}", *((f"it is {what}",) if what else ()))
    note.text = f"{_describe_controller(page)}, protocols {', '.join(announced.protocols) or 'not told'}"
    if announced.minimum_version:
        note.details.append(f"agents older than remoting {announced.minimum_version} are refused")
    if announced.identity is not None:
        note.details.append(f"identity {fingerprint_of(announced.identity)}")
    _judge(plan, page, announced, note)
    return announced


def _judge(plan: Plan, page: Page, announced: Announcement, note: Note) -> None:
    wanted = plan.protocol or JNLP4
    if not announced.protocols:
        note.outcome = note.outcome.WARNING
    elif wanted not in announced.protocols:
        note.fail(f"{wanted} is not among the protocols announced: {', '.join(announced.protocols)}")
    if announced.identity is None:
        given = page.header(_IDENTITY_NAME)
        note.fail("X-Instance-Identity is missing" if given is None else "X-Instance-Identity holds no RSA key")


def _describe_controller(page: Page) -> str:
    version = page.header("x-jenkins")
    return f"Jenkins {version}" if version else "a Jenkins"


async def _look_beside(scene: Scene, plan: Plan, root: RootUrl, page: Page) -> list[str]:
    """Return what other pages say, when there is nothing where discovery should be."""
    other = "/" if root.path != "/" else _USUAL_PREFIX
    listener = f"{root.scheme}://{root.authority}{other}{LISTENER}"
    if await _has_port(scene, plan, root, listener):
        return [f"there is a Jenkins at {root.scheme}://{root.authority}{other}: the URL's path is wrong"]
    url = f"{root}login"
    try:
        # Kept quiet, unless it tells: a second 404 would be a second complaint.
        login = await Browser(scene, plan, root, quiet=True).fetch(url, Note())
        if login.header("x-jenkins"):
            login = await Browser(scene, plan, root).fetch(url, Note())
    except (StepFailed, Stopped):
        return []
    if login.header("x-jenkins") or page.header("x-jenkins"):
        return [f"{root} is {_describe_controller(login)}: its TCP agent port seems to be disabled"]
    return [f"{url} answers {login.line}, and nothing says that it is a Jenkins"]


async def _has_port(scene: Scene, plan: Plan, root: RootUrl, url: str) -> bool:
    try:
        page = await Browser(scene, plan, root, quiet=True).fetch(url, Note())
    except (StepFailed, Stopped):
        return False
    return page.status == _OK and any(page.header(name.decode()) for name in PORT_HEADERS)
