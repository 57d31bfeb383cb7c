"""TLS whose keys are known, of every version and cipher suite that agents and controllers agree on."""

import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from simulate.peers import identity
from tls_talk import TlsTalk

from jnlpspy.capture.key_log import KeyLog, read_key_log
from jnlpspy.capture.tls_opening import (
    LONGEST_RECORD,
    AlertInside,
    HandshakeDone,
    Plaintext,
    StaysClosed,
    TlsOpening,
    Told,
)
from jnlpspy.capture.tls_suites import expand_label
from jnlpspy.model.tap import Side

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
LONG = bytes(range(256)) * 300
"""More than four records hold."""

SUITES_12 = (
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
    "AES128-SHA256",
    "AES256-SHA256",
    "AES128-SHA",
    "AES256-SHA",
)


def said(talk: TlsTalk) -> list[tuple[Side, bytes]]:
    """Return the wire of a talk in which both sides say something short and something long."""
    wire = list(talk.shake())
    for side in Side:
        wire += talk.say(side, b"hello of the " + side.value.encode())
        wire += talk.say(side, LONG)
    return wire + list(talk.end(AGENT))


def opened(keys: KeyLog, wire: list[tuple[Side, bytes]], step: int = 1 << 20) -> list[tuple[Side, Told]]:
    opening = TlsOpening(keys)
    pieces = [(side, data[at : at + step]) for side, data in wire for at in range(0, len(data), step)]
    told = [(side, each) for side, piece in pieces for each in opening.feed(side, piece)]
    assert [opening.unfinished(side) for side in Side] == [0, 0]
    return told


def plaintext(told: list[tuple[Side, Told]], side: Side) -> bytes:
    return b"".join(each.data for by, each in told if by is side and isinstance(each, Plaintext))


@pytest.mark.parametrize(("version", "cipher"), [(TLS_1_3, ""), *((TLS_1_2, each) for each in SUITES_12)])
def test_what_both_sides_said_is_read(version: ssl.TLSVersion, cipher: str, tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys", version, cipher)
    wire = said(talk)
    told = opened(read_key_log(tmp_path / "keys"), wire)
    for side in Side:
        assert plaintext(told, side) == b"hello of the " + side.value.encode() + LONG
    done = [each for _, each in told if isinstance(each, HandshakeDone)]
    assert len(done) == 2
    assert {each.version for each in done} == {"TLSv1.2" if cipher else "TLSv1.3"}
    assert {each.cipher for each in done} == {talk.ends[AGENT].cipher()[0]}  # type: ignore[index] # it has one now
    assert {each.identity for each in done} == {identity().fingerprint}


@pytest.mark.parametrize("cipher", ["", "ECDHE-RSA-AES256-SHA384"])
def test_any_split_tells_the_same(cipher: str, tmp_path: Path) -> None:
    wire = said(TlsTalk(identity(), tmp_path / "keys", TLS_1_2 if cipher else TLS_1_3, cipher))
    keys = read_key_log(tmp_path / "keys")
    whole = opened(keys, wire)
    assert opened(keys, wire, step=7) == whole


def sealed(secret: bytes, number: int, kind: int, content: bytes) -> bytes:
    """Return a record of TLS_AES_256_GCM_SHA384 (RFC 8446, section 5.2)."""
    key, iv = expand_label(secret, "key", 32, "sha384"), expand_label(secret, "iv", 12, "sha384")
    head = b"\x17\3\3" + (len(content) + 17).to_bytes(2, "big")
    nonce = (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")
    return head + AESGCM(key).encrypt(nonce, content + bytes([kind]), head)


def test_a_key_update_is_followed(tmp_path: Path) -> None:
    wire = list(TlsTalk(identity(), tmp_path / "keys").shake())
    keys = read_key_log(tmp_path / "keys")
    secret = keys.secret("CLIENT_TRAFFIC_SECRET_0", wire[0][1][11:43])
    assert secret is not None
    following = expand_label(secret, "traffic upd", 48, "sha384")
    wire += [(AGENT, sealed(secret, 0, 23, b"one")), (AGENT, sealed(secret, 1, 22, bytes.fromhex("1800000101")))]
    wire += [(AGENT, sealed(following, 0, 23, b"two"))]
    assert plaintext(opened(keys, wire), AGENT) == b"onetwo"


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])
def test_an_alert_inside_is_told(version: ssl.TLSVersion, tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys", version)
    wire = [*talk.shake(), *talk.take_damaged(AGENT)]
    assert opened(read_key_log(tmp_path / "keys"), wire)[-1] == (AGENT, AlertInside("bad_record_mac"))


def broken(wire: list[tuple[Side, bytes]]) -> list[tuple[Side, bytes]]:
    side, data = wire[-1]
    return [*wire[:-1], (side, data[:-1] + bytes([data[-1] ^ 1]))]


@pytest.mark.parametrize("cipher", ["", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-GCM-SHA256"])
def test_a_damaged_record_stays_closed_and_is_left(cipher: str, tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys", TLS_1_2 if cipher else TLS_1_3, cipher)
    wire = broken([*talk.shake(), *talk.say(AGENT, b"a secret")])
    opening = TlsOpening(read_key_log(tmp_path / "keys"))
    for side, data in wire[:-1]:
        list(opening.feed(side, data))
    with pytest.raises(StaysClosed, match="a record of the agent does not fit its key"):
        list(opening.feed(*wire[-1]))
    assert opening.unfinished(AGENT) == len(wire[-1][1])


def test_other_keys_open_nothing(tmp_path: Path) -> None:
    list(TlsTalk(identity(), tmp_path / "other").shake())
    wire = list(TlsTalk(identity(), tmp_path / "keys").shake())
    for keys in (KeyLog(), read_key_log(tmp_path / "other")):
        with pytest.raises(StaysClosed, match="its keys are not in the key log"):
            list(TlsOpening(keys).feed(*wire[0]))


def test_a_log_without_the_keys_of_data_opens_the_handshake_only(tmp_path: Path) -> None:
    wire = list(TlsTalk(identity(), tmp_path / "keys").shake())
    keys = KeyLog()
    keys.add(b"\n".join(line for line in (tmp_path / "keys").read_bytes().splitlines() if b"HANDSHAKE" in line))
    with pytest.raises(StaysClosed, match="SERVER_TRAFFIC_SECRET_0 is not in the key log"):
        opened(keys, wire)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"\x16\3\1" + (LONGEST_RECORD + 1).to_bytes(2, "big"), "a record of 18433 bytes"),
        (b"\x16\3\1\0\4\1\xff\xff\xff", "a handshake message of 16777219 bytes"),
        (b"\x17\3\3\0\1x", "a record of type 23 of the agent, where none may be"),
        (b"\x15\3\3\0\2\2\x28", "a record of type 21 of the agent, where none may be"),
        (b"\x16\3\1\0\4\1\0\0\0", "its keys are not in the key log"),
    ],
)
def test_what_cannot_be_is_said(sent: bytes, reason: str) -> None:
    with pytest.raises(StaysClosed, match=reason):
        list(TlsOpening(KeyLog()).feed(AGENT, sent))


@given(st.lists(st.tuples(st.sampled_from(Side), st.binary(max_size=80)), max_size=20))
def test_any_bytes_are_told_or_stay_closed(pieces: list[tuple[Side, bytes]]) -> None:
    opening = TlsOpening(KeyLog())
    with suppress(StaysClosed):
        for side, data in pieces:
            list(opening.feed(side, data))
