"""Hundreds of random conversations: what goes in at one end comes out at the other, and is what was observed."""

import hashlib
import random
from dataclasses import dataclass, field

import pytest
import trio
from relayed import OFFER, Stage, frame, into_tls, relayed, to_end

from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.net.identity import create_identity
from jnlpspy.net.leg import Ending, Leg, LegBroken

CONTROLLERS = create_identity()
OURS = create_identity()
CONVERSATIONS = 13
"""Per seed, with twelve seeds each: some three hundred in all."""


@dataclass
class Talk:
    """What one side will say and how it ends; then what it said and heard."""

    pieces: list[bytes]
    endings: list[Ending]
    sent: bytearray = field(default_factory=bytearray)
    was_cut: bool = False
    heard: bytes = b""
    heard_endings: list[Ending] = field(default_factory=list)

    async def speak(self, leg: Leg) -> None:
        """Say it all, unless the other side resets."""
        try:
            for piece in self.pieces:
                self.sent += piece
                await leg.send(piece)
            for ending in self.endings:
                await (leg.reset() if ending is Ending.RESET else leg.send_ending(ending))
        except LegBroken:
            self.was_cut = True

    async def listen(self, leg: Leg) -> None:
        """Hear it all; our own reset ends that as well."""
        try:
            self.heard, self.heard_endings = await to_end(leg)
        except trio.ClosedResourceError:
            self.heard_endings = []


def random_talk(chance: random.Random, endings: list[list[Ending]]) -> Talk:
    sizes = [chance.choice((1, 2, 100, 1460, 8194, 70_000)) for _ in range(chance.randint(0, 8))]
    return Talk([chance.randbytes(size) for size in sizes], chance.choice(endings))


async def converse(stage: Stage, ends: dict[Side, Leg], talks: dict[Side, Talk]) -> None:
    async with trio.open_nursery() as nursery:
        for side in Side:
            nursery.start_soon(talks[side].speak, ends[side])
            nursery.start_soon(talks[side].listen, ends[side])
    for leg in ends.values():
        await leg.close()
    await stage.over.wait()


def judge(stage: Stage, talks: dict[Side, Talk], offset: dict[Side, int]) -> None:
    """Compare both ends and the tap."""
    resets = {side for side in Side if Ending.RESET in talks[side].endings and not talks[side].was_cut}
    for side in Side:
        said, heard = bytes(talks[side].sent), talks[side.peer]
        observed = stage.sent(side)[offset[side] :]
        assert said.startswith(observed)
        if side.peer not in resets and not talks[side].was_cut:
            assert digest(observed) == digest(said)
            assert digest(heard.heard) == digest(said)
            if side not in resets:
                assert heard.heard_endings == talks[side].endings
    if resets:
        assert stage.closed.how is CloseReason.RESET
        assert stage.closed.by in resets
    else:
        assert stage.closed.how is CloseReason.EOF
        assert stage.closed.by is stage.ended[0]
        assert set(stage.ended) == set(Side)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("seed", range(12))
async def test_plain_bytes_out_are_the_bytes_in(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    endings = [[Ending.FIN], [Ending.FIN], [Ending.RESET]]
    for _ in range(CONVERSATIONS):
        async with relayed() as stage:
            agent, controller = await stage.connect()
            talks = {side: random_talk(chance, endings) for side in Side}
            talks[Side.AGENT].pieces.insert(0, chance.choice([frame("Protocol:JNLP-connect"), OFFER, b"GET /", b""]))
            await converse(stage, {Side.AGENT: agent, Side.CONTROLLER: controller}, talks)
            judge(stage, talks, dict.fromkeys(Side, 0))


@pytest.mark.parametrize("seed", range(12))
async def test_intercepted_bytes_out_are_the_bytes_in(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    endings = [[Ending.FIN], [Ending.CLOSE_NOTIFY, Ending.FIN], [Ending.RESET]]
    for _ in range(CONVERSATIONS):
        async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
            agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
            offset = {side: len(stage.sent(side)) for side in Side}
            talks = {side: random_talk(chance, endings) for side in Side}
            await converse(stage, {Side.AGENT: agent, Side.CONTROLLER: controller}, talks)
            judge(stage, talks, offset)
