"""Sources and arguments that contradict each other, and those that agree."""

import pytest
from asking import command, told
from diagnosing import diagnose, found

from jnlpspy.inputs.gathering import Given
from jnlpspy.model.findings import Severity
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

GIVEN = "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597"
WRITTEN = "6824195ad033f0c52d3235e0da0aced40578d1908a5f21be9636b91ac19f1972"
COMMAND = (
    "java -Dorg.jenkinsci.remoting.engine.JnlpProtocol3.disabled=true -cp target/remoting-3.33.jar "
    f"hudson.remoting.jnlp.Main \\\n  -headless -url http://127.0.0.1:6060/ {GIVEN} test"
)
HEALTHY = "java -jar agent.jar -url http://j:8080/ -secret " + "ab" * 32 + " -name test"


def jnlp(secret: str = WRITTEN, name: str = "test", url: str = "http://127.0.0.1:6060/") -> tuple[str, bytes]:
    text = f"""<jnlp codebase="{url}computer/{name}/" spec="1.0+">
      <application-desc main-class="hudson.remoting.jnlp.Main">
        <argument>{secret}</argument><argument>{name}</argument>
        <argument>-workDir</argument><argument>.jenkins/test</argument>
        <argument>-internalDir</argument><argument>remoting</argument>
        <argument>-url</argument><argument>{url}</argument>
      </application-desc></jnlp>"""
    return "slave-agent.jnlp", text.encode()


def test_the_example_is_found_by_lint_alone() -> None:
    (finding,) = diagnose(told(Given(command=COMMAND, jnlp=jnlp())))
    here, there = Secret(GIVEN).fingerprint, Secret(WRITTEN).fingerprint
    assert finding.rule == "environment-conflict"
    assert finding.severity is Severity.ERROR
    assert finding.title == f"The secret on the command line is not the one in slave-agent.jnlp: {here} and {there}"
    assert finding.advice[0].startswith(f"use {there}, the secret in slave-agent.jnlp")
    assert finding.evidence == (1, 2, f"on the command line: {here}", f"in slave-agent.jnlp: {there}")
    assert GIVEN not in repr(finding)
    assert WRITTEN not in repr(finding)


def test_what_the_controller_expects_decides() -> None:
    tale = told(Given(command=COMMAND, jnlp=jnlp()))
    (finding,) = found("environment-conflict", tale, Known(secrets={"test": Secret(GIVEN)}))
    assert finding.advice[0].startswith(f"use {Secret(GIVEN)}, the secret on the command line: it is the one that")


def test_sources_that_agree_are_well() -> None:
    assert diagnose(told(Given(command=COMMAND, jnlp=jnlp(GIVEN)))) == []
    assert diagnose(command(HEALTHY)) == []


def test_the_file_of_another_agent_is_found_by_its_name() -> None:
    (finding,) = found("environment-conflict", told(Given(command=COMMAND, jnlp=jnlp(name="other"))))
    assert finding.title == "The name on the command line is not the one in slave-agent.jnlp: 'test' and 'other'"


def test_a_path_that_only_one_source_has_is_an_error() -> None:
    tale = told(Given(command=COMMAND, jnlp=jnlp(GIVEN, url="http://127.0.0.1:6060/jenkins/")))
    (finding,) = found("environment-conflict", tale)
    assert "http://127.0.0.1:6060/ and http://127.0.0.1:6060/jenkins/" in finding.title
    assert finding.severity is Severity.ERROR


def test_another_name_of_the_host_is_worth_a_warning() -> None:
    (finding,) = found("environment-conflict", told(Given(command=COMMAND, jnlp=jnlp(GIVEN, url="http://j:6060/"))))
    assert finding.severity is Severity.WARNING


def test_variables_and_arguments_of_a_container_differ() -> None:
    tale = command(
        "docker run -e JENKINS_SECRET=a -e JENKINS_TUNNEL=j:1 -e JENKINS_URL=http://j:8080/ image -tunnel j:2 b a1"
    )
    titles = [finding.title for finding in found("environment-conflict", tale)]
    assert len(titles) == 2
    assert titles[0].startswith("The secret in command line (variables) is not the one in command line (arguments)")
    assert titles[1].startswith("The tunnel in command line (variables)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEALTHY + " -webSocket -tunnel k:1", "-webSocket and -tunnel exclude each other"),
        ("java -jar agent.jar -direct k:1 -secret a -name b", "-direct needs -instanceIdentity"),
        (HEALTHY + " -name other", "the name is given twice, and differs"),
        (HEALTHY + " agent", "the launcher has no use for 'agent'"),
        ("java -jar agent.jar -url http://j/ -secret -name a1", "-secret has no value"),
        ("java -jar agent.jar -url http://j/ -secret s", "no name is given"),
        ("docker run -e JENKINS_URL=http://j/ image", "no secret is given"),
        ("docker run image bash", "the image runs 'bash' in place of the agent"),
        ("docker run -e JENKINS_WEB_SOCKET=True image -url http://j/ s a1", "JENKINS_WEB_SOCKET is 'True'"),
    ],
)
def test_arguments_that_cannot_work(text: str, words: str) -> None:
    titles = [finding.title for finding in found("environment-conflict", command(text))]
    assert [title for title in titles if words in title], titles


def test_a_container_s_localhost_is_itself() -> None:
    (finding,) = found("environment-conflict", command("docker run image -url http://localhost:8080/ s a1"))
    assert "http://localhost:8080/ leads to the container itself" in finding.title
    assert not found(
        "environment-conflict", command("docker run --network host image -url http://localhost:8080/ s a1")
    )
    assert not found("environment-conflict", command("java -jar agent.jar -url http://localhost:8080/ s a1"))


@pytest.mark.parametrize(
    ("variables", "words", "severity"),
    [
        ("http_proxy=p:3128", "http_proxy has no scheme", Severity.WARNING),
        ("http_proxy=http://p", "http_proxy has no port", Severity.ERROR),
        ("http_proxy=http://me:geheim@p:3128", "goes to j through the proxy http://me:***@p:3128", Severity.WARNING),
    ],
)
def test_proxies(variables: str, words: str, severity: Severity) -> None:
    (finding,) = found("environment-conflict", command(f"{variables} {HEALTHY}"))
    assert words in finding.title
    assert finding.severity is severity


def test_proxies_that_are_meant_are_well() -> None:
    assert not found("environment-conflict", command(f"http_proxy=http://p:3128 no_proxy=j {HEALTHY}"))
    outer = HEALTHY.replace("j:8080", "jenkins.example")
    assert not found("environment-conflict", command(f"http_proxy=http://p:3128 {outer}"))


def test_a_proxy_in_capitals_is_passed_over() -> None:
    tale = told(
        Given(env_file=("a.env", "HTTP_PROXY=http://p:1\nJENKINS_URL=http://j/\nJENKINS_SECRET=s\nJENKINS_NAME=n"))
    )
    (finding,) = found("environment-conflict", tale)
    assert (finding.severity, finding.subject) == (Severity.INFO, "HTTP_PROXY")


def test_what_jnlpspy_itself_was_told_may_be_the_missing_part() -> None:
    options = AgentInputs(form=LauncherForm.OPTIONS, name="a1", secret=Secret("s"))
    given = Given(options=options, command="java -jar agent.jar -url http://j/")
    assert not found("environment-conflict", told(given))
