"""Prints how fast the readers and the relay are, as ratios against a peer in the same run.

Everything runs offline on the specimens of `captures/`, and over loopback: `make bench`.
"""

import gc
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import javaobj.v2

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.events import CommandSent
from jnlpspy.model.tap import Address, Segment
from jnlpspy.wire.chunks import ChunkReader

CAPTURES = Path(__file__).parents[1] / "captures"
ROUNDS = 5
BULK = 1024 * 1024 * 1024
PIECE = 256 * 1024


def main() -> None:
    """Run all benchmarks."""
    blocks = [block for file in workloads() for block in recorded_blocks(file)]
    common = [block for block in blocks if javaobj_reads(block)]
    theirs = len(common) / seconds(lambda: [javaobj.v2.loads(block) for block in common], rounds=1)
    ours = len(common) / seconds(lambda: [read_stream(block) for block in common])
    report("object reader, commands/s", ours, theirs, "javaobj-py3 v2 on the same streams")
    decoded = len(blocks) / seconds(lambda: [decode(file) for file in workloads()])
    report("file to events, commands/s", decoded, theirs, "javaobj-py3 v2 on the outer streams alone")
    direct = bulk_through(None)
    report("relay without TLS, MB/s", bulk_through("proxy"), direct, "a direct connection")


def report(what: str, ours: float, theirs: float, peer: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{what:<28} {ours:>8,.0f}   {peer}: {theirs:,.0f}   ratio {ours / theirs:.2f}\n")
    sys.stdout.flush()


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of the seconds that work takes."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def workloads() -> list[Path]:
    """Return the specimens that hold a whole workload in the clear."""
    closed = ("JNLP3", "WebSocket")
    return [
        file for file in sorted(CAPTURES.glob("*-workload.pcapng")) if not any(each in file.name for each in closed)
    ]


def decode(file: Path) -> None:
    """Decode a capture to events and forget them."""
    decoder = Decoder()
    with open_capture(file) as observations:
        for observation in observations:
            decoder.feed(observation)
    decoder.finish()


def recorded_blocks(file: Path) -> Iterator[bytes]:
    """Yield the commands of a capture as they travelled, without chunk headers."""
    decoder = Decoder()
    streams: dict[object, bytearray] = {}
    with open_capture(file) as observations:
        for observation in observations:
            if isinstance(observation, Segment):
                streams.setdefault((observation.connection, observation.sender), bytearray()).extend(observation.data)
            for event in decoder.feed(observation):
                if isinstance(event.fact, CommandSent) and event.span is not None:
                    stream = streams[event.connection, event.side]
                    for block in ChunkReader(0).feed(bytes(stream[event.span.start : event.span.end])):
                        yield block.data


def javaobj_reads(block: bytes) -> bool:
    """Return whether javaobj can read a command; it stumbles over some."""
    try:
        javaobj.v2.loads(block)
    except Exception:  # noqa: BLE001 - it raises what it likes
        return False
    return True


def bulk_through(middle: str | None) -> float:
    """Return MB/s of one direction over loopback, direct or through the proxy in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as controller:
        port = controller.getsockname()[1]
        if middle is None:
            return bulk_to(controller, port)
        with running_proxy(port) as proxy_port:
            return bulk_to(controller, proxy_port)


@contextmanager
def running_proxy(port: int) -> Iterator[int]:
    """Run the proxy before a port, without record and view; yield its agent port."""
    command = [sys.executable, "-m", "jnlpspy", "proxy", f"127.0.0.1:{port}", "--listen", "127.0.0.1:0"]
    command += ["--view", "none", "--handshake-timeout", "600"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            assert process.stderr is not None
            yield int(json.loads(process.stderr.readline())["listen"].rpartition(":")[2])
        finally:
            process.kill()


def bulk_to(controller: socket.socket, port: int) -> float:
    """Send a bulk to a port and take it at the controller's end."""
    received = threading.Event()

    def take() -> None:
        peer, _ = controller.accept()
        with peer:
            left = BULK
            buffer = bytearray(PIECE)
            while left > 0 and (size := peer.recv_into(buffer)):
                left -= size
        received.set()

    threading.Thread(target=take, daemon=True).start()
    address = Address("127.0.0.1", port)
    with socket.create_connection((address.host, address.port)) as agent:
        start = time.perf_counter()
        agent.sendall(b"\x00\x15Protocol:JNLP-connect")
        piece = bytes(PIECE)
        for _ in range(BULK // PIECE):
            agent.sendall(piece)
        received.wait(60)
        return BULK / (time.perf_counter() - start) / 1e6


if __name__ == "__main__":
    main()
