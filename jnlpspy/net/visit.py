"""One agent's HTTP connection, from its first request to its end, beside one connection to the controller."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import h11
import trio

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.net.announcement import Announcement, Offer
from jnlpspy.net.dialling import dial
from jnlpspy.net.exchange import Errand, Exchange
from jnlpspy.net.http_heads import asks_for_websocket, closes_after, header_of, own_response
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble, NotHttp, SideGone, run_beside
from jnlpspy.net.journal import Journal
from jnlpspy.net.leg import Leg
from jnlpspy.net.link import Link
from jnlpspy.net.reporting import Reporter
from jnlpspy.net.routing import NotRouted, Route, route
from jnlpspy.net.target import RootUrl, Tunnel, parse_root_url

LINGER = 2.0
"""Seconds an agent gets to take our last words: closing over unread bytes would send a reset instead."""

UNREACHED = "jnlpspy got no answer from the controller"
"""The reason phrase of our 502; agents print it."""

WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontSettings:
    """What the discovery front was told."""

    root: RootUrl
    """The controller."""
    agent_port: Address
    """Where we listen for the agent protocols; the host may be a wildcard."""
    identity: bytes | None = None
    """DER SubjectPublicKeyInfo shown to agents; None if TLS is not opened here."""
    tunnel: Tunnel | None = None
    trust: ssl.SSLContext | None = None
    """How an https controller's certificate is checked."""
    handshake_timeout: float = 30.0
    connect_timeout: float = 30.0
    slow_after: float = 5.0
    """Seconds after which a controller that does not answer is told about."""


class Visit:
    """Serves one agent's connection; the two connections live and end together."""

    def __init__(
        self, settings: FrontSettings, reporter: Reporter, journal: Journal, keep: Callable[[Announcement], None]
    ) -> None:
        self._settings = settings
        self._reporter = reporter
        self._journal = journal
        self._keep = keep
        self._controller: HttpLeg | None = None
        self.is_session = False
        """True once an agent said who it is, and asked for a WebSocket."""
        self._method = b""
        self._first_ended: Side | None = None
        self._closer: Side | None = None
        """Who asked for the end in a Connection header."""

    async def run(self, leg: Leg, front: Address) -> None:
        """Serve until the connection is over; closes the leg. `front` is the address the agent dialled."""
        agent = HttpLeg(leg, Side.AGENT, self._heard)
        by: Side | None = None
        how = CloseReason.SHUTDOWN
        try:
            by, how = await self._serve(agent, front)
            await self._leave(agent, by, how)
        finally:
            self._journal.close(by, how)
            with trio.CancelScope(shield=True):  # closes at once, also when we are being stopped
                await leg.close()
                if self._controller:
                    await self._controller.leg.close()

    async def _serve(self, agent: HttpLeg, front: Address) -> tuple[Side | None, CloseReason]:
        """Return who ended the connection, and how."""
        try:
            while (request := await self._next_request(agent)) is not None:
                self._method = request.method
                self.is_session = self.is_session or _names_agent(request)
                way = route(request.method, request.target, self._settings.root)
                exchange = await self._exchange(request, way, agent, front)
                if exchange is None:
                    return None, CloseReason.SHUTDOWN
                if exchange.is_switched and self._controller:
                    return await self._carry_websocket(agent, self._controller)
                if not exchange.is_complete or not self._controller:
                    return self._first_ended or self._closer, CloseReason.EOF
                agent.http.start_next_cycle()
                self._controller.http.start_next_cycle()
        except NotRouted as refused:
            await self._tell(agent, refused.status, refused.reason, refused.text)
            return None, CloseReason.SHUTDOWN
        except SideGone as gone:
            return gone.side, CloseReason.EOF if gone.side is self._first_ended else CloseReason.RESET
        except NotHttp as trouble:
            return await self._refuse(agent, trouble)
        except trio.TooSlowError:
            self._journal.remark(f"no request within {self._settings.handshake_timeout:g} s")
            return None, CloseReason.TIMEOUT
        return self._first_ended, CloseReason.EOF

    async def _next_request(self, agent: HttpLeg) -> h11.Request | None:
        """Return the next request, None if either side ended instead; TooSlowError if the first does not come."""
        if self._controller is None:
            with trio.fail_after(self._settings.handshake_timeout):
                return await _request_of(agent)
        requests: list[h11.Request | None] = []

        async def wait_request() -> None:
            requests.append(await _request_of(agent))

        await run_beside(wait_request, partial(_watch_idle, self._controller))
        return requests[0]

    async def _exchange(self, request: h11.Request, way: Route, agent: HttpLeg, front: Address) -> Exchange | None:
        """Pass one request on; None if we had to answer it ourselves."""
        settings = self._settings
        addressed = _front_as_addressed(request, way, front)
        host = addressed.host if settings.agent_port.host in WILDCARDS else settings.agent_port.host
        errand = Errand(
            request=request,
            way=way,
            root=settings.root,
            tunnel=settings.tunnel,
            front=addressed,
            offer=Offer(Address(host, settings.agent_port.port), settings.identity),
            reporter=self._reporter,
            journal=self._journal,
            keep=self._keep,
            slow_after=settings.slow_after,
            patience=settings.handshake_timeout,
        )
        is_first = self._controller is None
        try:
            controller = await self._reach_controller(errand)
        except NetworkError as error:
            await self._tell(agent, 502, UNREACHED, str(error))
            return None
        exchange = Exchange(errand, agent, controller)
        try:
            await exchange.run()
        except HttpTrouble as trouble:
            # A connection used before may end at any time: the agent sees it end and asks again.
            left_idle = not is_first and not controller.read_ahead
            if trouble.side is Side.AGENT or left_idle or not _can_answer(agent):
                raise
            await self._tell(agent, 502, UNREACHED, f"{errand.url}: no valid answer: {trouble.text}")
            return None
        self._closer = Side.AGENT if closes_after(request) else Side.CONTROLLER
        return exchange

    async def _reach_controller(self, errand: Errand) -> HttpLeg:
        """Return the connection to the controller, opened when it is first needed; NetworkError if that fails."""
        settings = self._settings
        failures: list[NetworkError] = []

        async def open_leg() -> None:
            try:
                dialled = await dial(settings.root, settings.trust, settings.connect_timeout)
            except NetworkError as error:
                failures.append(error)
            else:
                self._controller = HttpLeg(dialled.leg, Side.CONTROLLER, self._heard)

        async def tell_if_slow() -> None:
            await trio.sleep(settings.slow_after)
            errand.report(f"{settings.root}: no connection for {settings.slow_after:g} s, still trying")

        if self._controller is None:
            await run_beside(open_leg, tell_if_slow)
        if self._controller is None:
            raise failures[0]
        return self._controller

    async def _carry_websocket(self, agent: HttpLeg, controller: HttpLeg) -> tuple[Side | None, CloseReason]:
        await controller.send_bytes(agent.http.trailing_data[0])
        await agent.send_bytes(controller.http.trailing_data[0])
        if self._first_ended:
            return self._first_ended, CloseReason.EOF
        link = Link(self._journal, agent.leg, controller.leg, self._reporter.pace)
        await link.carry()
        if link.reset_by:
            return link.reset_by, CloseReason.RESET
        return link.first_ended, CloseReason.EOF

    async def _refuse(self, agent: HttpLeg, trouble: NotHttp) -> tuple[Side | None, CloseReason]:
        """Answer what is not HTTP, if an answer can still be given; return who ended the connection, and how."""
        if self._first_ended:
            return self._first_ended, CloseReason.EOF
        if trouble.side is Side.AGENT and _can_answer(agent):
            await self._tell(agent, trouble.status, "Bad Request", f"this port speaks HTTP/1.1: {trouble.text}")
        else:
            self._report(f"the {trouble.side.value} broke HTTP/1.1: {trouble.text}")
        return None, CloseReason.SHUTDOWN

    async def _tell(self, agent: HttpLeg, status: int, reason: str, text: str) -> None:
        """Answer the agent ourselves."""
        self._report(f"answered {status} ourselves: {text}")
        response, body = own_response(status, reason, f"jnlpspy: {text}")
        with suppress(SideGone):  # it cannot be told any more
            await agent.send(response)
            if self._method != b"HEAD":
                await agent.send(h11.Data(data=body))

    async def _leave(self, agent: HttpLeg, by: Side | None, how: CloseReason) -> None:
        """End the connections as they were ended: a reset for a reset, else a FIN and time to take what was sent."""
        if how is CloseReason.RESET:
            peer = agent if by is Side.CONTROLLER else self._controller
            if peer:
                await peer.leg.reset()
            return
        with trio.move_on_after(LINGER):
            await agent.leg.part()

    def _report(self, text: str) -> None:
        self._journal.remark(text)
        self._reporter.tell(text)

    def _heard(self, side: Side, data: bytes) -> None:
        if data:
            self._journal.sent(side, data)
        else:
            self._first_ended = self._first_ended or side
            self._journal.ended(side)


async def _request_of(agent: HttpLeg) -> h11.Request | None:
    event = await agent.next_event()
    return event if isinstance(event, h11.Request) else None


def _names_agent(request: h11.Request) -> bool:
    return asks_for_websocket(request) and header_of(request.headers, b"node-name") is not None


async def _watch_idle(controller: HttpLeg) -> None:
    """Wait until the controller ends a connection on which nothing is asked."""
    if not controller.has_ended:
        await controller.receive()
    if controller.has_ended:
        raise SideGone(Side.CONTROLLER, "the controller ended the idle connection")
    raise NotHttp(Side.CONTROLLER, "it sent bytes nobody had asked for")


def _can_answer(agent: HttpLeg) -> bool:
    return agent.http.our_state in {h11.IDLE, h11.SEND_RESPONSE}


def _front_as_addressed(request: h11.Request, way: Route, front: Address) -> RootUrl:
    """Return the front's root URL as the agent knows it; by our own address if its Host header is no use."""
    prefix = way.prefix.decode("ascii")
    host = (header_of(request.headers, b"host") or b"").decode("latin-1")
    try:
        return parse_root_url(f"http://{host}{prefix}")
    except UsageError:
        return RootUrl("http", front.host, front.port, prefix)
