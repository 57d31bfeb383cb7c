"""A protocol is switched off on either side, and near misses."""

from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import ANNOUNCED, announced, offered, refused
from specimens import observations_of

from jnlpspy.model.events import HandshakeRefused, InputsRead
from jnlpspy.model.findings import Severity
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.tap import Side

RULE = "protocol-disabled"
WORDS = "Disabled protocol:Protocol:JNLP4-connect"
PREFIX = "org.jenkinsci.remoting.engine."


def refusal(tale: Tale, connection: int = 2) -> Tale:
    return offered(tale, connection).controller(HandshakeRefused(Side.CONTROLLER, WORDS)).closed(Side.CONTROLLER)


def lint(*switched: str, protocols: tuple[str, ...] = (), value: str = "true", websocket: bool = False) -> Tale:
    properties = {f"{PREFIX}{name}.disabled": value for name in switched}
    inputs = AgentInputs(form=LauncherForm.MAIN_CLASS, properties=properties, protocols=protocols, websocket=websocket)
    return Tale().fact(InputsRead("the command line", inputs))


def test_a_protocol_that_was_announced_and_is_disabled_is_an_error() -> None:
    (finding,) = found(RULE, refusal(announced()))
    assert (finding.title, finding.severity) == ("JNLP4-connect is disabled on the controller", Severity.ERROR)


def test_an_agent_that_may_have_others_to_try_has_no_problem_yet() -> None:
    unlisted = {key: value for key, value in ANNOUNCED.items() if key != "X-Jenkins-Agent-Protocols"}
    tale = refusal(announced(unlisted))
    assert [each.severity for each in found(RULE, tale)] == [Severity.INFO]
    assert [each.severity for each in found(RULE, refusal(tale, 3))] == [Severity.INFO, Severity.ERROR]


def test_the_second_protocol_of_an_agent_whose_secret_is_wrong_is_a_consequence() -> None:
    findings = diagnose(decode(observations_of("2.53.5-JNLP2-connect-wrong-secret")))
    assert [(each.rule, each.consequence_of) for each in findings] == [
        ("secret-rejected", None),
        (RULE, "secret-rejected"),
    ]


def test_another_refusal_is_another_matter() -> None:
    assert not found(RULE, refused("Unknown protocol:"))


def test_a_switch_on_the_command_line_that_leaves_no_protocol_is_an_error() -> None:
    (finding,) = found(RULE, lint("JnlpProtocol4"))
    assert finding.severity is Severity.ERROR
    assert finding.advice == (f"remove -D{PREFIX}JnlpProtocol4.disabled=true from the command line",)


def test_old_protocols_switched_off_do_no_harm() -> None:
    assert not found(RULE, lint("JnlpProtocol1", "JnlpProtocol2", "JnlpProtocol3", "JnlpProtocol4Proxy"))


def test_a_list_of_protocols_without_the_current_one_is_an_error() -> None:
    (finding,) = found(RULE, lint(protocols=("JNLP3-connect",)))
    assert finding.severity is Severity.ERROR
    assert not found(RULE, lint(protocols=("JNLP4-connect",)))


def test_what_switches_nothing_off_is_nothing() -> None:
    assert not found(RULE, lint("JnlpProtocol4", value="false"))
    assert not found(RULE, lint("JnlpProtocol9"))
    assert not found(RULE, lint("JnlpProtocol4", websocket=True))
