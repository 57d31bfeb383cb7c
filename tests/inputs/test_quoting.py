"""Pasted commands become words, whatever shell they were written for."""

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.inputs import limits
from jnlpspy.inputs.quoting import split_commands, split_words, without_redirections


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("java -jar a.jar -name 'my agent'", [["java", "-jar", "a.jar", "-name", "my agent"]]),
        ("java -jar a.jar \\\n  -name a1", [["java", "-jar", "a.jar", "-name", "a1"]]),
        ("java -jar a.jar ^\r\n  -name a1", [["java", "-jar", "a.jar", "-name", "a1"]]),
        ("java -jar a.jar `\n -name a1", [["java", "-jar", "a.jar", "-name", "a1"]]),
        ("java -jar a.jar\n  -name a1", [["java", "-jar", "a.jar", "-name", "a1"]]),
        (
            "curl -sO http://j/agent.jar;java -jar agent.jar",
            [["curl", "-sO", "http://j/agent.jar"], ["java", "-jar", "agent.jar"]],
        ),
        ("cd /w && java -jar a.jar | tee log", [["cd", "/w"], ["java", "-jar", "a.jar"], ["tee", "log"]]),
        ("echo s > f\njava -jar a.jar", [["echo", "s", ">", "f"], ["java", "-jar", "a.jar"]]),
        ("a; b", [["a"], ["b"]]),
        ("sh -c 'a; b && c' > log 2>&1 &", [["sh", "-c", "a; b && c", ">", "log"]]),
        ("java -jar a.jar &> log", [["java", "-jar", "a.jar", ">", "log"]]),
        (r"java -cp C:\a.jar;C:\b.jar x", [["java", "-cp", r"C:\a.jar;C:\b.jar", "x"]]),
        ("java -name ''", [["java", "-name", ""]]),
        (r"C:\jdk\java.exe -jar C:\j\agent.jar", [[r"C:\jdk\java.exe", "-jar", r"C:\j\agent.jar"]]),
        (r'java -workDir "C:\Program Files\j"', [["java", "-workDir", r"C:\Program Files\j"]]),
        (r"java -name my\ agent", [["java", "-name", "my agent"]]),
        ("", []),
    ],
)
def test_words(text: str, commands: list[list[str]]) -> None:
    assert split_commands(text, "x") == commands


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("java > log", "java"),
        ("java >> log < /dev/null -name a", "java -name a"),
        ("java >log 2>/dev/null >all", "java"),
        ("java -name a>b", "java -name a>b"),
        ("java >", "java"),
    ],
)
def test_where_output_goes_is_no_argument(words: str, kept: str) -> None:
    assert " ".join(without_redirections(words.split())) == kept


def test_a_quote_left_open_is_told_without_the_text() -> None:
    with pytest.raises(UsageError, match="expected every quote to be closed") as raised:
        split_words("-secret 'geheim", "command line")
    assert "geheim" not in str(raised.value)


def test_there_is_an_end_to_a_command() -> None:
    with pytest.raises(UsageError, match="at most"):
        split_commands("a" * (limits.TEXT + 1), "x")
    with pytest.raises(UsageError, match="at most 10000 words"):
        split_commands("a " * (limits.WORDS + 1), "x")


def test_blanks_without_end_are_read_in_one_go() -> None:
    assert split_commands("java \\\n -jar" + "\t" * 1_000_000, "x") == [["java", "-jar"]]
