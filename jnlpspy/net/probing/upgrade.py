"""The WebSocket upgrade as an agent asks for it, ended with a close frame before any command.

Mirrors hudson.remoting.Engine's WebSocket part and jenkins.agents.WebSocketAgents.
"""

import base64
import hashlib
import secrets
from dataclasses import replace
from typing import Final

from jnlpspy.model.negotiation import Capability
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.handshake import ALREADY_CONNECTED
from jnlpspy.net.probing.plan import Plan
from jnlpspy.net.probing.scene import Note, Scene, StepFailed
from jnlpspy.net.probing.steps import StepName
from jnlpspy.net.probing.web import Browser, Page
from jnlpspy.net.target import RootUrl
from jnlpspy.wire.headers import AGENT_NAME, SECRET
from jnlpspy.wire.layouts import build_capability_frame

ENDPOINT: Final = "wsagents/"
CAPABILITY_HEADER: Final = "X-Remoting-Capability"
CAPABILITY: Final = build_capability_frame(Capability(0x1FE))[2:].decode("ascii")
"""As every remoting since 3.19 announces it, without the length that JNLP4 puts before it."""

NO_CREDENTIALS: Final = "This endpoint is only for use from agent.jar"
"""What the endpoint itself says to a request without name and secret."""

_OK, _SWITCHING, _FORBIDDEN = 200, 101, 403
_CLOSE_FRAME: Final = b"\x88\x82"
_NORMAL_CLOSURE: Final = (1000).to_bytes(2, "big")
_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, section 1.3."""


async def look_at_upgrade(scene: Scene, plan: Plan, root: RootUrl) -> None:
    """Report what comes of the upgrade. Raises Stopped."""
    login = f"{root}login"
    browser = Browser(scene, plan, root)
    first = await browser.open(login)

    async def wait_ready(note: Note) -> None:
        page = await browser.fetch(login, note, contact=first)
        note.details += page.passed
        if page.status != _OK:
            raise StepFailed(f"{login} is not ready: {page.status}; agents ask for it before they upgrade")
        note.text = f"{login} answers {page.line}"

    async def upgrade(note: Note) -> None:
        url = f"{root}{ENDPOINT}"
        # Tyrus, the agent's library, has proxy rules of its own, and always asks for a tunnel.
        direct = replace(plan, proxies=plan.proxies.for_websocket())
        if not plan.credentials or plan.name is None or plan.secret is None:
            # Kept quiet: the refusal is the right answer.
            await _knock(Browser(scene, direct, root, quiet=True, tunnels=True), url, note)
            return
        endpoint = Browser(scene, direct, root, tunnels=True)
        async with await endpoint.open(url, hidden=True) as contact:
            key = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
            headers = _upgrade_headers(key)
            credentials = ((AGENT_NAME, plan.name), (SECRET, plan.secret.value), (CAPABILITY_HEADER, CAPABILITY))
            page = await endpoint.ask(contact, url, note, (*credentials, *headers))
            if page.status == _SWITCHING:
                await _leave(contact)
        _read_answer(page, key, plan, note)

    await scene.run(StepName.READY, wait_ready)
    await scene.run(StepName.WEBSOCKET, upgrade)


async def _knock(browser: Browser, url: str, note: Note) -> None:
    """Ask without credentials: the endpoint's own refusal shows that it is there."""
    async with await browser.open(url, hidden=True) as contact:
        key = base64.b64encode(bytes(16)).decode("ascii")
        page = await browser.ask(contact, url, note, _upgrade_headers(key))
    if NO_CREDENTIALS in page.text():
        note.text = f"{url} is there; name and secret were not sent"
    else:
        note.fail(f"{url} answers {page.line}, and not as Jenkins does: {page.text()}")


async def _leave(contact: Contact) -> None:
    mask = secrets.token_bytes(4)
    payload = bytes(each ^ over for each, over in zip(_NORMAL_CLOSURE, mask, strict=False))
    await contact.send(_CLOSE_FRAME + mask + payload)
    await contact.part()


def _upgrade_headers(key: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
    )


def _read_answer(page: Page, key: str, plan: Plan, note: Note) -> None:
    said = plan.without_secrets(page.text())
    if page.status == _SWITCHING:
        note.text = f"accepted as {plan.shown_name!r}: {page.line}; closed before any command"
        if page.header("sec-websocket-accept") != _accept_of(key):
            note.warn(f"{page.line}, but Sec-WebSocket-Accept is not the answer to this request")
        if page.header(CAPABILITY_HEADER) is None:
            note.warn(f"{page.line}, but no {CAPABILITY_HEADER} came: a proxy strips headers")
        if version := page.header("x-remoting-minimum-version"):
            note.details.append(f"agents older than remoting {version} are refused")
    elif ALREADY_CONNECTED in said:
        note.warn(f"name and secret are right; refused all the same: {said}")
    else:
        if page.status == _FORBIDDEN:
            note.details.append("Jenkins answers so to a wrong secret; a proxy may answer so as well")
        note.fail(f"{page.url} answers {page.line}{f': {said}' if said else ''}")


def _accept_of(key: str) -> str:
    digest = hashlib.sha1(f"{key}{_GUID}".encode("ascii"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")
