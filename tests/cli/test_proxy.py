"""`jnlpspy proxy` as a process: ready line, signals, and an analysis that may die."""

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import trio
from commands import COMMAND, records, run, started
from terminal import Key, Terminal

from jnlpspy.capture.open import open_capture
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Segment, Side
from jnlpspy.net.identity import create_identity
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent
from jnlpspy.simulate.controller import ControllerConfig, SimulatedController, simulated_controller
from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART, CONTROLLER_PART

SECRET = "5" * 64
ANYWHERE = ("--http", "127.0.0.1:0", "--listen", "127.0.0.1:0")


@asynccontextmanager
async def controller(*, closing: bool = True) -> AsyncIterator[SimulatedController]:
    part = CLOSING_CONTROLLER_PART if closing else CONTROLLER_PART
    config = ControllerConfig(agents={"a1": Secret(SECRET)}, identity=create_identity(), part=part)
    async with simulated_controller(config) as simulated:
        yield simulated


async def ready_line(process: subprocess.Popen[str], *, json_view: bool) -> dict[str, str]:
    stream = process.stdout if json_view else process.stderr
    assert stream is not None
    line = await trio.to_thread.run_sync(stream.readline)
    ready: dict[str, str] = json.loads(line)
    return ready


async def agent_through(ready: dict[str, str], name: str = "a1", secret: str = SECRET) -> AgentResult:
    return await run_agent(
        AgentConfig(name=name, secret=Secret(secret), url=parse_root_url(f"http://{ready['http']}/"))
    )


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started, from any of its threads."""
    lists = [tasks.read_text() for tasks in Path(f"/proc/{pid}/task").glob("*/children")]
    if not lists:
        pytest.skip("this system does not tell a process's children")
    return [int(child) for listed in lists for child in listed.split()]


def command_line_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


async def output_of(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    out = await trio.to_thread.run_sync(process.stdout.read)  # `communicate` forgets what a readline has buffered
    err = await trio.to_thread.run_sync(process.stderr.read)
    await trio.to_thread.run_sync(process.wait)
    return out, err


async def test_the_ready_line_tells_where_agents_connect(tmp_path: Path) -> None:
    async with controller() as simulated:
        with started("proxy", simulated.url, *ANYWHERE, "--json", "--sessions", "1", home=tmp_path) as process:
            ready = await ready_line(process, json_view=True)
            assert ready["type"] == "ready"
            assert ready["target"] == simulated.url
            assert int(ready["pid"]) == process.pid
            assert ready["identity"] != simulated.config.identity.fingerprint
            result = await agent_through(ready)
            out, err = await output_of(process)
    assert result.connected
    assert process.returncode == 0, err
    assert "channel_established" in {record["type"] for record in records(out)}
    identity = tmp_path / ".local" / "state" / "jnlpspy" / "identity.pem"
    assert identity.stat().st_mode & 0o777 == 0o600


async def test_the_analysis_tells_callables_in_the_users_words(tmp_path: Path) -> None:
    given = tmp_path / "words.toml"
    given.write_text('[[purpose]]\ncallable = "*"\nwords = "does its work"\n', "utf-8")
    options = ("--json", "--sessions", "1", "--purposes", "words.toml")
    async with controller() as simulated:
        with started("proxy", simulated.url, *ANYWHERE, *options, home=tmp_path) as process:
            await agent_through(await ready_line(process, json_view=True))
            out, err = await output_of(process)
    assert process.returncode == 0, err
    purposes = [record["purpose"] for record in records(out) if record["type"] == "call_started"]
    assert set(purposes) == {"does its work"}


async def test_a_refusal_reaches_the_agent_in_the_controllers_words(tmp_path: Path) -> None:
    async with controller() as simulated:
        with started("proxy", simulated.url, *ANYWHERE, "--json", "--sessions", "1", home=tmp_path) as process:
            result = await agent_through(await ready_line(process, json_view=True), secret="6" * 64)
            out, _ = await output_of(process)
    assert result.refusal == "Authorization failure"
    refused = [record["reason"] for record in records(out) if record["type"] == "handshake_refused"]
    assert refused == ["Authorization failure"]
    assert "6" * 64 not in out
    findings = [record for record in records(out) if record["type"] == "finding"]
    assert [(finding["rule"], finding["severity"]) for finding in findings] == [("secret-rejected", "error")]


async def test_a_finding_says_in_the_log_what_to_do_and_is_said_again_at_the_end(tmp_path: Path) -> None:
    async with controller() as simulated:
        with started("proxy", simulated.url, *ANYWHERE, "--sessions", "1", home=tmp_path) as process:
            await agent_through(await ready_line(process, json_view=False), secret="6" * 64)
            out, _ = await output_of(process)
    assert " finding    secret-rejected: The controller refused the secret of agent 'a1'\n    why: " in out
    assert "\nERROR The controller refused the secret of agent 'a1'\n  secret-rejected, certain, on connection " in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_a_signal_ends_the_proxy_in_order_and_the_record_is_whole(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    record = tmp_path / "s.pcapng"
    options = ("--record", str(record), "--json", "--grace", "0")
    async with controller(closing=False) as simulated, trio.open_nursery() as nursery:
        with started("proxy", simulated.url, *ANYWHERE, *options, home=tmp_path) as process:
            ready = await ready_line(process, json_view=True)
            nursery.start_soon(agent_through, ready)
            assert process.stdout is not None
            while "call_finished" not in await trio.to_thread.run_sync(process.stdout.readline):
                pass
            for each in (*children_of(process.pid), process.pid):  # as a terminal's Ctrl-C and a service's stop do
                os.kill(each, number)
            out, _ = await output_of(process)
    assert process.returncode == code
    assert records(out)[-1]["how"] == "shutdown"
    events = records(run("show", str(record), "--json", home=tmp_path).stdout)
    assert events[-1]["type"] == "connection_closed"


async def test_an_analysis_that_is_killed_costs_no_agent_its_connection(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"
    async with controller() as simulated:
        options = ("--record", str(record), "--view", "log", "--sessions", "1")
        with started("proxy", simulated.url, *ANYWHERE, *options, home=tmp_path) as process:
            ready = await ready_line(process, json_view=False)
            (analysis,) = children_of(process.pid)
            os.kill(analysis, signal.SIGKILL)
            result = await agent_through(ready)
            _, err = await output_of(process)
    assert result.connected
    assert result.orderly
    assert "the analysis ended" in err
    assert process.returncode == 0
    types = [event["type"] for event in records(run("show", str(record), "--json", home=tmp_path).stdout)]
    assert "channel_established" in types
    assert types[-1] == "connection_closed"


async def ask_for_nothing(ready: dict[str, str], times: int) -> None:
    """Make the front say something, a long line each time."""
    host, _, port = ready["http"].rpartition(":")
    for number in range(times):
        async with await trio.open_tcp_stream(host, int(port)) as agent:
            await agent.send_all(f"GET /{number}/{'x' * 2000} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while await agent.receive_some():
                pass


@pytest.mark.parametrize("held", [True, False])
async def test_a_stderr_that_takes_nothing_stops_no_traffic(tmp_path: Path, *, held: bool) -> None:
    async with controller() as simulated:
        with started("proxy", simulated.url, *ANYWHERE, "--view", "none", home=tmp_path) as process:
            ready = await ready_line(process, json_view=False)
            assert process.stderr is not None
            if not held:
                process.stderr.close()
            await ask_for_nothing(ready, 100 if held else 1)
            result = await agent_through(ready)
            process.kill()
    assert result.connected
    assert result.orderly


async def test_a_port_that_is_taken_is_the_networks_fault(tmp_path: Path) -> None:
    async with controller() as simulated:
        taken = str(Address("127.0.0.1", simulated.port))
        arguments = ("proxy", simulated.url, "--http", "127.0.0.1:0", "--listen", taken)
        finished = await trio.to_thread.run_sync(partial(run, *arguments, home=tmp_path))
    assert finished.returncode == 4
    assert taken in finished.stderr


async def test_a_record_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"
    record.write_bytes(b"precious")
    arguments = ("proxy", "http://127.0.0.1:1/", *ANYWHERE, "--record", str(record))
    finished = await trio.to_thread.run_sync(partial(run, *arguments, home=tmp_path))
    assert finished.returncode == 2
    assert record.read_bytes() == b"precious"


JNLP3_SESSION = Path(__file__).parents[2] / "captures" / "3.33-JNLP3-connect-workload.pcapng"
JNLP3_SECRET = "e2b8b6d96050672320a0e0c97ca9bddd5f40250c67d6f30940b6e9adc81dd727"


async def test_a_secret_given_reaches_the_analysis_and_no_command_line(tmp_path: Path) -> None:
    with open_capture(JNLP3_SESSION) as capture:
        said = [each for each in capture if isinstance(each, Segment) and each.connection == 3]
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listener.socket.getsockname()[1]
    options = ("--agent-secret", f"agent-1={JNLP3_SECRET}", "--listen", "127.0.0.1:0", "--json", "--sessions", "1")
    with started("proxy", f"127.0.0.1:{port}", *options, home=tmp_path) as process:
        ready = await ready_line(process, json_view=True)
        (analysis,) = children_of(process.pid)
        assert JNLP3_SECRET not in command_line_of(analysis)
        agent = await trio.open_tcp_stream("127.0.0.1", int(ready["listen"].rpartition(":")[2]))
        peer = await listener.accept()
        ends = {Side.AGENT: (agent, peer), Side.CONTROLLER: (peer, agent)}
        for segment in said:
            sender, receiver = ends[segment.sender]
            await sender.send_all(segment.data)
            left = len(segment.data)
            while left:
                left -= len(await receiver.receive_some(left))
        for stream in (agent, peer, listener):
            await stream.aclose()
        out, err = await output_of(process)
    assert process.returncode == 0, err
    types = [record["type"] for record in records(out)]
    assert "channel_established" in types
    assert "opaque_bytes" not in types
    assert JNLP3_SECRET not in out + err


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (("http://jenkins.invalid:8080/",), "java -jar agent.jar -url http://127.0.0.1:"),
        (("jenkins.invalid:50000",), "-tunnel 127.0.0.1:"),
        (("jenkins.invalid:50000", "--controller-identity"), "-direct 127.0.0.1:"),
    ],
)
def test_a_person_is_told_how_to_start_an_agent(tmp_path: Path, target: tuple[str, ...], words: str) -> None:
    options = (*target, create_identity().instance_identity) if len(target) > 1 else target
    with Terminal([*COMMAND, "proxy", *options, *ANYWHERE, "--view", "log"], tmp_path, columns=100) as terminal:
        told = terminal.wait_for("Ctrl-C ends the proxy")
        assert words in told
        ready, first = bytes(terminal.output).splitlines()[:2]
        assert json.loads(ready)["type"] == "ready"
        assert first.startswith(b"jnlpspy: ready. ")
        terminal.type(Key.CTRL_C)
        assert terminal.wait_for_exit() == 130
        assert "Ctrl-C once more ends them at once" in " ".join(terminal.text.split())
        assert terminal.left_as_found
