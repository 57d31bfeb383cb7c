"""Failures of channels: who vanishes, who never answers, what cannot be loaded, read or taken."""

from dataclasses import replace
from typing import Final

from jnlpspy.javaser.building import java_class
from jnlpspy.remoting.throwables import LINKAGE_ERROR, SECURITY_EXCEPTION, UNSUPPORTED_CLASS_VERSION, java_throwable
from jnlpspy.simulate.class_files import callable_class
from jnlpspy.simulate.controller import ControllerConfig
from jnlpspy.simulate.scenario import Box, Hastens, Role, Scenario
from jnlpspy.simulate.script import (
    Blurt,
    CloseChannel,
    NeverAnswers,
    Part,
    Pause,
    Ping,
    Returns,
    RunCallable,
    Silence,
    Step,
    Throws,
    Vanish,
    WritePipe,
)
from jnlpspy.simulate.session import (
    AGENT_PART,
    ASK_VERSION,
    CLOSING_CONTROLLER_PART,
    CONTROLLER_PART,
    INITIALIZE,
    LAUNCH,
    OLD_REMOTING_VERSION,
    PING,
    SYSTEM_PROPERTIES,
)

_JAVA_21 = 65
"""Major version of class files that need Java 21."""

_BUILD: Final = RunCallable(LAUNCH, {"pwd": "/home/jenkins/workspace/app"})
_MANY: Final = [java_class(f"org.example.plugin.Step{number}") for number in range(1, 61)]


def _answering(**answers: Returns | Throws | NeverAnswers) -> Part:
    """Return the usual agent with some answers changed, named by the known callables below."""
    changed = {_NAMES[name]: answer for name, answer in answers.items()}
    return replace(AGENT_PART, answers={**AGENT_PART.answers, **changed})


_NAMES = {
    "version": ASK_VERSION.name,
    "build": LAUNCH.name,
    "ping": PING.of.name,
    "properties": SYSTEM_PROPERTIES.name,
}


def _taking_steps(config: ControllerConfig, *steps: Step, **changes: object) -> ControllerConfig:
    part = replace(CONTROLLER_PART, steps=steps, **changes)  # type: ignore[arg-type] # fields of Part
    return replace(config, part=part)


def _for_java_21(config: ControllerConfig) -> ControllerConfig:
    classes = {
        name: image[:6] + _JAVA_21.to_bytes(2, "big") + image[8:] for name, image in CONTROLLER_PART.classes.items()
    }
    return replace(config, part=replace(CLOSING_CONTROLLER_PART, classes=classes))


def _compiled_for_java_21(name: str) -> Throws:
    """Return what an agent with Java 17 answers to a class file of version 65."""
    why = (
        f"{name.replace('.', '/')} has been compiled by a more recent version of the Java Runtime (class file version"
        " 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0"
    )
    cause = java_throwable(UNSUPPORTED_CLASS_VERSION, why)
    return Throws(java_throwable(LINKAGE_ERROR, f"Failed to load {name}", cause))


SCENARIOS = (
    Scenario(
        name="ping-timed-out",
        happens="the agent's process hangs: it answers no ping, and the controller closes the channel",
        rule="ping-timed-out",
        shortened="2 s stand for 240 s",
        haste=120.0,
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), Pause(0.5), Ping(2.0, told=240.0)),
        agents=(Role(part=_answering(ping=NeverAnswers(first=(Silence(),)))),),
    ),
    Scenario(
        name="abrupt-close",
        happens="the controller ends the connection without closing the channel first",
        rule="abrupt-close",
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), Pause(0.3), Vanish()),
    ),
    Scenario(
        name="agent-vanished",
        happens="the agent is killed in the middle of a call",
        rule="agent-vanished",
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), _BUILD),
        agents=(Role(part=_answering(build=NeverAnswers(first=(Pause(0.3), Vanish())))),),
    ),
    Scenario(
        name="controller-vanished",
        happens="the controller is killed in the middle of a call",
        rule="controller-vanished",
        controller=lambda it: _taking_steps(
            it,
            RunCallable(ASK_VERSION),
            RunCallable(INITIALIZE),
            answers={
                "hudson.remoting.IChannel.waitForProperty": NeverAnswers(first=(Pause(0.3), Vanish())),
            },
        ),
    ),
    Scenario(
        name="stream-corrupted",
        happens="native code in the agent's process prints into the channel's stream",
        rule="stream-corrupted",
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), Pause(1.0), CloseChannel()),
        agents=(Role(part=replace(AGENT_PART, steps=(Pause(0.3), Blurt(b"corrupted double-linked list\n")))),),
    ),
    Scenario(
        name="stream-damaged",
        happens="a byte of a channel without TLS is turned over on the way",
        rule="stream-corrupted",
        controller=lambda it: replace(
            _taking_steps(it, RunCallable(ASK_VERSION), Pause(0.5), CloseChannel()), protocols=("JNLP2-connect", "Ping")
        ),
        before=Box(damages=900),
        agents=(Role(version=OLD_REMOTING_VERSION, hold=0.8),),
    ),
    Scenario(
        name="class-filter",
        happens="an object that the class filter does not let through is refused",
        rule="class-filter-rejection",
        agents=(
            Role(
                part=_answering(
                    properties=Throws(
                        java_throwable(
                            SECURITY_EXCEPTION,
                            "Rejected: org.example.plugin.Result; see https://www.jenkins.io/redirect/class-filter/",
                        )
                    )
                )
            ),
        ),
    ),
    Scenario(
        name="class-too-new",
        happens="the controller sends classes for Java 21 to an agent with Java 17",
        rule="class-version-too-new",
        controller=_for_java_21,
        agents=(Role(part=_answering(version=_compiled_for_java_21(ASK_VERSION.name))),),
    ),
    Scenario(
        name="unanswered-call",
        happens="the agent never answers a call, and closes the channel in the end",
        rule="unanswered-call",
        shortened="1 s stands for 5 minutes",
        haste=300.0,
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), _BUILD),
        agents=(Role(part=_answering(build=NeverAnswers()), hold=1.0),),
    ),
    Scenario(
        name="slow-class-loading",
        happens="an agent behind a slow line loads class after class before work starts",
        rule="slow-class-loading",
        shortened="some 3 s stand for a minute",
        haste=20.0,
        controller=lambda it: _taking_steps(
            it,
            *(RunCallable(each) for each in _MANY),
            CloseChannel(),
            classes={each.name: callable_class(each, Returns()) for each in _MANY},
        ),
        behind=Box(latency=0.008),
        agents=(Role(part=replace(AGENT_PART, answers={each.name: Returns() for each in _MANY})),),
    ),
    Scenario(
        name="pipe-stands-still",
        happens="the agent takes nothing of what is written to a pipe: its writer stands still",
        rule="pipe-window-exhausted",
        shortened="2 s stand for 2 minutes",
        haste=60.0,
        controller=lambda it: _taking_steps(it, RunCallable(ASK_VERSION), WritePipe(2 << 20)),
        agents=(Role(part=replace(AGENT_PART, takes_pipes=False), hold=2.0),),
    ),
    Scenario(
        name="mutual-wait",
        happens="at the start each side waits for the other: a call that waits for a call back that nobody answers",
        rule="unanswered-call",
        shortened="1 s stands for 5 minutes",
        haste=300.0,
        controller=lambda it: _taking_steps(
            it,
            RunCallable(ASK_VERSION),
            RunCallable(INITIALIZE),
            answers={"hudson.remoting.IChannel.waitForProperty": NeverAnswers()},
        ),
        agents=(Role(hold=1.0),),
    ),
    Scenario(
        name="startup-deadlock",
        happens="the agent locks itself up at its start: behind TLS it says nothing any more",
        rule="startup-deadlock",
        shortened="2 s stand for 30 s",
        haste=15.0,
        hastens=Hastens.HANDSHAKE,
        agents=(Role(protocol="JNLP4-connect", hangs=True),),
    ),
)
