"""`jnlpspy explain` as a user meets it."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from commands import COMMAND, DEADLINE, environment, records, run
from terminal import Terminal

SECRET = "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597"

AGENT = """\
Nov 22, 2026 11:02:59 AM hudson.remoting.jnlp.Main createEngine
INFO: Setting up agent: a1
Nov 22, 2026 11:03:00 AM org.jenkinsci.remoting.protocol.impl.ConnectionHeadersFilterLayer onRecv
INFO: [JNLP4-connect connection to h/10.0.0.1:50000] Local headers refused by remote: Unknown client name: a1
Nov 22, 2026 11:03:00 AM hudson.remoting.jnlp.Main$CuiListener error
SEVERE: The server rejected the connection: None of the protocols were accepted
java.lang.Exception: The server rejected the connection: None of the protocols were accepted
\tat hudson.remoting.Engine.onConnectionRejected(Engine.java:694)

something else
"""
HEALTHY = "INFO: Setting up agent: a1\nINFO: Connected\nINFO: Terminated\n"


def test_a_rule_is_explained(tmp_path: Path) -> None:
    shown = run("explain", "secret-rejected", home=tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.startswith("secret-rejected  (error)\nThe controller refused the agent's secret.\n")
    for heading in ("What it means", "Usual causes", "What to do", "What is printed", "Where it was seen"):
        assert f"\n{heading}" in shown.stdout


def test_a_rule_is_an_object_with_json(tmp_path: Path) -> None:
    (record,) = records(run("explain", "Secret_Rejected", "--json", home=tmp_path).stdout)
    assert (record["v"], record["type"], record["rule"]) == (1, "explanation", "secret-rejected")
    assert record["causes"]
    assert record["advice"]


def test_a_misspelt_rule_names_the_nearest(tmp_path: Path) -> None:
    shown = run("explain", "secret-rejectd", home=tmp_path)
    assert shown.returncode == 2
    assert "secret-rejected" in shown.stderr
    assert run("explain", "no-such-thing-at-all", home=tmp_path).returncode == 2


def test_a_message_is_explained_and_its_hex_named(tmp_path: Path) -> None:
    shown = run("explain", "expected 0x000341434b got 0x485454502f", home=tmp_path)
    assert shown.returncode == 0
    assert '48 54 54 50 2f "HTTP/" came instead of' in shown.stdout
    assert "http-instead-of-agent-protocol" in shown.stdout


def test_a_message_may_come_as_several_words(tmp_path: Path) -> None:
    record = json.loads(run("explain", "Authorization", "failure", "--json", home=tmp_path).stdout)
    assert record["rules"][0] == "secret-rejected"
    shown = run("explain", "Authorization", "failure", home=tmp_path)
    assert "rule: secret-rejected" in shown.stdout
    assert "more: jnlpspy explain secret-rejected" in shown.stdout


def test_a_message_with_several_causes_says_so(tmp_path: Path) -> None:
    shown = run("explain", "Connection closed before acknowledgement sent", home=tmp_path)
    assert "one of, the likeliest first: refused-without-reason, " in shown.stdout


def test_a_name_that_is_no_rules_suggests_some(tmp_path: Path) -> None:
    told = run("explain", "wrong-secret", home=tmp_path)
    assert told.returncode == 2
    assert "near it: " in told.stderr
    assert "secret-rejected" in told.stderr


def test_an_unknown_text_says_what_was_recognised_in_it(tmp_path: Path) -> None:
    shown = run("explain", f"java.foo.BarException at jenkins.example:50000 {SECRET}", home=tmp_path)
    assert shown.returncode == 1
    assert "BarException" in shown.stdout
    assert "host jenkins.example, port 50000" in shown.stdout
    assert "not in the catalogue" in shown.stderr
    assert SECRET not in shown.stdout
    (record,) = records(run("explain", "the weather is fine", "--json", home=tmp_path).stdout)
    assert (record["meaning"], record["rules"], record["recognised"]) == (None, [], [])


def test_bytes_alone_are_named(tmp_path: Path) -> None:
    shown = run("explain", "0x485454502f", home=tmp_path)
    assert shown.returncode == 0
    assert "web server" in shown.stdout


def test_several_lines_are_a_log(tmp_path: Path) -> None:
    shown = run("explain", AGENT, home=tmp_path)
    assert shown.returncode == 1
    assert "Verdict\n  ✗ agent-name-unknown" in shown.stdout


def test_a_log_becomes_a_timeline_and_a_verdict(tmp_path: Path) -> None:
    path = tmp_path / "agent.log"
    path.write_text(AGENT, "utf-8")
    shown = run("explain", "--log", str(path), home=tmp_path)
    assert shown.returncode == 1
    lines = shown.stdout.splitlines()
    assert lines[0] == "     1 2026-11-22 11:02:59 · The agent starts under the name 'a1'."
    assert lines[1].startswith("     3 2026-11-22 11:03:00 ✗ The controller has no agent called 'a1';")
    assert lines[1].endswith("[agent-name-unknown]")
    assert "      └ line 5 (2026-11-22 11:03:00): SEVERE: The server rejected the connection" in shown.stdout
    assert lines[-1] == "  4 records, 3 of them known"


def test_a_log_with_json_ends_with_its_verdict(tmp_path: Path) -> None:
    shown = run("explain", "--log", "-", "--json", home=tmp_path, stdin=AGENT.encode())
    assert {each["type"] for each in records(shown.stdout)[:-1]} == {"explanation"}
    verdict = json.loads(shown.stdout.splitlines()[-1])
    assert verdict["type"] == "log_verdict"
    assert verdict["unknown"] == 1
    (conclusion,) = verdict["conclusions"]
    assert (conclusion["rule"], conclusion["line"], conclusion["certain"]) == ("agent-name-unknown", 3, True)
    assert [each["line"] for each in conclusion["consequences"]] == [5]


def test_a_healthy_log_is_fine(tmp_path: Path) -> None:
    shown = run("explain", "--log", "-", home=tmp_path, stdin=HEALTHY.encode())
    assert shown.returncode == 0
    assert "✗" not in shown.stdout
    nothing = run("explain", "--log", "-", home=tmp_path)
    assert nothing.returncode == 0
    assert "Nothing that is known here points to a problem." in nothing.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_log_is_read_in_what_windows_writes_too(tmp_path: Path, encoding: str) -> None:
    data = AGENT.replace("\n", "\r\n").encode(encoding)
    verdict = json.loads(run("explain", "--log", "-", "--json", home=tmp_path, stdin=data).stdout.splitlines()[-1])
    assert verdict["conclusions"][0]["rule"] == "agent-name-unknown"


def test_bytes_that_are_no_text_and_endless_lines_do_no_harm(tmp_path: Path) -> None:
    data = b"\xff\xfa\x00junk\n" + b"x" * 1_000_000 + b"\n" + AGENT.encode()
    verdict = json.loads(run("explain", "--log", "-", "--json", home=tmp_path, stdin=data).stdout.splitlines()[-1])
    assert (verdict["conclusions"][0]["rule"], verdict["conclusions"][0]["line"]) == ("agent-name-unknown", 5)


def test_two_logs_have_one_verdict(tmp_path: Path) -> None:
    for name, text in (("agent.log", AGENT), ("controller.log", "WARNING: no such agent a1\n")):
        (tmp_path / name).write_text(text, "utf-8")
    shown = run("explain", "--log", "agent.log", "--log", "controller.log", home=tmp_path)
    assert shown.stdout.count("Verdict") == 1
    assert "controller.log line 1" in shown.stdout


def test_a_log_that_cannot_be_read_ends_with_3(tmp_path: Path) -> None:
    shown = run("explain", "--log", "nowhere.log", home=tmp_path)
    assert shown.returncode == 3
    assert "nowhere.log" in shown.stderr
    assert shown.stdout == ""


def test_an_interrupt_ends_a_growing_log_with_its_verdict(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "explain", "--log", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path, {}),
        cwd=tmp_path,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(AGENT)
        process.stdin.flush()
        assert "The agent starts" in process.stdout.readline()
        assert "no agent called 'a1'" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        shown, complaint = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert "✗ agent-name-unknown" in shown
    assert complaint == ""


@pytest.mark.parametrize("arguments", [(), ("x", "--list"), ("x", "--log", "y")])
def test_one_thing_is_explained_at_a_time(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("explain", *arguments, home=tmp_path).returncode == 2


def test_all_rules_are_listed_with_their_titles(tmp_path: Path) -> None:
    shown = run("explain", "--list", home=tmp_path)
    assert shown.returncode == 0
    (line,) = [each for each in shown.stdout.splitlines() if each.startswith("secret-rejected ")]
    assert line.split(maxsplit=2)[1:] == ["error", "The controller refused the agent's secret"]
    names = [str(each["rule"]) for each in records(run("explain", "--list", "--json", home=tmp_path).stdout)]
    assert names == sorted(names)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_secret_alone_is_not_told_as_bytes(form: list[str], tmp_path: Path) -> None:
    secret = "a1b2c3d4" * 8
    finished = run("explain", secret, *form, home=tmp_path)
    assert secret[:16] not in finished.stdout.replace(" ", "") + finished.stderr


def test_the_list_of_rules_is_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    with Terminal([*COMMAND, "explain", "--list"], tmp_path, columns=80, rows=300) as terminal:
        assert terminal.wait_for_exit() == 0
        assert "…" not in terminal.text
        listed = " ".join(terminal.text.split())
    titles = [line[41:] for line in run("explain", "--list", home=tmp_path).stdout.splitlines()]
    assert len(titles) > 40
    assert [title for title in titles if title not in listed] == []
