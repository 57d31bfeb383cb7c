"""The agent's remoting is too old, and near misses."""

import pytest
from diagnosing import Tale, found
from handshakes import announced, refused

from jnlpspy.model.events import ChannelEnded, InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.session import Pings
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
