"""Files of TLS keys, as OpenSSL, browsers and agents for Java write them."""

from pathlib import Path

import pytest

from jnlpspy.capture.key_log import MOST_SECRETS, KeyLog, read_key_log
from jnlpspy.errors import CaptureError

RANDOM, SECRET = bytes(range(32)), bytes(48)
LINE = f"CLIENT_RANDOM {RANDOM.hex()} {SECRET.hex()}"


def test_a_secret_is_found_by_label_and_random(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# a comment\r\n\n{LINE.upper()}\r\nRSA 0011 2233\nEXPORTER_SECRET {RANDOM.hex()} 00\n")
    keys = read_key_log(path)
    assert keys.secret("CLIENT_RANDOM", RANDOM) == SECRET
    assert keys.secret("EXPORTER_SECRET", RANDOM) == b"\0"
    assert keys.secret("CLIENT_RANDOM", SECRET[:32]) is None
    assert keys.knows(RANDOM)
    assert not keys.knows(SECRET[:32])


def test_an_empty_log_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"")
    assert not read_key_log(tmp_path / "keys")


@pytest.mark.parametrize("line", ["PASSWORD=hunter2", LINE[:-1], f"CLIENT_RANDOM {RANDOM.hex()[2:]} 00", "\0\1\2"])
def test_another_line_is_refused_by_its_number_and_not_repeated(line: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{LINE}\n{line}\n")
    with pytest.raises(CaptureError, match=r"expected `LABEL CLIENT_RANDOM SECRET` .* number 2: ") as error:
        read_key_log(path)
    assert line[:16] not in str(error.value) or line.startswith("CLIENT_RANDOM")
    assert RANDOM.hex()[2:] not in str(error.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="expected a TLS key log, got No such file or directory"):
        read_key_log(tmp_path / "none")


def test_a_file_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.capture.key_log.LONGEST", 10)
    (tmp_path / "keys").write_text(LINE)
    with pytest.raises(CaptureError, match="of at most 10 bytes, got more"):
        read_key_log(tmp_path / "keys")


def test_only_so_many_secrets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.capture.key_log.MOST_SECRETS", 2)
    keys = KeyLog()
    lines = [f"{label} {RANDOM.hex()} 00".encode() for label in ("A", "B", "C")]
    assert keys.add(b"\n".join(lines)) is None
    assert [keys.secret(label, RANDOM) for label in "ABC"] == [b"\0", b"\0", None]
    assert MOST_SECRETS > 2
