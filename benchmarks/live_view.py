"""Measures what a live view of many busy sessions costs their traffic, as ratios to the same proxy without a view.

`python benchmarks/live_view.py`; the sessions are a specimen's, its commands again and again.
"""

import json
import os
import pty
import socket
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from select import select

import trio
from run import recorded_chunks

from jnlpspy.capture.open import open_capture
from jnlpspy.model.tap import Segment, Side

CAPTURE = Path(__file__).parents[1] / "captures" / "head-JNLP4-connect-workload.pcapng"
OFFER = b"Protocol:JNLP4-connect"
PLAIN_OFFER = b"Protocol:JNLP4-plaintext"
SESSIONS = 200
VIEWS = ("none", "live")
ROUNDS = 4
SECONDS = 4.0
"""Of a round, behind a second in which all sessions begin."""
PACE = 5.0
"""Messages a second and session where latency is measured; where throughput is, there is no pace."""
SIZE = (160, 50)
"""Columns and rows of the terminal."""


@dataclass(frozen=True)
class Script:
    """What is said: who sends, and what; first the handshake, then commands."""

    handshake: list[tuple[Side, bytes]]
    commands: list[tuple[Side, bytes]]


@dataclass
class Figures:
    """What came of a round."""

    messages: float
    """A second, of all sessions."""
    median: float
    """Seconds that a message needs from one side to the other."""
    slowest: float
    """The same of the slowest in a hundred."""


def main() -> None:
    """Print both comparisons."""
    script = read_script()
    for what, pace in (("at a pace", PACE), ("as fast as can be", 0.0)):
        rounds: dict[str, list[Figures]] = {view: [] for view in VIEWS}
        for _ in range(ROUNDS):
            for view, found in rounds.items():
                with running_proxy(view) as (proxy, controller):
                    found.append(trio.run(measure, script, proxy, controller, pace))
        report(what, rounds)


def report(what: str, rounds: dict[str, list[Figures]]) -> None:
    """Print the figures of each view, and their ratio to none."""
    kept = {view: best(found) for view, found in rounds.items()}
    plain = kept["none"]
    for view, figures in kept.items():
        sys.stdout.write(
            f"{SESSIONS} sessions {what}, --view {view:<5} {figures.messages:>6,.0f} messages/s (ratio "
            f"{figures.messages / plain.messages:.2f})   median {figures.median * 1000:6.2f} ms (ratio "
            f"{figures.median / plain.median:.2f})   99 in 100 {figures.slowest * 1000:6.1f} ms (ratio "
            f"{figures.slowest / plain.slowest:.2f})\n"
        )
    sys.stdout.flush()


def best(rounds: list[Figures]) -> Figures:
    """Return the best of each figure: what else runs on the machine only ever makes them worse."""
    return Figures(
        max(each.messages for each in rounds),
        min(each.median for each in rounds),
        min(each.slowest for each in rounds),
    )


def read_script() -> Script:
    """Return a specimen's session as it would go without TLS."""
    with open_capture(CAPTURE) as capture:
        observations = list(capture)
    segments = [each for each in observations if isinstance(each, Segment)]
    (number,) = {each.connection for each in segments if OFFER in each.data}
    said = [(each.sender, each.data) for each in segments if each.connection == number]
    begin = next(index for index, (_, data) in enumerate(said) if data[2:5] == b"\xac\xed\x00")
    handshake = [(side, data.replace(framed(OFFER), framed(PLAIN_OFFER))) for side, data in said[:begin]]
    return Script(handshake, [(event.side or Side.AGENT, data) for event, data in recorded_chunks(observations)])


def framed(text: bytes) -> bytes:
    """Return a text as DataOutputStream.writeUTF does."""
    return struct.pack(">H", len(text)) + text


async def measure(script: Script, proxy: int, listener: socket.socket, pace: float) -> Figures:
    """Let all sessions speak through the proxy."""
    delays: list[float] = []
    controller = trio.SocketListener(trio.socket.from_stdlib_socket(listener))
    async with trio.open_nursery() as nursery:
        sessions = []
        for _ in range(SESSIONS):
            agent = await trio.open_tcp_stream("127.0.0.1", proxy)
            sessions.append({Side.AGENT: agent, Side.CONTROLLER: await controller.accept()})
        for session in sessions:
            for side, data in script.handshake:
                await say(session, side, data)
        for number, session in enumerate(sessions):
            nursery.start_soon(speak, session, script.commands, pace, number, delays)
        await trio.sleep(1)
        delays.clear()
        start = trio.current_time()
        await trio.sleep(SECONDS)
        taken = trio.current_time() - start
        nursery.cancel_scope.cancel()
    ordered = sorted(delays)
    return Figures(len(ordered) / taken, statistics.median(ordered), ordered[len(ordered) * 99 // 100])


async def speak(
    session: dict[Side, trio.SocketStream],
    commands: list[tuple[Side, bytes]],
    pace: float,
    number: int,
    delays: list[float],
) -> None:
    """Say the commands again and again, each when the one before it has come."""
    when = trio.current_time() + (number / SESSIONS / pace if pace else 0.0)
    while True:
        for side, data in commands:
            if pace:
                await trio.sleep_until(when)
                when = max(when + 1 / pace, trio.current_time())
            start = time.perf_counter()
            await say(session, side, data)
            delays.append(time.perf_counter() - start)


async def say(session: dict[Side, trio.SocketStream], side: Side, data: bytes) -> None:
    """Send at one end, and take all of it at the other."""
    await session[side].send_all(data)
    left = len(data)
    while left:
        received = len(await session[side.peer].receive_some(left))
        if not received:
            raise EOFError("expected the proxy to pass on what was sent, got the end")
        left -= received


@contextmanager
def running_proxy(view: str) -> Iterator[tuple[int, socket.socket]]:
    """Run the proxy in a terminal of its own; yield its agent port, and the controller that it leads to."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=SESSIONS)
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "jnlpspy", "proxy", f"127.0.0.1:{port}", "--listen", "127.0.0.1:0"]
    command += ["--view", view, "--handshake-timeout", "600", "--grace", "0"]
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    take = "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);os.execvp(sys.argv[1],sys.argv[1:])"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-IS", "-c", take, *command],
        stdin=slave,
        stdout=slave,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    done = threading.Event()
    reader = threading.Thread(target=drain, args=(master, done))
    reader.start()
    try:
        assert process.stderr is not None
        ready = next(line for line in process.stderr if line.startswith("{"))
        yield int(json.loads(ready)["listen"].rpartition(":")[2]), listener
    finally:
        process.terminate()
        process.wait()
        done.set()
        reader.join()
        os.close(master)
        os.close(slave)
        listener.close()


def drain(master: int, done: threading.Event) -> None:
    """Take what is drawn, as a terminal does."""
    while not done.is_set():
        if select([master], [], [], 0.2)[0]:
            os.read(master, 65536)


if __name__ == "__main__":
    main()
