"""Java class files of Callables that return a constant or throw, so that real agents can run a simulated session.

Mirrors the class file format of the Java Virtual Machine Specification, chapter 4.
"""

import struct
from collections.abc import Mapping
from typing import Final

from jnlpspy.javaser.modified_utf8 import encode_modified_utf8
from jnlpspy.model.java import JavaClass, JavaObject, JavaValue
from jnlpspy.simulate.script import Answer, Throws

_MAGIC: Final = bytes.fromhex("cafebabe")
_JAVA_8: Final = 52
_PUBLIC_SUPER: Final = 0x0021
_PUBLIC: Final = 0x0001
_PRIVATE_STATIC_FINAL: Final = 0x001A
_MOST_STACK: Final = 64
"""Operands; an exception needs three for each cause."""

_UTF8, _LONG, _CLASS, _STRING, _FIELD, _METHOD, _NAME_AND_TYPE = 1, 5, 7, 8, 9, 10, 12
_ACONST_NULL, _LDC_W, _POP, _DUP = 0x01, 0x13, 0x57, 0x59
_ARETURN, _RETURN, _GETSTATIC, _INVOKEVIRTUAL, _INVOKESPECIAL, _NEW, _ATHROW = 0xB0, 0xB1, 0xB2, 0xB6, 0xB7, 0xBB, 0xBF

_STRING_TYPE: Final = "Ljava/lang/String;"
_THROWABLE_TYPE: Final = "Ljava/lang/Throwable;"


def callable_class(of: JavaClass, answer: Answer) -> bytes:
    """Return the class file of a Callable that answers so; calls back (`answer.first`) are beyond it.

    Raises:
        ValueError: No code is known that makes this answer.
    """
    pool = _Pool()
    this, above = pool.class_(of.name), pool.class_("java.lang.Object")
    interface = pool.class_("hudson.remoting.Callable")
    uid = struct.pack(
        ">HHHHHIH",
        _PRIVATE_STATIC_FINAL,
        pool.utf8("serialVersionUID"),
        pool.utf8("J"),
        1,
        pool.utf8("ConstantValue"),
        2,
        pool.long(of.suid),
    )
    call = _method(pool, "call", "()Ljava/lang/Object;", 1, _answering(pool, answer))
    check = _method(pool, "checkRoles", "(Lorg/jenkinsci/remoting/RoleChecker;)V", 2, bytes([_RETURN]))
    return b"".join(
        (
            _MAGIC,
            struct.pack(">HH", 0, _JAVA_8),
            pool.data,
            struct.pack(">HHHHH", _PUBLIC_SUPER, this, above, 1, interface),
            struct.pack(">H", 1) + uid,
            struct.pack(">H", 2) + call + check,
            struct.pack(">H", 0),
        )
    )


class _Pool:
    """The constant pool, each constant once."""

    def __init__(self) -> None:
        self._entries = bytearray()
        self._indices: dict[bytes, int] = {}
        self._next = 1

    @property
    def data(self) -> bytes:
        """The pool with its size, as it stands in the file."""
        return struct.pack(">H", self._next) + self._entries

    def utf8(self, text: str) -> int:
        encoded = encode_modified_utf8(text)
        return self._add(struct.pack(">BH", _UTF8, len(encoded)) + encoded)

    def long(self, value: int) -> int:
        return self._add(struct.pack(">Bq", _LONG, value), slots=2)

    def class_(self, name: str) -> int:
        return self._add(struct.pack(">BH", _CLASS, self.utf8(name.replace(".", "/"))))

    def string(self, text: str) -> int:
        return self._add(struct.pack(">BH", _STRING, self.utf8(text)))

    def member(self, kind: int, owner: str, name: str, of: str) -> int:
        """Return the index of a field or method of a class."""
        what = self._add(struct.pack(">BHH", _NAME_AND_TYPE, self.utf8(name), self.utf8(of)))
        return self._add(struct.pack(">BHH", kind, self.class_(owner), what))

    def _add(self, entry: bytes, slots: int = 1) -> int:
        index = self._indices.get(entry)
        if index is None:
            index = self._indices[entry] = self._next
            self._next += slots
            self._entries += entry
        return index


def _method(pool: _Pool, name: str, of: str, variables: int, code: bytes) -> bytes:
    body = struct.pack(">HHI", _MOST_STACK, variables, len(code)) + code + struct.pack(">HH", 0, 0)
    head = struct.pack(">HHHH", _PUBLIC, pool.utf8(name), pool.utf8(of), 1)
    return head + struct.pack(">HI", pool.utf8("Code"), len(body)) + body


def _answering(pool: _Pool, answer: Answer) -> bytes:
    if isinstance(answer, Throws):
        return _throwable(pool, answer.thrown) + bytes([_ATHROW])
    return _value(pool, answer.value) + bytes([_ARETURN])


def _value(pool: _Pool, value: JavaValue | Mapping[str, JavaValue]) -> bytes:
    match value:
        case None:
            return bytes([_ACONST_NULL])
        case bool():
            name = "TRUE" if value else "FALSE"
            return _op(_GETSTATIC, pool.member(_FIELD, "java.lang.Boolean", name, "Ljava/lang/Boolean;"))
        case str():
            return _op(_LDC_W, pool.string(value))
        case Mapping():
            put = pool.member(_METHOD, "java.util.HashMap", "put", f"({'Ljava/lang/Object;' * 2})Ljava/lang/Object;")
            store = _op(_INVOKEVIRTUAL, put) + bytes([_POP])
            entries = (bytes([_DUP]) + _value(pool, key) + _value(pool, entry) + store for key, entry in value.items())
            return _new(pool, "java.util.HashMap", "", b"") + b"".join(entries)
        case _:
            raise ValueError(f"expected an answer of texts, booleans and maps, got {value!r}")


def _throwable(pool: _Pool, thrown: JavaObject) -> bytes:
    message, cause = thrown.value_of("detailMessage"), thrown.value_of("cause")
    types, arguments = _STRING_TYPE, _value(pool, message)
    if isinstance(cause, JavaObject) and cause is not thrown:
        types += _THROWABLE_TYPE
        arguments += _throwable(pool, cause)
    return _new(pool, thrown.class_name, types, arguments)


def _new(pool: _Pool, name: str, types: str, arguments: bytes) -> bytes:
    constructor = pool.member(_METHOD, name, "<init>", f"({types})V")
    return _op(_NEW, pool.class_(name)) + bytes([_DUP]) + arguments + _op(_INVOKESPECIAL, constructor)


def _op(code: int, index: int) -> bytes:
    return struct.pack(">BH", code, index)
