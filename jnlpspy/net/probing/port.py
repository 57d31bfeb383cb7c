"""What the agent port says of itself before any handshake: hello page, Ping, its words for an unknown protocol."""

from typing import Final

import trio

from jnlpspy.model.tap import Address
from jnlpspy.net.probing.answers import Answer, Answerer, hello_values, name_answer
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.plan import Plan
from jnlpspy.net.probing.reaching import Goal, reach, tunnel
from jnlpspy.net.probing.scene import Note, Scene, StepFailed, Stopped
from jnlpspy.net.probing.steps import HELLO_PATIENCE, LONGEST_ANSWER, PARTING_PATIENCE, StepName
from jnlpspy.wire.layouts import build_offer

HELLO: Final = b"GET / HTTP/1.0\r\n\r\n"
PROXY_HEADER: Final = b"PROXY TCP4 127.0.0.1 127.0.0.1 1 1\r\n"
UNHEARD_OF: Final = "jnlpspy-doctor"
"""A protocol that no controller has."""

_SHOWN: Final = ("Jenkins-Version", "Jenkins-Agent-Protocols", "Remoting-Minimum-Version", "Client")
_FOREIGN: Final = (Answerer.HTTP, Answerer.TLS, Answerer.SSH, Answerer.PROXY_HEADER, Answerer.UNKNOWN)


async def open_port(scene: Scene, plan: Plan, address: Address, note: Note, *, quiet: bool = False) -> Contact:
    """Open a connection to the agent port as an agent does; the caller closes it. Raises StepFailed."""
    goal = Goal(address, str(address), plan.proxies.for_port(address.host), quiet)
    contact = await reach(scene, goal, note)
    return contact if goal.via is None else await tunnel(scene, contact, goal, note)


async def look_at_port(scene: Scene, plan: Plan, address: Address) -> None:
    """Report what answers on the agent port. Raises Stopped if nobody is there."""

    async def connect(note: Note) -> Contact:
        contact = await open_port(scene, plan, address, note)
        via = plan.proxies.for_port(address.host)
        note.text = f"connected to {address}{f' through the proxy {via}' if via else ''}"
        return contact

    async def greet(note: Note) -> Answer:
        async with contact:
            answer, data = await _ask(contact, HELLO)
        _read_hello(answer, data, note)
        return answer

    async def ping(note: Note) -> Answer:
        async with await open_port(scene, plan, address, note) as other:
            answer, _ = await _ask(other, build_offer("Ping"))
        await _read_ping(scene, plan, address, answer, note)
        return answer

    async def offend(note: Note) -> None:
        # Kept quiet: a refusal is the right answer, and rules would take it for trouble.
        async with await open_port(scene, plan, address, note, quiet=True) as other:
            answer, _ = await _ask(other, build_offer(UNHEARD_OF))
        if answer.by is Answerer.REFUSAL:
            note.text = f"refused as it should be: {answer.text}"
        else:
            note.warn(f"expected `Unknown protocol:`, got: {answer.text}")

    contact = await scene.run(StepName.AGENT_PORT, connect)
    patience = 2 * HELLO_PATIENCE
    answer = await scene.run(StepName.HELLO, greet, patience=patience)
    if answer.by in _FOREIGN:
        return
    pong = await scene.run(StepName.PING, ping, patience=2 * patience)
    if pong.by is Answerer.JENKINS:
        await scene.run(StepName.UNKNOWN_PROTOCOL, offend, patience=patience)


async def read_answer(contact: Contact, begun: bytes = b"") -> tuple[Answer, bytes]:
    """Return who answers, with what: the rest of an answer gets a moment to come."""
    data = begun
    with trio.move_on_after(min(PARTING_PATIENCE, remaining() / 2)):
        while len(data) < LONGEST_ANSWER and (more := await contact.read_some()):
            data += more
    return name_answer(data), data


async def _ask(contact: Contact, question: bytes) -> tuple[Answer, bytes]:
    """Say something and return what comes until the end, or until nothing has come for a while."""
    await contact.send(question)
    first = b""
    with trio.move_on_after(min(HELLO_PATIENCE, remaining() / 2)) as waiting:
        first = await contact.read_some()
    if waiting.cancelled_caught:
        return Answer(Answerer.SILENCE, "nothing came back"), b""
    return await read_answer(contact, first) if first else (name_answer(b""), b"")


def remaining() -> float:
    """Return the seconds that are left to the step."""
    return max(0.0, trio.current_effective_deadline() - trio.current_time())


def _read_hello(answer: Answer, data: bytes, note: Note) -> None:
    match answer.by:
        case Answerer.JENKINS:
            values = hello_values(data)
            note.text = f"{answer.text}, Jenkins {values.get('Jenkins-Version', 'of a version it does not tell')}"
            note.details += [f"{name}: {values[name]}" for name in _SHOWN[1:] if name in values]
        case Answerer.SILENCE | Answerer.REFUSAL:
            note.warn(f"no hello page: {answer.text} (cores before 2.16 have none)")
        case _:
            note.fail(answer.text)


async def _read_ping(scene: Scene, plan: Plan, address: Address, answer: Answer, note: Note) -> None:
    if answer.by is Answerer.JENKINS:
        note.text = f"answered: {answer.text}"
    elif answer.by is Answerer.REFUSAL:
        note.warn(f"refused: {answer.text}")
    elif answer.by is Answerer.SILENCE and await _wants_proxy_header(scene, plan, address, note):
        note.fail("Ping is answered behind a PROXY header only: the port expects one before every connection")
    elif answer.by is Answerer.SILENCE:
        note.warn(f"no answer: {answer.text}")
    else:
        note.fail(answer.text)


async def _wants_proxy_header(scene: Scene, plan: Plan, address: Address, note: Note) -> bool:
    # Kept quiet: rules would take the header for an agent's.
    try:
        async with await open_port(scene, plan, address, note, quiet=True) as contact:
            answer, _ = await _ask(contact, PROXY_HEADER + build_offer("Ping"))
    except (StepFailed, Stopped):
        return False
    return answer.text == "Ping"
