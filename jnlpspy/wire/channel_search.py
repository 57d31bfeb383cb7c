"""Finds secrets that came before in what both sides say on the channel, in chunks or in WebSocket's masked frames."""

from collections.abc import Iterable

from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Segment, Side
from jnlpspy.wire.held import Held
from jnlpspy.wire.payloads import Payloads
from jnlpspy.wire.secret_search import CHUNK_HEAD, Marks, find_cut_off, find_secret, is_cut_off


class ChannelSearch:
    """Overwrites secrets in the observations held, and knows which side's last bytes may be the beginning of one."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self.secrets: list[bytes] = []
        """What is looked for."""
        self.marks = Marks()
        """Tells at a glance that none of them stands in bytes."""
        self.payloads: dict[Side, Payloads] = {}
        """What is said in frames, of the observations held; empty where there are no frames."""
        self._cut_off = {Side.AGENT: False, Side.CONTROLLER: False}
        """Whether a side's last bytes end inside a secret; they are held, or were passed on."""
        self._released: dict[Side, bytes] = {}
        """Of sides of which bytes were passed on that end inside a secret: these bytes, as they came."""

    def add(self, secret: bytes) -> None:
        """Look for another secret, too."""
        self.secrets.append(secret)
        self.marks.add(secret)

    def read_frames(self, side: Side, offset: int, rest: bytes) -> None:
        """Take a side's bytes from `offset` on for frames; these are held."""
        self.payloads[side] = Payloads(offset, masks=side is Side.AGENT)
        self.payloads[side].feed(rest)
        self.overwrite(side)
        self.look_at_end(side)

    @property
    def incomplete(self) -> bool:
        """True if a side's last bytes may be the beginning of a secret."""
        return True in self._cut_off.values()

    def is_cut_off(self, side: Side) -> bool:
        """Return whether a side's last bytes may be the beginning of a secret."""
        return self._cut_off[side]

    def judge(self, segment: Segment) -> bool:
        """Return whether no secret ends in what comes next, nor begins in it."""
        side, data = segment.sender, segment.data
        if self.payloads:
            said = self.payloads[side].feed(data)
            return not self._cut_off[side] and all(map(self.marks.absent_from, said))
        if self._cut_off[side]:
            data = self._end_of(side, max(map(len, self.secrets)) + CHUNK_HEAD) + data
        return self.marks.absent_from(data)

    def take(self, segment: Segment, *, is_clean: bool) -> None:
        """Search what was judged, and is held now."""
        side = segment.sender
        if is_clean:
            self._cut_off[side] = False
        elif self.payloads or self._cut_off[side] or self.marks.stand_in(segment.data):
            self.overwrite(side)
            self.look_at_end(side)
        else:
            self._cut_off[side] = True  # there is a beginning at the end, and nothing else

    def lose(self, side: Side, length: int) -> None:
        """Take note that bytes were not seen: nobody will know how a secret went on that the last ones may begin."""
        self._mask(side)
        self.forget(side)
        self._cut_off[side] = False
        if self.payloads:
            self.payloads[side].skip(length)

    def overwrite(self, side: Side) -> None:
        """Replace the secrets in what is held of a side."""
        if self.payloads:
            for secret in self.secrets:
                self._held.overwrite(side, self.payloads[side].overwritten(secret, pseudonym_of(secret)))
        elif self.secrets:
            start = self._held.start(side)
            before = self._released.get(side, b"")
            held = before + self._held.raw(side, Span(start, self._held.ends[side]))
            start -= len(before)
            patches: dict[int, int] = {}
            for secret in self.secrets:
                for places in find_secret(held, secret):
                    patches.update(zip((start + place for place in places), pseudonym_of(secret), strict=True))
            self._held.overwrite(side, patches)

    def look_at_end(self, side: Side) -> None:
        """See whether a side's last bytes end inside one of the secrets."""
        self._cut_off[side] = any(
            is_cut_off(end, secret) for secret in self.secrets for end in self._ends(side, secret)
        )

    def mask_cut_off(self) -> None:
        """Hide the beginnings of secrets that are passed on now, and keep how each such side ends, to find the rest."""
        for side in Side:
            end = self._mask(side)
            self.forget(side, but=max(map(len, self.secrets)) + CHUNK_HEAD if end else 0)
            if end and not self.payloads:
                self._released[side] = end

    def release(self) -> None:
        """Take note that nothing is held any more, and no side's last bytes may be the beginning of a secret."""
        self._released.clear()
        for payloads in self.payloads.values():
            payloads.clear()

    def forget(self, side: Side, *, but: int = 0) -> None:
        """Take note that nothing of a side is held any more; its last bytes may be the beginning of a secret."""
        self._released.pop(side, None)
        if self.payloads:
            self.payloads[side].keep(but)

    def _mask(self, side: Side) -> bytes:
        """Hide the beginning of a secret that a side ends inside; return the bytes it is among, b"" if none is."""
        longest = b""
        for secret in self.secrets if self._cut_off[side] else ():
            pseudonym = pseudonym_of(secret)
            for end in self._ends(side, secret):
                if is_cut_off(end, secret):
                    longest = max(longest, end, key=len)
                    self._held.overwrite(side, self._beginning(side, end, secret, pseudonym))
        return longest

    def _beginning(self, side: Side, end: bytes, secret: bytes, pseudonym: bytes) -> dict[int, int]:
        """Return which bytes must become which for the secret that a side ends inside to be hidden."""
        if self.payloads:
            return self.payloads[side].cut_off(secret, pseudonym)
        start = self._held.ends[side] - len(end)
        return dict(zip((start + place for place in find_cut_off(end, secret)), pseudonym, strict=False))

    def _ends(self, side: Side, secret: bytes) -> Iterable[bytes]:
        """Return a side's last bytes, among which the beginning of a secret stands if they end inside it."""
        size = len(secret) + CHUNK_HEAD
        return self.payloads[side].tails(size) if self.payloads else (self._end_of(side, size),)

    def _end_of(self, side: Side, size: int) -> bytes:
        end = self._held.ends[side]
        return (self._released.get(side, b"") + self._held.raw(side, Span(end - size, end)))[-size:]
