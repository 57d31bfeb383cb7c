"""The specimens in captures/, with what is known of how they came about."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.errors import DecodeError
from jnlpspy.export.jsonl import format_event
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.tags import STREAM_HEADER
from jnlpspy.model.commands import Command
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Outcome, Payload
from jnlpspy.model.tap import Observation, Side
from jnlpspy.remoting.commands import read_command

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


def secrets_of(name: str) -> dict[str, Secret]:
    """The agents' secrets, by name."""
    return {agent: Secret(secret) for agent, secret in expected_of(name)["secrets"].items()}


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


def outcomes_of(name: str) -> Mapping[Side, list[tuple[str, Outcome]]] | None:
    """The calls that each side began, as the real library saw them end; None where that is not known."""
    path = FOLDER / f"{name}.commands.jsonl"
    commands = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    if not any("Request.id" in each for each in commands):
        return None
    begun: dict[Side, list[tuple[str, Outcome]]] = {side: [] for side in Side}
    waiting: dict[tuple[Side, int], int] = {}
    for each in commands:
        side = _SIDES[each["dir"]]
        if "Request.id" in each:
            waiting[side, each["Request.id"]] = len(begun[side])
            begun[side].append((f"{side.value[0]}{each['Request.id']}", Outcome.UNANSWERED))
        elif "Response.id" in each:
            at = waiting.pop((side.peer, each["Response.id"]))
            call, outcome = begun[side.peer][at]
            if outcome is not Outcome.CANCELLED:
                begun[side.peer][at] = (call, Outcome.RETURNED)
        elif "Cancel.id" in each:
            at = waiting[side, each["Cancel.id"]]
            begun[side][at] = (begun[side][at][0], Outcome.CANCELLED)
    return begun


@cache
def recorded_streams() -> Mapping[bytes, str]:
    """Every object stream that a specimen's decoder reads, nested ones too, with the first specimen that holds it."""
    found: dict[bytes, str] = {}
    for name in specimen_names():

        def read_and_keep(block: bytes, name: str = name) -> tuple[Command | None, Payload | None, DecodeError | None]:
            found.setdefault(bytes(block), name)
            return read_command(block)

        decoder = Decoder(secrets_of(name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("jnlpspy.stack.channel.read_command", read_and_keep)
            for observation in observations_of(name):
                decoder.feed(observation)
    waiting = list(found)
    while waiting:
        outer = waiting.pop()
        inner = [data for data in _nested_streams(read_stream(outer).contents) if data not in found]
        found.update(dict.fromkeys(inner, found[outer]))
        waiting += inner
    return MappingProxyType(found)


def _nested_streams(contents: list[JavaContent]) -> Iterator[bytes]:
    """Yield the byte arrays of a graph that are object streams."""
    waiting, met = list(contents), set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in met:
            continue
        met.add(id(value))
        match value:
            case JavaObject():
                waiting += [each for part in value.data for each in (*part.values, *part.annotation)]
            case JavaArray(values=list() as elements):
                waiting += elements
            case JavaArray() if bytes(value.values[:4]) == STREAM_HEADER:  # type: ignore[arg-type] # no list
                yield bytes(value.values)  # type: ignore[arg-type] # as above
            case _:
                pass


def golden_path(name: str) -> Path:
    return FOLDER / f"{name}.events.jsonl"


def told_lines(name: str) -> list[str]:
    """Return what the decoder tells of a specimen, as `jnlpspy show --json` prints it."""
    decoder = Decoder()
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return [format_event(event) for event in [*events, *decoder.finish()]]
