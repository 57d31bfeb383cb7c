"""Doctor's walk against every kind of controller and of what stands in its place, each started here on loopback."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trio
import trio.testing
from doctor_stage import (
    closing,
    examine,
    inputs_of,
    listening,
    page,
    proxying,
    saying,
    silent,
    unused_port,
    web,
)
from front_stage import Talker
from net.test_dialling import Authority
from simulate.peers import agent_of, controller_of, identity

from jnlpspy.model.events import (
    ChannelEstablished,
    ConnectFailed,
    DiscoveryAnswered,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    InputsRead,
    NameResolved,
    TlsStarted,
)
from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import DialFailure, Side
from jnlpspy.net.identity import create_identity
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.simulate.agent import AgentResult, run_agent
from jnlpspy.simulate.controller import SimulatedController, simulated_controller
from jnlpspy.simulate.session import CONTROLLER_PART

LOGIN_PAGE = "<!DOCTYPE html><html><title>Sign in</title><form><input type=password></form></html>"
LISTENER = "/tcpSlaveAgentListener/"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)

Stage = Callable[[Path], AbstractAsyncContextManager[AgentInputs]]


def discovery(**changes: str | None) -> bytes:
    """Return a good discovery answer, with headers changed or, as None, left out."""
    headers = {
        "X-Hudson-JNLP-Port": "50000",
        "X-Jenkins-JNLP-Port": "50000",
        "X-Instance-Identity": identity().instance_identity,
        "X-Jenkins-Agent-Protocols": "JNLP4-connect, Ping",
        "X-Remoting-Minimum-Version": "4.13",
        "X-Jenkins": "2.541.3",
    }
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return page("200 OK", "Jenkins", {name: value for name, value in {**headers, **named}.items() if value is not None})


def simulated(controller: dict[str, object] | None = None, **inputs: object) -> Stage:
    """Stage a simulated controller, and an agent's inputs for it."""

    @asynccontextmanager
    async def stage(_folder: Path) -> AsyncIterator[AgentInputs]:
        async with simulated_controller(controller_of(**(controller or {}))) as running:
            yield inputs_of(running.url, **inputs)

    return stage


def served(pages: dict[str, bytes], path: str = "/", **inputs: object) -> Stage:
    """Stage a web server."""

    @asynccontextmanager
    async def stage(_folder: Path) -> AsyncIterator[AgentInputs]:
        async with listening(web(pages)) as address:
            yield inputs_of(f"http://{address}{path}", **inputs)

    return stage


def advertising(script: Callable[[Talker], object] | None, *, tls: bool = False, **inputs: object) -> Stage:
    """Stage a controller whose advertised port leads to something else; to nobody without a script."""

    @asynccontextmanager
    async def stage(_folder: Path) -> AsyncIterator[AgentInputs]:
        if script is None:
            async with simulated_controller(controller_of(advertised=await unused_port())) as running:
                yield inputs_of(running.url, **inputs)
            return
        context = identity().agent_leg_context() if tls else None
        async with (
            listening(script, context) as port,  # type: ignore[arg-type] # a coroutine function
            simulated_controller(controller_of(advertised=port)) as running,
        ):
            yield inputs_of(running.url, **inputs)

    return stage


@asynccontextmanager
async def nobody(_folder: Path) -> AsyncIterator[AgentInputs]:
    yield inputs_of(f"http://{await unused_port()}/")


@asynccontextmanager
async def port_as_url(_folder: Path) -> AsyncIterator[AgentInputs]:
    async with simulated_controller(controller_of()) as running:
        yield inputs_of(f"http://{running.listen}/")


def silent_web(_folder: Path) -> AbstractAsyncContextManager[AgentInputs]:
    @asynccontextmanager
    async def stage() -> AsyncIterator[AgentInputs]:
        async with listening(silent) as address:
            yield inputs_of(f"http://{address}/")

    return stage()


def answering_web(data: bytes, scheme: str = "http") -> Stage:
    @asynccontextmanager
    async def stage(_folder: Path) -> AsyncIterator[AgentInputs]:
        async with listening(saying(data)) as address:
            yield inputs_of(f"{scheme}://{address}/")

    return stage


def https(make: Callable[[Authority], object], *, trusted: bool) -> Stage:
    @asynccontextmanager
    async def stage(folder: Path) -> AsyncIterator[AgentInputs]:
        authority = Authority(folder)
        certificates = (f"@{authority.certificate}",) if trusted else ()
        async with listening(web({LISTENER: discovery()}), make(authority)) as address:  # type: ignore[arg-type]
            yield inputs_of(f"https://{address}/", certificates=certificates)

    return stage


def wrong_identity(_folder: Path) -> AbstractAsyncContextManager[AgentInputs]:
    @asynccontextmanager
    async def stage() -> AsyncIterator[AgentInputs]:
        async with simulated_controller(controller_of()) as real:
            other = discovery(
                X_Instance_Identity=create_identity().instance_identity,
                X_Jenkins_JNLP_Port=str(real.port),
                X_Hudson_JNLP_Port=str(real.port),
            )
            async with listening(web({LISTENER: other})) as address:
                yield inputs_of(f"http://{address}/")

    return stage()


def no_identity(_folder: Path) -> AbstractAsyncContextManager[AgentInputs]:
    @asynccontextmanager
    async def stage() -> AsyncIterator[AgentInputs]:
        async with simulated_controller(controller_of()) as real:
            other = discovery(X_Instance_Identity=None, X_Jenkins_JNLP_Port=str(real.port))
            async with listening(web({LISTENER: other})) as address:
                yield inputs_of(f"http://{address}/")

    return stage()


def proxied(connect: bytes) -> Stage:
    """Stage a controller behind an HTTP proxy, which alone knows its name."""

    @asynccontextmanager
    async def stage(_folder: Path) -> AsyncIterator[AgentInputs]:
        async with simulated_controller(controller_of()) as real:
            ports = {"jenkins.test:80": real.http, f"jenkins.test:{real.port}": real.listen}
            async with listening(proxying(ports, connect=connect)) as proxy:
                yield inputs_of("http://jenkins.test/", http_proxy=f"http://{proxy}/")

    return stage


WEBSOCKET_LOGIN = {"/login": page("200 OK", "Welcome")}


async def wants_header(talker: Talker) -> None:
    """A load balancer that accepts connections behind a PROXY header only."""
    begun = await talker.read_until(b"\r\n") if (await talker.read_exactly(6)) == b"PROXY " else b""
    if begun:
        await talker.read_exactly(15)
        await talker.send(b"Ping\n")


@dataclass(frozen=True)
class Scenario:
    stage: Stage
    step: StepName
    """The first that fails."""
    says: str
    rule: str
    """What the rules shall conclude."""
    timeout: float = 2.0
    pace: float = 1.0
    """Seconds that the rules are told for each: a short deadline stands for a long one."""


FORBIDDEN = page("403 Forbidden", "<html><title>No</title></html>")
SCENARIOS = {
    "404": Scenario(served({}), StepName.DISCOVERY, "404 Not Found", "discovery-not-found"),
    "403": Scenario(served({LISTENER: FORBIDDEN}), StepName.DISCOVERY, "403 Forbidden", "discovery-forbidden"),
    "401": Scenario(
        served({LISTENER: page("401 Unauthorized")}), StepName.DISCOVERY, "401 Unauthorized", "discovery-forbidden"
    ),
    "redirect to a login page": Scenario(
        served({LISTENER: page("302 Found", "", {"Location": "/login?from=x"}), "/login": page("200 OK", LOGIN_PAGE)}),
        StepName.HEADERS,
        "an HTML login page titled 'Sign in'",
        "discovery-redirected",
    ),
    "redirect to https": Scenario(
        served({LISTENER: page("301 Moved Permanently", "", {"Location": "https://jenkins.test/"})}),
        StepName.DISCOVERY,
        "agents do not follow",
        "discovery-redirected",
    ),
    "503": Scenario(
        served({LISTENER: page("503 Service Unavailable")}), StepName.DISCOVERY, "503", "discovery-unavailable"
    ),
    "nobody on the web port": Scenario(nobody, StepName.TCP, "Connection refused", "discovery-unavailable"),
    "slow": Scenario(silent_web, StepName.DISCOVERY, "did not come within 0.5 s", "discovery-slow", 0.5, 20),
    "no Jenkins": Scenario(
        served({LISTENER: page("200 OK", "<html><title>It works!</title></html>")}),
        StepName.HEADERS,
        "answers like no Jenkins: no X-Jenkins-JNLP-Port",
        "headers-eaten-by-proxy",
    ),
    "no port header": Scenario(
        served({LISTENER: discovery(X_Jenkins_JNLP_Port=None, X_Hudson_JNLP_Port=None)}),
        StepName.HEADERS,
        "no X-Jenkins-JNLP-Port",
        "headers-eaten-by-proxy",
    ),
    "a port that is none": Scenario(
        served({LISTENER: discovery(X_Jenkins_JNLP_Port="99999")}),
        StepName.HEADERS,
        "no usable port in it ('99999')",
        "advertised-host-wrong",
    ),
    "port closed": Scenario(advertising(None), StepName.AGENT_PORT, "Connection refused", "agent-port-unreachable"),
    "port silent": Scenario(
        advertising(silent), StepName.OFFER, "did not come within 0.5 s", "handshake-stalled", 0.5, 20
    ),
    "port closes": Scenario(advertising(closing), StepName.OFFER, "closed without a byte", "refused-without-reason"),
    "port is HTTP": Scenario(
        advertising(saying(page("400 Bad Request", "<html><title>Bad</title></html>"))),
        StepName.HELLO,
        "an HTTP server answers: HTTP/1.1 400 Bad Request, an HTML page titled 'Bad'",
        "http-instead-of-agent-protocol",
    ),
    "port is TLS": Scenario(
        advertising(saying(bytes.fromhex("15030300020246"))),
        StepName.HELLO,
        "a TLS server answers: a TLS alert (1503030002)",
        "tls-instead-of-agent-protocol",
    ),
    "port is SSH": Scenario(
        advertising(saying(b"SSH-2.0-OpenSSH_9.6\r\n", first=True)),
        StepName.HELLO,
        "an SSH server answers: SSH-2.0-OpenSSH_9.6",
        "other-protocol-on-agent-port",
    ),
    "port wants a PROXY header": Scenario(
        advertising(wants_header), StepName.PING, "behind a PROXY header only", "refused-without-reason"
    ),
    "wrong identity": Scenario(
        wrong_identity, StepName.IDENTITY, "another identity than expected", "controller-identity-mismatch"
    ),
    "no identity": Scenario(no_identity, StepName.HEADERS, "X-Instance-Identity is missing", "identity-missing"),
    "no JNLP4": Scenario(
        simulated({"protocols": ("JNLP2-connect", "Ping")}),
        StepName.HEADERS,
        "JNLP4-connect is not among the protocols announced: JNLP2-connect, Ping",
        "no-common-protocol",
    ),
    "JNLP4 disabled": Scenario(
        simulated({"disabled": ("JNLP4-connect",)}),
        StepName.OFFER,
        "JNLP4-connect is refused: Disabled protocol:Protocol:JNLP4-connect",
        "protocol-disabled",
    ),
    "unknown name": Scenario(
        simulated(name="a2"), StepName.CREDENTIALS, "refused: Unknown client name: a2", "agent-name-unknown"
    ),
    "name and secret swapped": Scenario(
        simulated(name="0" * 63 + "1", secret=Secret("a1")),
        StepName.CREDENTIALS,
        "refused: Unknown client name: secret:",
        "name-and-secret-swapped",
    ),
    "wrong secret": Scenario(
        simulated(secret=Secret("f" * 64)),
        StepName.CREDENTIALS,
        "refused: Authorization failure",
        "secret-rejected",
    ),
    "not inbound": Scenario(
        simulated({"not_inbound": frozenset({"a1"})}),
        StepName.CREDENTIALS,
        "a1 is not an inbound agent",
        "not-an-inbound-agent",
    ),
    "untrusted certificate": Scenario(
        https(lambda ca: ca.controller("127.0.0.1"), trusted=False),
        StepName.CERTIFICATE,
        "its certificate is not accepted",
        "certificate-untrusted",
    ),
    "certificate of another host": Scenario(
        https(lambda ca: ca.controller("elsewhere"), trusted=True),
        StepName.CERTIFICATE,
        "its certificate is not accepted",
        "certificate-untrusted",
    ),
    "expired certificate": Scenario(
        https(lambda ca: ca.controller("127.0.0.1", valid=(NOW - 2 * DAY, NOW - DAY)), trusted=True),
        StepName.CERTIFICATE,
        "certificate has expired",
        "certificate-out-of-date",
    ),
    "https that is left": Scenario(
        answering_web(b"", "https"), StepName.CERTIFICATE, "closed the connection during TLS", "discovery-unavailable"
    ),
    "https that refuses": Scenario(
        answering_web(bytes.fromhex("15030300020228"), "https"),
        StepName.CERTIFICATE,
        "TLS failed: sslv3 alert handshake failure",
        "discovery-unavailable",
    ),
    "https URL of an http port": Scenario(
        answering_web(page("400 Bad Request"), "https"), StepName.CERTIFICATE, "does not speak TLS", "url-malformed"
    ),
    "URL of the agent port": Scenario(port_as_url, StepName.DISCOVERY, "HTTP/1.0 404 Not Found", "url-malformed"),
    "doubled scheme": Scenario(
        served({}, path="/", urls=("http://http://jenkins/",)), StepName.INPUTS, "URL: expected", "url-malformed"
    ),
    "tunnel without a colon": Scenario(
        simulated(tunnel="jenkins"), StepName.INPUTS, "tunnel: expected HOST:PORT", "tunnel-malformed"
    ),
    "tunnel to nowhere": Scenario(
        simulated(tunnel="127.0.0.1:1"), StepName.AGENT_PORT, "Connection refused", "tunnel-misdirected"
    ),
    "proxy refuses": Scenario(
        proxied(b"HTTP/1.1 403 Forbidden\r\n\r\n"),
        StepName.AGENT_PORT,
        "Got a bad response from proxy: HTTP/1.1 403 Forbidden",
        "agent-port-unreachable",
    ),
    "proxy wants a password": Scenario(
        proxied(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        StepName.AGENT_PORT,
        "Got a bad response from proxy: HTTP/1.1 407",
        "agent-port-unreachable",
    ),
    "WebSocket 403": Scenario(
        served({**WEBSOCKET_LOGIN, "/wsagents/": FORBIDDEN}, websocket=True),
        StepName.WEBSOCKET,
        "403 Forbidden",
        "secret-rejected",
    ),
    "WebSocket 404": Scenario(
        served(WEBSOCKET_LOGIN, websocket=True), StepName.WEBSOCKET, "404", "websocket-upgrade-refused"
    ),
    "WebSocket, no such agent": Scenario(
        served({**WEBSOCKET_LOGIN, "/wsagents/": page("400 Bad Request", "no such agent")}, websocket=True),
        StepName.WEBSOCKET,
        "400 Bad Request: no such agent",
        "websocket-upgrade-refused",
    ),
    "WebSocket, not ready": Scenario(
        served({"/login": page("401 Unauthorized")}, websocket=True), StepName.READY, "401", "discovery-forbidden"
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_what_is_wrong_is_told_by_the_step_that_meets_it(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    async with scenario.stage(tmp_path) as inputs:
        examined = await examine(inputs, timeout=scenario.timeout, pace=scenario.pace)
    assert examined.failed[:1] == [scenario.step], examined.text
    assert scenario.says in examined.text
    assert not examined.facts(ChannelEstablished)
    assert [finding.rule for finding in examined.findings][:1] == [scenario.rule]


def https_front(**inputs: object) -> Stage:
    """Stage a controller whose web page is reached over https."""

    @asynccontextmanager
    async def stage(folder: Path) -> AsyncIterator[AgentInputs]:
        authority = Authority(folder)
        async with simulated_controller(controller_of()) as real:
            announced = discovery(X_Jenkins_JNLP_Port=str(real.port))
            async with listening(web({LISTENER: announced}), authority.controller("127.0.0.1")) as address:
                given = inputs or {"certificates": (f"@{authority.certificate}",)}
                yield inputs_of(f"https://{address}/", **given)

    return stage


HEALTHY: dict[str, Stage] = {
    "https": https_front(),
    "https, any certificate": https_front(options={"-noCertificateCheck": ""}),
    "TCP": simulated(),
    "over TLS 1.2": simulated({"newest_tls": 771}),
    "by a tunnel's port": simulated(tunnel="127.0.0.1:"),
    "through a proxy": proxied(b"HTTP/1.1 200 Connection established\r\nVia: a\r\n\r\n"),
    "JNLP4-plaintext": simulated(),
    "JNLP2-connect": simulated(),
    "JNLP-connect": simulated(),
}
"""By what is special about them; the names of protocols are offered."""


@pytest.mark.parametrize("name", HEALTHY)
async def test_a_healthy_controller_fails_no_step_and_gives_no_finding(name: str, tmp_path: Path) -> None:
    async with HEALTHY[name](tmp_path) as inputs:
        examined = await examine(inputs, protocol=name if name.startswith("JNLP") else None)
    assert examined.failed == [], examined.text
    assert "the controller accepts 'a1' with this secret" in examined.step(StepName.CREDENTIALS).text
    assert examined.findings == []
    assert not examined.facts(ChannelEstablished)
    assert examined.facts(HeadersSent)


async def test_the_steps_come_in_the_contract_s_order() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(controller.url))
    assert examined.outcomes() == {
        "inputs": "ok",
        "dns": "ok",
        "tcp": "ok",
        "discovery": "ok",
        "headers": "ok",
        "advertised": "ok",
        "agent-port": "ok",
        "hello": "ok",
        "ping": "ok",
        "unknown-protocol": "ok",
        "connected": "skipped",
        "offer": "ok",
        "identity": "ok",
        "credentials": "ok",
    }


async def test_the_decoder_sees_what_an_agent_s_connections_would_show() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(controller.url))
    (tls,) = examined.facts(TlsStarted)
    assert (tls.leg, tls.identity) == (Side.CONTROLLER, identity().fingerprint)
    assert [fact.protocol for fact in examined.facts(HandshakeAccepted)] == ["Ping", "JNLP4-connect"]
    assert [fact.status for fact in examined.facts(DiscoveryAnswered)] == [200, 200]
    (refused,) = examined.facts(HandshakeRefused)
    assert refused.by is Side.AGENT
    assert all("0" * 63 not in repr(event) for event in examined.events)


async def test_both_fingerprints_are_shown_when_they_differ(tmp_path: Path) -> None:
    async with wrong_identity(tmp_path) as inputs:
        examined = await examine(inputs)
    step = examined.step(StepName.IDENTITY)
    shown, announced = step.details
    assert identity().fingerprint in shown
    assert announced.startswith("announced: ")
    assert identity().fingerprint not in announced
    assert not examined.facts(HeadersSent), "a secret for nobody knows whom"


async def test_the_identity_of_the_jenkins_home_is_compared_too() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(controller.url), kept_identity=create_identity().public_key)
    step = examined.step(StepName.IDENTITY)
    assert step.outcome is Outcome.WARNING
    assert any(detail.startswith("in its own files: ") for detail in step.details)


async def test_credentials_are_kept_if_asked() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(controller.url), credentials=False)
        assert controller.refused == []
    assert examined.step(StepName.CREDENTIALS).outcome is Outcome.SKIPPED
    assert not examined.facts(HeadersSent) or all(fact.secret is None for fact in examined.facts(HeadersSent))


async def test_a_connected_agent_stays_connected() -> None:
    results: list[AgentResult] = []

    async def stay(controller: SimulatedController) -> None:
        results.append(await run_agent(agent_of(controller)))

    async with simulated_controller(controller_of(part=CONTROLLER_PART)) as controller, trio.open_nursery() as nursery:
        nursery.start_soon(stay, controller)
        while not controller.sessions:
            await trio.testing.wait_all_tasks_blocked()
        examined = await examine(inputs_of(controller.url))
        (session,) = controller.sessions
        assert not session.ended.is_set()
        await controller.close_channels()
    (result,) = results
    assert (result.connected, result.orderly) == (True, True)
    step = examined.step(StepName.CREDENTIALS)
    assert step.outcome is Outcome.WARNING
    assert step.text.startswith("name and secret are right; refused all the same: a1 is already connected")
    (refused,) = (fact for fact in examined.facts(HandshakeRefused) if fact.by is Side.CONTROLLER)
    assert "already connected" in refused.reason


async def test_direct_needs_no_discovery() -> None:
    async with simulated_controller(controller_of()) as controller:
        told = identity().instance_identity
        examined = await examine(inputs_of(direct=str(controller.listen), instance_identity=told))
    assert examined.failed == []
    assert list(examined.outcomes())[:3] == ["inputs", "dns", "agent-port"]
    assert examined.outcomes()["credentials"] == "ok"


async def test_direct_without_an_identity_sends_no_secret() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(direct=str(controller.listen)))
    assert examined.failed == [StepName.IDENTITY]
    assert identity().fingerprint in examined.text
    assert not examined.facts(HeadersSent)


async def test_the_next_url_is_tried_as_agents_do() -> None:
    async with simulated_controller(controller_of()) as controller:
        urls = (f"http://{await unused_port()}/", controller.url)
        examined = await examine(inputs_of(urls=urls))
    assert examined.failed == [StepName.TCP]
    assert examined.outcomes()["credentials"] == "ok"


async def test_inputs_alone_go_nowhere() -> None:
    examined = await examine(inputs_of())
    (step,) = examined.steps
    assert step.outcome is Outcome.SKIPPED
    assert [type(event.fact) for event in examined.events] == [InputsRead]


async def test_a_proxy_that_agents_do_not_use_is_told_without_its_password() -> None:
    examined = await examine(inputs_of(f"http://{await unused_port()}/", http_proxy="me:password@proxy:3128"))
    step = examined.step(StepName.INPUTS)
    assert step.outcome is Outcome.WARNING
    assert step.text.endswith("http_proxy is no URL, and agents do not use it: 'proxy:3128'")


async def test_a_refused_dial_is_a_fact_for_the_rules() -> None:
    there = await unused_port()
    examined = await examine(inputs_of(f"http://{there}/"))
    (failed,) = examined.facts(ConnectFailed)
    assert (failed.target, failed.failure) == (f"http://{there}/tcpSlaveAgentListener/", DialFailure.REFUSED)


class NoNames(trio.abc.HostnameResolver):
    async def getaddrinfo(self, host: object, *_: object, **__: object) -> list[object]:  # type: ignore[override]
        raise trio.socket.gaierror(trio.socket.EAI_NONAME, f"no {host!r} here")

    async def getnameinfo(self, *_: object) -> tuple[str, str]:
        raise NotImplementedError


async def test_a_name_without_an_address_is_a_fact_for_the_rules() -> None:
    trio.socket.set_custom_hostname_resolver(NoNames())
    examined = await examine(inputs_of("http://jenkins.test/"))
    assert examined.failed == [StepName.DNS]
    (resolved,) = examined.facts(NameResolved)
    assert (resolved.host, resolved.addresses) == ("jenkins.test", ())
    assert "no b'jenkins.test' here" in resolved.reason or "no 'jenkins.test' here" in resolved.reason


async def test_a_websocket_is_closed_before_any_command() -> None:
    after: list[bytes] = []

    async def serve(talker: Talker) -> None:
        request = await talker.read_head()
        if b"/wsagents/" not in request:
            await talker.send(WEBSOCKET_LOGIN["/login"])
            return
        key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324 - RFC 6455
        await talker.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\nX-Remoting-Capability: rO0A\r\n\r\n"
        )
        assert b"\r\nNode-Name: a1\r\n" in request
        after.append(await talker.read_to_end())

    async with listening(serve) as address:
        examined = await examine(inputs_of(f"http://{address}/", websocket=True))
    assert examined.failed == []
    assert examined.step(StepName.WEBSOCKET).text.startswith("accepted as 'a1'")
    (sent,) = after
    assert sent[:2] == b"\x88\x82"
    assert len(sent) == len(b"\x88\x82") + 4 + 2
    assert bytes(each ^ mask for each, mask in zip(sent[6:], sent[2:6], strict=False)) == (1000).to_bytes(2, "big")


async def test_a_websocket_without_credentials_is_only_knocked_at(tmp_path: Path) -> None:
    endpoint = page("400 Bad Request", "This endpoint is only for use from agent.jar in WebSocket mode")
    async with served({**WEBSOCKET_LOGIN, "/wsagents/": endpoint}, websocket=True)(tmp_path) as inputs:
        examined = await examine(inputs, credentials=False)
    assert examined.failed == []
    assert "name and secret were not sent" in examined.step(StepName.WEBSOCKET).text


def test_every_scenario_s_rule_has_a_name_of_the_contract() -> None:
    assert all(scenario.rule == scenario.rule.lower().replace("_", "-") for scenario in SCENARIOS.values())
