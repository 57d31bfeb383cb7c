"""The proxy between an agent and a controller, beside a test."""

from functools import cache, partial
from pathlib import Path

import trio

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address
from jnlpspy.net.identity import Identity, create_identity
from jnlpspy.net.relay import Ready, Relay, RelayConfig
from jnlpspy.net.target import RootUrl, parse_root_url
from jnlpspy.testing.controller import Controller
from jnlpspy.testing.peer import Peer

_ANYWHERE = Address("127.0.0.1", 0)


@cache
def identity_of_proxies() -> Identity:
    """Return the identity of all proxies of a run, which is not that of the controllers."""
    return create_identity()


class Proxy(Peer):
    """Listens from the first time somebody asks where; it needs to know before then where it leads."""

    def __init__(self, target: str | Controller | None = None, *, record: Path | None = None) -> None:
        """Make a proxy that does not listen yet.

        Args:
            target: The root URL of a controller, or a simulated one; None if `lead_to` says it later.
            record: Write a capture here, with secrets replaced.
        """
        super().__init__("the proxy")
        self._target = target
        self._record = record
        self._ready: Ready | None = None

    @property
    def url(self) -> str:
        """The root URL for agents."""
        return f"http://{self._started().http}/"

    @property
    def port(self) -> int:
        """The agent port."""
        return self._started().listen.port

    def lead_to(self, target: str | Controller) -> None:
        """Lead agents to this controller, or to that of this root URL."""
        self._expect_not_started("lead_to")
        self._target = target

    def record_to(self, path: Path) -> None:
        """Write a capture here, with secrets replaced; it is whole once the proxy is closed."""
        self._expect_not_started("record_to")
        self._record = path

    def _expect_not_started(self, method: str) -> None:
        if self._ready is not None:
            raise UsageError(f"expected {method}() before url or port of the proxy is asked for, got it afterwards")

    def _started(self) -> Ready:
        if self._ready is None:
            target = self._target.url if isinstance(self._target, Controller) else self._target
            if target is None:
                raise UsageError("expected lead_to(URL) before url or port of the proxy is asked for")
            root = parse_root_url(target, "target")
            self._ready = self._backstage.start(partial(self._serve, root))
        return self._ready

    async def _serve(self, root: RootUrl, task_status: trio.TaskStatus[Ready]) -> None:
        config = RelayConfig(
            target=root, listen=_ANYWHERE, http=_ANYWHERE, identity=identity_of_proxies(), record=self._record
        )
        await Relay(config, self._watch.say, observer=self._watch.source()).run(task_status)
