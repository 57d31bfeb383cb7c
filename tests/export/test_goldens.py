"""What specimens are exported to, as it was accepted."""

import pytest
from exported import PAIRS, exported, golden_of, with_secret
from specimens import golden_path, observations_of

from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Segment

pytestmark = pytest.mark.usefixtures("in_utc")


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_an_export_is_that_accepted_before(name: str, form: str) -> None:
    golden = golden_of(name, form).read_text("utf-8")
    assert exported(name, form) == golden, "if this is right: python tests/exported.py writes it anew"


@pytest.mark.parametrize("form", ["html", "jsonl", "mermaid", "text"])
def test_a_secret_that_a_capture_holds_is_in_no_export(form: str) -> None:
    name = "3.33-JNLP4-plaintext-wrong-secret"
    observations = with_secret(observations_of(name), b"5" * 64)
    assert any(b"5" * 64 in each.data for each in observations if isinstance(each, Segment))
    text = exported(name, form, observations)
    assert "5" * 64 not in text
    assert str(Secret("5" * 64)) in text


def test_json_lines_are_the_events_of_the_specimen() -> None:
    name = "3.33-JNLP4-connect-wrong-secret"
    assert exported(name, "jsonl") == golden_path(name).read_text("utf-8")
