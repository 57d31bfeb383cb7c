"""The discovery front: an HTTP/1.1 reverse proxy for what agents ask of a controller, which leads them here.

Mirrors hudson.TcpSlaveAgentListener's page and what jenkins.slaves serves beside it.
"""

from collections.abc import Callable

import h11
import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.announcement import Announcement, read_announcement
from jnlpspy.net.dialling import dial, resolve
from jnlpspy.net.http_heads import header_of, shown_location
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble
from jnlpspy.net.leg import Leg
from jnlpspy.net.reporting import Reporter
from jnlpspy.net.visit import FrontSettings, Visit

LOOKUP_TIMEOUT = 30.0
"""Seconds for our own discovery; an agent that waits for it at the agent port has given up by then."""


class DiscoveryFront:
    """Serves agents' HTTP connections, and knows what the controller announced last."""

    def __init__(
        self,
        settings: FrontSettings,
        reporter: Reporter,
        *,
        lookup_timeout: float = LOOKUP_TIMEOUT,
        on_session: Callable[[], None] | None = None,
    ) -> None:
        """`on_session` is told of each connection that is over on which an agent said who it is."""
        self.newest: Announcement | None = None
        self._settings = settings
        self._reporter = reporter
        self._lookup_timeout = lookup_timeout
        self._on_session = on_session
        self._lookup = trio.Lock()
        self._failed_lookups = 0
        self._last_failure = ""

    async def serve(self, stream: trio.SocketStream, agent: Address) -> None:
        """Serve one agent's connection until it is over, and close it; network trouble of a connection is reported."""
        journal = self._reporter.open_journal()
        async with stream:
            front = _own_address_of(stream)
            journal.open(agent, await resolve(self._settings.root.address))
            visit = Visit(self._settings, self._reporter, journal, self._keep)
            try:
                await visit.run(Leg(stream), front)
            finally:
                if visit.is_session and self._on_session:
                    self._on_session()

    async def announced(self) -> Announcement:
        """Return what the controller announced last, or ask it now; NetworkError if it cannot be learnt."""
        failed_before = self._failed_lookups
        async with self._lookup:
            if self.newest is not None:
                return self.newest
            if self._failed_lookups > failed_before:  # of an agent that asked while this one waited
                raise NetworkError(self._last_failure)
            try:
                announced = await self._look_up()
            except NetworkError as error:
                self._failed_lookups += 1
                self._last_failure = str(error)
                raise
            self._keep(announced)
            return announced

    def _keep(self, announcement: Announcement) -> None:
        self.newest = announcement

    async def _look_up(self) -> Announcement:
        root = self._settings.root
        url = f"{root}tcpSlaveAgentListener/"
        self._reporter.tell(f"{url}: asking for the agent port, no agent did so through jnlpspy yet")
        response: h11.Response | None = None
        with trio.move_on_after(self._lookup_timeout):
            response = await self._ask(url)
        if response is None:
            raise NetworkError(f"{url}: no answer within {self._lookup_timeout:g} s")
        if response.status_code != 200:
            raise NetworkError(f"{url}: expected status 200, got {_describe_status(response)}")
        headers = response.headers.raw_items()
        announced = read_announcement(headers, root.host, self._settings.tunnel, self._reporter.clock())
        if announced is None:
            raise NetworkError(f"{url}: expected a port in X-Jenkins-JNLP-Port, got none that is valid; is it Jenkins?")
        return announced

    async def _ask(self, url: str) -> h11.Response:
        root = self._settings.root
        headers = [("Host", root.authority), ("User-Agent", "jnlpspy"), ("Accept", "*/*"), ("Connection", "close")]
        dialled = await dial(root, self._settings.trust, self._settings.connect_timeout)
        controller = HttpLeg(dialled.leg, Side.CONTROLLER, lambda _side, _data: None)
        try:
            await controller.send(
                h11.Request(method="GET", target=f"{root.path}tcpSlaveAgentListener/", headers=headers)
            )
            await controller.send(h11.EndOfMessage())
            while isinstance(event := await controller.next_event(), h11.InformationalResponse):
                pass
        except HttpTrouble as trouble:
            raise NetworkError(f"{url}: no valid answer: {trouble.text}") from trouble
        finally:
            await dialled.leg.close()
        if not isinstance(event, h11.Response):
            raise NetworkError(f"{url}: no valid answer: it closed the connection")
        return event


def _own_address_of(stream: trio.SocketStream) -> Address:
    host, port, *_ = stream.socket.getsockname()
    return Address(host, port)


def _describe_status(response: h11.Response) -> str:
    status = f"{response.status_code} {response.reason.decode('latin-1')}".rstrip()
    location = header_of(response.headers, b"location")
    return status if location is None else f"{status} that leads to {shown_location(location)}"
