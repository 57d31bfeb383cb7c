"""One request of an agent and the controller's answer to it, streamed both ways at once."""

from collections.abc import Callable
from dataclasses import dataclass

import h11
import trio

from jnlpspy.model.tap import Side
from jnlpspy.net.announcement import Announcement, Offer, read_announcement, rewrite_discovery
from jnlpspy.net.http_heads import (
    UNREWRITABLE,
    closes_after,
    forwarded_request,
    forwarded_response,
    header_of,
    shown_location,
    with_length,
)
from jnlpspy.net.http_leg import HttpEvent, HttpLeg, NotHttp, SideGone, run_beside
from jnlpspy.net.jnlp_file import CONTENT_TYPE, LARGEST_FILE, rewrite_jnlp
from jnlpspy.net.journal import Journal
from jnlpspy.net.reporting import Reporter
from jnlpspy.net.routing import Resource, Route
from jnlpspy.net.target import RootUrl, Tunnel

READ_AHEAD = 64 * 1024
"""Bytes of later requests that are read while one is being answered, to notice an agent that leaves."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is needed to answer one request of an agent."""

    request: h11.Request
    way: Route
    root: RootUrl
    tunnel: Tunnel | None
    front: RootUrl
    """The front's own root URL, as the agent addressed it."""
    offer: Offer
    reporter: Reporter
    journal: Journal
    keep: Callable[[Announcement], None]
    slow_after: float
    patience: float
    """Seconds the controller gets to end a connection whose agent has ended."""

    @property
    def url(self) -> str:
        """What is asked of the controller; without the query, which may hold anything."""
        return f"{self.root.scheme}://{self.root.authority}{self.way.target.partition(b'?')[0].decode('latin-1')}"

    def report(self, text: str) -> None:
        """Remark something on the connection, and say it."""
        self.journal.remark(text)
        self.reporter.tell(text)


class Exchange:
    """Passes one request on and its answer back."""

    def __init__(self, errand: Errand, agent: HttpLeg, controller: HttpLeg) -> None:
        self.has_answer = False
        """True once the controller's final head has come; from then on nothing else can be told to the agent."""
        self.is_switched = False
        """True after a 101: what follows is no HTTP."""
        self._errand = errand
        self._agent = agent
        self._controller = controller
        self._head_sent = trio.Event()

    @property
    def is_complete(self) -> bool:
        """True if both connections may be used for another exchange."""
        ends = (self._agent, self._controller)
        return not any(end.has_ended for end in ends) and all(
            state is h11.DONE for end in ends for state in (end.http.our_state, end.http.their_state)
        )

    async def run(self) -> None:
        """Return when the answer is complete; HttpTrouble says which side failed."""
        await run_beside(self._return_answer, self._pass_request_body, self._tell_if_slow)

    async def _tell_if_slow(self) -> None:
        await trio.sleep(self._errand.slow_after)
        if not self.has_answer:
            self._errand.report(f"{self._errand.url}: no answer for {self._errand.slow_after:g} s, still waiting")

    async def _pass_request_body(self) -> None:
        """Pass the body on; then keep reading, because only that shows that an agent has left."""
        await self._head_sent.wait()
        try:
            await self._pass_body(self._agent, self._controller)
            while not self._agent.has_ended:
                if self._agent.read_ahead >= READ_AHEAD:
                    return
                await self._agent.receive()
        except NotHttp as error:
            if error.side is not Side.AGENT or not self._agent.has_ended:
                raise
        except SideGone as gone:
            if gone.side is Side.AGENT:
                raise
            return  # the controller takes no more; it may have said why, which the other direction reads
        # The controller learns of the FIN as it would without us, and decides itself whether it still answers.
        if self._controller.half_closes:
            await self._controller.send_fin()
        await trio.sleep(self._errand.patience)
        raise SideGone(Side.AGENT, "the agent left before the answer was complete")

    async def _return_answer(self) -> None:
        errand = self._errand
        without = UNREWRITABLE if errand.way.resource is Resource.JNLP_FILE else ()
        await self._controller.send(
            forwarded_request(errand.request, errand.way.target, errand.root.authority, without=without)
        )
        self._head_sent.set()
        response = await self._next_head()
        if response is None:
            return
        self.has_answer = True
        self._report_status(response)
        if response.status_code == 200 and errand.way.resource is Resource.DISCOVERY:
            await self._send_head(response, self._turned_discovery(response))
        elif response.status_code == 200 and errand.way.resource is Resource.JNLP_FILE and self._is_file(response):
            await self._return_file(response)
            return
        else:
            await self._send_head(response)
        await self._pass_body(self._controller, self._agent)

    async def _next_head(self) -> h11.Response | None:
        """Return the final answer's head, None after a switch of protocols; what comes before it is passed on."""
        while True:
            match event := await self._next_of_controller():
                case h11.Response():
                    return event
                case h11.InformationalResponse(status_code=101):
                    await self._agent.send(event)
                    self.is_switched = self.has_answer = True
                    return None
                case h11.InformationalResponse() if self._errand.request.http_version >= b"1.1":
                    await self._agent.send(event)
                case h11.InformationalResponse():
                    pass  # HTTP/1.0 knows no interim answers
                case _:
                    raise NotHttp(Side.CONTROLLER, f"expected an answer, got {_name_of(event)}")

    async def _next_of_controller(self) -> HttpEvent:
        try:
            return await self._controller.next_event()
        except NotHttp as error:
            if not self._controller.has_ended:
                raise
            where = "in the middle of its answer's head" if self._controller.read_ahead else "without an answer"
            raise NotHttp(Side.CONTROLLER, f"it closed the connection {where}") from error

    async def _send_head(self, response: h11.Response, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        closing = closes_after(response) or not self._is_framed(response)
        await self._agent.send(forwarded_response(response, headers, closing=closing))

    def _is_framed(self, response: h11.Response) -> bool:
        """Return whether the answer's end can be told from the end of the connection."""
        names = {name for name, _ in response.headers}
        has_body = self._errand.request.method != b"HEAD" and response.status_code not in {204, 304}
        return not has_body or bool(names & {b"content-length", b"transfer-encoding"})

    async def _pass_body(self, source: HttpLeg, sink: HttpLeg) -> None:
        while True:
            event: HttpEvent = await source.next_event()
            match event:
                case h11.Data():
                    await sink.send(h11.Data(data=event.data))
                    await self._errand.reporter.pace()
                case h11.EndOfMessage():
                    takes_trailers = sink is self._controller or self._errand.request.http_version >= b"1.1"
                    await sink.send(h11.EndOfMessage(headers=event.headers.raw_items() if takes_trailers else []))
                    return
                case _:
                    raise NotHttp(source.side, f"expected a body, got {_name_of(event)}")

    def _turned_discovery(self, response: h11.Response) -> list[tuple[bytes, bytes]]:
        errand = self._errand
        headers = list(response.headers.raw_items())
        announced = read_announcement(headers, errand.root.host, errand.tunnel, errand.reporter.clock())
        if announced is None:
            errand.report(f"{errand.url}: the answer announces no agent port; an agent will not take it for Jenkins")
        else:
            errand.keep(announced)
        turned = rewrite_discovery(headers, errand.offer, errand.front.host)
        if turned.changes:
            errand.journal.remark(f"the discovery answer leads here: {', '.join(turned.changes)}")
        return list(turned.headers)

    def _is_file(self, response: h11.Response) -> bool:
        """Return whether the answer is a `.jnlp` file that can be rewritten; say so if its URLs stay as they are."""
        errand = self._errand
        kind = (header_of(response.headers, b"content-type") or b"").partition(b";")[0].strip().lower()
        encoding = header_of(response.headers, b"content-encoding") or b"identity"
        if kind == b"application/octet-stream":
            errand.report(
                f"{errand.url}: the .jnlp file is encrypted, its URLs lead the agent past jnlpspy; "
                f"start it with -url {errand.front} -secret SECRET -name NAME instead of -jnlpUrl"
            )
        elif kind != CONTENT_TYPE:
            shown = kind.decode("latin-1") or "no content type"
            errand.report(f"{errand.url}: expected a .jnlp file, got {shown}; passed on as it is")
        elif encoding.lower() != b"identity":
            errand.report(f"{errand.url}: the .jnlp file came compressed, its URLs lead the agent past jnlpspy")
        else:
            return errand.request.method != b"HEAD"
        return False

    async def _return_file(self, response: h11.Response) -> None:
        errand = self._errand
        body = bytearray()
        try:
            while isinstance(event := await self._controller.next_event(), h11.Data):
                body += event.data
                if len(body) > LARGEST_FILE:
                    errand.report(f"{errand.url}: a .jnlp file of more than {LARGEST_FILE} bytes is passed on as it is")
                    await self._return_rest(response, body)
                    return
        except (NotHttp, SideGone) as trouble:
            if trouble.side is Side.CONTROLLER:
                await self._send_head(response)
                await self._agent.send(h11.Data(data=bytes(body)))
            raise
        turned = rewrite_jnlp(bytes(body), errand.root, errand.front, errand.offer.address)
        if turned.changes:
            errand.journal.remark(f"the .jnlp file leads here: {', '.join(turned.changes)}")
        headers = with_length(response.headers.raw_items(), len(turned.body))
        await self._agent.send(forwarded_response(response, headers, closing=closes_after(response)))
        await self._agent.send(h11.Data(data=turned.body))
        await self._agent.send(h11.EndOfMessage())

    async def _return_rest(self, response: h11.Response, begun: bytearray) -> None:
        await self._send_head(response)
        await self._agent.send(h11.Data(data=bytes(begun)))
        await self._pass_body(self._controller, self._agent)

    def _report_status(self, response: h11.Response) -> None:
        errand = self._errand
        status = response.status_code
        if status < 300 or status == 304:
            return
        text = f"{errand.url}: the controller answered {status} {response.reason.decode('latin-1')}".rstrip()
        location = header_of(response.headers, b"location")
        if location is not None and status < 400:
            text += f" and leads to {shown_location(location)}; an agent that follows goes past jnlpspy"
        errand.report(text)


def _name_of(event: HttpEvent) -> str:
    """Return what an event is; its text would hold the bytes too."""
    return type(event).__name__ if isinstance(event, h11.Event) else "nothing that can be read yet"
