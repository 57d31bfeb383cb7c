import pytest
import trio
from simulate.peers import SECRET, agent_of, controller_of, identity

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address
from jnlpspy.net.target import RootUrl, parse_root_url, parse_tunnel
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.script import Part
from jnlpspy.simulate.session import CONTROLLER_PART


async def test_an_agent_says_what_a_real_one_says() -> None:
    lines: list[str] = []
    async with simulated_controller(controller_of()) as controller:
        await run_agent(agent_of(controller, protocol="JNLP4-connect"), tell=lines.append)
        offered = "JNLP-connect, JNLP2-connect, JNLP3-connect, JNLP4-connect, JNLP4-plaintext, Ping"
        assert "\n".join(lines).splitlines() == [
            "Setting up agent: a1",
            "Using Remoting version: 3355.v388858a_47b_33",
            f"Locating server among [{controller.url}]",
            f"Remoting server accepts the following protocols: [{offered}]",
            "Agent discovery successful",
            "  Agent address: 127.0.0.1",
            f"  Agent port:    {controller.port}",
            f"  Identity:      {identity().fingerprint}",
            "Handshaking",
            "Trying protocol: JNLP4-connect",
            f"Connecting to 127.0.0.1:{controller.port}",
            f"Remote identity confirmed: {identity().fingerprint}",
            "Connected",
            "Terminated",
        ]


async def test_an_agent_tries_protocols_in_its_own_order_until_one_is_accepted() -> None:
    config = controller_of(disabled=("JNLP4-connect", "JNLP4-plaintext", "JNLP3-connect"))
    async with simulated_controller(config) as controller:
        result = await run_agent(agent_of(controller))
    assert (result.connected, result.protocol, result.refusal) == (True, "JNLP2-connect", None)


async def test_a_refusal_is_kept_when_every_protocol_is_refused() -> None:
    config = controller_of(refusals={"a1": "not today"})
    lines: list[str] = []
    async with simulated_controller(config) as controller:
        result = await run_agent(agent_of(controller), tell=lines.append)
        assert len(controller.refused) == len(controller.config.port_protocols) - 1
    assert result == AgentResult(name="a1", refusal="not today")
    assert lines[-1] == "The server rejected the connection: None of the protocols were accepted"


async def test_no_common_protocol_is_told_as_a_real_agent_tells_it() -> None:
    async with simulated_controller(controller_of(protocols=("Ping",))) as controller:
        result = await run_agent(agent_of(controller))
    assert result.failure == "None of the protocols are enabled"


async def test_an_agent_closes_by_itself_after_its_time() -> None:
    async with simulated_controller(controller_of(part=Part())) as controller:
        result = await run_agent(agent_of(controller, hold=0.0))
        await controller.wait_ended(1)
        assert controller.sessions[0].orderly
    assert result.orderly


async def test_an_agent_goes_straight_to_a_port_with_a_known_identity() -> None:
    async with simulated_controller(controller_of()) as controller:
        direct = Address("127.0.0.1", controller.port)
        known = AgentConfig(name="a1", secret=SECRET, direct=direct, identity=identity().public_key)
        assert (await run_agent(known)).orderly
        unknown = AgentConfig(name="a1", secret=SECRET, direct=direct)
        assert (await run_agent(unknown)).failure == (
            f"expected a controller with the identity announced, none, got {identity().fingerprint}"
        )


async def test_a_tunnel_replaces_the_announced_address() -> None:
    async with simulated_controller(controller_of(advertised=Address("192.0.2.1", 1))) as controller:
        result = await run_agent(agent_of(controller, tunnel=parse_tunnel(f"127.0.0.1:{controller.port}")))
    assert result.orderly


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (AgentConfig(name="a", secret=SECRET), "expected the URL of a controller or the address of its agent port"),
        (
            AgentConfig(name="a", secret=SECRET, url=parse_root_url("http://h/"), direct=Address("h", 1)),
            "got both or neither",
        ),
        (
            AgentConfig(name="a", secret=SECRET, url=parse_root_url("http://h/"), protocol="JNLP9-connect"),
            "JNLP3-connect, JNLP2-connect, JNLP-connect, WebSocket, got 'JNLP9-connect'",
        ),
        (
            AgentConfig(name="a", secret=SECRET, direct=Address("h", 1), protocol="WebSocket"),
            "expected a URL and no tunnel for WebSocket",
        ),
    ],
)
async def test_an_agent_told_nonsense_says_so(config: AgentConfig, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        await run_agent(config)


async def test_a_port_that_closes_at_once_fails_the_handshake() -> None:
    async def hang_up(stream: trio.SocketStream) -> None:
        await stream.send_eof()
        async for _ in stream:
            pass

    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, hang_up, [listener])
        direct = Address(*listener.socket.getsockname())
        result = await run_agent(AgentConfig(name="a", secret=SECRET, direct=direct))
        nursery.cancel_scope.cancel()
    assert result.failure == ("expected the acknowledgement of the protocol, got the end of the controller's stream")
    assert await run_agent(AgentConfig(name="a", secret=SECRET, direct=direct)) == AgentResult(
        name="a", failure=f"cannot connect to the agent port {direct}: all attempts to connect to {direct} failed"
    )


def root(port: int, path: str = "/") -> RootUrl:
    return RootUrl("http", "127.0.0.1", port, path)


async def test_discovery_fails_in_the_words_of_a_real_agent() -> None:
    async with simulated_controller(controller_of(part=CONTROLLER_PART)) as controller:
        port = controller.http.port
        missing = await run_agent(agent_of(controller, url=root(port, "/jenkins/")))
        assert missing.failure == (f"http://127.0.0.1:{port}/jenkins/tcpSlaveAgentListener/ is invalid: 404 Not Found")
        away = await run_agent(agent_of(controller, url=root(controller.port)))
        assert away.failure == (f"http://127.0.0.1:{controller.port}/tcpSlaveAgentListener/ is invalid: 404 Not Found")
    closed = controller.listen
    async with simulated_controller(controller_of(advertised=closed)) as controller:
        result = await run_agent(agent_of(controller))
        assert result.failure == (
            f"{controller.url} provided port:{closed.port} is not reachable on host {closed.host}"
        )
    gone = await run_agent(agent_of(controller))
    assert gone.failure is not None
    assert gone.failure.startswith(f"Failed to connect to {controller.url}tcpSlaveAgentListener/: cannot reach ")
