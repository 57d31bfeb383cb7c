"""Prints how fast the readers and the relay are, as ratios against a peer in the same run.

Everything runs offline on the specimens of `captures/`, and over loopback: `make bench`. What takes longer than a
minute is left out unless `--full` asks for it.
"""

import gc
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from itertools import cycle
from pathlib import Path

import javaobj.v2
from rich.console import Console

from jnlpspy.capture.open import open_capture
from jnlpspy.capture.recorder import Recorder
from jnlpspy.decoder import Decoder
from jnlpspy.filters.filter import Filter, parse_filter
from jnlpspy.javaser.known_classes import KNOWN_CLASSES
from jnlpspy.javaser.known_sources import KNOWN_SOURCES
from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.commands import CloseCommand, OutputStreamChunk
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.model.tap import Address, Closed, Ended, Observation, Segment, Side
from jnlpspy.pipeline import Pipeline, Sink
from jnlpspy.reading import read_events
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.view.sessions import SummarySink
from jnlpspy.view.theme import THEME
from jnlpspy.wire.chunks import ChunkReader, write_chunks

CAPTURES = Path(__file__).parents[1] / "captures"
ROUNDS = 5
BULK = 1024 * 1024 * 1024
PIECE = 256 * 1024
MIB = 1024 * 1024
SIZES = (1, 4, 16)
"""MiB of the captures that are summed up; with --full also the next two."""
FULL_SIZES = (256, 1024)
SECONDS_BETWEEN_COMMANDS = 0.001


def main(arguments: list[str]) -> None:
    """Run all benchmarks, or sum up one capture in this process."""
    if arguments[:1] == ["--summarize"]:
        sys.stdout.write(json.dumps(summarize(Path(arguments[1]))))
        return
    compare_readers()
    report_filters()
    report_copies()
    start = shortest_start("-m", "jnlpspy", "--help") / shortest_start("-c", "import typer")
    sys.stdout.write(f"--help takes {start:.2f} times a bare import of typer\n")
    report_flatness(SIZES + (FULL_SIZES if "--full" in arguments else ()))
    direct = bulk_through(None)
    report("relay without TLS, MB/s", bulk_through("proxy"), direct, "a direct connection")


def compare_readers() -> None:
    """Compare the object reader, and the whole way from file to summary, with javaobj's reading alone."""
    files = workloads()
    blocks = [block for file in files for block in recorded_blocks(file)]
    common = [block for block in blocks if javaobj_reads(block)]
    peer = Peer("javaobj-py3 v2 on the same streams", lambda: list(map(javaobj.v2.loads, common)), len(common))
    compare("object reader, commands/s", lambda: list(map(read_stream, common)), len(common), peer)
    compare("  the first time", lambda: list(map(read_stream, common)), len(common), peer, before=forget)
    peer = replace(peer, name="javaobj-py3 v2 on the outer streams alone")
    compare("file to summary, commands/s", lambda: list(map(decode, files)), len(blocks), peer)
    compare("  the first time", lambda: list(map(decode, files)), len(blocks), peer, before=forget)
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "long.pcapng"
        count = write_capture(capture, 8 * MIB)
        compare("  a long session", lambda: decode(capture), count, peer)


@dataclass(frozen=True)
class Peer:
    """What a speed is compared with."""

    name: str
    work: Callable[[], object]
    count: int
    """Commands that its work reads."""


def compare(
    what: str, work: Callable[[], object], count: int, peer: Peer, before: Callable[[], object] = gc.collect
) -> None:
    """Print how much faster some work is than a peer's: both in each round, for a shared machine's speed changes.

    The peer takes a second, and leaves nothing of ours in the processor's caches: ours is done several times.
    """
    ours, theirs, ratios = [], [], []
    for _ in range(ROUNDS):
        theirs.append(peer.count / seconds(peer.work, rounds=1))
        ours.append(count / seconds(work, before=before))
        ratios.append(ours[-1] / theirs[-1])
    report(what, statistics.median(ours), statistics.median(theirs), peer.name, statistics.median(ratios))


FILTERS = {
    "filter by type, events/s": 'call and callable ~ "FilePath" and duration > 1s',
    "  by a field of all": "side == agent and size > 64KiB or connection in 3..7",
    "  by every text": 'text contains "OutOfMemory"',
}


def report_filters() -> None:
    """Compare filters with the decoding of the events that they are asked about."""
    events = [event for file in workloads() for event in read_events(file)]
    decoded = len(events) / seconds(lambda: [list(read_events(file)) for file in workloads()])
    for what, text in FILTERS.items():
        chosen = parse_filter(text)
        report(what, len(events) / seconds(partial(ask, chosen, events)), decoded, "decoding them")


def ask(chosen: Filter, events: list[Event]) -> int:
    """Return how many events a filter matches."""
    return sum(map(chosen.matches, events))


def forget() -> None:
    """Empty what readers remember."""
    KNOWN_CLASSES.clear()
    KNOWN_SOURCES.clear()


def report_copies() -> None:
    """Print how much a pipe chunk's bytes are copied: memory taken at most, per byte."""
    size = MIB // 2  # as much as remoting sends at a time
    block = build_command(OutputStreamChunk(oid=1, buf=bytes(size)))
    chunks = b"".join(write_chunks(block))
    segments = [chunks[start : start + 64 * 1024] for start in range(0, len(chunks), 64 * 1024)]
    reader = ChunkReader(0)
    joined = taken(lambda: [block for segment in segments for block in reader.feed(segment)]) / size
    read = taken(lambda: read_command(block)) / size
    sys.stdout.write(f"copies of a pipe chunk's bytes: {joined:.2f} into its block, {read:.2f} out of it\n")


def taken(work: Callable[[], object]) -> int:
    """Return the bytes of memory that work takes at most."""
    tracemalloc.start()
    kept = work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return peak


def shortest_start(*arguments: str) -> float:
    """Return the seconds that starting Python takes at least."""
    times = []
    for _ in range(2 * ROUNDS):
        start = time.perf_counter()
        run_python(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


def run_python(*arguments: str) -> str:
    """Run Python and return what it prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command


def report_flatness(sizes: tuple[int, ...]) -> None:
    """Print what summing up captures of growing sizes takes, each in a process of its own."""
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            capture = Path(folder) / "generated.pcapng"
            count = write_capture(capture, size * MIB)
            found = json.loads(run_python(__file__, "--summarize", str(capture)))
            per_byte = found["seconds"] / capture.stat().st_size
            first = first or per_byte
            speed = f"commands/s {count / found['seconds']:>7,.0f}   {per_byte * 1e9:.1f} ns a byte"
            flat = f"ratio to the first {per_byte / first:.2f}   {found['memory'] / MIB:.0f} MiB of memory"
            sys.stdout.write(f"summary of {size:>4} MiB, {speed}   {flat}\n")
            sys.stdout.flush()


def write_capture(file: Path, size: int) -> int:
    """Record a session of at least `size` bytes: a specimen's, its commands again and again; return their number."""
    with open_capture(workloads()[-1]) as capture:
        observations = list(capture)
    commands = recorded_chunks(observations)
    (connection,) = {event.connection for event, _ in commands}
    rest = [one for one in observations if isinstance(one, Ended | Closed) and one.connection == connection]
    count = len(commands)
    with file.open("wb", buffering=MIB) as out:
        recorder = Recorder(out.write, application="benchmark", secrets_kept=False)
        for observation in observations:
            if observation not in rest:
                recorder.observe(observation)
        when = observations[-1].when
        for event, chunks in cycle(commands):
            if out.tell() >= size:
                break
            when += SECONDS_BETWEEN_COMMANDS
            recorder.observe(Segment(connection, when, event.side or Side.AGENT, chunks))
            count += 1
        for observation in rest:
            recorder.observe(replace(observation, when=when))
    return count


def recorded_chunks(observations: list[Observation]) -> list[tuple[Event, bytes]]:
    """Return the commands of a session with their bytes, chunk headers and all, but for the last of a side."""
    streams: dict[object, bytes] = {}
    found = []
    decoder = Decoder()
    for observation in observations:
        if isinstance(observation, Segment):
            key = observation.connection, observation.sender
            streams[key] = streams.get(key, b"") + observation.data
        for event in decoder.feed(observation):
            fact, span = event.fact, event.span
            if isinstance(fact, CommandSent) and span is not None and not isinstance(fact.command, CloseCommand):
                found.append((event, streams[event.connection, event.side][span.start : span.end]))
    return found


def summarize(file: Path) -> dict[str, float]:
    """Sum up a capture as `show` does, and tell the time and the memory that took."""
    decode(workloads()[-1])  # so that imports and first readings do not count
    start = time.process_time()
    decode(file)
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    memory = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    return {"seconds": time.process_time() - start, "memory": memory}


def report(what: str, ours: float, theirs: float, peer: str, ratio: float | None = None) -> None:
    """Print one line; the ratio, if it is not that of both figures."""
    told = f"ratio {ratio or ours / theirs:.2f}"
    sys.stdout.write(f"{what:<30} {ours:>8,.0f}   {peer}: {theirs:,.0f}   {told}\n")
    sys.stdout.flush()


def seconds(work: Callable[[], object], rounds: int = ROUNDS, before: Callable[[], object] = gc.collect) -> float:
    """Return the median of the seconds of this process that work takes, but for what is done before each round."""
    times = []
    for _ in range(rounds):
        before()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def workloads() -> list[Path]:
    """Return the specimens that hold a whole workload in the clear."""
    closed = ("JNLP3", "WebSocket")
    return [
        file for file in sorted(CAPTURES.glob("*-workload.pcapng")) if not any(each in file.name for each in closed)
    ]


def decode(file: Path) -> None:
    """Decode a capture as `show` does, down to the summary of its sessions."""
    pipeline = Pipeline([SummarySink(Console(file=StringIO(), theme=THEME))], fail)
    with open_capture(file) as observations:
        for observation in observations:
            pipeline.observe(observation)
    pipeline.finish()


def fail(_: Sink, error: Exception) -> None:
    """Let a bug end the run."""
    raise error


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
    main(sys.argv[1:])
