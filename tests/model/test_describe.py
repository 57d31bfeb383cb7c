import pytest
import samples

from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array, proxy_class
from jnlpspy.model.commands import (
    Cancel,
    CloseCommand,
    Command,
    GCCommand,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamEOF,
    OutputStreamFlush,
    PipeConnect,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
    WriterFlush,
)
from jnlpspy.model.describe import (
    describe_arguments,
    describe_callable,
    describe_command,
    describe_throwable,
    describe_value,
    shorten,
)
from jnlpspy.model.java import (
    BlockData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaException,
    JavaObject,
    JavaReset,
    JavaString,
)
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.remoting.throwables import command_source, proxy_exception

POINT = java_class("com.example.Point", {"x": "I", "name": "Ljava/lang/String;", "next": "Lcom/example/Point;"})
BOX = java_class("java.lang.Integer", {"value": "I"})
HOSTILE_BOX = java_class("java.lang.Integer", {"value": "Ljava/lang/Integer;"})
METHOD = java_class(
    "hudson.remoting.RemoteInvocationHandler$UserRPCRequest",
    {
        "declaringClassName": "Ljava/lang/String;",
        "methodName": "Ljava/lang/String;",
        "arguments": "[Ljava/lang/Object;",
    },
)
LOG = samples.throwable("com.example.Oops", "no disk")


def point(**values: object) -> JavaObject:
    return java_object(POINT, values)  # type: ignore[arg-type]


def of_itself() -> JavaObject:
    found = point(x=1)
    found.data[0].values = (1, None, found)
    return found


def boxed_in_itself() -> JavaObject:
    found = java_object(HOSTILE_BOX)
    found.data[0].values = (found,)
    return found


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (1.5, "1.5"),
        (JavaString("a\nb\ud800"), '"a\\nb\\ud800"'),
        (java_object(BOX, {"value": 7}), "7"),
        (boxed_in_itself(), "Integer(value=Integer())"),
        (point(x=1, name=JavaString("p")), 'Point(x=1, name="p", next=null)'),
        (of_itself(), "Point(x=1, name=null, next=Point())"),
        (byte_array(b"abc"), "byte[3]"),
        (JavaArray(java_class("[C"), ["a", "b"]), "char[2]"),
        (object_array([1, JavaString("a")]), '[1, "a"]'),
        (object_array([None] * 20), "[null, null, null, null, null, null, null, null, …]"),
        (JavaArray(JavaClass("[Lcom.example.Point;", 1, 2), [of_itself()]), "[Point(x=1, name=null, next=Point())]"),
        (JavaEnum(java_class("com.example.Color"), "RED"), "Color.RED"),
        (JavaClassObject(POINT), "Point.class"),
        (POINT, "descriptor of com.example.Point"),
        (java_object(proxy_class("a.B", "c.D")), "Proxy<B, D>"),
        (JavaException(LOG), "broken off: com.example.Oops: no disk"),
        (BlockData(b"ab"), "2 bytes"),
        (JavaReset(), "reset"),
        (LOG, "com.example.Oops: no disk"),
    ],
    ids=str,
)
def test_any_value_is_a_few_words(value: JavaContent, line: str) -> None:
    assert describe_value(value) == line


def test_an_array_deep_inside_is_told_by_its_size() -> None:
    inside = object_array([object_array([object_array([1])])])
    assert describe_value(inside) == "[[Object[1]]]"


def test_what_is_no_request_calls_nothing() -> None:
    assert (describe_callable(GCCommand(), None), describe_arguments(GCCommand(), None)) == ("?", "")


def test_a_long_text_is_cut() -> None:
    assert describe_value(JavaString("x" * 200)) == '"' + "x" * 79 + '…"'
    assert shorten("\n" * 100, 10) == "\\n\\n\\n\\n\\…"


@pytest.mark.parametrize(
    ("command", "payload", "line"),
    [
        (UserRequest(id=3, to_string="a.B@12"), None, "#3 a.B()"),
        (UserRequest(id=3, to_string="lambda"), None, "#3 lambda()"),
        (UserRequest(), None, "#0 ?()"),
        (
            UserRequest(id=1),
            Payload(PayloadRole.CALLABLE, point(x=1)),
            "#1 com.example.Point(x=1, name=null, next=null)",
        ),
        (
            RPCRequest(id=2, method_name="getName", arguments=(1,)),
            None,
            "#2 hudson.remoting.RemoteClassLoader$IClassLoader.getName(1)",
        ),
        (RPCRequest(id=2, method_name="run", declaring_class_name="a.B"), None, "#2 a.B.run()"),
        (InputStreamChunk(id=1, oid=2, len=100), None, "#1 java.io.InputStream.read(100)"),
        (Response(id=1), None, "#1 returned null"),
        (Response(id=1, exception=LOG), None, "#1 threw com.example.Oops: no disk"),
        (Response(id=1), Payload(PayloadRole.THREW, LOG), "#1 threw com.example.Oops: no disk"),
        (Response(id=1), Payload(PayloadRole.RETURNED, None), "#1 returned null"),
        (Cancel(id=4), None, "#4"),
        (CloseCommand(), None, ""),
        (CloseCommand(created_at=command_source(())), None, ""),
        (GCCommand(), None, ""),
        (PipeConnect(oid_pos=1, oid_ros=2), None, "pipe 2 writes to 1"),
        (OutputStreamChunk(oid=3, buf=b"x" * 4096), None, "pipe 3 4,096 bytes"),
        (OutputStreamAck(oid=3, size=4096), None, "pipe 3 4,096 bytes taken"),
        (OutputStreamEOF(oid=3), None, "pipe 3"),
        (OutputStreamEOF(oid=3, error=LOG), None, "pipe 3 com.example.Oops: no disk"),
        (OutputStreamFlush(oid=3), None, "pipe 3"),
        (WriterFlush(oid=2), None, "writer 2"),
        (UnexportCommand(oid=2), None, "object 2"),
        (InputStreamEOF(oid=2), None, "object 2"),
    ],
    ids=str,
)
def test_a_command_is_a_line(command: Command, payload: Payload | None, line: str) -> None:
    assert describe_command(command, payload) == line


def test_a_close_names_its_cause() -> None:
    source = command_source(())
    declared = [field.name for field in source.data[0].java_class.fields]
    source.data[0].values = tuple(LOG if name == "cause" else None for name in declared)
    assert describe_command(CloseCommand(created_at=source), None) == "because of com.example.Oops: no disk"


def test_a_proxys_method_inside_a_request_is_what_is_called() -> None:
    called = java_object(METHOD, {"methodName": JavaString("fetch3"), "arguments": object_array([JavaString("a.B")])})
    payload = Payload(PayloadRole.CALLABLE, called)
    assert describe_callable(UserRequest(), payload) == "hudson.remoting.RemoteClassLoader$IClassLoader.fetch3"
    assert describe_arguments(UserRequest(), payload) == '"a.B"'


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("fetch", "hudson.remoting.RemoteClassLoader$IClassLoader.fetch"),
        ("waitForProperty", "hudson.remoting.IChannel.waitForProperty"),
        ("writeJarTo", "hudson.remoting.JarLoader.writeJarTo"),
        ("greet", "greet"),
    ],
)
def test_remoting_2_names_no_interface_but_its_own_are_known_by_their_methods(method: str, told: str) -> None:
    assert describe_callable(RPCRequest(method_name=method), None) == told
    assert describe_callable(RPCRequest(method_name=method, declaring_class_name="a.B"), None) == f"a.B.{method}"


def test_a_method_without_a_name_is_said_to_have_none() -> None:
    assert describe_callable(UserRequest(), Payload(PayloadRole.CALLABLE, java_object(METHOD))) == "?"


@pytest.mark.parametrize(
    ("value", "line"),
    [(None, "?"), (point(), "com.example.Point"), (JavaException(None), "?"), (LOG, "com.example.Oops: no disk")],
)
def test_a_throwable_is_told_as_java_does(value: JavaContent, line: str) -> None:
    assert describe_throwable(value) == line


def test_a_proxy_exception_tells_the_original() -> None:
    told = describe_throwable(proxy_exception(LOG))
    assert told == "com.example.Oops: no disk"


def test_a_class_that_was_loaded_is_told_by_its_size_or_place() -> None:
    of = java_class("hudson.remoting.RemoteClassLoader$ResourceFile", {"image": "La;"})
    direct = java_object(
        java_class("hudson.remoting.ResourceImageDirect", {"payload": "[B"}), {"payload": byte_array(b"x" * 1452)}
    )
    assert describe_value(java_object(of, {"image": direct})) == "1,452 bytes"
    in_jar = java_object(java_class("hudson.remoting.ResourceImageInJar", {"sum1": "J"}))
    assert describe_value(java_object(of, {"image": in_jar})) == "in a jar"
