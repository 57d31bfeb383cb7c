from jnlpspy.model.secret import Secret
from jnlpspy.simulate.roster import REASONS, Age, Refusal, Roster, refusal_for

ROSTER = Roster(
    secrets={"a": Secret("s"), "ssh": Secret("s")}, refusals={"banned": "go away"}, not_inbound=frozenset({"ssh"})
)


def refusal(name: str | None, secret: str | None, *, connected: bool = False) -> Refusal | None:
    return ROSTER.refusal_of(name, secret, is_connected=lambda _: connected)


def test_a_known_agent_with_its_secret_may_join() -> None:
    assert refusal("a", "s") is None


def test_each_check_has_jenkins_words_and_hides_the_later_ones() -> None:
    reasons = [
        refusal("banned", None, connected=True),
        refusal(None, "s", connected=True),
        refusal("A", "no", connected=True),
        refusal("ssh", "no", connected=True),
        refusal("ssh", "s", connected=True),
        refusal("a", None),
        refusal("a", "s", connected=True),
    ]
    assert [each.reason if each else None for each in reasons] == [
        "go away",
        "Unknown client name: null",
        "Unknown client name: A",
        "Authorization failure",
        "ssh is not an inbound agent",
        "Authorization failure",
        "a is already connected to this controller. Rejecting this connection.",
    ]


def test_older_cores_called_the_controller_another_name() -> None:
    already = refusal("a", "s", connected=True)
    assert already is not None
    assert already.jnlp1 == already.jnlp2 == "a is already connected to this master. Rejecting this connection."


def test_a_reason_may_be_named_instead_of_worded() -> None:
    assert {reason: refusal_for("a", reason, Age.TODAY).reason for reason in REASONS} == {
        "unknown": "Unknown client name: a",
        "wrong-secret": "Authorization failure",
        "not-inbound": "a is not an inbound agent",
        "already-connected": "a is already connected to this controller. Rejecting this connection.",
    }
    assert refusal_for("a", "not-inbound", Age.REMOTING_2).reason == "a is not a JNLP agent"
    assert refusal_for("a", "fatal: gone", Age.TODAY) == Refusal("gone", "gone", "gone", permanent=True)


def test_each_protocol_has_words_of_its_own() -> None:
    unknown = refusal_for("a", "unknown", Age.REMOTING_2)
    assert [unknown.words_for(f"JNLP{number}-connect") for number in ("", 2, 3, 4)] == [
        "No such agent: a",
        "JNLP2-connect: rejected connection for node: a",
        "Agent trying to register for invalid node: a",
        "Unknown client name: a",
    ]
    assert refusal_for("a", "gone", Age.REMOTING_2).words_for("JNLP3-connect") == "gone"
