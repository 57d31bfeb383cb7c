"""`jnlpspy doctor`: a controller, looked at from the command line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import COMMAND as JNLPSPY
from commands import records, run, started
from jenkins_homes import INBOUND, make_home, secret_for
from terminal import Terminal

NAME = "agent1"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("controller")
    arguments = ("--agent", f"{NAME}={secret_for(NAME)}", "--http", "127.0.0.1:0", "--listen", "127.0.0.1:0")
    with started("simulate", "controller", *arguments, home=home) as controller:
        assert controller.stderr is not None
        ready = re.search(r"http://\S+/", controller.stderr.readline())
        assert ready is not None
        yield ready[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("files") / "home", {NAME: INBOUND})


def test_a_healthy_controller_is_exit_0(url: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{secret_for(NAME)}\n")
    finished = run("doctor", url, "--name", NAME, "--secret", "@secret", home=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.endswith("\nnothing was found that stands in an agent's way\n")
    assert "FAILED" not in finished.stdout
    assert secret_for(NAME) not in finished.stdout


def test_a_wrong_secret_is_exit_1_with_the_rule_s_advice(url: str, tmp_path: Path) -> None:
    finished = run("doctor", url, "--name", NAME, "--secret", "f" * 64, home=tmp_path)
    assert finished.returncode == 1
    assert "FAILED  name and secret   refused: Authorization failure" in finished.stdout
    assert "  secret-rejected, certain" in finished.stdout
    assert "f" * 64 not in finished.stdout


def test_steps_and_events_and_findings_are_objects(url: str, tmp_path: Path) -> None:
    finished = run("doctor", url, "--name", NAME, "--secret", "f" * 64, "--json", home=tmp_path)
    told = records(finished.stdout)
    assert all(record["v"] == 1 for record in told)
    steps = [record["step"] for record in told if record["type"] == "step"]
    assert steps[0] == "inputs"
    assert steps[-1] == "credentials"
    types = [record["type"] for record in told]
    assert types[0] == "inputs_read"
    assert {"discovery_answered", "tls_started", "headers_sent", "handshake_refused", "finding"} <= set(types)
    assert "f" * 64 not in finished.stdout


def test_the_controller_s_files_give_the_secret(url: str, folder: Path, tmp_path: Path) -> None:
    finished = run("doctor", url, "--name", NAME, "--jenkins-home", str(folder), home=tmp_path)
    assert finished.returncode == 0
    assert "the controller accepts 'agent1' with this secret" in finished.stdout


def test_names_near_an_unknown_one_are_listed(url: str, folder: Path, tmp_path: Path) -> None:
    finished = run("doctor", url, "--name", "Agent1", "--jenkins-home", str(folder), home=tmp_path)
    assert finished.returncode == 1
    assert "near it: agent1" in finished.stderr


def test_without_credentials_the_verdict_says_what_was_left_out(url: str, tmp_path: Path) -> None:
    finished = run("doctor", url, "--no-credentials", home=tmp_path)
    assert finished.returncode == 0
    assert "not all was looked at: name and secret were not sent, as asked" in finished.stdout


def test_inputs_alone_touch_no_network(tmp_path: Path) -> None:
    finished = run("doctor", "--name", NAME, "--secret", "f" * 64, "--json", home=tmp_path)
    assert finished.returncode == 0
    assert [record["type"] for record in records(finished.stdout)] == ["inputs_read", "step"]


def test_inputs_that_are_of_no_use_are_exit_1(tmp_path: Path) -> None:
    finished = run("doctor", "http://http://jenkins:80/", home=tmp_path)
    assert finished.returncode == 1
    assert "FAILED  inputs" in finished.stdout


@pytest.mark.parametrize(
    "given",
    [
        ["{}"],
        ["http://127.0.0.1:1/", "--tunnel", "{}"],
        ["--direct", "{}"],
        ["--direct", "127.0.0.1:1", "--instance-identity", "{}"],
        ["http://127.0.0.1:1/", "--protocol", "{}"],
        ["--jnlp", "http://127.0.0.1:1/{}"],
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_secret_in_a_wrong_place_is_not_shown(given: list[str], form: list[str], tmp_path: Path) -> None:
    secret = secret_for(NAME)
    finished = run("doctor", *(each.format(secret) for each in given), *form, home=tmp_path)
    assert finished.returncode == 1
    assert secret not in finished.stdout + finished.stderr


def test_a_proxy_s_password_is_not_shown(tmp_path: Path) -> None:
    proxy = {"http_proxy": "http://me:geheim@127.0.0.1:1/"}
    finished = run("doctor", "http://jenkins.invalid/", "--json", home=tmp_path, more=proxy)
    assert "geheim" not in finished.stdout + finished.stderr
    assert "127.0.0.1:1, the proxy to jenkins.invalid:80" in finished.stdout


def test_a_jnlp_url_with_a_port_that_is_none_is_no_bug(tmp_path: Path) -> None:
    command = "java -jar agent.jar -jnlpUrl http://j:99999/x.jnlp -url http://127.0.0.1:1/"
    finished = run("doctor", "--command", command, home=tmp_path)
    assert finished.returncode == 1
    assert "http://j:99999/x.jnlp is no URL" in finished.stdout


def test_nobody_there_is_exit_1(tmp_path: Path) -> None:
    finished = run("doctor", "http://127.0.0.1:1/", home=tmp_path)
    assert finished.returncode == 1
    assert "Connection refused" in finished.stdout


def test_an_identity_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "identity").write_text("nonsense\n")
    finished = run("doctor", "--direct", "127.0.0.1:1", "--instance-identity", "@identity", home=tmp_path)
    assert finished.returncode == 1
    assert "expected an instance identity" in finished.stdout
    missing = run("doctor", "--direct", "127.0.0.1:1", "--instance-identity", "@none", home=tmp_path)
    assert missing.returncode == 2


def test_the_environment_s_proxy_is_the_agent_s(tmp_path: Path) -> None:
    finished = run("doctor", "http://jenkins.invalid/", home=tmp_path, more={"http_proxy": "http://127.0.0.1:1/"})
    assert finished.returncode == 1
    assert "no connection to 127.0.0.1:1, the proxy to jenkins.invalid:80: Connection refused" in finished.stdout


def test_a_certificate_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run("doctor", "https://127.0.0.1:1/", "--cert", "none.pem", home=tmp_path).returncode == 2


def test_a_jnlp_file_is_asked_for_with_the_agent_s_url(url: str, tmp_path: Path) -> None:
    finished = run("doctor", "--jnlp", f"{url}computer/{NAME}/slave-agent.jnlp", "--name", NAME, home=tmp_path)
    assert finished.returncode == 0
    assert "ok      jnlp file" in finished.stdout
    missing = run("doctor", "--jnlp", "slave-agent.jnlp", home=tmp_path)
    assert missing.returncode == 3
    assert "expected a jnlp file, got No such file or directory: slave-agent.jnlp" in missing.stderr


JNLP = """<jnlp codebase="http://127.0.0.1:1/computer/test/" spec="1.0+">
  <application-desc main-class="hudson.remoting.jnlp.Main">
    <argument>6824195ad033f0c52d3235e0da0aced40578d1908a5f21be9636b91ac19f1972</argument>
    <argument>test</argument>
    <argument>-workDir</argument><argument>.jenkins/test</argument>
    <argument>-url</argument><argument>http://127.0.0.1:1/</argument>
  </application-desc>
</jnlp>
"""
COMMAND = (
    "java -Dorg.jenkinsci.remoting.engine.JnlpProtocol3.disabled=true -cp target/remoting-3.33.jar "
    "hudson.remoting.jnlp.Main -headless -url http://127.0.0.1:1/ "
    "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597 test"
)


def test_a_secret_that_is_not_the_jnlp_file_s_is_found_before_any_packet(tmp_path: Path) -> None:
    (tmp_path / "slave-agent.jnlp").write_text(JNLP)
    finished = run("doctor", "--jnlp", "slave-agent.jnlp", "--command", COMMAND, "--json", home=tmp_path)
    told = records(finished.stdout)
    first = next(each for each in told if each["type"] == "finding")
    assert first["rule"] == "environment-conflict"
    assert first["title"] == (
        "The secret on the command line is not the one in slave-agent.jnlp: secret:bb6cc3a234a1 and secret:e88b130d1743"
    )
    assert [each["type"] for each in told[: told.index(first)]] == ["inputs_read"] * 2
    assert "775369839f50" not in finished.stdout
    assert finished.returncode == 1


def test_a_container_s_variables_and_a_pod_are_inputs_too(url: str, tmp_path: Path) -> None:
    variables = {"JENKINS_URL": url, "JENKINS_SECRET": secret_for(NAME), "JENKINS_AGENT_NAME": NAME}
    (tmp_path / "agent.env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    by_variables = run("doctor", "--env-file", "agent.env", home=tmp_path).stdout
    env = "".join(f"    - {{name: {name}, value: '{value}'}}\n" for name, value in variables.items())
    image = "jenkins/inbound-agent:latest-jdk21"
    (tmp_path / "pod.yaml").write_text(
        f"kind: Pod\nspec:\n  containers:\n  - name: jnlp\n    image: {image}\n    env:\n{env}"
    )
    by_pod = run("doctor", "--pod", "pod.yaml", home=tmp_path).stdout
    for told in (by_variables, by_pod):
        assert "ok      name and secret" in told
        assert "127.0.0.1" in told[told.index("ERROR") :].partition("\n")[0]  # of a container it is itself


@pytest.mark.parametrize("option", ["--env-file", "--pod", "--jnlp"])
def test_a_file_that_is_not_what_it_should_be_is_exit_3(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00nonsense")
    finished = run("doctor", option, "file", home=tmp_path)
    assert finished.returncode == 3
    assert "file" in finished.stderr


def test_nothing_to_look_at_is_wrong_usage(tmp_path: Path) -> None:
    finished = run("doctor", home=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert "expected the URL of Jenkins" in finished.stderr


def test_steps_are_coloured_and_wrapped_on_a_terminal(tmp_path: Path) -> None:
    with Terminal([*JNLPSPY, "doctor", "http://127.0.0.1:1/"], tmp_path, columns=70, rows=60) as terminal:
        assert terminal.wait_for_exit() == 1
        assert terminal.lines[0].startswith("ok      inputs            to http://127.0.0.1:1/")
        assert terminal.screen.buffer[0][0].fg == "green"
        failed = next(number for number, line in enumerate(terminal.lines) if line.startswith("FAILED"))
        assert (terminal.screen.buffer[failed][0].fg, terminal.screen.buffer[failed][0].bold) == ("red", True)
        assert terminal.lines[failed + 1].startswith(" " * 26)
        assert "jnlpspy: more about it: jnlpspy explain discovery-unavailable" in terminal.text
