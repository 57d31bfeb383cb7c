from jnlpspy.model.secret import Secret
from jnlpspy.simulate.roster import Refusal, Roster

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
