"""Runs doctor's walk over loopback against peers that a test starts, and keeps what it reports and observes."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

import trio
from front_stage import Talker

from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.model.events import Event, Fact, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address
from jnlpspy.net.probing.plan import plan_of
from jnlpspy.net.probing.scene import Scene
from jnlpspy.net.probing.steps import Outcome, Step, StepName
from jnlpspy.net.probing.walk import walk
from jnlpspy.pipeline import Pipeline, Sink

F = TypeVar("F", bound=Fact)
Script = Callable[[Talker], Awaitable[None]]
PATIENCE = 2.0


@dataclass
class Examined:
    """What came of a walk."""

    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    """Root causes, the worst first."""

    def step(self, name: StepName) -> Step:
        return next(step for step in self.steps if step.name is name)

    def outcomes(self) -> dict[str, str]:
        return {step.key: step.result for step in self.steps}

    @property
    def failed(self) -> list[StepName]:
        return [step.name for step in self.steps if step.outcome is Outcome.FAILED]

    def facts(self, kind: type[F]) -> list[F]:
        return [event.fact for event in self.events if isinstance(event.fact, kind)]

    @property
    def text(self) -> str:
        return "\n".join(line for step in self.steps for line in (step.text, *step.details))


def inputs_of(url: str | None = None, **changes: object) -> AgentInputs:
    """Return inputs that name the agent `a1` with its right secret, unless told otherwise."""
    given: dict[str, object] = {
        "form": LauncherForm.OPTIONS,
        "urls": () if url is None else (url,),
        "name": "a1",
        "secret": Secret("0" * 63 + "1"),
        **changes,
    }
    return AgentInputs(**given)  # type: ignore[arg-type] # as the test says


async def examine(
    inputs: AgentInputs,
    *,
    timeout: float = PATIENCE,  # noqa: ASYNC109 - the walk's own
    protocol: str | None = None,
    credentials: bool = True,
    kept_identity: bytes | None = None,
    pace: float = 1.0,
) -> Examined:
    """Walk, and let the rules judge; a second is told to them as `pace` seconds."""
    examined = Examined()
    verdict = Verdict()

    class Keep:
        def observe(self, event: Event) -> None:
            examined.events.append(event)

        def finish(self) -> None:
            pass

    def fail(sink: Sink, error: Exception) -> None:
        raise AssertionError(sink) from error

    pipeline = Pipeline([Keep(), DiagnosisSink(verdict.observe)], fail)
    plan, problems = plan_of(inputs, protocol=protocol, credentials=credentials, kept_identity=kept_identity)
    ticks = count(1000)
    began = trio.current_time()
    scene = Scene(
        observe=pipeline.observe,
        tell=pipeline.tell,
        report=examined.steps.append,
        clock=lambda: next(ticks) / 100 + (trio.current_time() - began) * pace,
        timeout=timeout,
    )
    pipeline.tell(1.0, InputsRead("options", inputs))
    await walk(scene, plan, problems)
    pipeline.finish()
    examined.findings = [conclusion.finding for conclusion in verdict.conclusions()]
    assert scene.failed == bool(examined.failed)
    return examined


@asynccontextmanager
async def listening(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Address]:
    """Listen on loopback and run a script for each connection."""

    async def serve(stream: trio.SocketStream) -> None:
        talker = Talker(trio.SSLStream(stream, tls, server_side=True, https_compatible=True) if tls else stream)
        try:
            await script(talker)
        except (trio.BrokenResourceError, AssertionError):
            pass  # the walk has gone
        finally:
            await talker.aclose()

    async with trio.open_nursery() as nursery:
        [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
        host, port, *_ = listener.socket.getsockname()
        nursery.start_soon(trio.serve_listeners, serve, [listener])
        yield Address(host, port)
        nursery.cancel_scope.cancel()


async def unused_port() -> Address:
    """Return an address where nobody listens."""
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    host, port, *_ = listener.socket.getsockname()
    await listener.aclose()
    return Address(host, port)


def saying(data: bytes, *, first: bool = False) -> Script:
    """Return a script that says one thing, behind what comes or at once, and closes."""

    async def script(talker: Talker) -> None:
        if not first:
            assert await talker.stream.receive_some()
        await talker.send(data)

    return script


async def silent(talker: Talker) -> None:
    """Say nothing until the other side goes."""
    await talker.read_to_end()


async def closing(talker: Talker) -> None:
    """Close behind the first bytes, without a word."""
    await talker.stream.receive_some()


def page(status: str, body: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    """Return an HTTP answer."""
    fields = {"Content-Length": str(len(body.encode())), "Connection": "close", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n{body}".encode()


def web(pages: Mapping[str, bytes], heard: list[bytes] | None = None) -> Script:
    """Return a web server's script: answers by path, 404 for others."""

    async def script(talker: Talker) -> None:
        request = await talker.read_head()
        if heard is not None:
            heard.append(request)
        path = request.split(b" ")[1].decode().partition("?")[0]
        await talker.send(pages.get(path, page("404 Not Found")))

    return script


def proxying(ports: Mapping[str, Address], *, connect: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Script:
    """Return an HTTP proxy's script: `ports` are where hosts really are, by `HOST:PORT`; others are asked in vain."""

    async def script(talker: Talker) -> None:
        request = await talker.read_head()
        method, target, _ = request.split(b" ", 2)
        asked = target.decode()
        if method == b"CONNECT":
            if not connect.startswith(b"HTTP/1.1 200"):
                await talker.send(connect)
                return
            where = ports[asked]
        else:
            host, _, path = asked.removeprefix("http://").partition("/")
            where = ports[f"{host}:80"]
            request = request.replace(target, b"/" + path.encode(), 1)
        async with await trio.open_tcp_stream(where.host, where.port) as other, trio.open_nursery() as nursery:
            if method == b"CONNECT":
                await talker.send(connect)
            else:
                await other.send_all(request)
            nursery.start_soon(_pump, talker.stream, other)
            await _pump(other, talker.stream)
            nursery.cancel_scope.cancel()

    return script


async def _pump(source: trio.abc.ReceiveStream, sink: trio.abc.SendStream) -> None:
    try:
        while data := await source.receive_some():
            await sink.send_all(bytes(data))
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        return
