"""`read_events`: from a file to what was said, with no secret in it."""

from pathlib import Path

import pytest
from specimens import FOLDER, observations_of

from jnlpspy import read_events
from jnlpspy.decoder import Decoder
from jnlpspy.errors import CaptureError
from jnlpspy.model.events import HeadersSent, SecretChecked
from jnlpspy.model.secret import Secret

WORKLOAD = "3.33-JNLP4-connect-workload"


def test_events_are_those_of_the_decoder() -> None:
    decoder = Decoder()
    expected = [event for observation in observations_of(WORKLOAD) for event in decoder.feed(observation)]
    got = list(read_events(FOLDER / f"{WORKLOAD}.pcapng"))
    assert [type(event.fact) for event in got] == [type(event.fact) for event in [*expected, *decoder.finish()]]
    assert [event.seq for event in got] == list(range(1, len(got) + 1))


def test_a_stream_is_read_and_left_open() -> None:
    with (FOLDER / f"{WORKLOAD}.pcapng").open("rb") as stream:
        assert sum(1 for _ in read_events(stream)) > 100
        assert not stream.closed


def test_events_come_before_the_rest_of_the_file_is_read() -> None:
    events = read_events(FOLDER / f"{WORKLOAD}.pcapng")
    assert next(events).seq == 1
    events.close()


def test_no_event_holds_a_secret() -> None:
    headers = [
        event.fact
        for event in read_events(FOLDER / f"{WORKLOAD}.pcapng")
        if isinstance(event.fact, HeadersSent) and event.fact.secret is not None
    ]
    assert [each.secret.pseudonym for each in headers if each.secret is not None] == [True]


@pytest.mark.parametrize("given", [str, Secret])
def test_a_secret_opens_what_is_encrypted_with_it(given: type[str] | type[Secret]) -> None:
    from specimens import expected_of, specimen_names  # noqa: PLC0415 - used here only

    name = next(each for each in specimen_names() if "JNLP3-connect-workload" in each)
    secrets = {agent: given(value) for agent, value in expected_of(name)["secrets"].items()}
    checked = [
        event.fact for event in read_events(FOLDER / f"{name}.pcapng", secrets) if isinstance(event.fact, SecretChecked)
    ]
    assert [each.matches for each in checked] == [True, True]


def test_what_is_no_capture_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.pcapng").write_text("x" * 100)
    with pytest.raises(CaptureError, match=r"x\.pcapng"):
        list(read_events(tmp_path / "x.pcapng"))
