"""Our reader and javaobj-py3 agree on everything that both can read."""

from collections import Counter
from pathlib import Path

import pytest
from javaser.java import needs_jdk, write_with_java
from javaser.peer import (
    ABORTED,
    FRAMELESS,
    NO_FIELDS,
    PROXY,
    UNPAIRED,
    differences,
    parse,
    refusal_of,
)
from specimens import recorded_streams

from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import JavaObject

LEFT_OUT = {
    "annotated_proxy": PROXY,
    "proxy": PROXY,
    "no_defaults": NO_FIELDS,
    "strings": UNPAIRED,
    "unframed_external": FRAMELESS,
    "element_fails": ABORTED,
    "field_fails": ABORTED,
    "write_object_fails": ABORTED,
}
"""What Java writes and javaobj refuses, or reads wrongly (the last three), with the reason."""

BYTES = "7200025b42acf317f8060854e00200007870"
"""The class descriptor of byte[]."""


def test_javaobj_agrees_on_every_recorded_stream_that_it_can_read() -> None:
    refused: Counter[str] = Counter()
    differing = {}
    for stream, name in recorded_streams().items():
        refusal = refusal_of(stream)
        refused[refusal] += 1
        if not refusal and (found := differences(stream)):
            differing[name, stream[:80]] = found
    assert differing == {}
    assert refused.keys() == {"", PROXY, NO_FIELDS}, "a reason that nobody knows"
    assert refused[""] >= 500
    assert refused[PROXY] + refused[NO_FIELDS] <= 210, "fewer are compared than could be"


def test_every_recorded_stream_is_written_again_byte_for_byte() -> None:
    streams = recorded_streams()
    changed = [name for stream, name in streams.items() if write_stream(read_stream(stream)) != stream]
    assert changed == []
    assert len(streams) >= 690


@needs_jdk
def test_javaobj_agrees_on_what_java_writes(tmp_path: Path) -> None:
    cases = {path.stem: path.read_bytes() for path in write_with_java(tmp_path).glob("*.ser")}
    agreed = {name for name, stream in cases.items() if not refusal_of(stream) and not differences(stream)}
    assert cases.keys() - agreed == LEFT_OUT.keys()
    assert len(agreed) >= 36
    refusals = {name: refusal_of(cases[name]) for name in LEFT_OUT}
    assert {name for name, refusal in refusals.items() if not refusal} == {
        name for name, reason in LEFT_OUT.items() if reason is ABORTED
    }
    assert {name for name, refusal in refusals.items() if refusal is PROXY} == {
        name for name, reason in LEFT_OUT.items() if reason is PROXY
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ("74000161", "74000162", "[0]: ours 'a', javaobj's 'b'"),
        ("7400016171007e0000", "7400016174000161", "not told apart alike"),
        ("7400016174000161", "7400016171007e0000", "not told apart alike"),
        ("770100", "770101", r"[0]: ours b'\x00'"),
        ("70", "7070", "number of contents: ours 1, javaobj's 2"),
        ("74000161", "770161", "[0]: ours 'a'"),
        (f"75{BYTES}00000001ff", f"75{BYTES}00000001fe", r"[0]: ours b'\xff'"),
        (f"75{BYTES}00000000", f"75{BYTES.replace('0200', '0300')}00000000", "[0].class flags: ours 2, javaobj's 3"),
    ],
)
def test_a_difference_would_be_found(ours: str, theirs: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_by_javaobj = parse(bytes.fromhex("aced0005" + theirs))
    monkeypatch.setattr("javaser.peer.parse", lambda _: read_by_javaobj)
    found = differences(bytes.fromhex("aced0005" + ours))
    assert len(found) == 1
    assert told in found[0]


def test_a_differing_field_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = next(each for each in recorded_streams() if not refusal_of(each) and b"RPCRequest" in each[:80])
    (command,) = read_stream(stream).contents
    assert isinstance(command, JavaObject)
    method = str(command.value_of("methodName")).encode()
    changed = parse(stream.replace(method, method.upper()))
    monkeypatch.setattr("javaser.peer.parse", lambda _: changed)
    assert [each for each in differences(stream) if ".methodName: ours" in each]
