"""The secret was damaged on its way, and near misses."""

from io import BytesIO

import pytest
from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import KNOWN, OTHER_SECRET, SECRET, pseudonymous, refused

from jnlpspy.capture.open import open_capture
from jnlpspy.capture.recorder import Recorder
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Closed, CloseReason, Opened, Segment, Side
from jnlpspy.redaction import Redactor

RULE = "secret-malformed"
VALUE = SECRET.value


def lint(text: str, **more: str) -> Tale:
    inputs = AgentInputs(form=LauncherForm.NAMED, name="agent-1", secret=Secret(text.strip()), secret_text=text, **more)  # type: ignore[arg-type]
    return Tale().fact(InputsRead("the command line", inputs))


@pytest.mark.parametrize("text", [VALUE[:-1], VALUE.upper(), f'"{VALUE}"', f"{VALUE}\r\n"])
def test_damage_is_told_of_a_secret_and_of_its_pseudonym_alike(text: str) -> None:
    whole, hidden = (
        found(RULE, refused("Authorization failure", secret=secret), KNOWN)
        for secret in (Secret(text), pseudonymous(text))
    )
    assert [each.title for each in whole] == [each.title for each in hidden] != []


def test_the_refusal_is_the_consequence() -> None:
    findings = diagnose(refused("Authorization failure", secret=Secret(VALUE[:-1])))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("secret-rejected", RULE)]


def test_the_length_tells_where_nothing_is_known() -> None:
    (finding,) = found(RULE, refused("Authorization failure", secret=pseudonymous("ab" * 30)))
    assert finding.title == "The secret of agent 'agent-1' has 60 characters instead of 64: 4 are missing"


def test_a_capture_of_ours_keeps_the_flaws_of_a_secret_and_not_the_secret() -> None:
    written: list[bytes] = []
    redactor = Redactor(Recorder(written.append, application="test", secrets_kept=False).observe)
    text = f"Node-Name=agent-1\nSecret-Key='{VALUE.upper()}'\n".encode()
    offer = b"\0\x16Protocol:JNLP2-connect" + len(text).to_bytes(2, "big") + text
    agent, controller = Address("10.0.0.5", 51020), Address("10.0.0.2", 50000)
    for observation in (
        Opened(1, 1.0, agent, controller),
        Segment(1, 2.0, Side.AGENT, offer),
        Segment(1, 3.0, Side.CONTROLLER, b"Unauthorized access\n"),
        Closed(1, 4.0, Side.CONTROLLER, CloseReason.EOF),
    ):
        redactor.observe(observation)
    record = b"".join(written)
    assert VALUE.upper().encode() not in record
    findings = diagnose(decode(open_capture(BytesIO(record))))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("secret-rejected", RULE)]
    assert findings[0].title == "The secret of agent 'agent-1' stands in quotes and is in capital letters"


def test_the_name_in_the_secrets_place_is_told() -> None:
    (finding,) = found(RULE, refused("Authorization failure", secret=pseudonymous("agent-1")))
    assert finding.title.endswith("is its name")


def test_a_damaged_secret_of_another_agent_names_it() -> None:
    damaged = pseudonymous(OTHER_SECRET.value[:-1])
    (finding,) = found(RULE, refused("Authorization failure", secret=damaged), KNOWN)
    assert "is the one of agent 'agent-2', and it is cut" in finding.title


def test_a_sound_secret_is_not_malformed_even_if_refused() -> None:
    assert not found(RULE, refused("Authorization failure", secret=pseudonymous("0" * 64)))
    assert not found(RULE, refused("Authorization failure", secret=OTHER_SECRET), KNOWN)


def test_a_short_secret_is_not_blamed_for_another_refusal() -> None:
    assert not found(RULE, refused("Unknown client name: agent-1", secret=Secret("short")))


@pytest.mark.parametrize("text", ["", f'"{VALUE}"', VALUE[1:], f"\ufeff{VALUE}", "${JENKINS_SECRET}", VALUE.upper()])
def test_inputs_are_judged_as_they_were_written(text: str) -> None:
    (finding,) = found(RULE, lint(text))
    assert VALUE[1:] not in finding.title.lower()


def test_what_was_meant_shows_the_damage() -> None:
    (finding,) = found(
        RULE, refused("", secret=pseudonymous(VALUE[3:]), protocol="JNLP2-connect"), Known(secret=SECRET)
    )
    assert finding.title.endswith("is cut: its first 3 characters are missing")


def test_sound_inputs_are_fine() -> None:
    assert not found(RULE, lint(VALUE))
    assert not found(RULE, lint(f"{VALUE}\n", secret_file="secret.txt"))
