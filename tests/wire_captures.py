"""Specimens as tcpdump would have seen them: their JNLP4 in TLS, with its keys."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from simulate.peers import identity
from specimens import observations_of
from tls_talk import TlsTalk

from jnlpspy.capture.recorder import Recorder
from jnlpspy.model.tap import Observation, Segment, Side, Tap, TlsOpened

ACK = b"\0\3ACK"


def on_the_wire(name: str, folder: Path) -> list[Observation]:
    """Return a specimen's observations as tcpdump would have made them: its JNLP4 in TLS."""
    seen: list[Observation] = []
    talks: dict[int, TlsTalk] = {}
    acknowledged: dict[int, set[Side]] = {}
    for each in observations_of(name):
        if isinstance(each, TlsOpened):
            continue
        if not isinstance(each, Segment):
            seen.append(each)
            continue
        plain = replace(each, tap=Tap.WIRE)
        acks = acknowledged.setdefault(each.connection, set())
        if each.connection in talks:
            sent: Iterable[tuple[Side, bytes]] = talks[each.connection].say(each.sender, each.data)
            seen += [replace(plain, sender=side, data=data) for side, data in sent]
            continue
        seen.append(plain)
        acks |= {each.sender} if each.data.endswith(ACK) else set()
        if acks == set(Side):
            talks[each.connection] = TlsTalk(identity(), folder / "keys")
            seen += [replace(plain, sender=side, data=data) for side, data in talks[each.connection].shake()]
    assert talks
    return seen


def wire_capture(name: str, folder: Path, *, inside: bool = False) -> tuple[Path, Path]:
    """Write a specimen as a capture of the wire, and its keys beside or inside it; return both paths."""
    observations = on_the_wire(name, folder)
    blocks: list[bytes] = []
    recorder = Recorder(blocks.append, application="test", secrets_kept=True)
    if inside:
        recorder.keys((folder / "keys").read_bytes())
    for each in observations:
        recorder.observe(replace(each, tap=Tap.DECRYPTED) if isinstance(each, Segment) else each)
    path = folder / "wire.pcapng"
    path.write_bytes(b"".join(blocks).replace(b"decrypted", b"any-other"))
    return path, folder / "keys"
