import struct

import pytest

from jnlpspy.javaser.building import java_class
from jnlpspy.remoting.throwables import IO_EXCEPTION, java_throwable
from jnlpspy.simulate.class_files import callable_class
from jnlpspy.simulate.script import Returns, Throws

OF = java_class("org.example.Odd", suid=-5)

SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 12: 4}
"""Bytes of the constants that are no text, by tag."""


def constants(image: bytes) -> tuple[dict[int, tuple[int, bytes]], int]:
    """Return the constant pool of a class file by index, and where it ends."""
    (count,) = struct.unpack_from(">H", image, 8)
    found, at, index = {}, 10, 1
    while index < count:
        tag = image[at]
        size = 2 + int.from_bytes(image[at + 1 : at + 3], "big") if tag == 1 else SIZES[tag]
        found[index] = (tag, image[at + 1 : at + 1 + size])
        at += 1 + size
        index += 2 if tag in {5, 6} else 1
    return found, at


def texts(image: bytes) -> set[str]:
    return {value[2:].decode() for tag, value in constants(image)[0].values() if tag == 1}


@pytest.mark.parametrize(
    "answer", [Returns(), Returns(value=True), Returns("text"), Returns(7), Returns({"a": "b", "c": None})]
)
def test_a_class_file_names_its_class_and_its_interface(answer: Returns) -> None:
    image = callable_class(OF, answer)
    pool, at = constants(image)
    assert image[:8] == bytes.fromhex("cafebabe00000034")
    flags, this, above, interfaces, first = struct.unpack_from(">HHHHH", image, at)
    names = [pool[int.from_bytes(pool[index][1], "big")][1][2:] for index in (this, above, first)]
    assert names == [b"org/example/Odd", b"java/lang/Object", b"hudson/remoting/Callable"]
    assert (flags, interfaces) == (0x21, 1)
    assert [struct.unpack(">q", value)[0] for tag, value in pool.values() if tag == 5] == [-5]


def test_a_constant_stands_in_the_pool_once() -> None:
    pool, _ = constants(callable_class(OF, Returns({"same": "same"})))
    assert len(set(pool.values())) == len(pool)


def test_an_exception_is_made_with_its_message_and_its_causes() -> None:
    cause = java_throwable(IO_EXCEPTION, "deep")
    image = callable_class(OF, Throws(java_throwable(IO_EXCEPTION, "shallow", cause)))
    assert {"shallow", "deep", "java/io/IOException", "(Ljava/lang/String;Ljava/lang/Throwable;)V"} <= texts(image)


def test_an_answer_without_code_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"texts, whole numbers, booleans and maps, got 3\.5"):
        callable_class(OF, Returns(3.5))
