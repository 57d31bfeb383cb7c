import pytest

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.model.commands import COMMANDS, Command, OutputStreamDead, UnknownCommand, UserRPCRequest, java_fields
from jnlpspy.model.java import BlockData


def test_no_two_commands_share_a_class() -> None:
    names = [command().class_name for command in COMMANDS]
    assert len(set(names)) == len(names) == 23
    assert all(name.startswith("hudson.remoting.") for name in names)


def test_every_command_with_a_class_is_listed() -> None:
    known = {Command}
    found = set()
    while known:
        each = known.pop()
        known |= set(each.__subclasses__())
        if each.java_name:
            found.add(each.java_name)  # by name: slots make each class twice
    assert found == {command.java_name for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_where_it_was_created(command: type[Command]) -> None:
    assert java_fields(command)["createdAt"] == "created_at"


def test_fields_are_inherited() -> None:
    assert set(java_fields(UserRPCRequest)) == {
        "createdAt",
        "id",
        "lastIoId",
        "oid",
        "methodName",
        "types",
        "arguments",
        "declaringClassName",
    }
    assert OutputStreamDead().class_name == "hudson.remoting.ProxyOutputStream$NotifyDeadWriter"


def test_an_unknown_command_has_its_objects_class() -> None:
    assert UnknownCommand(object=java_object(java_class("a.B"))).class_name == "a.B"
    assert UnknownCommand(object=BlockData(b"")).class_name == "BlockData"
