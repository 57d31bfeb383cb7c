"""One event as a tree."""

import json

import pytest
from specimens import observations_of
from tables import TEXT, WORKLOAD, open_console

from jnlpspy.exhibit import Exhibit, find_exhibit
from jnlpspy.model.trace import Node
from jnlpspy.view.detail import print_event, print_tree, tree_record, walk


def exhibit_of(seq: int) -> Exhibit:
    found = find_exhibit(lambda: observations_of(WORKLOAD), seq)
    assert found is not None
    return found


def test_the_stack_trace_is_printed_as_java_does() -> None:
    shown = exhibit_of(15)
    assert shown.root is not None
    console, out = open_console(None)
    print_tree(console, shown.root, shown.data, shown.made_at)
    assert "\nmade at (createdAt)\n  hudson.remoting.Command$Source\n    at hudson.remoting.Command." in out.getvalue()
    assert out.getvalue().endswith("    at java.base/java.lang.Thread.run(Thread.java:840)\n")


@pytest.mark.parametrize(
    ("name", "seq", "thrown"),
    [
        (WORKLOAD, 62, "peers.work.WorkloadException: checkout failed: exit code 128"),
        (TEXT, 19, "java.io.IOException: disk full"),
        ("3.33-JNLP2-connect-unchunked", 19, "java.io.IOException: disk full"),
    ],
)
def test_what_a_call_threw_is_printed_as_java_does(name: str, seq: int, thrown: str) -> None:
    shown = find_exhibit(lambda: observations_of(name), seq)
    assert shown is not None
    assert shown.root is not None
    console, out = open_console(None)
    print_tree(console, shown.root, shown.data, shown.made_at, shown.thrown)
    _, title, below = out.getvalue().partition("\nthrown by the call\n")
    assert title
    assert below.startswith(f"  {thrown}\n    at ")
    assert "\nmade at (createdAt)\n" in below
    told = tree_record(shown.event, shown.root, shown.made_at, thrown=shown.thrown)["thrown"]
    assert isinstance(told, list)
    assert told[0] == thrown
    caused = "Caused by: java.lang.IllegalStateException: disk full on agent (simulated)"
    assert (caused in told) is (name == WORKLOAD)


def test_what_returned_threw_nothing() -> None:
    shown = exhibit_of(24)
    assert shown.thrown is None
    assert tree_record(shown.event, shown.root, shown.made_at)["thrown"] == []


def test_every_node_of_a_record_has_its_span() -> None:
    shown = exhibit_of(15)
    record = json.loads(json.dumps(tree_record(shown.event, shown.root, shown.made_at)))
    assert record["tree"]["span"] == [174, 2205]
    assert record["created_at"][1].startswith("\tat hudson.remoting.Command.<init>(")
    assert shown.root is not None
    assert len(list(walk(shown.root))) == str(record["tree"]).count("'span'")


def test_an_event_from_no_bytes_has_no_tree() -> None:
    shown = exhibit_of(14)
    assert tree_record(shown.event, shown.root, shown.made_at)["tree"] is None
    console, out = open_console(None)
    print_event(console, shown.event)
    assert out.getvalue().endswith("event 14 came from no bytes\n")


def test_a_note_says_how_the_bytes_are_shown() -> None:
    shown = exhibit_of(15)
    console, out = open_console(None)
    print_event(console, shown.event, "decoded from base64; offsets count there")
    assert out.getvalue().endswith(" of what the controller sent\ndecoded from base64; offsets count there\n")
    assert tree_record(shown.event, shown.root, None, "decoded")["note"] == "decoded"


def test_what_cannot_be_read_is_marked() -> None:
    root = Node("message", 5, 7, children=[Node("unread", 5, 7, "expected more", bad=True)])
    console, out = open_console(None)
    print_tree(console, root, b"\xff\x00", None)
    assert out.getvalue().splitlines()[-1].split() == ["5", "2", "ff", "00", "unread:", "expected", "more"]
