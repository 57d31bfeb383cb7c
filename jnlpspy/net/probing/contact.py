"""One connection of doctor's walk: every byte goes into its journal, and its end is told as it came."""

from contextlib import suppress
from typing import Self

import trio

from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.net.journal import Journal
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.net.probing.steps import LONGEST_ANSWER, PARTING_PATIENCE
from jnlpspy.net.tls_leg import TlsEnd, TlsFailed, TlsLeg, open_tls


class Contact:
    """A connection that the walk opened; used as a context, which closes it."""

    def __init__(self, leg: Leg, journal: Journal, unread: bytes = b"") -> None:
        self.leg = leg
        self.journal = journal
        self.ending: Ending | None = None
        """How the other side ended, if it has."""
        self._unread = unread

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.close(timed_out=kind is not None and issubclass(kind, trio.Cancelled))

    async def close(self, *, timed_out: bool = False) -> None:
        """Close at once; the journal says who ended first."""
        if self.ending is not None:
            self.journal.close(Side.CONTROLLER, CloseReason.RESET if self.ending is Ending.RESET else CloseReason.EOF)
        else:
            self.journal.close(Side.AGENT, CloseReason.TIMEOUT if timed_out else CloseReason.EOF)
        with trio.CancelScope(shield=True):
            await self.leg.close()

    async def send(self, data: bytes) -> None:
        """Send all of it; that nobody is there any more, the next read tells."""
        self.journal.sent(Side.AGENT, data)
        with suppress(LegBroken):
            await self.leg.send(data)

    async def read(self, count: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        while len(self._unread) < count and await self._fetch():
            pass
        return self._take(count)

    async def read_until(self, mark: bytes, most: int) -> bytes:
        """Return what comes up to a mark and with it; less at the end, or if the mark does not come within `most`."""
        while mark not in self._unread and len(self._unread) < most and await self._fetch():
            pass
        place = self._unread.find(mark)
        return self._take(min(most, len(self._unread)) if place < 0 else place + len(mark))

    async def read_some(self) -> bytes:
        """Return what there is, at least one byte, nothing at the end."""
        if not self._unread:
            await self._fetch()
        return self._take(len(self._unread))

    async def read_all(self) -> bytes:
        """Return all that comes up to the end, or up to the longest answer that is looked at."""
        return await self.read(LONGEST_ANSWER)

    async def read_frame(self) -> bytes | None:
        """Return what stands behind a length of two bytes; None if the end came before its end."""
        size = await self.read(2)
        length = int.from_bytes(size, "big")
        body = await self.read(length) if len(size) == 2 else b""
        return body if len(size) == 2 and len(body) == length else None

    async def open_tls(self, end: TlsEnd) -> TlsLeg:
        """Open TLS; everything behind it is plaintext in the journal. Raises TlsFailed."""
        try:
            tls = await open_tls(self.leg, end, self._take(len(self._unread)))
        except TlsFailed as failure:
            self.ending = failure.ending
            raise
        self.leg = tls
        return tls

    def hand_over(self, journal: Journal) -> "Contact":
        """End here and go on as another connection: what follows is another protocol."""
        self.journal.close(None, CloseReason.SHUTDOWN)
        return Contact(self.leg, journal, self._take(len(self._unread)))

    async def part(self) -> None:
        """Say that nothing more will come, and give the other side a moment to end."""
        first = self.ending
        with trio.move_on_after(PARTING_PATIENCE), suppress(LegBroken):
            await self.leg.send_ending(Ending.FIN)
            self.journal.ended(Side.AGENT)
            while await self._fetch():
                pass
        self.ending = first  # when the walk ended first, the other side only follows

    async def _fetch(self) -> bool:
        """Read once; return whether anything came."""
        if self.ending is not None:
            return False
        try:
            got = await self.leg.receive()
            while got is Ending.CLOSE_NOTIFY:
                got = await self.leg.receive()
        except TlsFailed as failure:
            self.journal.remark(f"TLS on the controller's leg failed: {failure}")
            got = failure.ending or Ending.FIN
        if isinstance(got, bytes):
            self.journal.sent(Side.CONTROLLER, got)
            self._unread += got
            return True
        self.ending = got
        if got is Ending.FIN:
            self.journal.ended(Side.CONTROLLER)
        return False

    def _take(self, count: int) -> bytes:
        taken, self._unread = self._unread[:count], self._unread[count:]
        return taken
