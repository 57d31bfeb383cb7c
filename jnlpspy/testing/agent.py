"""Simulated agents beside a test."""

from functools import partial

from jnlpspy.errors import UsageError
from jnlpspy.model.secret import Secret
from jnlpspy.net.dialling import trust_for
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent
from jnlpspy.simulate.joining import SPOKEN, WEBSOCKET
from jnlpspy.simulate.script import Part
from jnlpspy.simulate.session import AGENT_PART
from jnlpspy.testing.peer import Peer
from jnlpspy.testing.watch import Source


class Agent(Peer):
    """Connects when it is told to, and answers what a Jenkins asks; listens nowhere."""

    def __init__(self) -> None:
        super().__init__("the simulated agent")

    def connect(  # noqa: PLR0913 - what an agent is started with
        self,
        url: str,
        name: str,
        secret: str,
        *,
        protocol: str | None = None,
        websocket: bool = False,
        hold: float | None = None,
        part: Part = AGENT_PART,
    ) -> None:
        """Start an agent, and do not wait for it; it may be done several times, also with other names.

        Args:
            url: The root URL of a controller, or of a proxy before it.
            name: The agent's name.
            secret: Its secret.
            protocol: Offer this one only; None tries those the controller accepts.
            websocket: Connect over WebSocket, as agents do with -webSocket.
            hold: Close the channel after so many seconds; None leaves that to the controller.
            part: What it answers and does: see `jnlpspy.simulate.script`.

        Raises:
            UsageError: The URL is none, or nobody knows the protocol.
        """
        root = parse_root_url(url, "url")
        if websocket and protocol not in (None, WEBSOCKET):
            raise UsageError(f"expected a protocol or websocket=True, got both: {protocol} needs the agent port")
        if protocol is not None and protocol not in SPOKEN:
            raise UsageError(f"expected a protocol among {', '.join(SPOKEN)}, got {protocol!r}")
        self._secrets[name] = Secret(secret)
        config = AgentConfig(
            name=name,
            secret=Secret(secret),
            url=root,
            protocol=WEBSOCKET if websocket else protocol,
            trust=trust_for(root),
            hold=hold,
            part=part,
        )
        self._backstage.start_soon(partial(self._run_one, config))

    async def _run_one(self, config: AgentConfig) -> None:
        source = self._watch.source()
        result = await self._run(config, source)
        if not {session.connection for session in self._watch.sessions} & set(source.numbers.values()):
            self._watch.fail(result.failure or result.refusal or "it made no offer, and did not say why")

    async def _run(self, config: AgentConfig, source: Source) -> AgentResult:
        return await run_agent(config, tell=self._watch.say, observer=source)
