"""The console that everything is printed on."""

import io

import pytest

from jnlpspy.view.screen import Screen


class Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_that_went_away_is_an_error_of_the_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Closed())
    with pytest.raises(BrokenPipeError):
        Screen().print("nobody reads this")


def test_text_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().print("[bold]:smile: 1.5")
    assert capsys.readouterr().out == "[bold]:smile: 1.5\n"
