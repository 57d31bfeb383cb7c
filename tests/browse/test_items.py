from pathlib import Path

import pytest
from browsing import CAPTURES, CUT_OFF, WORKLOAD, indexed
from specimens import observations_of

from jnlpspy.browse import items
from jnlpspy.browse.items import Item, event_items, finding_items, json_item, node_item
from jnlpspy.browse.jobs import Source
from jnlpspy.exhibit import find_exhibit
from jnlpspy.model.trace import Node


def outline(item: Item) -> str:
    """Return what is open of an item."""
    return f"{item.label}({' '.join(outline(child) for child in item.children)})" if item.is_open else item.label


def command() -> list[Item]:
    exhibit = find_exhibit(lambda: observations_of(WORKLOAD), 22)
    return event_items({"type": "command_sent", "seq": 22, "size": 1649}, exhibit)


def test_a_command_is_open_down_to_its_values_and_its_classes_are_not() -> None:
    message, made_at, event = command()
    assert outline(message) == (
        "command(chunk header object stream(stream header object(TC_OBJECT class"
        " Command(createdAt) Response(id lastIoId exception returnValue))))"
    )
    assert made_at.label == "made at (createdAt)"
    assert made_at.children[0].text.startswith("hudson.remoting.Command$Source")
    assert outline(event) == "event"


def test_what_a_call_threw_hangs_before_where_its_answer_was_made() -> None:
    exhibit = find_exhibit(lambda: observations_of(WORKLOAD), 60)
    _, thrown, made_at, _ = event_items({"type": "command_sent", "seq": 60}, exhibit)
    assert (thrown.label, made_at.label) == ("thrown by the call", "made at (createdAt)")
    assert thrown.children[0].text.startswith("peers.work.WorkloadException: checkout failed")


def test_an_event_without_bytes_is_its_fields_without_those_that_say_nothing() -> None:
    (event,) = event_items(
        {"v": 1, "type": "channel_established", "seq": 12, "agent_name": None, "protocol": "x"}, None
    )
    assert outline(event) == "event(protocol type seq)"


def test_consequences_hang_on_what_they_follow_from(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / f"{CUT_OFF}.pcapng"), tmp_path) as (catalogue, _):
        (root,) = finding_items(catalogue.findings)
    assert root.bad
    assert [child.label for child in root.children] == [
        "rule",
        "evidence",
        "usual causes, the likeliest first",
        "what to do",
        "what follows from it",
    ]
    (consequence,) = root.children[-1].children
    assert consequence.text.startswith("peers.work.Echo was never answered")
    assert [child.seq for child in root.children[1].children] == [48, 50]


def test_values_are_told_in_a_line_each() -> None:
    assert json_item("a", True).text == "yes"
    assert json_item("a", None).text == "none"
    assert json_item("a", ["x", "y"]).text == "x, y"
    assert json_item("a", []).text == "none"
    assert [child.label for child in json_item("a", {"b": 1, "c": 2}).children] == ["b", "c"]
    assert json_item("a", "x\x1b[2J").text == "x\ufffd[2J"


def test_of_very_many_fields_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MOST_FIELDS", 3)
    item = node_item(Node("root", 0, 10, children=[Node(str(each), each, each + 1) for each in range(10)]))
    assert item.has_children
    assert not item.is_open
    item.open()
    assert [child.label for child in item.children] == ["0", "1", "2", "…"]
    assert item.children[-1].text == "7 more fields, of which only the bytes are shown"


def test_the_name_of_a_header_cannot_command_the_terminal() -> None:
    (header,) = json_item("headers", {"X\x1b]0;owned\x07\u202e": "value"}).children
    assert header.label == "X\ufffd]0;owned\ufffd\ufffd"
