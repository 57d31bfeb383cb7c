"""The Callables by which simulated peers move bytes through a pipe, as objects and as Java class files.

Either end tells the CRC-32 of what it wrote or read, so that both can be compared. They mirror what plugins do with
hudson.remoting.Pipe.
"""

from collections.abc import Callable
from typing import Final

from jnlpspy.javaser.building import java_class
from jnlpspy.model.java import JavaClass
from jnlpspy.model.streams import PIPE
from jnlpspy.simulate.class_files import METHOD, ConstantPool, build_callable, op

_FIELDS: Final = {"pipe": f"L{PIPE.replace('.', '/')};", "length": "I"}

READS_PIPE: Final = java_class("jnlpspy.simulated.ReadsPipe", _FIELDS)
"""Reads `length` bytes of `pipe`; returns their CRC-32."""

WRITES_PIPE: Final = java_class("jnlpspy.simulated.WritesPipe", _FIELDS)
"""Writes `length` bytes to `pipe` and closes it; returns their CRC-32."""

_FIELD: Final = 9
_LCONST_1, _ICONST_0 = b"\x0a", b"\x03"
_ALOAD_0, _ALOAD_1, _ALOAD_2, _ASTORE_1, _ASTORE_2 = b"\x2a", b"\x2b", b"\x2c", b"\x4c", b"\x4d"
_DUP, _ARRAYLENGTH, _ARETURN = b"\x59", b"\xbe", b"\xb0"
_NEW_BYTES: Final = b"\xbc\x08"
_GETFIELD, _INVOKEVIRTUAL, _INVOKESPECIAL, _INVOKESTATIC, _NEW = 0xB4, 0xB6, 0xB7, 0xB8, 0xBB


def pipe_classes() -> dict[str, bytes]:
    """Return the class files of both Callables by name; they have no loops, and so need no stack maps."""
    return {READS_PIPE.name: _class_of(READS_PIPE, _reading), WRITES_PIPE.name: _class_of(WRITES_PIPE, _writing)}


class _Code:
    """Code of one of the two, in the order in which it runs."""

    def __init__(self, pool: ConstantPool, of: JavaClass) -> None:
        self._pool = pool
        self._of = of

    def field(self, name: str) -> bytes:
        """Push a field of the Callable."""
        return _ALOAD_0 + op(_GETFIELD, self._pool.member(_FIELD, self._of.name, name, _FIELDS[name]))

    def new(self, name: str) -> bytes:
        """Push an object that is to be initialized, twice."""
        return op(_NEW, self._pool.class_(name)) + _DUP

    def call(self, owner: str, name: str, types: str, code: int = _INVOKEVIRTUAL) -> bytes:
        """Call a method of what was pushed."""
        return op(code, self._pool.member(METHOD, owner, name, types))

    def initialize(self, name: str, types: str) -> bytes:
        """Call a constructor."""
        return self.call(name, "<init>", f"({types})V", _INVOKESPECIAL)


def _class_of(of: JavaClass, work: Callable[[_Code], bytes]) -> bytes:
    pool = ConstantPool()
    code = _Code(pool, of)
    bytes_in_1 = code.field("length") + _NEW_BYTES + _ASTORE_1
    return build_callable(pool, of, bytes_in_1 + work(code) + _checksum(code))


def _reading(code: _Code) -> bytes:
    stream = "java.io.DataInputStream"
    return (
        code.new(stream)
        + code.field("pipe")
        + code.call(PIPE, "getIn", "()Ljava/io/InputStream;")
        + code.initialize(stream, "Ljava/io/InputStream;")
        + _ALOAD_1
        + code.call(stream, "readFully", "([B)V")
    )


def _writing(code: _Code) -> bytes:
    stream, random = "java.io.OutputStream", "java.util.Random"
    return (
        code.new(random)
        + _LCONST_1
        + code.initialize(random, "J")
        + _ALOAD_1
        + code.call(random, "nextBytes", "([B)V")
        + code.field("pipe")
        + code.call(PIPE, "getOut", f"()L{stream.replace('.', '/')};")
        + _ASTORE_2
        + _ALOAD_2
        + _ALOAD_1
        + code.call(stream, "write", "([B)V")
        + _ALOAD_2
        + code.call(stream, "close", "()V")
    )


def _checksum(code: _Code) -> bytes:
    crc = "java.util.zip.CRC32"
    return (
        code.new(crc)
        + code.initialize(crc, "")
        + _ASTORE_2
        + _ALOAD_2
        + _ALOAD_1
        + _ICONST_0
        + _ALOAD_1
        + _ARRAYLENGTH
        + code.call(crc, "update", "([BII)V")
        + _ALOAD_2
        + code.call(crc, "getValue", "()J")
        + code.call("java.lang.Long", "valueOf", "(J)Ljava/lang/Long;", _INVOKESTATIC)
        + _ARETURN
    )
