"""Failures of agents over WebSocket: the upgrade is refused or spoilt on its way, or the WebSocket is cut."""

from dataclasses import replace
from functools import partial
from typing import Final

from jnlpspy.model.secret import Secret, sha256_hex
from jnlpspy.simulate.controller import ControllerConfig
from jnlpspy.simulate.joining import WEBSOCKET
from jnlpspy.simulate.scenario import Box, Role, Scenario, Starts
from jnlpspy.simulate.session import CONTROLLER_PART
from jnlpspy.simulate.upgrading import Endpoint

_STRANGE = Secret(sha256_hex(b"of another controller"))
_AGENT: Final = Role(protocol=WEBSOCKET)


def _with(config: ControllerConfig, endpoint: Endpoint) -> ControllerConfig:
    return replace(config, endpoint=endpoint)


SCENARIOS = (
    Scenario(
        name="websocket-upgrade-lost",
        happens="a reverse proxy does not pass on the Upgrade of an agent over WebSocket",
        rule="websocket-upgrade-refused",
        controller=partial(_with, endpoint=Endpoint(drops=("upgrade", "connection"))),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-headers-lost",
        happens="a reverse proxy does not pass on the name and the secret of an agent over WebSocket",
        rule="websocket-upgrade-refused",
        controller=partial(_with, endpoint=Endpoint(drops=("node-name", "secret-key", "x-remoting-capability"))),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-forbidden",
        happens="a web application firewall forbids WebSocket to an agent whose secret is right",
        rule="websocket-upgrade-refused",
        inventory=True,
        controller=partial(_with, endpoint=Endpoint(status=403)),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-not-found",
        happens="the controller is too old for WebSocket: its endpoint is not there",
        rule="websocket-upgrade-refused",
        controller=partial(_with, endpoint=Endpoint(status=404)),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-bad-gateway",
        happens="a reverse proxy does not reach the controller's endpoint for WebSocket",
        rule="websocket-upgrade-refused",
        controller=partial(_with, endpoint=Endpoint(status=502)),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-wrong-secret",
        happens="an agent over WebSocket gives a secret that the controller never made",
        rule="secret-rejected",
        agents=(replace(_AGENT, secret=_STRANGE),),
    ),
    Scenario(
        name="websocket-unknown-agent",
        happens="an agent over WebSocket gives a name that the controller has no node for",
        rule="agent-name-unknown",
        inventory=True,
        agents=(replace(_AGENT, name="demo-agnet", secret=_STRANGE),),
    ),
    Scenario(
        name="websocket-already-connected",
        happens="an agent is started over WebSocket a second time while the first is connected",
        rule="already-connected",
        agents=(replace(_AGENT, hold=1.0), replace(_AGENT, starts=Starts.CONNECTED)),
    ),
    Scenario(
        name="websocket-message-too-big",
        happens="a reverse proxy closes a WebSocket because of a message of more than 1 KiB",
        rule="websocket-message-too-big",
        controller=partial(_with, endpoint=Endpoint(largest_message=1024)),
        agents=(_AGENT,),
    ),
    Scenario(
        name="websocket-idle-cut",
        happens="a reverse proxy cuts a WebSocket after a minute without a byte: the controller sends no pings",
        rule="idle-cut-by-middlebox",
        shortened="2 s stand for 60 s",
        haste=30.0,
        controller=lambda it: replace(it, part=CONTROLLER_PART, endpoint=Endpoint(ping_interval=None)),
        web=Box(idle_limit=2.0),
        agents=(_AGENT,),
    ),
)
