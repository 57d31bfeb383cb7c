import pytest
import streams

from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.model.commands import GCCommand, Response, RPCRequest, UserRequest
from jnlpspy.model.java import BlockData, JavaClass, JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole, PipeKind
from jnlpspy.model.streams import RemoteStream
from jnlpspy.remoting.throwables import EXCEPTION, StackElement, java_throwable
from jnlpspy.session import handed
from jnlpspy.session.handed import CLASS_LOADER, Handed, HandedObject, handed_over

GREETER = HandedObject(9, "a.Greeter", until_answered=True)
PIPE = RemoteStream(3, PipeKind.STREAM)


def carrying(value: JavaValue) -> JavaObject:
    return java_object(java_class("a.Work", {"held": "Ljava/lang/Object;"}), {"held": value})


def passed(value: JavaValue) -> Handed:
    return handed_over(UserRequest(id=1), Payload(PayloadRole.CALLABLE, carrying(value)))


def test_streams_and_proxies_are_found_wherever_they_stand() -> None:
    greeter = streams.proxy("a.Greeter", 9, until_answered=True)
    value = object_array([streams.written("a.List", carrying(streams.pipe(3, far_end=True))), greeter])
    assert passed(value) == Handed((PIPE,), (GREETER,))
    assert handed_over(RPCRequest(arguments=(value,)), None) == Handed((PIPE,), (GREETER,))
    assert handed_over(Response(return_value=value), None) == Handed((PIPE,), (GREETER,))
    assert handed_over(Response(), Payload(PayloadRole.RETURNED, greeter)) == Handed((), (GREETER,))


def test_the_stack_of_a_nested_request_is_passed_over() -> None:
    source = java_class("hudson.remoting.Command$Source", {"cause": "Ljava/lang/Throwable;"})
    assert passed(java_object(source, {"cause": streams.proxy("a.Greeter", 9)})) == Handed()


def test_a_proxy_that_goes_home_is_no_new_reference() -> None:
    assert passed(streams.proxy("a.Greeter", 9, going_home=True)) == Handed()


def test_the_pipe_inside_a_greedy_stream_is_handed_over() -> None:
    assert passed(streams.greedy_input_stream(6)) == Handed((RemoteStream(6, PipeKind.STREAM, written_by_sender=True),))


@pytest.mark.parametrize(
    ("annotation", "objects"),
    [
        (b"\xff\xff\xff\xfe" + streams.number(2), (HandedObject(2, CLASS_LOADER),)),
        (b"\xff\xff\xff\xff" + streams.number(2), ()),
        (b"\xff\xff\xff\xfd", ()),
        (b"", ()),
    ],
)
def test_a_class_brings_its_loader_if_it_is_the_senders(annotation: bytes, objects: tuple[HandedObject, ...]) -> None:
    of = JavaClass("a.Work", 1, 2, annotation=[BlockData(annotation)])
    request = UserRequest(id=1)
    twice = object_array([java_object(of), java_object(of)])
    assert handed_over(request, Payload(PayloadRole.CALLABLE, twice)).objects == objects


def test_the_loader_of_a_request_counts_too() -> None:
    request = UserRequest(id=1, class_loader_proxy=streams.proxy(CLASS_LOADER, 2))
    assert handed_over(request, None) == Handed((), (HandedObject(2, CLASS_LOADER),))


def test_other_commands_hand_nothing_over() -> None:
    assert handed_over(GCCommand(), None) == Handed()


def test_an_object_in_itself_has_an_end() -> None:
    ring = object_array([])
    assert isinstance(ring.values, list)
    ring.values += [ring, streams.pipe(3, far_end=True)]
    assert passed(ring) == Handed((PIPE,))


def test_only_so_many_objects_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "VALUES", 10)
    many = object_array([streams.pipe(number, far_end=True) for number in range(100)])
    assert 0 < len(passed(many).streams) < 10


def test_a_stack_trace_takes_none_of_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "VALUES", 10)
    thrown = java_throwable(EXCEPTION, "no disk", trace=[StackElement("a.Work", "run", line) for line in range(100)])
    assert passed(object_array([thrown, streams.pipe(3, far_end=True)])) == Handed((PIPE,))


def test_proxies_of_other_kinds_are_none_of_ours() -> None:
    foreign = java_object(streams.proxy("a.B", 1).java_class, {"h": java_object(java_class("a.Other"))})
    odd = java_class("hudson.remoting.RemoteInvocationHandler", {"oid": "La;"})
    without = java_object(foreign.java_class, {"h": java_object(odd)})
    assert passed(object_array([foreign, without])) == Handed()
