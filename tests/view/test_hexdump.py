"""One event's bytes."""

from facts import EVENTS
from tables import open_console

from jnlpspy.model.trace import Node
from jnlpspy.view.hexdump import fields_of, hex_record, print_hexdump

DATA = b"\x00\x05hello" + bytes(range(20))
ROOT = Node(
    "message",
    256,
    283,
    children=[
        Node("text", 256, 263, children=[Node("length", 256, 258, "5"), Node("string", 258, 263, '"hello"')]),
        Node("rest", 263, 283),
    ],
)


def dumped(width: int | None) -> list[str]:
    console, out = open_console(width)
    print_hexdump(console, ROOT, DATA)
    return out.getvalue().splitlines()


def test_each_field_begins_a_line_and_is_named() -> None:
    assert dumped(160) == [
        "000100  00 05                                            ··                text > length: 5",
        '000102  68 65 6c 6c 6f                                   hello             text > string: "hello"',
        "000107  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ················  rest",
        "000117  10 11 12 13                                      ····            ".rstrip(" ") + " " * 12,
    ]


def test_at_80_columns_a_line_has_eight_bytes() -> None:
    assert dumped(80)[2] == "000107  00 01 02 03 04 05 06 07  ········  rest"
    assert len(dumped(80)) == 5


def test_all_bytes_are_dumped_once() -> None:
    shown = "".join(line[8:55] for line in dumped(None))
    assert bytes.fromhex(shown) == DATA


def test_a_record_has_every_field_with_its_span() -> None:
    record = hex_record(EVENTS[4], ROOT, DATA)
    assert record["hex"] == DATA.hex()
    assert record["fields"] == [
        {"path": "text > length", "span": [256, 258], "text": "5"},
        {"path": "text > string", "span": [258, 263], "text": '"hello"'},
        {"path": "rest", "span": [263, 283], "text": ""},
    ]
    assert [path for path, _ in fields_of(ROOT)] == ["text > length", "text > string", "rest"]
