"""Commands, each as it comes."""

from facts import EVENTS
from tables import open_console

from jnlpspy.model.events import CommandSent
from jnlpspy.view.commands import CommandRecords, CommandTable
from jnlpspy.view.reports import Record

COMMANDS = [event for event in EVENTS if isinstance(event.fact, CommandSent)]


def test_a_command_is_printed_as_soon_as_it_comes() -> None:
    console, out = open_console(None)
    table = CommandTable(console)
    for number, event in enumerate(COMMANDS, start=1):
        table.observe(event)
        assert len(out.getvalue().splitlines()) == number + 1
    table.finish()
    assert out.getvalue().splitlines()[0].split() == ["event", "time", "#", "from", "command", "bytes", "summary"]


def test_a_record_carries_the_number_that_tree_and_hex_take() -> None:
    records: list[Record] = []
    sink = CommandRecords(records.append)
    for event in EVENTS:
        sink.observe(event)
    sink.finish()
    assert [record["seq"] for record in records] == [event.seq for event in COMMANDS]
    assert records[0] == {
        "type": "command_row",
        "connection": 3,
        "seq": COMMANDS[0].seq,
        "when": COMMANDS[0].when,
        "side": "controller",
        "command": "hudson.remoting.UserRequest",
        "size": 2029,
        "summary": "#7 hudson.Work()",
    }
