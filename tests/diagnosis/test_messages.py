"""The catalogue of messages: each entry finds its own line, points to rules that exist, and no line can stall it."""

import re
from pathlib import Path

import pytest

from jnlpspy.diagnosis.messages import KINDS, LONGEST_LINE, Message, Says, match_line, messages
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.findings import Severity

PRINTERS = {"agent", "controller", "either", "image", "java", "kubernetes", "plugin"}

ATOMS = ("", "a", " ", "http://", "for ", ": ", "/", "[", "(", "1", "x.y.", "\t", "\x00", "é", "Unknown client name: ")


def text_of(message: Message) -> str:
    return message.text


@pytest.mark.parametrize("message", messages(), ids=text_of)
def test_an_entry_finds_its_own_example(message: Message) -> None:
    found = match_line(message.example)
    assert found is not None
    assert found.message is message
    assert found.meaning
    assert "{" not in found.meaning


@pytest.mark.parametrize("message", messages(), ids=text_of)
def test_an_entry_is_written_as_the_catalogue_says(message: Message) -> None:
    assert message.by in PRINTERS
    assert message.means.endswith((".", "}", ".)", "?"))
    assert len(set(message.rules)) == len(message.rules)
    assert bool(message.rules) or message.says in (Says.NOTE, Says.PROGRESS)
    assert not message.bytes or f"<{message.bytes}:hex>" in message.text
    assert set(message.heals) <= {"*"} | RULES.keys()


def test_every_rule_that_is_pointed_to_exists() -> None:
    pointed = {rule for message in messages() for rule in message.rules}
    assert pointed - RULES.keys() == set()


def test_what_progress_says_is_no_problem() -> None:
    mild = {message.severity for message in messages() if message.says is Says.PROGRESS}
    assert mild == {Severity.INFO}


@pytest.mark.parametrize("message", messages(), ids=text_of)
def test_a_pattern_is_bounded(message: Message) -> None:
    plain = re.sub(r"\\.|\[[^\]]*\]", "", message.text)
    assert "*" not in plain
    assert "+" not in plain
    variable = len(re.findall(r"\{\d+,\d+\}|<[a-z]+(?::[a-z]+)?>", plain))
    assert variable <= 4, "each multiplies the time that a line without it costs"


def test_a_hostile_line_costs_little() -> None:
    for message in messages():
        pieces = message.pieces or ("",)
        for atom in ATOMS:
            line = "".join(f"{piece}{atom}" for piece in pieces) * LONGEST_LINE
            found = message.pattern.search(line[:LONGEST_LINE])
            assert found is None or len(found[0]) <= LONGEST_LINE


def test_every_line_of_a_family_has_one_of_its_pieces() -> None:
    for message in messages():
        assert not message.pieces or any(piece in message.example for piece in message.pieces), message.text


def test_kinds_are_bounded() -> None:
    assert all(re.search(r"\{\d+(,\d+)?\}\??$", kind) for kind in KINDS.values())


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("Connection #7 failed: null", ("port-probe",)),
        ("expected 0x000341434b got 0x485454502f", ("http-instead-of-agent-protocol",)),
        ("expected 0x000341434b got 0x1503030002", ("tls-instead-of-agent-protocol",)),
        ("expected 0x000341434b got 0x1603010200", ("tls-instead-of-agent-protocol",)),
        ("expected 0x000341434b got 0x5353482d32", ("other-protocol-on-agent-port",)),
        ("expected 0x000341434b got 0x556e6b6e6f", ("unknown-protocol",)),
        ("expected 0x000341434b got 0x4469736162", ("protocol-disabled",)),
        ("expected 0x000341434b got 0x50524f5859", ("proxy-protocol-header",)),
        ("java.io.StreamCorruptedException: invalid stream header: 636F7272", ("stream-corrupted",)),
        ("java.io.StreamCorruptedException: invalid stream header: 48545450", ("stream-corrupted",)),
        ("Unknown client name: " + "0f" * 32, ("name-and-secret-swapped", "agent-name-unknown")),
        ("Unknown client name: 0f", ("agent-name-unknown", "agent-name-malformed")),
    ],
)
def test_a_line_points_to_its_rules(line: str, rules: tuple[str, ...]) -> None:
    found = match_line(line)
    assert found is not None
    assert found.rules == rules


def test_the_meaning_tells_the_values_found_and_names_hex() -> None:
    found = match_line("Incorrect acknowledgement sequence, expected 0x000341434b got 0x485454502f")
    assert found is not None
    assert '48 54 54 50 2f "HTTP/" came' in found.meaning
    assert '"\\x00\\x03ACK", the acknowledgement of JNLP4' in found.meaning
    named = match_line("x provided port:50000 is not reachable on host h")
    assert named is not None
    assert "agent port 50000" in named.meaning


def test_versions_of_class_files_and_exit_codes_are_put_in_words() -> None:
    java = match_line("class file version 55.0, this version only recognizes class file versions up to 52.0")
    assert java is not None
    assert "Java 11" in java.meaning
    ended = match_line("Container jnlp terminated, exit code 137")
    assert ended is not None
    assert "killed (SIGKILL)" in ended.meaning


def test_no_secret_is_shown() -> None:
    secret = "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597"
    found = match_line(f'Remote headers "{{"Node-Name":"a1","Secret-Key":"{secret}"}}" could not be parsed: x')
    assert found is not None
    assert secret not in f"{found.line}{found.values}{found.meaning}"
    swapped = match_line(f"Unknown client name: {secret}")
    assert swapped is not None
    assert secret not in f"{swapped.line}{swapped.values}{swapped.meaning}"


def test_a_line_of_something_else_is_not_in_the_catalogue() -> None:
    for line in ("", "Started build 12 of job x", "exit", "The agent is fine"):
        assert match_line(line) is None


def test_the_catalogue_is_package_data() -> None:
    assert (Path(__file__).parents[2] / "jnlpspy/diagnosis/messages.toml").is_file()
    assert len(messages()) > 200


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        # what users met, as the threads have it
        ("SEVERE: http://jenkins:8080/ provided port:50000 is not reachable on host jenkins", "agent-port-unreachable"),
        ("java.io.IOException: Failed to connect to jenkins:50000", "agent-port-unreachable"),
        ("a1 is already connected to this controller. Rejecting this connection.", "already-connected"),
        ("SEVERE: Connection error has occurred", "idle-cut-by-middlebox"),
        ("Ping failed. Terminating the channel a1", "ping-timed-out"),
        ("Refusing headers from remote: Unknown client name: X", "agent-name-unknown"),
        ("Local headers refused by remote: Authorization failure", "secret-rejected"),
        ("An attempt was made to connect as X from /h:1 with an incorrect secret", "secret-rejected"),
        ("javax.websocket.DeploymentException: Handshake error.", "websocket-upgrade-refused"),
        ("Failed to connect to http://jenkins/tcpSlaveAgentListener/: jenkins", "name-not-resolved"),
        ("Failed to connect to http://h/tcpSlaveAgentListener/: Connection refused", "discovery-unavailable"),
        ("Connection was broken: java.nio.channels.ClosedChannelException", "agent-vanished"),
        ("java.lang.UnsupportedClassVersionError: hudson/remoting/Launcher class file version 55.0", "java-too-old"),
        (
            "LinkageError: UnsupportedClassVersionError: Failed to load hudson.slaves.SlaveComputer$SlaveVersion",
            "class-version-too-new",
        ),
        ("Agent version 4.13 or newer is required.", "remoting-too-old"),
        ("tcpSlaveAgentListener not found", "agent-port-disabled"),
        ("http://H:8080/tcpSlaveAgentListener/ is invalid: 404 Not Found", "discovery-not-found"),
        (
            "Server didn't accept the handshake: HTTP/1.1 400 Illegal character CNTL=0x0",
            "http-instead-of-agent-protocol",
        ),
        ("Failed to connect to https://10.0.3.51:50000/tcpSlaveAgentListener/: Read timed out", "url-malformed"),
        ("PKIX path building failed: unable to find valid certification path", "certificate-untrusted"),
        (
            "Public key of the first certificate in chain (subject: CN=x) is not in the list of trusted keys",
            "controller-identity-mismatch",
        ),
        ("http://h/ appears to be publishing an invalid X-Instance-Identity.", "identity-missing"),
        ("no X509Certificate found; perhaps instance-identity is missing or too old", "identity-missing"),
        ("None of the protocols are enabled", "no-common-protocol"),
        ("Not using http_proxy environment variable which is invalid.", "environment-conflict"),
        ("Got a bad response from proxy: HTTP/1.1 403 Forbidden", "environment-conflict"),
        ("Locating server among [http://http://jenkins:80/]", "url-malformed"),
        ("Illegal tunneling parameter: https://h", "tunnel-malformed"),
        ("java.lang.IllegalArgumentException: Invalid HOST:PORT value: h", "tunnel-malformed"),
        ("java.net.NoRouteToHostException: No route to host", "agent-port-unreachable"),
        ("invalid stream header: 0A0A0A0A", "stream-corrupted"),
        ("SecurityException: Rejected: a.B; see https://jenkins.io/redirect/class-filter/", "class-filter-rejection"),
        ("Binary message size [70000] exceeds maximum size [65536]", "websocket-message-too-big"),
        ("Failed to listen on port 50000 because it's already in use", "agent-port-unreachable"),
        ("http://h/login is not ready: 401", "discovery-forbidden"),
        ("Failing to obtain http://h/computer/a/slave-agent.jnlp", "discovery-unavailable"),
        ("two arguments required, but got []", "environment-conflict"),
        ("[${computer.jnlpmac}, ${computer.name}]", "environment-conflict"),
        ("X is not an inbound agent", "not-an-inbound-agent"),
        ("Handling GET /tcpSlaveAgentListener/ from 10.0.0.5 BLOCKED on hudson.model.Hudson@1", "discovery-slow"),
        ("Failed to install restarter", "abrupt-close"),
        ("FIPS mode: only SunJSSE TrustManagers may be used", "tls-refused"),
        ("Error 403 No valid crumb was included in the request", "discovery-forbidden"),
        ("-webSocket supports only a single -url", "environment-conflict"),
        ("Did not receive X-Remoting-Capability header", "headers-eaten-by-proxy"),
        ("java.net.MalformedURLException: no protocol: proxy:3128", "url-malformed"),
        ("Connection reset", "abrupt-close"),
    ],
)
def test_what_users_met_points_to_its_rule(line: str, rule: str) -> None:
    found = match_line(line)
    assert found is not None
    assert found.rules[0] == rule
