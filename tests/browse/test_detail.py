from functools import partial
from pathlib import Path

import pytest
from browsing import Screen, browse, copy_of
from specimens import secrets_of

from jnlpspy.browse import detail

SEALED = "3.33-JNLP3-connect-workload"


def test_what_a_secret_opens_is_shown_open(tmp_path: Path) -> None:
    secrets = secrets_of(SEALED)

    async def look(screen: Screen) -> None:
        catalogue = screen.browser.inquiry.catalogue
        row = next(row for row in range(len(catalogue)) if catalogue.kind(row) == "command_sent")
        await screen.go_to(catalogue.row(row).seq)
        exhibit = screen.browser.detail.exhibit
        assert exhibit is not None
        assert b"hudson.remoting" in exhibit.data
        assert "deciphered with the agent's secret" in exhibit.note
        assert all(secret.value not in screen.text for secret in secrets.values())

    browse(copy_of(SEALED, tmp_path), look, home=tmp_path, secrets=secrets)


@pytest.mark.parametrize("name", ["3.33-JNLP2-connect-text", "head-WebSocket-workload"])
def test_what_went_in_another_form_is_shown_as_what_it_says(name: str, tmp_path: Path) -> None:
    async def look(screen: Screen) -> None:
        catalogue = screen.browser.inquiry.catalogue
        row = next(row for row in range(len(catalogue)) if catalogue.kind(row) == "command_sent")
        assert catalogue.kept(row).decoded is not None
        await screen.go_to(catalogue.row(row).seq)
        exhibit = screen.browser.detail.exhibit
        assert exhibit is not None
        assert b"hudson.remoting" in exhibit.data
        assert "offsets count in what all of the side's" in exhibit.note

    browse(copy_of(name, tmp_path), look, home=tmp_path)


def test_a_message_that_is_too_long_shows_its_bytes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detail, "MOST_DISSECTED", 1000)

    async def look(screen: Screen) -> None:
        await screen.go_to(17)
        exhibit = screen.browser.detail.exhibit
        assert exhibit is not None
        assert exhibit.root is not None
        assert exhibit.root.text == "too many to be taken apart here"
        assert screen.browser.detail.hex.data[:4] == b"\x10\x65\xac\xed"

    browse(copy_of("2.53.5-JNLP2-connect-workload", tmp_path), look, home=tmp_path)


def test_events_of_a_damaged_stream_can_be_looked_at(tmp_path: Path) -> None:
    capture = copy_of("2.53.5-JNLP2-connect-workload", tmp_path)
    data = bytearray(capture.read_bytes())
    at = data.find(b"DetectOS")
    data[at - 40 : at] = bytes(range(40))
    capture.write_bytes(data)

    async def look(screen: Screen) -> None:
        catalogue = screen.browser.inquiry.catalogue
        kinds = {catalogue.kind(row) for row in range(len(catalogue))}

        def is_shown(row: int) -> bool:
            return screen.browser.detail.number == row

        assert "undecodable" in kinds
        damaged = next(row for row in range(len(catalogue)) if catalogue.kind(row) == "undecodable")
        for row in range(damaged - 3, damaged + 4):
            screen.browser.detail.show(row)
            await screen.wait_until(partial(is_shown, row))

    browse(capture, look, home=tmp_path)
