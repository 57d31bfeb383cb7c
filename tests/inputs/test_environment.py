"""Variables of the images, in a file or a pod."""

import pytest

from jnlpspy.errors import CaptureError
from jnlpspy.inputs import limits
from jnlpspy.inputs.environment import inputs_of_variables, read_env_file
from jnlpspy.model.inputs import LauncherForm
from jnlpspy.model.secret import Secret

FILE = """\ufeff# the agent
export JENKINS_URL="http://j:8080/"
JENKINS_SECRET='s e'   # not shown
JENKINS_AGENT_NAME=a1 # its name

JENKINS_WEB_SOCKET=true
REMOTING_OPTS=-noReconnectAfter 1d
JENKINS_JAVA_OPTS=-Da=b -Xmx1g
http_proxy=p:3128
NO_PROXY=j
"""


def test_a_file() -> None:
    inputs = read_env_file(FILE, "agent.env").inputs
    assert (inputs.form, inputs.urls, inputs.name) == (LauncherForm.ENVIRONMENT, ("http://j:8080/",), "a1")
    assert (inputs.secret, inputs.websocket, inputs.image) == (Secret("s e"), True, "")
    assert (inputs.http_proxy, inputs.no_proxy) == ("p:3128", "j")
    assert inputs.options == {"JENKINS_WEB_SOCKET": "true", "-noReconnectAfter": "1d"}
    assert inputs.properties == {"a": "b"}


def test_jenkins_name_wins() -> None:
    inputs = inputs_of_variables({"JENKINS_NAME": "a2", "JENKINS_AGENT_NAME": "a1"})
    assert (inputs.name, inputs.repeated) == ("a2", ("name",))
    assert inputs_of_variables({"JENKINS_NAME": "", "JENKINS_AGENT_NAME": "a1"}).name == "a1"


def test_only_true_means_websocket() -> None:
    assert not inputs_of_variables({"JENKINS_WEB_SOCKET": "True"}).websocket


def test_java_opts_count_where_the_agent_s_own_are_not_set() -> None:
    assert inputs_of_variables({"JAVA_OPTS": "-Da=1"}).properties == {"a": "1"}
    assert inputs_of_variables({"JAVA_OPTS": "-Da=1", "JENKINS_JAVA_OPTS": "-Db='2 3'"}).properties == {"b": "2 3"}
    assert inputs_of_variables({"JAVA_OPTS": "-Da='1"}).properties == {"a": "'1"}


def test_the_agent_reads_http_proxy_in_lower_case_only() -> None:
    inputs = inputs_of_variables({"HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://q:1"})
    assert (inputs.http_proxy, inputs.https_proxy) == (None, "http://q:1")


def test_docker_keeps_quotes() -> None:
    inputs = read_env_file("JENKINS_SECRET='s'\n", "x", by_docker=True).inputs
    assert inputs.secret_text == "'s'"


def test_quotes_that_are_never_closed_stay() -> None:
    assert read_env_file("JENKINS_NAME='a1", "x").inputs.name == "'a1"


@pytest.mark.parametrize("text", ["JENKINS_URL\n", "A=1\n775369839f50\n", "A=" + "x" * limits.TEXT])
def test_what_is_no_file_of_variables_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(CaptureError, match=r"agent\.env: expected") as raised:
        read_env_file(text, "agent.env")
    assert "775369839f50" not in str(raised.value)
