"""The session simulated peers play unless told otherwise: what a Jenkins asks a new agent, and what that answers.

Mirrors hudson.slaves.SlaveComputer.setChannel, with a build's command that fails behind it.
"""

from typing import Final

from jnlpspy.javaser.building import java_class
from jnlpspy.remoting.classes import STRING
from jnlpspy.remoting.throwables import IO_EXCEPTION, StackElement, java_throwable
from jnlpspy.remoting.values import exported_proxy
from jnlpspy.simulate.class_files import callable_class
from jnlpspy.simulate.script import CloseChannel, InvokeMethod, Part, Returns, RunCallable, Throws
from jnlpspy.simulate.traces import RUNNING

REMOTING_VERSION: Final = "3355.v388858a_47b_33"
OLD_REMOTING_VERSION: Final = "3.20"
"""Of agents that speak the old protocols too, and do not heed the controller's minimum."""
"""What a simulated agent says it is."""

_CHANNEL: Final = "hudson.remoting.IChannel"
_JAR_LOADER_OID: Final = 3

ASK_VERSION: Final = java_class("hudson.slaves.SlaveComputer$SlaveVersion")
DETECT_OS: Final = java_class("hudson.slaves.SlaveComputer$DetectOS")
DETECT_CHARSET: Final = java_class("hudson.slaves.SlaveComputer$DetectDefaultCharset")
INITIALIZE: Final = java_class("hudson.slaves.SlaveComputer$SlaveInitializer")
SET_UP_PING: Final = java_class(
    "hudson.slaves.ChannelPinger$SetUpRemotePing",
    {"pingIntervalSeconds": "I", "pingTimeoutSeconds": "I"},
    suid=-2702219700841759872,
)
SYSTEM_PROPERTIES: Final = java_class("hudson.util.RemotingDiagnostics$GetSystemProperties")
LAUNCH: Final = java_class("hudson.Launcher$RemoteLaunchCallable", {"pwd": STRING})
KNOWN_CALLABLES: Final = {
    of.name: of for of in (ASK_VERSION, DETECT_OS, DETECT_CHARSET, INITIALIZE, SET_UP_PING, SYSTEM_PROPERTIES, LAUNCH)
}
"""By name."""

PING: Final = RunCallable(java_class("hudson.remoting.PingThread$Ping"))

_NO_SUCH_FILE: Final = "error=2, No such file or directory"
_NO_DOCKER: Final = java_throwable(
    IO_EXCEPTION,
    f'Cannot run program "docker" (in directory "/home/jenkins/workspace/app"): {_NO_SUCH_FILE}',
    java_throwable(IO_EXCEPTION, _NO_SUCH_FILE, trace=(StackElement("java.lang.ProcessImpl", "forkAndExec", -2),)),
    (
        StackElement("java.lang.ProcessBuilder", "start", 1143),
        StackElement("hudson.Proc$LocalProc", "<init>", 254),
        StackElement("hudson.Launcher$RemoteLaunchCallable", "call", 1379),
        *RUNNING,
    ),
)

AGENT_PART: Final = Part(
    answers={
        ASK_VERSION.name: Returns(REMOTING_VERSION),
        "hudson.slaves.SlaveComputer$CommunicationProtocol": Returns("JNLP4-connect"),
        DETECT_OS.name: Returns(value=True),
        DETECT_CHARSET.name: Returns("UTF-8"),
        INITIALIZE.name: Returns(
            first=(
                InvokeMethod(_CHANNEL, "waitForProperty", ("java.lang.Object",), ("hudson.remoting.JarLoader.ours",)),
            )
        ),
        "jenkins.slaves.StandardOutputSwapper$ChannelSwapper": Returns(value=False),
        SET_UP_PING.name: Returns(first=(PING,)),
        SYSTEM_PROPERTIES.name: Returns(
            {"os.name": "Linux", "os.arch": "amd64", "java.version": "17.0.15", "user.name": "jenkins"}
        ),
        LAUNCH.name: Throws(_NO_DOCKER),
    },
    loads_classes=True,
)
"""An agent on Linux that can do what a Jenkins needs to call it online, and has no docker."""

_CLASSES: Final = {
    of.name: callable_class(of, answer)
    for of in KNOWN_CALLABLES.values()
    if isinstance(answer := AGENT_PART.answers[of.name], Returns | Throws)
}

CONTROLLER_PART: Final = Part(
    steps=(
        RunCallable(ASK_VERSION),
        RunCallable(DETECT_OS),
        RunCallable(DETECT_CHARSET),
        RunCallable(INITIALIZE),
        RunCallable(SET_UP_PING, {"pingIntervalSeconds": 300, "pingTimeoutSeconds": 240}),
        RunCallable(SYSTEM_PROPERTIES),
        RunCallable(LAUNCH, {"pwd": "/home/jenkins/workspace/app"}),
        PING,
    ),
    classes=_CLASSES,
    answers={f"{_CHANNEL}.waitForProperty": Returns(exported_proxy("hudson.remoting.JarLoader", _JAR_LOADER_OID))},
)
"""A controller that asks what it always asks, and leaves the channel open.

The classes it gives make real agents answer as simulated ones do, but for the calls back.
"""

CLOSING_CONTROLLER_PART: Final = Part(
    (*CONTROLLER_PART.steps, CloseChannel()), CONTROLLER_PART.answers, CONTROLLER_PART.classes
)
"""The same, and then it closes the channel: the session of the demo."""
