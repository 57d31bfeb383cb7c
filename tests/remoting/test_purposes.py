import tomllib
from pathlib import Path

import pytest
import streams

from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.model.java import JavaObject, JavaString
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.remoting import purposes
from jnlpspy.remoting.purposes import TEXT, purpose_of

TABLE = tomllib.loads(Path(purposes.__file__).with_name("purposes.toml").read_text("utf-8"))["purpose"]


def callable_of(value: JavaObject) -> Payload:
    return Payload(PayloadRole.CALLABLE, value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hudson.remoting.PingThread$Ping", "checks that the other side is alive"),
        ("hudson.slaves.SlaveComputer$DetectOS", "asks whether the agent runs Unix or Windows"),
        ("hudson.model.Slave$GetClockDifference2", "compares the clocks"),
        ("hudson.node_monitors.DiskSpaceMonitorDescriptor$GetUsableSpace", "measures the free disk space"),
        ("hudson.node_monitors.SomethingNew$Task", "monitors the node"),
        ("hudson.EnvVars$GetEnvVars", "asks for the environment"),
        ("hudson.tools.ZipExtractionInstaller$ChmodRecAPlusX", "installs a tool"),
        ("hudson.FilePath$Mkdirs", "makes a folder"),
        ("hudson.remoting.RemoteClassLoader$IClassLoader.fetchJar", "loads a jar"),
        ("hudson.remoting.RemoteClassLoader$IClassLoader.fetch3", "loads a class"),
    ],
)
def test_a_well_known_callable_is_told_in_words(name: str, words: str) -> None:
    assert purpose_of(name, None) == words


@pytest.mark.parametrize("name", ["", "?", "a.hudson.FilePath$Mkdirs", "hudson.remoting.PingThread$Pings"])
def test_others_are_not(name: str) -> None:
    assert purpose_of(name, None) == ""


def test_a_process_is_told_with_its_command() -> None:
    of = java_class("hudson.Launcher$RemoteLaunchCallable", {"cmd": "Ljava/util/List;"})
    command = object_array([JavaString("git"), JavaString("fetch")])
    wrapper = java_object(java_class("java.util.Arrays$ArrayList", {"a": "[Ljava/lang/Object;"}), {"a": command})
    launch = java_object(of, {"cmd": wrapper})
    assert purpose_of(of.name, callable_of(launch)) == 'launches a process: ["git", "fetch"]'
    assert purpose_of(of.name, callable_of(java_object(of))) == "launches a process"


def test_a_file_operation_is_told_by_what_it_wraps() -> None:
    of = java_class("hudson.FilePath$FileCallableWrapper", {"callable": "La;", "path": "Lhudson/FilePath;"})
    path = java_object(java_class("hudson.FilePath", {"remote": "Ljava/lang/String;"}), {"remote": JavaString("/ws")})
    for inner, words in (
        ("hudson.FilePath$Exists", "asks whether a file exists: /ws"),
        ("a.B", "file operation (a.B): /ws"),
    ):
        wrapper = java_object(of, {"callable": streams.written(inner), "path": path})
        assert purpose_of(of.name, callable_of(wrapper)) == words


def test_a_purpose_is_bounded() -> None:
    of = java_class("hudson.FilePath$FileCallableWrapper", {"callable": "La;"})
    wrapper = java_object(of, {"callable": streams.written("x" * 10_000)})
    assert len(purpose_of(of.name, callable_of(wrapper))) == TEXT


def test_every_entry_says_what_it_must_and_no_more() -> None:
    for entry in TABLE:
        assert {"callable", "words"} <= entry.keys() <= {"callable", "words", "fields", "inside"}
        assert entry["words"]
    names = [entry["callable"] for entry in TABLE]
    assert len(names) == len(set(names))
