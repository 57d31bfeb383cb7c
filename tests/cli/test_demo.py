"""`jnlpspy demo`: live and offline say the same, and no secret is anywhere."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from commands import COMMAND, records, run
from terminal import Terminal

from jnlpspy.simulate.scenario import SECRETS


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo")
    finished = run("demo", "--json", "--record", "demo.pcapng", home=home)
    assert finished.returncode == 0, finished.stderr
    return home / "demo.pcapng", finished.stdout


def test_a_whole_session_is_decoded(recorded: tuple[Path, str]) -> None:
    ready, *events = records(recorded[1])
    assert ready["type"] == "ready"
    types = [event["type"] for event in events]
    assert "undecodable" not in types
    assert "opaque_bytes" not in types
    established = next(event for event in events if event["type"] == "channel_established")
    assert established["protocol"] == "JNLP4-connect"
    legs = [(event["leg"], event["version"]) for event in events if event["type"] == "tls_started"]
    assert legs == [("controller", "TLSv1.3"), ("agent", "TLSv1.3")]
    outcomes = [event["outcome"] for event in events if event["type"] == "call_finished"]
    assert outcomes.count("threw") == 1
    assert set(outcomes) == {"returned", "threw"}
    assert any(event["orderly"] for event in events if event["type"] == "connection_closed")


def test_the_recording_shows_the_same_as_the_live_view(recorded: tuple[Path, str], tmp_path: Path) -> None:
    _, *live = records(recorded[1])
    assert records(run("show", str(recorded[0]), "--json", home=tmp_path).stdout) == live


def test_the_recording_is_readable_by_its_owner_only_and_names_no_secret(recorded: tuple[Path, str]) -> None:
    assert recorded[0].stat().st_mode & 0o777 == 0o600
    content = recorded[0].read_bytes()
    assert b"secrets=pseudonyms" in content
    headers = [event for event in records(recorded[1]) if event["type"] == "headers_sent" and event["secret"]]
    assert len(headers) == 1
    pseudonym = content[content.index(b'"Secret-Key":"') + len(b'"Secret-Key":"') :][:64].decode()
    assert headers[0]["secret"] == f"secret:{pseudonym[:12]}"


def test_a_healthy_demo_has_no_diagnosis(recorded: tuple[Path, str]) -> None:
    assert [record for record in records(recorded[1]) if record["type"] == "finding"] == []


def test_lines_are_what_a_person_gets(tmp_path: Path) -> None:
    finished = run("demo", "--agents", "3", home=tmp_path)
    assert finished.returncode == 0
    assert finished.stdout.count("channel established") == 3
    assert finished.stdout.count("1 threw") == 3
    assert "3 agent sessions" in finished.stderr


def test_of_twenty_agents_at_once_no_event_is_lost(tmp_path: Path) -> None:
    finished = run("demo", "--agents", "20", "--json", home=tmp_path)
    assert finished.returncode == 0, finished.stderr
    types = Counter(event["type"] for event in records(finished.stdout))
    # each agent asks for the port, probes it, and connects
    assert (types["connection_opened"], types["connection_closed"]) == (60, 60)
    assert (types["channel_established"], types["channel_ended"]) == (20, 20)
    assert types["call_started"] == types["call_finished"] == 20 * 18
    assert types.keys().isdisjoint({"undecodable", "bytes_missing"})


def test_a_failure_is_played_live_and_recorded_alike(tmp_path: Path) -> None:
    finished = run("demo", "--scenario", "wrong-secret", "--json", "--record", "a.pcapng", home=tmp_path)
    assert finished.returncode == 0, finished.stderr
    ready, *live = records(finished.stdout)
    assert ready["type"] == "ready"
    assert [event["reason"] for event in live if event["type"] == "handshake_refused"] == ["Authorization failure"]
    assert [each["rule"] for each in live if each["type"] == "finding"] == ["secret-rejected"]
    recorded = records(run("show", "a.pcapng", "--json", home=tmp_path).stdout)
    assert recorded == [each for each in live if each["type"] != "finding"]


def test_a_failure_is_told_with_what_the_agent_says_and_its_diagnosis(tmp_path: Path) -> None:
    finished = run("demo", "--scenario", "ping-timed-out", home=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "2 s stand for 240 s" in finished.stderr.splitlines()[0]
    assert "  Connected" in finished.stderr.splitlines()
    assert finished.stderr.splitlines()[-1] == "jnlpspy: more about it: jnlpspy explain ping-timed-out"
    assert "ping-timed-out, certain, on connection 3" in finished.stdout.split("ERROR ")[-1]
    assert "TimeoutException: Ping started at" in finished.stdout


def test_what_the_operator_of_a_failure_knows_reaches_the_diagnosis_and_no_output(tmp_path: Path) -> None:
    finished = run("demo", "--scenario", "secret-of-another-agent", "--record", "a.pcapng", home=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "ERROR Agent 'demo-agent' was given the secret of agent 'demo-agent-2'" in finished.stdout
    assert "agent 2: Authorization failure" in finished.stderr
    for secret in SECRETS.values():
        assert secret.value not in finished.stdout + finished.stderr
        assert secret.value.encode() not in (tmp_path / "a.pcapng").read_bytes()


def test_failures_are_listed_for_people_and_for_machines(tmp_path: Path) -> None:
    listed = records(run("demo", "--list", "--json", home=tmp_path).stdout)
    assert {each["type"] for each in listed} == {"scenario"}
    rules = {each["name"]: each["rule"] for each in listed}
    assert rules["idle-cut"] == "idle-cut-by-middlebox"
    plain = run("demo", "--list", home=tmp_path).stdout
    assert [line.split()[0] for line in plain.splitlines()[::2]] == list(rules)
    assert "rule: idle-cut-by-middlebox" in plain


def test_a_failure_nobody_knows_is_a_usage_error(tmp_path: Path) -> None:
    finished = run("demo", "--scenario", "wrong-secrets", home=tmp_path)
    assert finished.returncode == 2
    assert "expected a name of `demo --list`, got 'wrong-secrets'; did you mean wrong-secret?" in finished.stderr
    assert run("demo", "--scenario", "wrong-secret", "--agents", "2", home=tmp_path).returncode == 2


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_has_nothing_to_complain_of(recorded: tuple[Path, str]) -> None:
    complaints = subprocess.run(  # noqa: S603 - tshark on our own file
        [
            *("tshark", "-r", str(recorded[0]), "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"),
            *("-Y", "tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"),
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert complaints.stdout == b""


def test_a_person_is_told_what_to_do_next(tmp_path: Path) -> None:
    told = run("demo", home=tmp_path).stderr
    assert "    jnlpspy demo --scenario wrong-secret " in told
    assert max(len(line) for line in told.splitlines() if line.startswith("  ")) <= 80, "not wrapped"
    assert "jnlpspy show kept.pcapng --calls" in run("demo", "--record", "kept.pcapng", home=tmp_path).stderr


def test_the_list_of_failures_is_wrapped_on_a_terminal(tmp_path: Path) -> None:
    with Terminal([*COMMAND, "demo", "--list"], tmp_path, columns=60, rows=400) as terminal:
        assert terminal.wait_for_exit() == 0
        listed = terminal.text
    assert (
        "wrong-secret             an agent gives a secret that the\n                         controller never made\n"
        in listed
    )
    assert "\njnlpspy: play one: jnlpspy demo --scenario NAME" in listed
