"""The agent's remoting is too old, and near misses."""

import pytest
from diagnosing import Tale, found
from handshakes import accepted, announced, refused

from jnlpspy.model.commands import Response
from jnlpspy.model.events import CallFinished, ChannelEnded, CommandSent, InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.session import Outcome, Payload, PayloadRole, Pings
from jnlpspy.model.tap import Side

RULE = "remoting-too-old"
TOLD = "Rejecting the connection because the Remoting version is older than the minimum required version (4.13)"


def started(jar: str | None) -> Tale:
    inputs = AgentInputs(form=LauncherForm.MAIN_CLASS, jar=jar)
    return announced(tale=Tale().fact(InputsRead("the command line", inputs)))


def test_the_controllers_words_are_enough() -> None:
    ended = ChannelEnded(Side.CONTROLLER, TOLD, dict.fromkeys(Side, Pings()), dict.fromkeys(Side, 0.0), None)
    (finding,) = found(RULE, Tale().opened().fact(ended))
    assert TOLD in finding.title


def test_a_jars_name_tells_its_version() -> None:
    (finding,) = found(RULE, started("target/remoting-3.33.jar"))
    assert finding.subject == "remoting-3.33.jar"


@pytest.mark.parametrize("jar", ["remoting-3107.v665000b_51092.jar", "agent.jar", None])
def test_a_new_jar_or_one_without_a_version_is_fine(jar: str | None) -> None:
    assert not found(RULE, started(jar))


def test_a_version_that_is_demanded_is_no_finding_by_itself() -> None:
    assert not found(RULE, announced())
    assert not found(RULE, refused("Authorization failure"))


def told(version: str, *, wait: float = 0.1, by: Side = Side.CONTROLLER) -> Tale:
    """An agent told its version, and somebody closed the channel some time after."""
    tale = accepted(announced(), 2)
    answer = Response()
    tale.agent(CommandSent(answer, 100, Payload(PayloadRole.RETURNED, version)))
    tale.agent(CallFinished("c0", "hudson.slaves.SlaveComputer$SlaveVersion", 0.1, Outcome.RETURNED))
    return tale.wait(wait).fact(ChannelEnded(by, "", dict.fromkeys(Side, Pings()), dict.fromkeys(Side, 0.0), None))


def test_a_controller_that_closes_when_it_has_heard_the_version_did_not_like_it() -> None:
    (finding,) = found(RULE, told("3.20"))
    assert finding.title.startswith("The agent's remoting 3.20 is older than 3107.v665000b_51092")


@pytest.mark.parametrize(
    "tale",
    [told("3355.v388858a_47b_33"), told("3.20", wait=60.0), told("3.20", by=Side.AGENT), told("unknown")],
    ids=["new enough", "much later", "the agent closed", "no version"],
)
def test_other_ends_have_other_reasons(tale: Tale) -> None:
    assert not found(RULE, tale)
