import gc

import samples
from conversation import comparable
from hypothesis import given
from hypothesis import strategies as st
from javaser.samples import VECTORS, recorded_commands

from jnlpspy.javaser.known_classes import KNOWN_CLASSES
from jnlpspy.javaser.known_sources import KNOWN_SOURCES
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import CloseCommand, Command, UnknownCommand, UserRequest
from jnlpspy.remoting.commands import read_command


def test_a_command_comes_with_what_is_nested_in_it() -> None:
    command, payload, error = read_command(samples.PING)
    assert error is None
    assert isinstance(command, UserRequest)
    assert payload is not None
    assert read_command(samples.CLOSE) == (CloseCommand(), None, None)


def test_what_could_be_read_comes_beside_the_error() -> None:
    command, payload, error = read_command(samples.PING[:-4])
    assert isinstance(command, UserRequest)
    assert payload is not None
    assert str(error) == "expected 4 bytes, got 0 at byte 782 (UserRequest.toString)"


def test_a_command_whose_payload_is_broken_is_still_a_command() -> None:
    broken = samples.PING.replace(b"\0\0\0\x3e\xac\xed\0\5", b"\0\0\0\x3e\xac\xed\0\6")
    command, payload, error = read_command(broken)
    assert isinstance(command, UserRequest)
    assert payload is None
    assert error is not None
    assert error.path == "UserRequest.request"


def test_a_command_says_the_same_when_its_class_is_known() -> None:
    """Then it is read by its fields, before as a whole: its stack, which names the command, included."""
    for each in recorded_commands():
        KNOWN_CLASSES.clear()
        KNOWN_SOURCES.clear()
        first, second, third = [comparable(read_command(each.stream)[:2]) for _ in range(3)]
        assert first == second == third


def test_a_command_that_is_forgotten_is_gone() -> None:
    """Nothing of it waits for the garbage collector, which would have to look through each."""
    streams = [each.stream for each in recorded_commands()]
    for each in streams:
        read_command(each)  # so that the stack is known, and put off
    gc.collect()
    gc.freeze()  # what other tests left is not looked through each time
    try:
        for each in streams:
            command, payload, error = read_command(each)
            assert isinstance(command, Command)
            goes_in_circles = payload is not None  # what is nested may: an exception without a cause is its own
            del command, payload, error
            assert gc.collect() == 0 or goes_in_circles
    finally:
        gc.unfreeze()


def test_bytes_that_are_no_stream_are_no_command() -> None:
    assert [str(part) for part in read_command(b"hello")] == [
        "None",
        "None",
        "expected stream header aced0005, got 68656c6c at byte 0",
    ]
    assert str(read_command(bytes.fromhex("aced0005"))[2]) == "expected a command, got an empty object stream at byte 0"


def test_an_unknown_command_is_no_error() -> None:
    command, payload, error = read_command(write_stream([None]))
    assert (command, payload, error) == (UnknownCommand(object=None), None, None)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_command_or_an_error(data: bytes) -> None:
    for block in (data, b"\xac\xed\0\5" + data):
        command, _, error = read_command(block)
        assert command is not None or error is not None


@given(st.sampled_from([*VECTORS.values(), *(each.stream for each in recorded_commands())]), st.data())
def test_any_change_gives_a_command_or_an_error(stream: bytes, data: st.DataObject) -> None:
    changed = bytearray(stream)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    command, _, error = read_command(bytes(changed))
    assert command is not None or error is not None
