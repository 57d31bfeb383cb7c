"""The agent's half of a handshake up to the controller's verdict, and not a step further: no channel comes of it."""

import time
from dataclasses import dataclass
from functools import partial

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.identity import fingerprint_of, identity_of_certificate
from jnlpspy.net.probing.answers import Answerer
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.plan import JNLP4, Plan
from jnlpspy.net.probing.port import open_port, read_answer
from jnlpspy.net.probing.scene import Note, Scene, StepFailed, Stopped
from jnlpspy.net.probing.steps import StepName
from jnlpspy.net.tls_leg import TlsEnd, controller_leg_context
from jnlpspy.wire.headers import AGENT_NAME, SECRET, build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    BYE_BYTES,
    REFUSALS,
    build_headers_frame,
    build_offer,
    build_refusal,
    build_utf,
)
from jnlpspy.wire.properties import format_properties

NO_CHANNEL = "jnlpspy doctor only checks name and secret, and wants no channel"
"""What the controller is told instead of an OK; it prints it as the reason why the agent refused."""

_LONGEST_LINE = 1024
_LARGEST = 60_000
"""Bytes of name and secret together: a frame holds 65,535, and JSON escapes some."""

ALREADY_CONNECTED = "already connected"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the controller has to prove, and who says so."""

    identity: bytes | None
    by: str


async def shake_hands(scene: Scene, plan: Plan, address: Address, expected: Expected) -> None:
    """Report what comes of a handshake up to the verdict. Raises Stopped."""
    protocol = plan.protocol or JNLP4
    if not protocol.startswith("JNLP4"):
        await scene.run(StepName.CREDENTIALS, partial(_log_in_classic, scene, plan, address, protocol))
        return
    contact = await scene.run(StepName.OFFER, partial(_offer, scene, plan, address, protocol))
    async with contact:
        try:
            if protocol == JNLP4:
                await scene.run(StepName.IDENTITY, partial(_open_tls, contact, plan, expected))
            await scene.run(StepName.CREDENTIALS, partial(_log_in, contact, plan))
        except Stopped as stopped:
            if isinstance(stopped.__cause__, trio.TooSlowError):
                contact.journal.remark(f"no handshake within {scene.timeout:g} s: {stopped}")
                await contact.close(timed_out=True)
            raise


async def _offer(scene: Scene, plan: Plan, address: Address, protocol: str, note: Note) -> Contact:
    contact = await open_port(scene, plan, address, note)
    note.waiting_for = f"the acknowledgement of {protocol}"
    try:
        await contact.send(build_offer(protocol) + ACK_BYTES)
        await _hear_ack(contact, protocol)
    except trio.Cancelled:
        contact.journal.remark(f"no handshake within {scene.timeout:g} s: still waiting for {note.waiting_for}")
        await contact.close(timed_out=True)
        raise
    except BaseException:
        await contact.close()
        raise
    note.text = f"{protocol} is acknowledged"
    return contact


async def _hear_ack(contact: Contact, protocol: str) -> None:
    begun = await contact.read(len(ACK_BYTES))
    if begun != ACK_BYTES:
        answer, _ = await read_answer(contact, begun)
        refused = f"{protocol} is {'refused' if answer.by is Answerer.REFUSAL else 'not acknowledged'}"
        raise StepFailed(f"{refused}: {answer.text}")


async def _open_tls(contact: Contact, plan: Plan, expected: Expected, note: Note) -> None:
    note.waiting_for = "the TLS handshake"
    try:
        tls = await contact.open_tls(TlsEnd(controller_leg_context(), accepting=False))
        shown = identity_of_certificate(tls.engine.peer_certificate)
    except NetworkError as failure:
        contact.journal.remark(f"TLS on the controller's leg failed: {failure}")
        raise StepFailed(f"no TLS: {failure}") from failure
    engine, fingerprint = tls.engine, fingerprint_of(shown)
    contact.journal.tls_opened(Side.CONTROLLER, engine.version, engine.cipher, fingerprint)
    note.details += [f"on the port: {fingerprint} ({engine.version}, {engine.cipher})"]
    if expected.identity is not None:
        note.details.append(f"{expected.by}: {fingerprint_of(expected.identity)}")
    if plan.kept_identity is not None:
        note.details.append(f"in its own files: {fingerprint_of(plan.kept_identity)}")
    if expected.identity is None:
        raise StepFailed(f"nothing says which identity is the right one: {expected.by}; it gets no secret")
    if shown != expected.identity:
        raise StepFailed("the port shows another identity than expected: agents leave here; it gets no secret")
    note.text = f"the controller proves the identity expected: {fingerprint}"
    if plan.kept_identity not in {None, shown}:
        note.warn("the identity is the one expected, but not that of the JENKINS_HOME given")


async def _log_in(contact: Contact, plan: Plan, note: Note) -> None:
    """Send name and secret, and turn the controller down if it accepts them."""
    fields = _credentials(plan, note)
    if fields is None:
        return
    note.waiting_for = "the controller's headers"
    await contact.send(build_headers_frame(build_json_headers(fields)))
    headers = await contact.read_frame()
    note.waiting_for = "the verdict on name and secret"
    verdict = await contact.read_frame()
    if headers is None or verdict is None:
        raise StepFailed("closed without a word on name and secret")
    refusal = next((verdict.removeprefix(each) for each in REFUSALS.values() if verdict.startswith(each)), None)
    if refusal is not None:
        await contact.send(ACCEPTED_BYTES + BYE_BYTES)  # as an agent does: it has nothing against the controller
        await contact.part()
        _read_refusal(refusal.decode("utf-8", "replace"), plan, note)
        return
    # Our OK would let the controller set up a channel; a refusal makes it forget us, and log why.
    await contact.send(build_refusal(NO_CHANNEL))
    await contact.part()
    note.text = f"the controller accepts {plan.shown_name!r} with this secret; it was told that no channel is wanted"


async def _log_in_classic(scene: Scene, plan: Plan, address: Address, protocol: str, note: Note) -> None:
    """Send name and secret in the clear, as the old protocols do, and close behind `Welcome`."""
    fields = _credentials(plan, note)
    if fields is None:
        return
    if protocol == "JNLP2-connect":
        stamp = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime())
        opening = build_offer(protocol) + build_utf(format_properties(fields, stamp))
    else:
        opening = build_offer(protocol) + build_utf(fields[SECRET]) + build_utf(fields[AGENT_NAME])
    async with await open_port(scene, plan, address, note) as contact:
        note.waiting_for = "the controller's answer"
        await contact.send(opening)
        line = await contact.read_until(b"\n", _LONGEST_LINE)
        said = line.decode("utf-8", "replace").strip()
        if said == "Welcome":
            note.text = (
                f"the controller accepts {plan.shown_name!r} with this secret; the connection was closed at once"
            )
            await contact.part()
        elif said:
            _read_refusal(said, plan, note)
        else:
            raise StepFailed(
                "closed without a word, which these protocols do for a wrong name and a wrong secret alike"
            )


def _credentials(plan: Plan, note: Note) -> dict[str, str] | None:
    """Return what to log in with; None if nothing shall be sent, as the note then says."""
    missing = "name" if plan.name is None else "secret" if plan.secret is None else ""
    if not plan.credentials:
        note.skip("not sent, as asked")
    elif missing:
        note.skip(f"not sent: no {missing} was given")
    elif plan.name is not None and plan.secret is not None:
        size = len(f"{plan.name}{plan.secret.value}".encode("utf-8", "surrogatepass"))
        if size > _LARGEST:
            raise StepFailed(f"name and secret have {size} bytes: no handshake can carry them")
        return {AGENT_NAME: plan.name, SECRET: plan.secret.value}
    return None


def _read_refusal(reason: str, plan: Plan, note: Note) -> None:
    if ALREADY_CONNECTED in reason:
        note.warn(f"name and secret are right; refused all the same: {plan.without_secrets(reason)}")
    else:
        note.fail(f"refused: {plan.without_secrets(reason)}")
