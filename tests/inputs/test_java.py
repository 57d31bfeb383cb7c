"""What java is told, and what the launcher is."""

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.inputs.draft import Draft
from jnlpspy.inputs.java import read_java, read_java_options
from jnlpspy.model.inputs import LauncherForm


def test_options_of_java_are_not_the_launcher_s() -> None:
    words = ["-Xmx1g", "-Da=b", "-Dc", "--add-opens", "x=y", "-jar", "/opt/agent.jar", "-name", "a1", "-Dd=e"]
    inputs = read_java(words, "x")
    assert (inputs.jar, inputs.name, inputs.properties) == ("/opt/agent.jar", "a1", {"a": "b", "c": ""})
    assert inputs.left_over == ("-Dd=e",)


@pytest.mark.parametrize(
    ("class_path", "jar"),
    [
        ("target/remoting-3.33.jar", "target/remoting-3.33.jar"),
        ("lib/a.jar:lib/agent.jar", "lib/agent.jar"),
        (r"C:\j\a.jar;C:\j\slave.jar", r"C:\j\slave.jar"),
        ("other", "other"),
    ],
)
def test_the_jar_of_a_class_path(class_path: str, jar: str) -> None:
    inputs = read_java(["-cp", class_path, "hudson.remoting.jnlp.Main", "-headless", "s", "a1"], "x")
    assert (inputs.form, inputs.jar, inputs.name) == (LauncherForm.MAIN_CLASS, jar, "a1")


def test_the_launcher_s_class_may_be_named() -> None:
    assert read_java(["-cp", "a.jar", "hudson.remoting.Launcher", "-name", "a1"], "x").form is LauncherForm.NAMED


@pytest.mark.parametrize("words", [["-cp", "x", "com.example.Main"], ["-version"], [], ["-jar", "x/swarm-client.jar"]])
def test_what_starts_no_agent_is_refused(words: list[str]) -> None:
    with pytest.raises(UsageError, match="x: expected"):
        read_java(words, "x")


def test_options_in_a_variable_of_the_shell_are_passed_over() -> None:
    inputs = read_java(["$JAVA_OPTS", "-jar", "agent.jar", "-name", "a1"], "x")
    assert (inputs.name, inputs.kept_elsewhere) == ("a1", {"options of java": "the variable JAVA_OPTS"})


def test_a_jar_without_a_name_is_none() -> None:
    assert read_java(["-jar"], "x").jar is None


def test_options_in_a_variable() -> None:
    draft = Draft()
    read_java_options(draft, ["-Xmx1g", "-Da=b"])
    assert draft.properties == {"a": "b"}
