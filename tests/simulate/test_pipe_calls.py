import struct

from simulate.test_class_files import constants, texts

from jnlpspy.model.streams import PIPE
from jnlpspy.simulate.pipe_calls import READS_PIPE, WRITES_PIPE, pipe_classes


def test_both_callables_have_a_class_file_that_declares_what_they_carry() -> None:
    classes = pipe_classes()
    assert list(classes) == [READS_PIPE.name, WRITES_PIPE.name]
    for name, image in classes.items():
        pool, at = constants(image)
        declared = [each.name for each in READS_PIPE.fields]
        fields = struct.unpack_from(">H", image, at + 10)[0]
        assert fields == 1 + len(declared)
        assert {name.replace(".", "/"), *declared, f"L{PIPE.replace('.', '/')};"} <= texts(image)
        assert len(set(pool.values())) == len(pool)


def test_one_reads_and_the_other_writes() -> None:
    reads, writes = (texts(image) for image in pipe_classes().values())
    assert {"getIn", "readFully", "getValue"} <= reads
    assert {"getOut", "write", "close", "getValue"} <= writes
