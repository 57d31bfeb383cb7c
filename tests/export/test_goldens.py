"""What specimens are exported to, as it was accepted."""

import time

import pytest
from exported import PAIRS, exported, golden_of
from specimens import golden_path


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_an_export_is_that_accepted_before(name: str, form: str) -> None:
    golden = golden_of(name, form).read_text("utf-8")
    assert exported(name, form) == golden, "if this is right: python tests/exported.py writes it anew"


def test_json_lines_are_the_events_of_the_specimen() -> None:
    name = "3.33-JNLP4-connect-wrong-secret"
    assert exported(name, "jsonl") == golden_path(name).read_text("utf-8")
