"""Failures of names, secrets and protocols: the controller does not let the agent in."""

from dataclasses import replace

from jnlpspy.model.secret import Secret, sha256_hex
from jnlpspy.simulate.roster import Age
from jnlpspy.simulate.scenario import AGENT, OTHER_AGENT, SECRETS, Role, Scenario, Starts
from jnlpspy.simulate.script import CloseChannel, Returns, RunCallable
from jnlpspy.simulate.session import AGENT_PART, ASK_VERSION, CONTROLLER_PART, OLD_REMOTING_VERSION

_STRANGE = Secret(sha256_hex(b"of another controller"))
_ANOTHER_MACHINE = "127.0.0.2"

SCENARIOS = (
    Scenario(
        name="wrong-secret",
        happens="an agent gives a secret that the controller never made",
        rule="secret-rejected",
        agents=(Role(secret=_STRANGE, protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="secret-of-another-agent",
        happens=f"{OTHER_AGENT} connects, then {AGENT} gives the secret of {OTHER_AGENT}",
        rule="secret-of-another-agent",
        inventory=True,
        agents=(
            Role(name=OTHER_AGENT),
            Role(secret=SECRETS[OTHER_AGENT], protocol="JNLP4-connect", starts=Starts.OVER),
        ),
    ),
    Scenario(
        name="malformed-secret",
        happens="an agent gives a secret that lost its end when it was copied",
        rule="secret-malformed",
        agents=(Role(secret=Secret(SECRETS[AGENT].value[:-7]), protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="unknown-agent",
        happens="an agent gives a name that the controller has no node for",
        rule="agent-name-unknown",
        agents=(Role(name="demo-agnet", secret=SECRETS[AGENT], protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="malformed-name",
        happens="an agent gives its name with a blank behind it",
        rule="agent-name-malformed",
        agents=(Role(name=f"{AGENT} ", secret=SECRETS[AGENT], protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="swapped",
        happens="an agent gives its name as the secret, and the secret as its name",
        rule="name-and-secret-swapped",
        agents=(Role(name=SECRETS[AGENT].value, secret=Secret(AGENT), protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="refused-without-reason",
        happens="a controller with remoting 3 refuses over JNLP2-connect: it only closes the connection",
        rule="refused-without-reason",
        controller=lambda it: replace(it, age=Age.REMOTING_3, protocols=("JNLP2-connect", "Ping")),
        agents=(Role(secret=_STRANGE, version=OLD_REMOTING_VERSION),),
    ),
    Scenario(
        name="already-connected",
        happens="an agent is started a second time while the first is connected",
        rule="already-connected",
        agents=(Role(hold=1.0), Role(protocol="JNLP4-connect", starts=Starts.CONNECTED)),
    ),
    Scenario(
        name="duplicate-agents",
        happens="two machines run an agent of one name: the second tries again and again",
        rule="duplicate-agents",
        agents=(
            Role(hold=2.0),
            *(
                Role(protocol="JNLP4-connect", comes_from=_ANOTHER_MACHINE, starts=when)
                for when in (Starts.CONNECTED, Starts.OVER, Starts.OVER)
            ),
        ),
    ),
    Scenario(
        name="not-inbound",
        happens="the node is one that the controller itself launches, over SSH",
        rule="not-an-inbound-agent",
        controller=lambda it: replace(it, not_inbound=frozenset({AGENT})),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="protocol-disabled",
        happens="the agent offers a protocol that is switched off on the controller",
        rule="protocol-disabled",
        controller=lambda it: replace(it, age=Age.REMOTING_3, disabled=("JNLP4-connect",)),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="unknown-protocol",
        happens="an old agent offers JNLP2-connect to a controller of today",
        rule="unknown-protocol",
        agents=(Role(protocol="JNLP2-connect", version=OLD_REMOTING_VERSION),),
    ),
    Scenario(
        name="no-common-protocol",
        happens="the controller announces old protocols only, and the agent speaks none of them",
        rule="no-common-protocol",
        controller=lambda it: replace(it, age=Age.REMOTING_3, protocols=("JNLP-connect", "JNLP2-connect", "Ping")),
        agents=(Role(speaks=("JNLP4-connect",)),),
    ),
    Scenario(
        name="remoting-too-old",
        happens=f"the controller lets nobody in with a remoting as old as the agent's, {OLD_REMOTING_VERSION}",
        rule="remoting-too-old",
        controller=lambda it: replace(
            it, part=replace(CONTROLLER_PART, steps=(RunCallable(ASK_VERSION), CloseChannel()))
        ),
        agents=(
            Role(
                version=OLD_REMOTING_VERSION,
                part=replace(
                    AGENT_PART, answers={**AGENT_PART.answers, ASK_VERSION.name: Returns(OLD_REMOTING_VERSION)}
                ),
            ),
        ),
    ),
)
