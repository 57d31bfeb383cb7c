"""Versions of remoting, Jenkins and Java as they are told: in a header, a jar's name, an image's tag."""

import re

from jnlpspy.model.inputs import AgentInputs

Version = tuple[int, ...]

NEEDED_JAVA = (((2, 545), 21), ((2, 463), 17), ((2, 357), 11), ((1, 609), 7))
"""The Java that an agent needs at least, by the first core that needs it, the newest first."""

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_JAVA = re.compile(r"Java/(?:1\.)?(\d+)")
_JAR = re.compile(r"remoting-(\d+(?:\.\d+)*)")
_TAG = re.compile(r":(\d+(?:\.\d+)*)(?:\.v[0-9a-f_]+)?(?:-\d+)?(?:-|$)")
_TAG_JAVA = re.compile(r"(?:jdk|jre|java|openjdk)-?(\d+)", re.IGNORECASE)


def read_version(text: str) -> Version | None:
    """Return the numbers that a version begins with."""
    match = _NUMBERS.match(text.strip())
    return None if match is None else tuple(map(int, match[0].split(".")[:4]))


def java_of_agent(user_agent: str) -> int | None:
    """Return the Java version in an agent's User-Agent header."""
    match = _JAVA.search(user_agent)
    return None if match is None else int(match[1])


def java_of_inputs(inputs: AgentInputs) -> int | None:
    """Return the Java version that an image's tag names."""
    match = _TAG_JAVA.search((inputs.image or "").rpartition(":")[2])
    return None if match is None else int(match[1])


def java_needed_by(core: str) -> int | None:
    """Return the Java version that agents of a Jenkins need at least."""
    version = read_version(core)
    return None if version is None else next((java for first, java in NEEDED_JAVA if version >= first), None)


def remoting_of(inputs: AgentInputs) -> Version | None:
    """Return remoting's version by the name of the jar or the image's tag."""
    jar = _JAR.search(inputs.jar or "")
    tag = _TAG.search(inputs.image or "")
    found = jar or tag
    return None if found is None else read_version(found[1])
