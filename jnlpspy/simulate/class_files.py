"""Java class files of Callables that return a constant or throw, so that real agents can run a simulated session.

Mirrors the class file format of the Java Virtual Machine Specification, chapter 4.
"""

import struct
from collections.abc import Mapping
from typing import Final

from jnlpspy.javaser.modified_utf8 import encode_modified_utf8
from jnlpspy.model.java import JavaClass, JavaObject, JavaValue
from jnlpspy.simulate.script import Returns, Throws

_MAGIC: Final = bytes.fromhex("cafebabe")
_JAVA_8: Final = 52
_PUBLIC_SUPER: Final = 0x0021
_PUBLIC: Final = 0x0001
_PRIVATE_STATIC_FINAL: Final = 0x001A
_MOST_STACK: Final = 64
"""Operands; an exception needs three for each cause."""

_MOST_VARIABLES: Final = 4

_UTF8, _INTEGER, _LONG, _CLASS, _STRING, FIELD, METHOD, _NAME_AND_TYPE = 1, 3, 5, 7, 8, 9, 10, 12
_ACONST_NULL, _LDC_W, _POP, _DUP = 0x01, 0x13, 0x57, 0x59
_ARETURN, _RETURN, _GETSTATIC, _INVOKEVIRTUAL, _INVOKESPECIAL = 0xB0, 0xB1, 0xB2, 0xB6, 0xB7
_INVOKESTATIC, _NEW, _ATHROW = 0xB8, 0xBB, 0xBF

_STRING_TYPE: Final = "Ljava/lang/String;"
_THROWABLE_TYPE: Final = "Ljava/lang/Throwable;"


def callable_class(of: JavaClass, answer: Returns | Throws) -> bytes:
    """Return the class file of a Callable that answers so; calls back (`answer.first`) are beyond it.

    Raises:
        ValueError: No code is known that makes this answer.
    """
    pool = ConstantPool()
    return build_callable(pool, of, _answering(pool, answer))


def build_callable(pool: "ConstantPool", of: JavaClass, code: bytes) -> bytes:
    """Return the class file of a Callable whose `call` has this code; the class's fields are declared."""
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
    fields = [
        struct.pack(">HHHH", _PUBLIC, pool.utf8(each.name), pool.utf8(each.signature or each.typecode), 0)
        for each in of.fields
    ]
    call = _method(pool, "call", "()Ljava/lang/Object;", _MOST_VARIABLES, code)
    check = _method(pool, "checkRoles", "(Lorg/jenkinsci/remoting/RoleChecker;)V", 2, bytes([_RETURN]))
    return b"".join(
        (
            _MAGIC,
            struct.pack(">HH", 0, _JAVA_8),
            pool.data,
            struct.pack(">HHHHH", _PUBLIC_SUPER, this, above, 1, interface),
            struct.pack(">H", 1 + len(fields)) + uid + b"".join(fields),
            struct.pack(">H", 2) + call + check,
            struct.pack(">H", 0),
        )
    )


class ConstantPool:
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
        """Return the index of text."""
        encoded = encode_modified_utf8(text)
        return self._add(struct.pack(">BH", _UTF8, len(encoded)) + encoded)

    def integer(self, value: int) -> int:
        """Return the index of an int."""
        return self._add(struct.pack(">Bi", _INTEGER, value))

    def long(self, value: int) -> int:
        """Return the index of a long."""
        return self._add(struct.pack(">Bq", _LONG, value), slots=2)

    def class_(self, name: str) -> int:
        """Return the index of a class."""
        return self._add(struct.pack(">BH", _CLASS, self.utf8(name.replace(".", "/"))))

    def string(self, text: str) -> int:
        """Return the index of a String."""
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


def _method(pool: ConstantPool, name: str, of: str, variables: int, code: bytes) -> bytes:
    body = struct.pack(">HHI", _MOST_STACK, variables, len(code)) + code + struct.pack(">HH", 0, 0)
    head = struct.pack(">HHHH", _PUBLIC, pool.utf8(name), pool.utf8(of), 1)
    return head + struct.pack(">HI", pool.utf8("Code"), len(body)) + body


def _answering(pool: ConstantPool, answer: Returns | Throws) -> bytes:
    if isinstance(answer, Throws):
        return _throwable(pool, answer.thrown) + bytes([_ATHROW])
    return _value(pool, answer.value) + bytes([_ARETURN])


def _value(pool: ConstantPool, value: JavaValue | Mapping[str, JavaValue]) -> bytes:
    match value:
        case None:
            return bytes([_ACONST_NULL])
        case bool():
            name = "TRUE" if value else "FALSE"
            return op(_GETSTATIC, pool.member(FIELD, "java.lang.Boolean", name, "Ljava/lang/Boolean;"))
        case int():
            box = pool.member(METHOD, "java.lang.Integer", "valueOf", "(I)Ljava/lang/Integer;")
            return op(_LDC_W, pool.integer(value)) + op(_INVOKESTATIC, box)
        case str():
            return op(_LDC_W, pool.string(value))
        case Mapping():
            put = pool.member(METHOD, "java.util.HashMap", "put", f"({'Ljava/lang/Object;' * 2})Ljava/lang/Object;")
            store = op(_INVOKEVIRTUAL, put) + bytes([_POP])
            entries = (bytes([_DUP]) + _value(pool, key) + _value(pool, entry) + store for key, entry in value.items())
            return _new(pool, "java.util.HashMap", "", b"") + b"".join(entries)
        case _:
            raise ValueError(f"expected an answer of texts, whole numbers, booleans and maps, got {value!r}")


def _throwable(pool: ConstantPool, thrown: JavaObject) -> bytes:
    message, cause = thrown.value_of("detailMessage"), thrown.value_of("cause")
    types, arguments = _STRING_TYPE, _value(pool, message)
    if isinstance(cause, JavaObject) and cause is not thrown:
        types += _THROWABLE_TYPE
        arguments += _throwable(pool, cause)
    return _new(pool, thrown.class_name, types, arguments)


def _new(pool: ConstantPool, name: str, types: str, arguments: bytes) -> bytes:
    constructor = pool.member(METHOD, name, "<init>", f"({types})V")
    return op(_NEW, pool.class_(name)) + bytes([_DUP]) + arguments + op(_INVOKESPECIAL, constructor)


def op(code: int, index: int) -> bytes:
    """Return an operation on a constant."""
    return struct.pack(">BH", code, index)
