"""Pods of the kubernetes-plugin and of people."""

import json

import pytest

from jnlpspy.errors import CaptureError
from jnlpspy.inputs import limits
from jnlpspy.inputs.pod import read_pod
from jnlpspy.model.secret import Secret

SECRET = "ab" * 32

POD = f"""
apiVersion: v1
kind: Pod
metadata: {{name: pod-x7k2f}}
spec:
  containers:
  - name: maven
    image: maven:3
  - name: jnlp
    image: jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk17
    args: ["$(JENKINS_SECRET)", "$(JENKINS_NAME)"]
    env:
    - {{name: JENKINS_SECRET, value: {SECRET}}}
    - {{name: JENKINS_NAME, valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}}}
    - {{name: JENKINS_TUNNEL, value: "http://j:50000"}}
    - {{name: JENKINS_URL, value: "http://j/"}}
"""


def test_the_agent_s_container_is_two_sources() -> None:
    variables, arguments = read_pod(POD, "pod.yaml")
    assert variables.source == "pod.yaml, container jnlp (variables)"
    assert (variables.inputs.secret, variables.inputs.name) == (Secret(SECRET), "pod-x7k2f")
    assert variables.inputs.tunnel == "http://j:50000"
    assert (arguments.inputs.secret, arguments.inputs.name) == (Secret(SECRET), "pod-x7k2f")
    assert arguments.inputs.image == "jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk17"


def deployment(**container: object) -> str:
    spec = {"template": {"spec": {"containers": [{"name": "agent", "image": "img"} | container]}}}
    return json.dumps({"items": [{"kind": "Service", "spec": {}}, {"kind": "Deployment", "spec": spec}]})


def test_a_value_of_a_secret_is_kept_elsewhere() -> None:
    env = [
        {"name": "JENKINS_SECRET", "valueFrom": {"secretKeyRef": {"name": "agents", "key": "a1"}}},
        {"name": "JENKINS_URL", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "url"}}},
        {"name": "X", "valueFrom": {"resourceFieldRef": {}}},
    ]
    (read,) = read_pod(deployment(env=env, envFrom=[{}]), "pod.json")
    assert read.inputs.kept_elsewhere == {
        "JENKINS_SECRET": "the key a1 of the Secret agents",
        "JENKINS_URL": "the key url of the ConfigMap c",
        "X": "another object",
        "envFrom": "a ConfigMap or Secret as a whole",
    }


@pytest.mark.parametrize(
    "command",
    [
        ["java", "-jar", "agent.jar", "-name", "my agent"],
        ["sh", "-c", "java -jar agent.jar -name 'my agent'"],
        ["jenkins-agent", "-name", "my agent"],
    ],
)
def test_a_command_of_the_pod_s_own_is_read(command: list[str]) -> None:
    (read,) = read_pod(deployment(command=command), "pod.json")
    assert (read.inputs.name, read.inputs.image) == ("my agent", "img")


def test_a_pod_that_starts_something_else_says_so() -> None:
    (read,) = read_pod(deployment(command=["sleep", "9"]), "pod.json")
    assert read.inputs.left_over == ("sleep",)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: &b {items: [*a, *a]}\n"
        + "".join(f"k{each}: &k{each} [{', '.join([f'*k{each - 1}' if each else '*b'] * 9)}]\n" for each in range(12)),
        "&a\nitems: [*a]\n",
        "spec: &a\n  template: {spec: *a}\n",
    ],
)
def test_aliases_do_not_make_a_pod_endless(text: str) -> None:
    with pytest.raises(CaptureError, match="got aliases"):
        read_pod(text, "pod.yaml")


def test_variables_do_not_make_a_pod_endless() -> None:
    names = "".join(f"    - {{name: A{each + 1}, value: {f'$(A{each})' * 10}}}\n" for each in range(12))
    text = f"containers:\n  - name: jnlp\n    env:\n    - {{name: A0, value: xxxxx}}\n{names}"
    with pytest.raises(CaptureError, match="characters in a value"):
        read_pod(text, "pod.yaml")


def test_an_alias_in_a_pod_is_followed() -> None:
    text = "x: &url http://j/\ncontainers:\n- name: jnlp\n  env:\n  - {name: JENKINS_URL, value: *url}\n"
    assert read_pod(text, "pod.yaml")[0].inputs.urls == ("http://j/",)


def test_a_pod_template_may_be_nothing_but_containers() -> None:
    (read,) = read_pod("containers: [{name: x, image: jenkins/jnlp-slave}, {name: y}]", "x")
    assert read.inputs.image == "jenkins/jnlp-slave"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "as YAML, got an error in line 1"),
        ("{", "as JSON"),
        ("kind: Service", "expected a pod with `containers`"),
        ("containers: [{name: a}, {name: b}]", "called 'jnlp', got a, b"),
        ("!!python/object:os.system {}", "as YAML"),
        ("x" * (limits.TEXT + 1), "at most"),
    ],
)
def test_what_is_no_pod_is_refused(text: str, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        read_pod(text, "pod.yaml")
