import tomllib
from pathlib import Path

import pytest
import streams

from jnlpspy.errors import CaptureError
from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.model.java import JavaObject, JavaString
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.remoting import purposes
from jnlpspy.remoting.purposes import TEXT, WELL_KNOWN, Purpose, Purposes, read_purposes

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
    assert WELL_KNOWN.tell(name, None) == words


@pytest.mark.parametrize("name", ["", "?", "a.hudson.FilePath$Mkdirs", "hudson.remoting.PingThread$Pings"])
def test_others_are_not(name: str) -> None:
    assert WELL_KNOWN.tell(name, None) == ""


def test_a_process_is_told_with_its_command() -> None:
    of = java_class("hudson.Launcher$RemoteLaunchCallable", {"cmd": "Ljava/util/List;"})
    command = object_array([JavaString("git"), JavaString("fetch")])
    wrapper = java_object(java_class("java.util.Arrays$ArrayList", {"a": "[Ljava/lang/Object;"}), {"a": command})
    launch = java_object(of, {"cmd": wrapper})
    assert WELL_KNOWN.tell(of.name, callable_of(launch)) == 'launches a process: ["git", "fetch"]'
    assert WELL_KNOWN.tell(of.name, callable_of(java_object(of))) == "launches a process"


def test_a_file_operation_is_told_by_what_it_wraps() -> None:
    of = java_class("hudson.FilePath$FileCallableWrapper", {"callable": "La;", "path": "Lhudson/FilePath;"})
    path = java_object(java_class("hudson.FilePath", {"remote": "Ljava/lang/String;"}), {"remote": JavaString("/ws")})
    for inner, words in (
        ("hudson.FilePath$Exists", "asks whether a file exists: /ws"),
        ("a.B", "file operation (a.B): /ws"),
    ):
        wrapper = java_object(of, {"callable": streams.written(inner), "path": path})
        assert WELL_KNOWN.tell(of.name, callable_of(wrapper)) == words


def test_a_purpose_is_bounded() -> None:
    of = java_class("hudson.FilePath$FileCallableWrapper", {"callable": "La;"})
    wrapper = java_object(of, {"callable": streams.written("x" * 10_000)})
    assert len(WELL_KNOWN.tell(of.name, callable_of(wrapper))) == TEXT


def test_every_entry_says_what_it_must_and_no_more() -> None:
    for entry in TABLE:
        assert {"callable", "words"} <= entry.keys() <= {"callable", "words", "fields", "inside"}
        assert entry["words"]
    names = [entry["callable"] for entry in TABLE]
    assert len(names) == len(set(names))


OWN = """
[[purpose]]
callable = "org.example.*"
words = "does what we do"

[[purpose]]
callable = "hudson.FilePath$Mkdirs"
words = "makes a directory"
"""


def test_what_a_user_says_comes_before_what_is_known() -> None:
    told = Purposes(read_purposes(OWN, "own.toml"))
    assert told.tell("org.example.Task", None) == "does what we do"
    assert told.tell("hudson.FilePath$Mkdirs", None) == "makes a directory"
    assert told.tell("hudson.FilePath$Exists", None) == "asks whether a file exists"
    assert WELL_KNOWN.tell("hudson.FilePath$Mkdirs", None) == "makes a folder"


def test_the_first_file_that_knows_a_name_counts_even_by_a_pattern() -> None:
    first = (Purpose("hudson.*", "first"),)
    second = (Purpose("hudson.FilePath$Exists", "second"), Purpose("a.*", "second"))
    told = Purposes(first, second)
    names = ("hudson.FilePath$Exists", "a.B", "java.io.InputStream.read")
    assert [told.tell(name, None) for name in names] == ["first", "second", "reads a stream"]


def test_an_empty_file_says_nothing() -> None:
    assert read_purposes("# later\n", "own.toml") == ()


def test_an_entry_may_name_fields_and_what_is_inside() -> None:
    text = '[[purpose]]\ncallable = "a.B"\nwords = "runs"\nfields = ["x", "y"]\ninside = "task"\n'
    assert read_purposes(text, "own.toml") == (Purpose("a.B", "runs", ("x", "y"), "task"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[purpose]", "own.toml: expected TOML, got: Expected ']]' at the end of an array declaration (at line 1, "),
        ("[[purposes]]", "own.toml: expected [[purpose]] entries, got the key 'purposes'"),
        ("[purpose]", "own.toml: expected [[purpose]] entries, got one [purpose]"),
        ("\n[[purpose]]\nwords = 'w'", "own.toml, line 2: callable: expected a text, got nothing"),
        ("[[purpose]]\ncallable = 'a'\nwords = 3", "own.toml, line 1: words: expected a text, got 3"),
        ("[[purpose]]\ncallable = 'a'\nwords = ''", "own.toml, line 1: words: expected a text, got ''"),
        (
            f"{OWN}\n[[purpose]]\ncalable = 'a'\nwords = 'w'",
            "own.toml, line 10: expected callable, words, fields or inside, got the key 'calable'",
        ),
        (
            "[[purpose]]\ncallable = 'a'\nwords = 'w'\nfields = 'x'",
            "own.toml, line 1: fields: expected a list of names, got 'x'",
        ),
        (
            "[[purpose]]\ncallable = 'a'\nwords = 'w'\ninside = []",
            "own.toml, line 1: inside: expected a text, got []",
        ),
        ("purpose = [{callable = 'a'}]", "own.toml, entry 1: words: expected a text, got nothing"),
        ("purpose = ['a']", "own.toml, entry 1: expected a table with callable and words, got 'a'"),
    ],
)
def test_a_file_that_is_not_made_so_is_refused_by_line_and_key(text: str, message: str) -> None:
    with pytest.raises(CaptureError) as refusal:
        read_purposes(text, "own.toml")
    assert str(refusal.value).startswith(message)
