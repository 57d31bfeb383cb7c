"""Whatever is given is read and judged, or refused in words, and no secret is in them."""

from collections.abc import Callable

import pytest
from diagnosing import Tale, diagnose
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.inputs.command_line import read_command_line
from jnlpspy.inputs.environment import read_env_file
from jnlpspy.inputs.jnlp_file import read_jnlp
from jnlpspy.inputs.pod import read_pod
from jnlpspy.model.events import InputsRead
from jnlpspy.model.secret import Secret

SECRET = "5ec2e7" * 10 + "abcd"

TEXT = r"""
java -jar agent.jar -cp hudson.remoting.jnlp.Main docker run -e --env=JENKINS_SECRET= img sh -c -secret -name -url -jar
http://j/ -tunnel @f $X \ " ' ; && = jenkins-agent echo > -Dx=y C:\j\java.exe -credentials -auth -workDir
-webSocketHeader -proxyCredentials -direct -cert -protocols
"""
WORDS = st.sampled_from(
    [*TEXT.split(), "\n", SECRET, f"JENKINS_SECRET={SECRET}", f"JENKINS_NAME={SECRET}", f"http://u:{SECRET}@h"]
)
COMMANDS = st.lists(WORDS, max_size=14).map(" ".join)
LINES = st.sampled_from(
    [
        *("containers:", "- name: jnlp", "  env:", "  args: [a]", "spec:", "  ", "{", "[", "&a", "*a", "metadata: 1"),
        *("items: [1]", f"  - {{name: JENKINS_SECRET, value: {SECRET}}}", "  - {name: A, valueFrom: {}}"),
        f"  command: [sh, -c, '{SECRET}']",
    ]
)
YAML = st.lists(LINES, max_size=12).map("\n".join)


def check(read: Callable[[], list[InputsRead]]) -> None:
    try:
        facts = read()
        said = repr(facts) + repr(diagnose(Tale().on(0).fact(*facts)))
    except (UsageError, CaptureError) as refused:
        said = str(refused)
    assert SECRET not in said


@given(st.one_of(COMMANDS, st.text()))
def test_any_command(text: str) -> None:
    check(lambda: read_command_line(text))


@given(st.one_of(st.lists(WORDS).map("\n".join), st.text()))
def test_any_file_of_variables(text: str) -> None:
    check(lambda: [read_env_file(text, "x")])


@given(st.one_of(YAML, st.text()))
def test_any_pod(text: str) -> None:
    check(lambda: read_pod(text, "x"))


@given(st.one_of(st.binary(), st.text().map(lambda text: f"<jnlp><argument>{text}</argument>".encode())))
def test_any_jnlp_file(data: bytes) -> None:
    check(lambda: [read_jnlp(data, "x", Secret(SECRET))])


@pytest.mark.parametrize(
    "text", ["java -jar agent.jar " + SECRET, "jenkins-agent " + SECRET, "docker run x " + SECRET, SECRET]
)
def test_a_secret_alone_is_shown_nowhere(text: str) -> None:
    check(lambda: read_command_line(text))
