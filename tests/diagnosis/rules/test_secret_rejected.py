"""The secret was refused, and near misses."""

from diagnosing import Tale, found

from jnlpspy.model.events import HandshakeRefused, HeadersSent, ProtocolOffered
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side

SECRET = Secret("ab" * 32)


def refused(reason: str, by: Side = Side.CONTROLLER) -> Tale:
    tale = Tale().opened().agent(ProtocolOffered("JNLP4-connect"))
    tale.agent(HeadersSent({"Node-Name": "a1", "Secret-Key": SECRET}, "a1", SECRET))
    return tale.fact(HandshakeRefused(by, reason)).closed(by)


def test_a_refusal_for_the_secret_is_found_and_names_the_agent() -> None:
    (finding,) = found("secret-rejected", refused("Authorization failure"))
    assert (finding.subject, finding.evidence) == ("a1", (3, 4))


def test_old_controllers_say_it_in_other_words() -> None:
    assert found("secret-rejected", refused("Unauthorized access"))


def test_a_refusal_for_the_name_or_by_the_agent_is_another_matter() -> None:
    assert not found("secret-rejected", refused("Unknown client name: a1"))
    assert not found("secret-rejected", refused("Authorization failure", Side.AGENT))
