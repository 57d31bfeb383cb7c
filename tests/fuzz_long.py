"""A longer fuzz run outside CI: fuzz_long.py [--count N] [--seconds S] [--seed N]; stops at whichever comes first."""

import argparse
import resource
import sys
import time
import traceback
from random import Random

from conversation import check_fragments, decode, told
from javaser.samples import VECTORS, recorded_commands
from specimens import observations_of, specimen_names
from traffic import draw_traffic, mutate

from jnlpspy.export.jsonl import format_event
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.tap import Observation, Segment
from jnlpspy.remoting.commands import read_command

KINDS = ("traffic", "recording", "command")


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    end = time.monotonic() + options.seconds
    slowest = (0.0, "none")
    failures = done = 0
    for seed in range(options.seed, options.seed + options.count):
        kind = KINDS[seed % len(KINDS)]
        start = time.monotonic()
        if start > end:
            break
        try:
            _FUZZ[kind](Random(seed))  # noqa: S311 - inputs, repeated by their seed
        except Exception:  # noqa: BLE001 - whatever escapes is what is looked for
            failures += 1
            sys.stdout.write(f"{kind} {seed}:\n{traceback.format_exc(limit=-6)[:4000]}\n")
        done += 1
        slowest = max(slowest, (time.monotonic() - start, f"{kind} {seed}"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = f"slowest {slowest[0] * 1000:.0f} ms ({slowest[1]}); peak memory {peak} MiB"
    sys.stdout.write(f"{done} inputs, {failures} failures; {told}\n")
    return 1 if failures else 0


def fuzz_traffic(random: Random) -> None:
    """Plausible traffic, in any pieces."""
    observations = draw_traffic(random, random.randint(1, 20))
    _check(observations, random, fragments=True)


def fuzz_recording(random: Random) -> None:
    """A changed recording; a small one also in pieces."""
    name = random.choice(specimen_names())
    observations = mutate(random, list(observations_of(name)))
    size = sum(len(each.data) for each in observations if isinstance(each, Segment))
    _check(observations, random, fragments=size < 20_000)


def fuzz_command(random: Random) -> None:
    """Changed, cut and joined object streams."""
    streams = [*VECTORS.values(), *(each.stream for each in recorded_commands())]
    stream = bytearray(random.choice(streams))
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(stream))
        match random.randrange(4):
            case 0:
                stream[at] = random.randrange(256)
            case 1:
                stream[at : at + random.randint(1, 20)] = b""
            case 2:
                stream[at:at] = random.randbytes(random.randint(1, 20))
            case _:
                other = random.choice(streams)
                start = random.randrange(len(other))
                stream[at:at] = other[start : start + random.randint(1, 200)]
        if not stream:
            return
    command, _, error = read_command(bytes(stream))
    assert command is not None or error is not None


_FUZZ = dict(zip(KINDS, (fuzz_traffic, fuzz_recording, fuzz_command), strict=True))


def _check(observations: list[Observation], random: Random, *, fragments: bool) -> None:
    events = decode(observations)
    for event in events:
        format_event(event).encode()
        describe_fact(event.fact).encode()
    if fragments:
        check_fragments(observations, told(events), seed=random.randrange(1 << 30))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
