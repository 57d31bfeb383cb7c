"""A live peer's numbers take the place of the recorded ones, wherever they stand."""

import pytest

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.commands import (
    Cancel,
    Command,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    PipeConnect,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
)
from jnlpspy.model.java import BlockData, JavaArray, JavaObject, JavaString
from jnlpspy.remoting.nested import Loaders, build_nested, normal_response
from jnlpspy.remoting.payload import open_payload
from jnlpspy.remoting.values import CLASS_LOADER, class_files, exported_proxy
from jnlpspy.simulate.renumbering import Numbers

WORK = java_class("x.Work")
RPC = java_class(
    "hudson.remoting.RemoteInvocationHandler$RPCRequest", {"oid": "I"}, superclass=java_class("hudson.remoting.Request")
)


def numbers() -> Numbers:
    known = Numbers()
    known.objects = {2: 77, 3: 1003}
    known.requests = {5: 500}
    return known


@pytest.mark.parametrize(
    ("recorded", "live"),
    [
        (RPCRequest(id=9, oid=2), RPCRequest(id=9, oid=77)),
        (UnexportCommand(oid=2), UnexportCommand(oid=77)),
        (InputStreamEOF(oid=4), InputStreamEOF(oid=4)),
        (OutputStreamChunk(io_id=1, oid=3, request_id=5), OutputStreamChunk(io_id=1, oid=1003, request_id=500)),
        (OutputStreamAck(oid=3, size=10), OutputStreamAck(oid=3, size=10)),
        (PipeConnect(oid_pos=3, oid_ros=2), PipeConnect(oid_pos=3, oid_ros=77)),
        (Response(id=5), Response(id=500)),
        (Cancel(id=5), Cancel(id=5)),
    ],
)
def test_the_peers_numbers_are_changed_and_our_own_are_not(recorded: Command, live: Command) -> None:
    assert numbers().rewrite(recorded, None) == live


def test_a_loader_of_the_receiver_is_renumbered_in_nested_streams() -> None:
    request = build_nested(java_object(WORK), Loaders(2, receivers=3))
    rewritten = numbers().rewrite(UserRequest(id=1, request=request), None)
    assert isinstance(rewritten, UserRequest)
    assert rewritten.request == build_nested(java_object(WORK), Loaders(2, receivers=1003))


def test_an_object_that_goes_home_and_a_call_of_an_object_are_renumbered_inside() -> None:
    proxy = exported_proxy("x.Greeter", 2)
    handler = proxy.value_of("h")
    assert isinstance(handler, JavaObject)
    home = java_object(handler.java_class, {"oid": 3, "goingHome": True})
    (command,) = [numbers().rewrite(RPCRequest(oid=1, arguments=(proxy, home, JavaString("x"))), None)]
    assert isinstance(command, RPCRequest)
    own, theirs, text = command.arguments
    assert isinstance(own, JavaObject)
    assert isinstance(theirs, JavaObject)
    inner = own.value_of("h")
    assert isinstance(inner, JavaObject)
    assert (inner.value_of("oid"), theirs.value_of("oid"), text) == (2, 1003, "x")
    nested = UserRequest(request=build_nested(java_object(RPC, {"oid": 2}), Loaders(9)))
    rewritten = numbers().rewrite(nested, None)
    assert isinstance(rewritten, UserRequest)
    (called,) = read_stream(rewritten.request).contents
    assert isinstance(called, JavaObject)
    assert called.value_of("oid") == 77


def test_what_an_answer_carries_is_rewritten_too() -> None:
    recorded = Response(id=5, return_value=normal_response(java_object(WORK), Loaders(9, receivers=3)))
    payload, _ = open_payload(recorded)
    live = numbers().rewrite(recorded, payload)
    expected = Response(id=500, return_value=normal_response(java_object(WORK), Loaders(9, receivers=1003)))
    assert open_payload(live)[0] is not None
    assert streams_of(live) == streams_of(expected)


def streams_of(response: Command) -> list[bytes]:
    assert isinstance(response, Response)
    assert isinstance(response.return_value, JavaObject)
    arrays = [value for part in response.return_value.data for value in part.values if isinstance(value, JavaArray)]
    return [bytes(each.values) for each in arrays if not isinstance(each.values, list)]


def test_a_recording_is_left_as_it_is() -> None:
    request = build_nested(java_object(WORK), Loaders(2, receivers=3))
    proxy = exported_proxy(CLASS_LOADER, 2)
    recorded = UserRequest(id=1, request=request, class_loader_proxy=proxy)
    numbers().rewrite(recorded, None)
    numbers().rewrite(recorded, None)
    assert recorded.request == request
    (again,) = read_stream(request).contents
    assert isinstance(again, JavaObject)
    assert again.java_class.annotation
    assert [each.data for each in again.java_class.annotation if isinstance(each, BlockData)] != [b""]


def test_what_the_live_peer_exports_is_learnt_by_what_it_is_of() -> None:
    known = Numbers()
    known.learn(
        (RPCRequest(arguments=(exported_proxy("x.A", 4), exported_proxy("x.B", 5))), None),
        (RPCRequest(arguments=(exported_proxy("x.B", 50), exported_proxy("x.A", 40))), None),
    )
    known.learn((PipeConnect(oid_pos=6), None), (PipeConnect(oid_pos=60), None))
    files = (Response(return_value=class_files({"x.A": b"1"}, loader)) for loader in (7, 70))
    known.learn((next(files), None), (next(files), None))
    assert known.objects == {4: 40, 5: 50, 6: 60, 7: 70}


def test_a_stream_that_cannot_be_read_goes_as_it_was() -> None:
    broken = UserRequest(request=b"\xac\xed\x00\x05\xff")
    assert numbers().rewrite(broken, None) == broken
