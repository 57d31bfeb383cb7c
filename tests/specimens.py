"""The specimens in captures/, with what is known of how they came about."""

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.export.jsonl import format_event
from jnlpspy.model.events import Event
from jnlpspy.model.tap import Observation, Side

FOLDER = Path(__file__).parent.parent / "captures"

_SIDES = {"c2a": Side.CONTROLLER, "a2c": Side.AGENT}


@dataclass(frozen=True)
class Sent:
    """A command as the real library read or wrote it."""

    side: Side
    class_name: str
    size: int


def entries() -> dict[str, dict[str, Any]]:
    """What captures.toml says of each specimen."""
    return tomllib.loads((FOLDER / "captures.toml").read_text("utf-8"))


def specimen_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.pcapng"))


@lru_cache(maxsize=4)
def observations_of(name: str) -> tuple[Observation, ...]:
    with open_capture(FOLDER / f"{name}.pcapng") as capture:
        return tuple(capture)


def expected_of(name: str) -> dict[str, Any]:
    """What happened, as the sides themselves say."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.expected.json").read_text("utf-8"))
    return found


def commands_of(name: str) -> list[Sent] | None:
    """Every command as the real library saw it; None where there was no channel."""
    path = FOLDER / f"{name}.commands.jsonl"
    if not path.exists():
        return None
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Sent(_SIDES[each["dir"]], each["class"], each["size"]) for each in lines]


def loads_of(name: str) -> list[str] | None:
    """Names of the classes and resources that the library asked its peer for; None where there was no channel."""
    path = FOLDER / f"{name}.commands.jsonl"
    if not path.exists():
        return None
    commands = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        each["RPCRequest.arguments"].strip("[]")
        for each in commands
        if each.get("RPCRequest.methodName") in ("fetch", "fetch2", "fetch3", "getResource", "getResource2")
    ]


def by_connection(events: list[Event]) -> list[list[Event]]:
    """Return the events of each connection."""
    numbers = dict.fromkeys(event.connection for event in events)
    return [[event for event in events if event.connection == number] for number in numbers]


def golden_path(name: str) -> Path:
    return FOLDER / f"{name}.events.jsonl"


def told_lines(name: str) -> list[str]:
    """Return what the decoder tells of a specimen, as `jnlpspy show --json` prints it."""
    decoder = Decoder()
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return [format_event(event) for event in [*events, *decoder.finish()]]
