"""Keys of TLS, checked against the examples of the specifications."""

import pytest

from jnlpspy.capture.tls_suites import SUITES_12, SUITES_13, CbcOpener, NotOpened, Opener12, Opener13, expand_label
from jnlpspy.wire.tls import CIPHERS


def test_traffic_keys_are_those_of_rfc_8448() -> None:
    """RFC 8448, section 3: the keys of the server's handshake traffic."""
    secret = bytes.fromhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    assert expand_label(secret, "key", 16, "sha256").hex() == "3fce516009c21727d0f2e4e86ee403bc"
    assert expand_label(secret, "iv", 12, "sha256").hex() == "5d313eb2671276ee13000b30"


def test_every_suite_that_is_told_by_name_can_be_opened() -> None:
    assert set(CIPHERS) <= set(SUITES_12) | set(SUITES_13)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 31, 32, 40])
def test_a_record_of_any_length_that_is_none_is_not_opened(size: int) -> None:
    openers = (
        Opener13(SUITES_13[0x1301], bytes(32)),
        Opener12(SUITES_12[0xC02F], bytes(16), bytes(4)),
        Opener12(SUITES_12[0xCCA8], bytes(32), bytes(12)),
        CbcOpener(SUITES_12[0x002F], bytes(16), bytes(20)),
    )
    for opener in openers:
        with pytest.raises(NotOpened):
            opener.open(23, b"\x17\3\3\0\0", bytes(size))
