import json
from base64 import b64decode
from dataclasses import fields
from pathlib import Path

import pytest

from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.java import JavaObject
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command

RECORDED = Path(__file__).parents[1] / "javaser" / "recorded.jsonl"


def recorded_streams() -> list[bytes]:
    lines = RECORDED.read_text("utf-8").splitlines()[1:]
    return [b64decode(json.loads(line)["stream"]) for line in lines]


@pytest.mark.parametrize("stream", recorded_streams())
def test_a_recorded_command_is_built_with_the_descriptors_its_peer_used(stream: bytes) -> None:
    original = read_stream(stream).contents[0]
    command = read_command(stream)[0]
    assert isinstance(original, JavaObject)
    assert command is not None
    rebuilt = read_stream(build_command(command)).contents[0]
    assert isinstance(rebuilt, JavaObject)
    for ours, theirs in zip(rebuilt.java_class.lineage(), original.java_class.lineage(), strict=True):
        assert (ours.name, ours.suid, ours.flags) == (theirs.name, theirs.suid, theirs.flags)
        assert [(each.typecode, each.name) for each in ours.fields] == [
            (each.typecode, each.name) for each in theirs.fields
        ]
        assert [each.signature for each in ours.fields if each.name != "returnValue"] == [
            each.signature for each in theirs.fields if each.name != "returnValue"
        ]
    again = read_command(build_command(command))[0]
    plain = {each.name for each in fields(command) if isinstance(getattr(command, each.name), int | str | bytes)}
    assert {name: getattr(again, name) for name in plain} == {name: getattr(command, name) for name in plain}
