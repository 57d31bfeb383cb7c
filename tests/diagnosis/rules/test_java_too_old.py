"""An agent's Java against a controller's version."""

import pytest
from asking import AGENT, JENKINS, asked, command
from diagnosing import found


@pytest.mark.parametrize(
    ("java", "core", "needed"),
    [
        ("1.8.0_292", "2.361.1", 11),
        ("11.0.2", "2.479.1", 17),
        ("17.0.15", "2.545", 21),
    ],
)
def test_a_java_older_than_the_controller_demands_is_found(java: str, core: str, needed: int) -> None:
    tale = asked(200, JENKINS | {"X-Jenkins": core}, agent=AGENT | {"User-Agent": f"Java/{java}"})
    (finding,) = found("java-too-old", tale)
    assert finding.title.endswith(f"and Jenkins {core} needs Java {needed} on its agents")
    assert finding.evidence == (2, 3)


@pytest.mark.parametrize(("java", "core"), [("1.8.0_292", "2.190"), ("17", "2.528.3"), ("21", "2.545"), ("x", "2.545")])
def test_a_java_that_will_do_is_not(java: str, core: str) -> None:
    tale = asked(200, JENKINS | {"X-Jenkins": core}, agent=AGENT | {"User-Agent": f"Java/{java}"})
    assert not found("java-too-old", tale)


def test_the_image_tells_the_java_where_no_agent_asks() -> None:
    tale = command("docker run jenkins/inbound-agent:3355.v38-1-jdk17 -url http://jenkins/ s a1")
    asked(200, JENKINS | {"X-Jenkins": "2.545"}, agent={"Host": "jenkins"}, tale=tale)
    assert found("java-too-old", tale)
    tale = command("docker run jenkins/inbound-agent -url http://jenkins/ s a1")
    asked(200, JENKINS | {"X-Jenkins": "2.545"}, agent={"Host": "jenkins"}, tale=tale)
    assert not found("java-too-old", tale)
