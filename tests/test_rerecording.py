"""Any capture becomes one of ours that tells the same, without secrets."""

import io

import pytest
from exported import with_secret
from specimens import observations_of, specimen_names

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.export.jsonl import event_to_json
from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.tap import Observation, Segment, Tap
from jnlpspy.rerecording import Rerecorder

SPECIMENS = [name for name in specimen_names() if "workload" not in name]


def rerecorded(observations: list[Observation], connection: int | None = None) -> bytes:
    blocks: list[bytes] = []
    recorder = Rerecorder(blocks.append, connection=connection)
    for observation in observations:
        recorder.observe(observation)
    recorder.finish()
    return b"".join(blocks)


def told(observations: list[Observation]) -> list[dict[str, object]]:
    decoder = Decoder()
    events = [event for observation in observations for event in decoder.feed(observation)]
    records: list[dict[str, object]] = [dict(event_to_json(event)) for event in [*events, *decoder.finish()]]
    for record in records:
        record.pop("when")  # a float does not hold all the nanoseconds a packet is stamped with
        record.pop("duration", None)
        record.pop("silence", None)
    return records


def reread(data: bytes) -> list[Observation]:
    with open_capture(io.BytesIO(data)) as capture:
        return list(capture)


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_capture_made_anew_tells_the_same(name: str) -> None:
    observations = list(observations_of(name))
    assert told(reread(rerecorded(observations))) == told(observations)


def test_bytes_seen_on_the_wire_stand_on_the_decrypted_interface() -> None:
    observations = [
        Segment(each.connection, each.when, each.sender, each.data, Tap.WIRE) if isinstance(each, Segment) else each
        for each in observations_of("3.33-JNLP4-plaintext-wrong-secret")
    ]
    again = reread(rerecorded(observations))
    assert {each.tap for each in again if isinstance(each, Segment)} == {Tap.DECRYPTED}
    assert told(again) == told(observations)


def test_a_secret_that_a_capture_holds_is_not_in_its_copy() -> None:
    secret = b"5" * 64
    observations = with_secret(observations_of("3.33-JNLP4-plaintext-wrong-secret"), secret)
    assert any(secret in each.data for each in observations if isinstance(each, Segment))
    copy = rerecorded(observations)
    assert secret not in copy
    assert pseudonym_of(secret) in copy


def test_one_connection_can_be_taken_out() -> None:
    observations = list(observations_of("3.33-JNLP4-connect-basic"))
    alone = told(reread(rerecorded(observations, connection=3)))
    assert {record["connection"] for record in alone} == {1}
    assert len(alone) == len([record for record in told(observations) if record["connection"] == 3])
