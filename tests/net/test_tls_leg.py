import hashlib
import random
import ssl

import pytest
import trio
import trio.testing
from relayed import loopback_pair, to_end

from jnlpspy.net.identity import create_identity, identity_of_certificate
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.net.tls_leg import (
    UNASKED_BYTES,
    TlsEnd,
    TlsEngine,
    TlsFailed,
    TlsLeg,
    controller_leg_context,
    open_tls,
)

IDENTITY = create_identity()
ACCEPTING = TlsEnd(IDENTITY.agent_leg_context(), accepting=True)
DIALLING = TlsEnd(controller_leg_context(), accepting=False)
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def dialling_with(version: ssl.TLSVersion) -> TlsEnd:
    context = controller_leg_context()
    context.maximum_version = version
    return TlsEnd(context, accepting=False)


async def tls_pair(dialling: TlsEnd = DIALLING, accepting: TlsEnd = ACCEPTING) -> tuple[TlsLeg, TlsLeg]:
    legs: dict[TlsEnd, TlsLeg] = {}

    async def shake(stream: trio.SocketStream, end: TlsEnd) -> None:
        legs[end] = await open_tls(Leg(stream), end)

    near, far = await loopback_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(shake, near, dialling)
        nursery.start_soon(shake, far, accepting)
    return legs[dialling], legs[accepting]


@pytest.mark.parametrize("version", VERSIONS)
async def test_both_tls_versions_carry_bytes_both_ways(version: ssl.TLSVersion) -> None:
    near, far = await tls_pair(dialling_with(version))
    assert near.engine.version == far.engine.version == str(version.name).replace("_", ".")
    assert near.engine.cipher == far.engine.cipher != ""
    assert identity_of_certificate(near.engine.peer_certificate) == IDENTITY.public_key
    assert far.engine.peer_certificate == b""
    await near.send(b"ping")
    assert await far.receive() == b"ping"
    await far.send(b"pong")
    assert await near.receive() == b"pong"
    await near.close()
    await far.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("polite", [True, False])
async def test_close_notify_and_bare_fin_are_told_apart(version: ssl.TLSVersion, polite: bool) -> None:  # noqa: FBT001 - a parameter of the test
    near, far = await tls_pair(dialling_with(version))
    await near.send(b"bye")
    if polite:
        await near.send_ending(Ending.CLOSE_NOTIFY)
    await near.send_ending(Ending.FIN)
    assert await to_end(far) == (b"bye", [Ending.CLOSE_NOTIFY, Ending.FIN] if polite else [Ending.FIN])
    await far.send(b"still talking")
    await far.send_ending(Ending.FIN)
    assert await to_end(near) == (b"still talking", [Ending.FIN])
    await near.close()
    await far.close()


async def test_close_notify_alone_is_told_before_the_fin_comes() -> None:
    near, far = await tls_pair()
    await near.send_ending(Ending.CLOSE_NOTIFY)
    assert await far.receive() is Ending.CLOSE_NOTIFY
    await near.send_ending(Ending.FIN)
    assert await far.receive() is Ending.FIN
    await near.close()
    await far.close()


async def test_reset_is_told_as_a_reset() -> None:
    near, far = await tls_pair()
    await near.send(b"cut")
    await near.reset()
    assert await to_end(far) == (b"cut", [Ending.RESET])
    with pytest.raises(LegBroken):
        await far.send(b"too late")
    await far.close()


async def test_both_sides_may_send_more_than_the_network_holds_at_once() -> None:
    near, far = await tls_pair()
    data = random.Random(1).randbytes(12 << 20)  # noqa: S311 - no secret

    async def send(leg: TlsLeg) -> None:
        for start in range(0, len(data), 1 << 18):
            await leg.send(data[start : start + (1 << 18)])
        await leg.send_ending(Ending.FIN)

    digests = []

    async def receive(leg: TlsLeg) -> None:
        digests.append(hashlib.sha256((await to_end(leg))[0]).hexdigest())

    async with trio.open_nursery() as nursery:
        for leg in (near, far):
            nursery.start_soon(send, leg)
            nursery.start_soon(receive, leg)
    assert digests == [hashlib.sha256(data).hexdigest()] * 2
    await near.close()
    await far.close()


async def test_one_read_yields_more_than_one_record() -> None:
    near, far = TlsEngine(DIALLING), TlsEngine(ACCEPTING)
    done = [False, False]
    while not all(done):
        done = [near.shake(), far.shake()]
        far.feed(near.pull())
        near.feed(far.pull())
    data = bytes(range(256)) * 4096
    far.feed(near.encrypt(data))
    assert far.read() == data
    assert far.read() == b""


async def test_what_follows_a_close_notify_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    class CountedBio:
        def __init__(self) -> None:
            self.bio = ssl.MemoryBIO()

        def write(self, data: bytes) -> None:
            written.append(len(data))
            self.bio.write(data)

    near, far = await tls_pair()
    await near.send_ending(Ending.CLOSE_NOTIFY)
    assert await far.receive() is Ending.CLOSE_NOTIFY
    monkeypatch.setattr(far.engine, "_incoming", CountedBio())
    await near.stream.send_all(b"x" * 10_000)
    await near.send_ending(Ending.FIN)
    assert await far.receive() is Ending.FIN
    assert written == []
    await near.close()
    await far.close()


async def test_a_peer_that_only_asks_for_new_keys_is_not_answered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = await tls_pair()
    bio = ssl.MemoryBIO()
    bio.write(bytes(UNASKED_BYTES + 1))  # Python's ssl cannot ask for new keys
    monkeypatch.setattr(far.engine, "_outgoing", bio)
    await near.send(b"more")
    with pytest.raises(TlsFailed, match="asking for new keys"):
        await far.receive()
    await near.close()
    await far.close()


async def test_ending_while_an_alert_is_on_its_way_finds_the_leg_broken() -> None:
    near_stream, far_stream = trio.testing.lockstep_stream_pair()  # what is sent waits until it is read
    async with trio.open_nursery() as nursery:
        near = TlsLeg(Leg(near_stream), TlsEngine(DIALLING))
        nursery.start_soon(near.shake)
        far = await open_tls(Leg(far_stream), ACCEPTING)
    async with trio.open_nursery() as nursery:

        async def meet_damage() -> None:
            with pytest.raises(TlsFailed):
                await far.receive()

        nursery.start_soon(meet_damage)
        await near.stream.send_all(b"\x17\x03\x03\x00\x20" + bytes(32))
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(LegBroken, match="an alert is on its way"):
            await far.send_ending(Ending.CLOSE_NOTIFY)
        with pytest.raises(LegBroken):
            await far.send(b"more")
        nursery.cancel_scope.cancel()


async def test_trio_own_tls_is_understood() -> None:
    near, far = await loopback_pair()
    peer = trio.SSLStream(near, controller_leg_context())
    async with trio.open_nursery() as nursery:

        async def talk() -> None:
            await peer.send_all(b"hello")
            assert await peer.receive_some() == b"there"
            await peer.aclose()

        nursery.start_soon(talk)
        leg = await open_tls(Leg(far), ACCEPTING)
        assert await leg.receive() == b"hello"
        await leg.send(b"there")
        assert await to_end(leg) == (b"", [Ending.CLOSE_NOTIFY, Ending.FIN])
    await leg.close()


async def test_bytes_read_too_early_are_not_lost() -> None:
    near, far = await loopback_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(open_tls, Leg(near), DIALLING)
        early = bytes(await far.receive_some(1 << 16))
        leg = await open_tls(Leg(far), ACCEPTING, early)
        assert leg.engine.version == "TLSv1.3"
    await leg.close()
    await near.aclose()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP instead of TLS"),
        (b"\x00\x16Protocol:JNLP4-connect", "not TLS"),
    ],
)
async def test_what_is_not_tls_is_refused_in_plain_words(said: bytes, reason: str) -> None:
    near, far = map(Leg, await loopback_pair())
    await near.send(said)
    with pytest.raises(TlsFailed, match=reason) as failure:
        await open_tls(far, ACCEPTING)
    assert failure.value.ending is None
    await near.close()
    await far.close()


async def test_versions_before_1_2_are_refused_in_plain_words() -> None:
    hello = bytes.fromhex("16030100310100002d0301" + "00" * 32 + "000006002f0035000a0100")
    near, far = map(Leg, await loopback_pair())
    await near.send(hello[:3] + (len(hello) - 5).to_bytes(2, "big") + hello[5:])
    with pytest.raises(TlsFailed, match=r"no TLS version from 1\.2 up"):
        await open_tls(far, ACCEPTING)
    alert = await near.receive()
    assert isinstance(alert, bytes)
    assert alert[0] == 0x15
    await near.close()
    await far.close()


@pytest.mark.parametrize("ending", [Ending.FIN, Ending.RESET])
async def test_peer_that_leaves_the_handshake_is_told_with_how(ending: Ending) -> None:
    near, far = map(Leg, await loopback_pair())
    await (near.reset() if ending is Ending.RESET else near.close())
    with pytest.raises(TlsFailed, match="before it said a word of TLS") as failure:
        await open_tls(far, DIALLING)
    assert failure.value.ending is ending
    assert not failure.value.begun
    await far.close()


async def test_damaged_record_fails_after_the_sound_bytes_before_it() -> None:
    near, far = await tls_pair()
    sound, damaged = near.engine.encrypt(b"sound"), bytearray(near.engine.encrypt(b"damaged"))
    damaged[-1] ^= 1
    await near.stream.send_all(sound + damaged)
    assert await far.receive() == b"sound"
    with pytest.raises(TlsFailed, match="damaged on the way"):
        await far.receive()
    with pytest.raises(TlsFailed, match="the TLS alert bad record mac"):
        await near.receive()
    await near.close()
    await far.close()


async def test_wire_tap_sees_what_is_on_the_wire() -> None:
    seen: dict[str, bytes] = {"came": b"", "left": b""}

    class Spy:
        def came(self, data: bytes) -> None:
            seen["came"] += data

        def left(self, data: bytes) -> None:
            seen["left"] += data

    near, far = await loopback_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(open_tls, Leg(near), DIALLING)
        leg = await open_tls(Leg(far, Spy()), ACCEPTING)
    await leg.send(b"secret")
    assert seen["came"][:3] == b"\x16\x03\x01"
    assert seen["left"][:3] == b"\x16\x03\x03"
    assert b"secret" not in seen["left"]
    await leg.close()
    await near.aclose()
