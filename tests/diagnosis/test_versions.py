"""Versions as they are told."""

import pytest

from jnlpspy.diagnosis.versions import (
    java_needed_by,
    java_of_agent,
    java_of_inputs,
    read_version,
    remoting_of,
)
from jnlpspy.model.inputs import AgentInputs, LauncherForm


@pytest.mark.parametrize(
    ("text", "version"),
    [("2.479.1", (2, 479, 1)), ("3355.v388858a_47b_33", (3355,)), ("2.545-SNAPSHOT", (2, 545)), ("?", None)],
)
def test_versions(text: str, version: tuple[int, ...] | None) -> None:
    assert read_version(text) == version


@pytest.mark.parametrize(
    ("text", "java"), [("Java/17.0.15", 17), ("Java/1.8.0_292", 8), ("curl/8", None), ("jenkins Java/21", 21)]
)
def test_java_of_an_agent(text: str, java: int | None) -> None:
    assert java_of_agent(text) == java


@pytest.mark.parametrize(
    ("core", "java"),
    [("2.190", 7), ("2.361.1", 11), ("2.462", 11), ("2.463", 17), ("2.545", 21), ("1.5", None), ("", None)],
)
def test_java_that_a_core_needs(core: str, java: int | None) -> None:
    assert java_needed_by(core) == java


@pytest.mark.parametrize(
    ("image", "jar", "java", "remoting"),
    [
        ("jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk17", None, 17, (3355,)),
        ("jenkins/inbound-agent:4.11-1-jdk11", None, 11, (4, 11)),
        ("jenkins/inbound-agent:latest-jdk21", None, 21, None),
        ("registry:5000/jenkins/inbound-agent", None, None, None),
        (None, "target/remoting-3.33.jar", None, (3, 33)),
        (None, "agent.jar", None, None),
    ],
)
def test_what_an_image_and_a_jar_tell(
    image: str | None, jar: str | None, java: int | None, remoting: tuple[int, ...] | None
) -> None:
    inputs = AgentInputs(form=LauncherForm.NAMED, image=image, jar=jar)
    assert (java_of_inputs(inputs), remoting_of(inputs)) == (java, remoting)
