"""`jnlpspy diagnose` as a user meets it."""

from pathlib import Path

from commands import records, run
from jenkins_homes import INBOUND, make_home
from specimens import expected_of
from wire_captures import wire_capture

CAPTURES = Path(__file__).parents[2] / "captures"
BASIC = str(CAPTURES / "3.33-JNLP4-connect-basic.pcapng")
WRONG_SECRET = str(CAPTURES / "3.33-JNLP4-connect-wrong-secret.pcapng")


def test_a_failed_session_gets_its_cause_and_exit_1(tmp_path: Path) -> None:
    told = run("diagnose", WRONG_SECRET, home=tmp_path)
    assert told.returncode == 1
    assert told.stderr == ""
    assert told.stdout.startswith("ERROR The controller refused the secret of agent 'agent-1'\n  secret-rejected, ")
    assert " controller refused: Authorization failure\n" in told.stdout
    assert "\n  what to do\n    1. " in told.stdout


def test_a_healthy_session_gives_nothing_and_exit_0(tmp_path: Path) -> None:
    told = run("diagnose", BASIC, home=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "Nothing found: 3 connections, 1 agent session, all in order.\n"


def test_json_gives_findings_only(tmp_path: Path) -> None:
    (finding, *_) = records(run("diagnose", WRONG_SECRET, "--json", home=tmp_path).stdout)
    assert (finding["v"], finding["type"], finding["rule"]) == (1, "finding", "secret-rejected")
    healthy = run("diagnose", BASIC, "--json", home=tmp_path)
    assert (healthy.stdout, healthy.returncode) == ("", 0)


def test_captures_in_a_row_are_one_run_told_apart(tmp_path: Path) -> None:
    told = run("diagnose", BASIC, WRONG_SECRET, WRONG_SECRET, home=tmp_path)
    assert told.returncode == 1
    assert told.stdout.count("ERROR The controller refused the secret") == 1
    assert f"on connections 3 and 3 of {WRONG_SECRET}, first at " in told.stdout
    (finding, *_) = records(run("diagnose", BASIC, WRONG_SECRET, "--json", home=tmp_path).stdout)
    (alone, *_) = records(run("diagnose", WRONG_SECRET, "--json", home=tmp_path).stdout)
    assert finding == alone


def test_one_connection_can_be_chosen(tmp_path: Path) -> None:
    assert run("diagnose", WRONG_SECRET, "--connection", "3", home=tmp_path).returncode == 1
    other = run("diagnose", WRONG_SECRET, "--connection", "2", home=tmp_path)
    assert (other.returncode, other.stdout) == (0, "Nothing found: 1 connection, 0 agent sessions, all in order.\n")
    none = run("diagnose", WRONG_SECRET, "--connection", "99", home=tmp_path)
    assert none.stdout == "Nothing found: there is no connection in it.\n"
    assert none.stderr == f"jnlpspy: {WRONG_SECRET}: no event of connection 99\n"
    both = run("diagnose", WRONG_SECRET, BASIC, "--connection", "3", home=tmp_path)
    assert (both.returncode, both.stdout) == (2, "")


def test_standard_input_is_read_as_a_file(tmp_path: Path) -> None:
    piped = run("diagnose", "-", "--json", home=tmp_path, stdin=Path(WRONG_SECRET).read_bytes())
    (finding, *_) = records(piped.stdout)
    assert (finding["rule"], finding["capture"]) == ("secret-rejected", "standard input")


def test_what_cannot_be_read_is_exit_3(tmp_path: Path) -> None:
    (tmp_path / "no.pcapng").write_bytes(b"GIF89a, and more of it than a header has")
    told = run("diagnose", "no.pcapng", home=tmp_path)
    assert (told.returncode, told.stdout, told.stderr[:17]) == (3, "", "jnlpspy: expected")
    (tmp_path / "secrets.txt").write_text("a1\n", "utf-8")
    told = run("diagnose", BASIC, "--inventory", "secrets.txt", home=tmp_path)
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr == "jnlpspy: secrets.txt, line 1: expected NAME SECRET, got one word\n"


def test_no_secret_that_was_given_is_printed(tmp_path: Path) -> None:
    secret = str(expected_of("3.33-JNLP4-connect-wrong-secret")["secrets"]["agent-1"])
    (tmp_path / "secrets.txt").write_text(f"agent-1 {secret}\n", "utf-8")
    options = ("--inventory", "secrets.txt", "--name", "agent-1", "--secret", "-")
    for json in ((), ("--json",)):
        told = run("diagnose", WRONG_SECRET, *options, *json, home=tmp_path, stdin=f"{secret}\n".encode())
        assert told.returncode == 1
        assert secret not in told.stdout + told.stderr


def test_what_the_agent_was_started_with_is_judged_with_the_capture(tmp_path: Path) -> None:
    secrets = expected_of("3.33-JNLP4-connect-wrong-secret")["secrets"]
    (tmp_path / "agent.jnlp").write_text(
        f"<jnlp><application-desc><argument>{secrets['agent-1']}</argument><argument>agent-1</argument>"
        "</application-desc></jnlp>"
    )
    command = f"java -jar agent.jar -url http://j/ -secret {secrets['agent-2']} -name agent-1"
    told = run("diagnose", WRONG_SECRET, "--jnlp", "agent.jnlp", "--command", command, "--json", home=tmp_path)
    rules = [each["rule"] for each in records(told.stdout)]
    assert "environment-conflict" in rules
    assert "secret-rejected" in rules
    assert not any(secret in told.stdout for secret in secrets.values())


def test_the_controller_s_folder_decides_what_the_wire_cannot(tmp_path: Path) -> None:
    make_home(tmp_path / "home", {"agent-1": INBOUND})
    unknown = str(CAPTURES / "3.33-JNLP2-connect-unknown-node.pcapng")
    told = records(run("diagnose", unknown, "--jenkins-home", "home", "--json", home=tmp_path).stdout)
    assert told[0]["rule"] == "agent-name-unknown"
    assert run("diagnose", unknown, "--jenkins-home", "nowhere", home=tmp_path).returncode == 3


def test_logged_keys_open_tls_on_the_wire(tmp_path: Path) -> None:
    wire, keys = wire_capture("head-JNLP4-connect-wrong-secret", tmp_path)
    known = ("--keylog", str(keys), "--json")
    rules = {finding["rule"] for finding in records(run("diagnose", str(wire), *known, home=tmp_path).stdout)}
    assert rules == {"secret-rejected", "controller-identity-mismatch"}  # its TLS is another identity's
