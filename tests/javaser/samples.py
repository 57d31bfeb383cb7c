"""Streams that tests of javaser share: real commands, and the known small ones."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaException,
    JavaObject,
    JavaReset,
    JavaStream,
    JavaString,
)

HEADER = bytes.fromhex("aced0005")


VECTORS: dict[str, bytes] = {
    name: bytes.fromhex(text)
    for name, text in {
        "capability": """
            aced00057372001a687564736f6e2e72656d6f74696e672e4361706162696c69747900000000000000010200014a00046d61
            736b787000000000000001fe
        """,
        "close": """
            aced000573720024687564736f6e2e72656d6f74696e672e4368616e6e656c24436c6f7365436f6d6d616e640d804888bb5b
            d98302000078720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000000000010200014c000963726561
            74656441747400154c6a6176612f6c616e672f457863657074696f6e3b787070
        """,
        "ack": """
            aced000573720025687564736f6e2e72656d6f74696e672e50726f78794f757470757453747265616d2441636b0000000000
            0000010200024900036f696449000473697a6578720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000
            000000010200014c00096372656174656441747400154c6a6176612f6c616e672f457863657074696f6e3b78707000000005
            00002000
        """,
        "unexport": """
            aced00057372001f687564736f6e2e72656d6f74696e672e556e6578706f7274436f6d6d616e640000000000000001020001
            4900036f696478720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000000000010200014c0009637265
            6174656441747400154c6a6176612f6c616e672f457863657074696f6e3b78707000000009
        """,
        "cancel": """
            aced00057372001e687564736f6e2e72656d6f74696e672e526571756573742443616e63656ce844e2f4707a2cc802000149
            0002696478720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000000000010200014c00096372656174
            656441747400154c6a6176612f6c616e672f457863657074696f6e3b78707000000007
        """,
        "response": """
            aced000573720018687564736f6e2e72656d6f74696e672e526573706f6e7365000000000000000102000449000269644900
            086c617374496f49644c0009657863657074696f6e7400154c6a6176612f6c616e672f5468726f7761626c653b4c000b7265
            7475726e56616c75657400164c6a6176612f696f2f53657269616c697a61626c653b78720017687564736f6e2e72656d6f74
            696e672e436f6d6d616e6400000000000000010200014c00096372656174656441747400154c6a6176612f6c616e672f4578
            63657074696f6e3b7870700000000700000000707372002a687564736f6e2e72656d6f74696e672e55736572526571756573
            74244e6f726d616c526573706f6e736500000000000000010200015b0008726573706f6e73657400025b427870757200025b
            42acf317f8060854e0020000787000000005aced000570
        """,
        "user request": """
            aced00057372001b687564736f6e2e72656d6f74696e672e557365725265717565737400000000000000010200034c001063
            6c6173734c6f6164657250726f78797400304c687564736f6e2f72656d6f74696e672f52656d6f7465436c6173734c6f6164
            65722449436c6173734c6f616465723b5b0007726571756573747400025b424c0008746f537472696e677400124c6a617661
            2f6c616e672f537472696e673b78720017687564736f6e2e72656d6f74696e672e5265717565737400000000000000010200
            0349000269644900086c617374496f49644c0008726573706f6e736574001a4c687564736f6e2f72656d6f74696e672f5265
            73706f6e73653b78720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000000000010200014c00096372
            656174656441747400154c6a6176612f6c616e672f457863657074696f6e3b787070000000000000000070737d0000000200
            2e687564736f6e2e72656d6f74696e672e52656d6f7465436c6173734c6f616465722449436c6173734c6f61646572001c68
            7564736f6e2e72656d6f74696e672e49526561645265736f6c7665787200176a6176612e6c616e672e7265666c6563742e50
            726f7879e127da20cc1043cb0200014c0001687400254c6a6176612f6c616e672f7265666c6563742f496e766f636174696f
            6e48616e646c65723b787073720027687564736f6e2e72656d6f74696e672e52656d6f7465496e766f636174696f6e48616e
            646c657200000000000000010300075a00146175746f556e6578706f7274427943616c6c65725a0009676f696e67486f6d65
            4900036f69645a000f7265636f72644372656174656441745a00097573657250726f78795a00097573657253706163654c00
            066f726967696e7400154c6a6176612f6c616e672f5468726f7761626c653b78700000000000020000007078757200025b42
            acf317f8060854e002000078700000003eaced00057372001f687564736f6e2e72656d6f74696e672e50696e675468726561
            642450696e6700000000000000010200007708fffffffe00000002787074000470696e67
        """,
        "rpc request": """
            aced000573720032687564736f6e2e72656d6f74696e672e52656d6f7465496e766f636174696f6e48616e646c6572245250
            435265717565737400000000000000010200054900036f69645b0009617267756d656e74737400135b4c6a6176612f6c616e
            672f4f626a6563743b4c00126465636c6172696e67436c6173734e616d657400124c6a6176612f6c616e672f537472696e67
            3b4c000a6d6574686f644e616d657400124c6a6176612f6c616e672f537472696e673b5b000574797065737400135b4c6a61
            76612f6c616e672f537472696e673b78720017687564736f6e2e72656d6f74696e672e526571756573740000000000000001
            02000349000269644900086c617374496f49644c0008726573706f6e736574001a4c687564736f6e2f72656d6f74696e672f
            526573706f6e73653b78720017687564736f6e2e72656d6f74696e672e436f6d6d616e6400000000000000010200014c0009
            6372656174656441747400154c6a6176612f6c616e672f457863657074696f6e3b7870700000000100000000700000000275
            7200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c02000078700000000074002e687564736f6e2e72
            656d6f74696e672e52656d6f7465436c6173734c6f616465722449436c6173734c6f616465727400076765744e616d657572
            00135b4c6a6176612e6c616e672e537472696e673badd256e7e91d7b47020000787000000000
        """,
    }.items()
}
"""Small streams that real remoting classes read back; creation stacks are null, type strings never shared."""


@dataclass(frozen=True)
class Recorded:
    """A command as a real peer sent it."""

    recorded: str
    command: str
    stream: bytes

    def __str__(self) -> str:
        return f"{self.command}, {self.recorded}"


def recorded_commands() -> list[Recorded]:
    lines = Path(__file__).with_name("recorded.jsonl").read_text("utf-8").splitlines()[1:]
    entries = [json.loads(line) for line in lines]
    return [Recorded(each["recorded"], each["command"], base64.b64decode(each["stream"])) for each in entries]


def damage(stream: bytes, data: st.DataObject) -> bytes:
    """Return a stream with some bytes changed, put in or left out behind its header."""
    damaged = bytearray(stream)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(4, len(damaged) - 1))
        match data.draw(st.sampled_from(["set", "tag", "insert", "delete"])):
            case "set":
                damaged[at] = data.draw(st.integers(0, 255))
            case "tag":
                damaged[at] = data.draw(st.integers(0x70, 0x7E))
            case "insert":
                damaged[at:at] = data.draw(st.binary(min_size=1, max_size=4))
            case _:
                del damaged[at : at + data.draw(st.integers(1, 4))]
        if len(damaged) < 8:
            break
    return bytes(damaged)


def shape(contents: JavaStream | list[JavaContent]) -> object:
    """Return nested tuples equal for equal graphs: an object met again is its number in order of first sight.

    Numbering starts anew behind a reset.
    """
    return _Shaper().contents(contents.contents if isinstance(contents, JavaStream) else contents)


class _Shaper:
    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def contents(self, contents: object) -> object:
        assert isinstance(contents, (list, tuple))
        return tuple(self.of(content) for content in contents)

    def of(self, value: object) -> object:
        if isinstance(value, float):
            return ("float", value.hex())
        if value is None or isinstance(value, (bool, int, bytes)) or type(value) is str:
            return (type(value).__name__, value)
        if id(value) in self._numbers:
            return ("again", self._numbers[id(value)])
        self._numbers[id(value)] = len(self._numbers)
        kind = "JavaObject" if isinstance(value, JavaObject) else type(value).__name__
        return (kind, *self._parts(value))

    def _parts(self, value: object) -> tuple[object, ...]:
        match value:
            case JavaString():
                return (str(value),)
            case JavaObject():
                return (self.of(value.java_class), *(self.of(part) for part in value.data))
            case ClassData():
                return (value.java_class.name, self.contents(value.values), self.contents(value.annotation))
            case JavaArray():
                values = value.values if isinstance(value.values, bytes) else self.contents(value.values)
                return (self.of(value.java_class), values)
            case JavaEnum():
                return (self.of(value.java_class), self.of(value.constant))
            case JavaClassObject():
                return (self.of(value.java_class),)
            case JavaException():
                return (self.of(value.throwable),)
            case BlockData():
                return (value.data, value.long)
            case JavaReset():
                self._numbers.clear()  # what comes again behind it is written anew
                return ()
            case JavaClass():
                fields = tuple((each.typecode, each.name, self.of(each.signature)) for each in value.fields)
                head = (value.name, value.suid, value.flags, value.interfaces, fields)
                return (*head, self.contents(value.annotation), self.of(value.superclass))
            case _:
                raise AssertionError(f"no shape for {value!r}")
