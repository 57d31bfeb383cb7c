"""What was loaded, as rows."""

from facts import EVENTS
from tables import open_console

from jnlpspy.filters.filter import parse_filter
from jnlpspy.view.classes import ClassTable


def table() -> ClassTable:
    found = ClassTable()
    for event in EVENTS:
        found.observe(event)
    return found


def test_what_was_loaded_and_what_was_not() -> None:
    console, out = open_console(None)
    table().print_to(console)
    rows = [line[5:] for line in out.getvalue().splitlines()]
    assert rows == [
        "  #  call  kind      name             bytes  Java  duration  note",
        "  3    a1  class     hudson.Work      1,452     8     46 ms  prefetched",
        "  3    a1  class     hudson.Lib                       46 ms  in jar 7909DAF6",
        "  3    a4  resource  hudson/none.txt                  10 ms  not found",
        "sses, 1 resource: 1,452 bytes, 1 not found, 1 left to the jar cache",
    ]


def test_records_tell_the_same() -> None:
    work, lib, none = table().records()
    assert (work["bytes"], work["class_version"], work["prefetched"]) == (1452, 8, True)
    assert (lib["jar"], lib["found"]) == ("7909DAF625880D8286D9", True)
    assert (none["kind"], none["found"]) == ("resource", False)


def test_only_what_is_asked_for_is_shown_and_summed_up() -> None:
    found = ClassTable(choice=parse_filter("class.found == false or class.bytes > 0").matches)
    for event in EVENTS:
        found.observe(event)
    assert [record["name"] for record in found.records()] == ["hudson.Work", "hudson/none.txt"]
    console, out = open_console(None)
    found.print_to(console)
    assert out.getvalue().splitlines()[-1] == "1 class, 1 resource: 1,452 bytes, 1 not found"
