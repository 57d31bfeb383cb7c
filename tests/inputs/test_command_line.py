"""Command lines as people paste them."""

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.inputs.command_line import read_argument_list, read_command_line
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

SECRET = "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597"
EXAMPLE = (
    "java -Dorg.jenkinsci.remoting.engine.JnlpProtocol3.disabled=true -cp target/remoting-3.33.jar "
    f"hudson.remoting.jnlp.Main \\\n  -headless -url http://127.0.0.1:6060/ {SECRET} test"
)


def only(text: str) -> AgentInputs:
    (read,) = read_command_line(text)
    return read.inputs


def test_the_example() -> None:
    inputs = only(EXAMPLE)
    assert (inputs.form, inputs.jar) == (LauncherForm.MAIN_CLASS, "target/remoting-3.33.jar")
    assert (inputs.urls, inputs.name, inputs.secret_text) == (("http://127.0.0.1:6060/",), "test", SECRET)
    assert inputs.properties == {"org.jenkinsci.remoting.engine.JnlpProtocol3.disabled": "true"}
    assert SECRET not in repr(inputs)


def test_what_the_agent_s_page_shows() -> None:
    text = f"""echo {SECRET} > secret-file
        curl -sO http://j:8080/jnlpJars/agent.jar
        java -jar agent.jar -url http://j:8080/ -secret @secret-file -name "my agent" -webSocket -workDir "/w"
    """
    inputs = only(text)
    assert (inputs.form, inputs.name, inputs.secret) == (LauncherForm.NAMED, "my agent", Secret(SECRET))
    assert (inputs.secret_file, inputs.websocket) == ("secret-file", True)
    assert only(f"echo {SECRET} >f\njava -jar agent.jar -secret @f").secret == Secret(SECRET)


def test_windows() -> None:
    inputs = only(
        r'"C:\Program Files\Java\bin\java.exe" -jar C:\j\agent.jar -jnlpUrl http://j/computer/a/jenkins-agent.jnlp'
    )
    assert (inputs.form, inputs.jar) == (LauncherForm.JNLP_URL, r"C:\j\agent.jar")
    assert inputs.jnlp_url == "http://j/computer/a/jenkins-agent.jnlp"


def test_variables_in_front_are_the_proxy_s() -> None:
    inputs = only("export no_proxy=.example\nhttp_proxy=p:3128 sudo java -jar agent.jar -url http://j/")
    assert (inputs.http_proxy, inputs.no_proxy) == ("p:3128", ".example")


def test_a_container_s_variables_and_arguments_are_two_sources() -> None:
    text = f"docker run --init -e JENKINS_SECRET={SECRET} -e JENKINS_URL=http://j/ jenkins/inbound-agent:1 -name a1"
    variables, arguments = read_command_line(text)
    assert (variables.source, arguments.source) == ("command line (variables)", "command line (arguments)")
    assert (variables.inputs.secret, variables.inputs.urls) == (Secret(SECRET), ("http://j/",))
    assert (arguments.inputs.name, arguments.inputs.image) == ("a1", "jenkins/inbound-agent:1")


def test_a_container_with_arguments_only_is_one_source() -> None:
    inputs = only(f"docker run jenkins/inbound-agent -url http://j/ {SECRET} a1")
    assert (inputs.form, inputs.name) == (LauncherForm.POSITIONAL, "a1")
    assert only("docker run jenkins/agent java -jar /usr/share/jenkins/agent.jar -name a2").name == "a2"


def test_a_variable_taken_over_by_docker_is_not_known() -> None:
    (read,) = read_command_line("docker run -e JENKINS_SECRET -e JENKINS_NAME=a1 image")
    assert read.inputs.kept_elsewhere == {"JENKINS_SECRET": "the variable JENKINS_SECRET"}
    (read,) = read_command_line("JENKINS_NAME=a2 docker run -e JENKINS_NAME image")
    assert read.inputs.name == "a2"


def test_the_entrypoint_alone() -> None:
    variables, arguments = read_command_line("JENKINS_SECRET=x /usr/local/bin/jenkins-agent -url http://j/")
    assert isinstance(variables, InputsRead)
    assert (variables.inputs.secret_text, arguments.inputs.urls) == ("x", ("http://j/",))


@pytest.mark.parametrize(
    "text",
    [
        "ssh host 'java -jar agent.jar -url http://j/ -name a1'",
        'sh -c "cd /w; java -jar agent.jar -name a1 >log 2>&1" &',
        "docker exec -it box java -jar agent.jar -name a1",
        "ExecStart=/usr/bin/java -jar agent.jar -name a1",
        "nohup java -jar agent.jar -name a1 > log 2>&1 &",
    ],
)
def test_a_command_within_another(text: str) -> None:
    assert (only(text).name, only(text).left_over) == ("a1", ())


def test_arguments_alone() -> None:
    assert only("-url http://j/ -name a1").name == "a1"
    assert read_argument_list(["bash"], "image").left_over == ("bash",)


def test_what_starts_no_agent_is_refused_without_its_secrets() -> None:
    with pytest.raises(UsageError, match="got a command that starts with 'ssh'") as raised:
        read_command_line(f"ssh host agent {SECRET}")
    assert SECRET not in str(raised.value)
    with pytest.raises(UsageError, match="starts with 'nothing'"):
        read_command_line("")
