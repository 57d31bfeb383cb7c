"""`jnlpspy show` as a user meets it."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from commands import COMMAND, environment, records, run, started
from terminal import Terminal
from wire_captures import wire_capture

CAPTURES = Path(__file__).parents[2] / "captures"
BASIC = str(CAPTURES / "3.33-JNLP4-connect-basic.pcapng")
WORKLOAD = str(CAPTURES / "3.33-JNLP4-connect-workload.pcapng")


def test_a_capture_becomes_lines_and_a_summary(tmp_path: Path) -> None:
    shown = run("show", BASIC, home=tmp_path)
    assert shown.returncode == 0
    assert shown.stderr == ""
    assert "#3  agent ─▶ offers     JNLP4-connect\n" in shown.stdout
    assert "Session #3  agent-1, JNLP4-connect: channel established" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_json_gives_objects_only(tmp_path: Path) -> None:
    shown = run("show", BASIC, "--json", home=tmp_path)
    events = records(shown.stdout)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["v"] for event in events} == {1}


def test_standard_input_is_read_as_a_file(tmp_path: Path) -> None:
    piped = run("show", "-", "--json", home=tmp_path, stdin=Path(BASIC).read_bytes())
    assert piped.stdout == run("show", BASIC, "--json", home=tmp_path).stdout


def test_one_connection_can_be_chosen(tmp_path: Path) -> None:
    events = records(run("show", BASIC, "--json", "--connection", "3", home=tmp_path).stdout)
    assert {event["connection"] for event in events} == {3}


def test_the_number_of_events_can_be_limited(tmp_path: Path) -> None:
    assert len(records(run("show", BASIC, "--json", "--limit", "5", home=tmp_path).stdout)) == 5


def test_options_can_come_from_the_environment(tmp_path: Path) -> None:
    shown = run("show", BASIC, "--json", home=tmp_path, more={"JNLPSPY_SHOW_LIMIT": "4"})
    assert len(records(shown.stdout)) == 4


@pytest.mark.parametrize(
    ("options", "variables", "escapes"),
    [
        ((), "", set()),
        (("--color", "always"), "", {"\x1b"}),
        ((), "FORCE_COLOR", {"\x1b"}),
        ((), "FORCE_COLOR NO_COLOR", set()),
        (("--color", "never"), "FORCE_COLOR", set()),
        (("--color", "never"), "", set()),
        (("--color", "always"), "NO_COLOR", {"\x1b"}),
        ((), "NO_COLOR", set()),
    ],
)
def test_colour_is_there_when_asked_for(
    tmp_path: Path, options: tuple[str, ...], variables: str, escapes: set[str]
) -> None:
    more = {"TERM": "xterm", **dict.fromkeys(variables.split(), "1")}
    assert set(run("show", BASIC, *options, home=tmp_path, more=more).stdout) & {"\x1b"} == escapes


@pytest.mark.parametrize("table", ["commands", "calls", "pipes", "classes", "timeline", "summary"])
def test_a_table_is_printed_in_place_of_events(tmp_path: Path, table: str) -> None:
    shown = run("show", WORKLOAD, f"--{table}", home=tmp_path)
    assert shown.returncode == 0
    assert shown.stderr == ""
    assert "◀─ contr command" not in shown.stdout
    kind = {"pipes": "pipe", "classes": "class", "summary": "session"}.get(table, table.removesuffix("s"))
    rows = records(run("show", WORKLOAD, f"--{table}", "--json", "--limit", "1", home=tmp_path).stdout)
    assert {(row["v"], row["type"]) for row in rows} == {(1, f"{kind}_row")}
    assert table == "timeline" or len(rows) == 1


def test_a_capture_is_read_no_further_than_the_limit_of_commands(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(Path(WORKLOAD).read_bytes()[:-7])
    assert "the last block is cut off" in run("show", str(cut), "--commands", home=tmp_path).stderr
    shown = run("show", str(cut), "--commands", "--limit", "3", home=tmp_path)
    assert (shown.stderr, len(shown.stdout.splitlines())) == ("", 4)


def test_several_tables_come_in_one_run_each_with_its_title(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--pipes", "--calls", "--connection", "3", home=tmp_path).stdout
    assert shown.index("\nCalls\n") < shown.index("\nPipes\n")
    assert "no pipes" in run("show", WORKLOAD, "--pipes", "--connection", "1", home=tmp_path).stdout


def test_an_event_is_shown_down_to_its_fields(tmp_path: Path) -> None:
    for capture, stdin in ((BASIC, b""), ("-", Path(BASIC).read_bytes()), ("/dev/stdin", Path(BASIC).read_bytes())):
        shown = run("show", capture, "--tree", "9", "--hex", "9", home=tmp_path, stdin=stdin)
        assert shown.returncode == 0
        assert 'header: "Node-Name":"agent-1"' in shown.stdout
        assert "00001d  00 67 " in shown.stdout
    tree, dump = records(run("show", BASIC, "--tree", "15", "--hex", "15", "--json", home=tmp_path).stdout)
    assert (tree["type"], dump["type"]) == ("tree", "hex")
    assert str(dump["hex"]).startswith("07edaced0005")


def test_a_named_pipe_that_may_not_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", mode=0)
    if os.access(tmp_path / "pipe", os.R_OK):
        pytest.skip("root may read everything")
    shown = run("show", "pipe", "--tree", "9", home=tmp_path)
    assert (shown.returncode, shown.stderr) == (
        3,
        "jnlpspy: expected a capture that can be read at pipe: Permission denied\n",
    )


def test_an_event_of_an_encrypted_channel_is_shown_with_the_secret(tmp_path: Path) -> None:
    sealed = CAPTURES / "3.33-JNLP3-connect-workload.pcapng"
    secret = json.loads(sealed.with_suffix(".expected.json").read_text("utf-8"))["secrets"]["agent-1"]
    options = ("--agent-secret", f"agent-1={secret}")
    shown = run("show", str(sealed), "--tree", "16", *options, home=tmp_path).stdout
    assert "\ndeciphered with the agent's secret; offsets are the same in what went over the wire\n" in shown
    assert "class: hudson.remoting.UserRequest\n" in shown
    assert "\nmade at (createdAt)\n" in shown
    (dump,) = records(run("show", str(sealed), "--hex", "16", "--json", *options, home=tmp_path).stdout)
    assert str(dump["hex"])[4:12] == "aced0005"
    assert str(dump["note"]).startswith("deciphered")


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    with started("show", WORKLOAD, home=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=30) == 141
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_capture_cut_off_shows_what_is_whole_and_says_so(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(Path(BASIC).read_bytes()[:-7])
    shown = run("show", str(cut), home=tmp_path)
    assert shown.returncode == 0
    assert "offers     JNLP4-connect" in shown.stdout
    assert "the last block is cut off" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "missing.pcapng"), 3, "No such file"),
        (("show", __file__), 3, "expected pcap or pcapng"),
        (("show",), 2, "Missing argument"),
        (("show", BASIC, "--limit", "0"), 2, "--limit"),
        (("show", BASIC, "--tree", "4000"), 2, "has not so many"),
        (("show", BASIC, "--tree", "4", "--calls"), 2, "without tables"),
        (("show", "missing.pcapng", "--follow"), 3, "No such file"),
        (("show", "missing.pcapng", "--hex", "3"), 3, "No such file"),
        (("nonsense",), 2, "nonsense"),
        (("proxy", "foo/bar"), 2, "expected a URL or HOST:PORT"),
        (("proxy", "127.0.0.1:50000", "--intercept"), 2, "--controller-identity"),
        (("proxy", "http://127.0.0.1:1/", "--listen", "nowhere"), 2, "--listen: expected HOST:PORT"),
        (("simulate", "agent", "--url", "nope", "--name", "a", "--secret", "s"), 2, "--url: expected a URL"),
        (("simulate", "agent", "--url", "http://h/", "--name", "a", "--secret", "@missing"), 2, "a readable file"),
        (("simulate", "agent", "--url", "http://h/", "--name", "a", "--secret", "-"), 2, "expected a secret"),
        (
            ("simulate", "agent", "--url", "http://127.0.0.1:1/", "--name", "a", "--secret", "s"),
            4,
            "Connection refused",
        ),
        (("simulate", "controller", "--agent", "a", "--protocols", "FOO"), 2, "--protocols: expected"),
        (("proxy", "http://127.0.0.1:1/", "--cert", "ca.pem"), 2, "--cert: expected an https TARGET"),
        (("proxy", "http://127.0.0.1:1/", "--controller-identity", "zzz"), 2, "--controller-identity: expected"),
        (("simulate", "controller", "--agent", "=x"), 2, "--agent"),
    ],
)
def test_what_cannot_be_done_says_why_and_has_its_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    finished = run(*arguments, home=tmp_path)
    assert finished.returncode == code
    assert message in finished.stderr
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr


def shell(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which $JNLPSPY is the command and $CAPTURE a capture."""
    variables = {"JNLPSPY": " ".join(COMMAND), "CAPTURE": BASIC}
    return subprocess.run(  # noqa: S603 - our own line
        ["bash", "-c", script],  # noqa: S607 - wherever bash is
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(home, variables),
        cwd=home,
    )


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_reader_that_has_seen_enough_is_no_bug(tmp_path: Path, options: str) -> None:
    finished = shell(f'$JNLPSPY show $CAPTURE {options} | head -n 2; exit "${{PIPESTATUS[0]}}"', tmp_path)
    assert finished.returncode == 141
    assert len(finished.stdout.splitlines()) == 2
    assert finished.stderr == ""


@pytest.mark.parametrize("options", ["", "--json"])
def test_an_output_that_takes_nothing_is_said_and_no_success(tmp_path: Path, options: str) -> None:
    finished = shell(f"$JNLPSPY show $CAPTURE {options} > /dev/full", tmp_path)
    assert finished.returncode == 1
    assert finished.stderr == "jnlpspy: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("$JNLPSPY --help >&-", 0),
        ("$JNLPSPY show $CAPTURE >&-", 0),
        ("$JNLPSPY show - <&-", 3),
        ("$JNLPSPY show missing --json 2>&-", 3),
    ],
)
def test_closed_standard_streams_are_no_bug(tmp_path: Path, script: str, code: int) -> None:
    finished = shell(script, tmp_path)
    assert finished.returncode == code
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_a_connection_that_is_not_there_is_said(tmp_path: Path) -> None:
    shown = run("show", BASIC, "--connection", "77", home=tmp_path)
    assert shown.stdout == ""
    assert "no event of connection 77" in shown.stderr


def test_help_and_version_are_everywhere(tmp_path: Path) -> None:
    for command in ((), ("show",), ("proxy",), ("demo",), ("simulate",), ("simulate", "agent")):
        helped = run(*command, "--help", home=tmp_path)
        assert helped.returncode == 0
        assert "Usage: jnlpspy" in helped.stdout
    assert run("--version", home=tmp_path).stdout.startswith("jnlpspy ")


CLOSED = str(CAPTURES / "3.33-JNLP3-connect-workload.pcapng")
SECRET = "e2b8b6d96050672320a0e0c97ca9bddd5f40250c67d6f30940b6e9adc81dd727"


def test_an_agents_secret_opens_what_is_encrypted_with_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    for given in (f"agent-1={SECRET}", f"agent-1=@{secret}"):
        options = ("--agent-secret", "other=x", "--agent-secret", given)
        shown = run("show", CLOSED, "--json", *options, home=tmp_path)
        types = [event["type"] for event in records(shown.stdout)]
        assert types.count("secret_checked") == 2
        assert "opaque_bytes" not in types
        assert "call_finished" in types
        assert SECRET not in shown.stdout + shown.stderr


def test_without_the_agents_secret_it_says_what_to_give(tmp_path: Path) -> None:
    assert "--agent-secret agent-1=SECRET opens it" in run("show", CLOSED, home=tmp_path).stdout
    refused = run("show", CLOSED, "--agent-secret", SECRET, home=tmp_path)
    assert refused.returncode == 2
    assert "--agent-secret NAME=SECRET" in refused.stderr
    assert SECRET not in refused.stderr


def test_logged_keys_open_tls_on_the_wire(tmp_path: Path) -> None:
    name = "head-JNLP4-connect-workload"
    wire, keys = wire_capture(name, tmp_path)
    closed = records(run("show", str(wire), "--json", home=tmp_path).stdout)
    assert "opaque_bytes" in {event["type"] for event in closed}
    opened = records(run("show", str(wire), "--json", "--keylog", str(keys), home=tmp_path).stdout)
    expected = records(run("show", str(CAPTURES / f"{name}.pcapng"), "--json", home=tmp_path).stdout)
    assert [event["type"] for event in opened if event["type"] != "tls_started"] == [
        event["type"] for event in expected if event["type"] != "tls_started"
    ]
    tree = next(event["seq"] for event in opened if event["type"] == "command_sent")
    shown = run("show", str(wire), "--tree", str(tree), "--keylog", str(keys), home=tmp_path)
    assert "UserRequest" in shown.stdout


def test_keys_in_the_capture_are_used_unasked(tmp_path: Path) -> None:
    wire, keys = wire_capture("head-JNLP4-connect-workload", tmp_path, inside=True)
    keys.unlink()
    opened = records(run("show", str(wire), "--json", home=tmp_path).stdout)
    assert "channel_established" in {event["type"] for event in opened}


def test_a_key_log_that_is_none_is_exit_3(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("hunter2")
    shown = run("show", BASIC, "--keylog", str(tmp_path / "keys"), home=tmp_path)
    assert (shown.returncode, shown.stdout) == (3, "")
    assert "expected `LABEL CLIENT_RANDOM SECRET` of a TLS key log, got another line, number 1" in shown.stderr
    assert "hunter2" not in shown.stderr


def test_on_a_terminal_the_next_step_is_said(tmp_path: Path) -> None:
    with Terminal([*COMMAND, "show", BASIC], tmp_path, columns=300) as terminal:
        assert terminal.wait_for_exit() == 0
        assert f"jnlpspy: who called what: jnlpspy show {BASIC} --calls; what went wrong:" in terminal.text
    assert run("show", BASIC, "--limit", "1", home=tmp_path).stderr == ""


def test_looking_at_one_event_leaves_no_file_open(tmp_path: Path) -> None:
    shown = run("show", BASIC, "--tree", "30", home=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_the_name_of_a_file_cannot_command_the_terminal(tmp_path: Path) -> None:
    failed = run("show", "\x1b]0;owned\x07\u202e.pcapng", home=tmp_path)
    assert failed.returncode == 3
    assert "\ufffd]0;owned\ufffd\ufffd.pcapng" in failed.stderr
    assert "\x1b" not in failed.stderr
