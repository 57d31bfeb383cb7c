"""What stands behind `java`: its own options, the jar or main class, and the launcher's arguments."""

import re
from collections.abc import Sequence

from jnlpspy.errors import UsageError
from jnlpspy.inputs.arguments import read_arguments
from jnlpspy.inputs.draft import Draft, shown_word
from jnlpspy.model.inputs import AgentInputs, LauncherForm

MAIN_CLASSES = ("hudson.remoting.jnlp.Main", "hudson.remoting.Launcher")

_CLASS_PATH = {"-cp", "-classpath", "--class-path"}
_VALUED = {
    *_CLASS_PATH,
    "-p",
    "--module-path",
    "--upgrade-module-path",
    "--add-modules",
    "--add-exports",
    "--add-opens",
    "--add-reads",
    "--patch-module",
    "--enable-native-access",
}
_SWARM_JAR = re.compile(r"swarm[^/\\]*\.jar$")
_AGENT_JAR = re.compile(r"(?:.*[/\\])?((?:agent|slave|remoting)[^/\\:;]*\.jar)", re.IGNORECASE)


def read_java(words: Sequence[str], source: str, image: str | None = None) -> AgentInputs:
    """Return the inputs of a java command, without the word `java`.

    Raises:
        UsageError: It starts something else.
    """
    draft = Draft(image=image)
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word.startswith("-D"):
            name, _, value = word[2:].partition("=")
            draft.set_property(name, value)
        elif draft.is_kept_elsewhere("options of java", word):
            pass
        elif word == "-jar":
            draft.jar = rest.pop() if rest else None
            _refuse_swarm(draft.jar, source)
            return draft.inputs(read_arguments(draft, rest[::-1]))
        elif word in _CLASS_PATH and rest:
            draft.jar = _jar_in(rest.pop())
        elif word in _VALUED and rest:
            rest.pop()
        elif not word.startswith("-"):
            return _of_class(draft, word, rest[::-1], source)
    raise UsageError(f"{source}: expected `-jar agent.jar` or a main class behind `java`, got neither")


def read_java_options(draft: Draft, words: Sequence[str]) -> None:
    """Take the system properties of options for java that come in a variable."""
    for word in words:
        if word.startswith("-D"):
            name, _, value = word[2:].partition("=")
            draft.set_property(name, value)


def _refuse_swarm(jar: str | None, source: str) -> None:
    if jar is not None and _SWARM_JAR.search(jar):
        raise UsageError(f"{source}: expected agent.jar, got the Swarm plugin's, which takes options of its own")


def _of_class(draft: Draft, name: str, arguments: Sequence[str], source: str) -> AgentInputs:
    if name not in MAIN_CLASSES:
        raise UsageError(
            f"{source}: expected the main class {' or '.join(MAIN_CLASSES)}, got {shown_word(name)[:80]!r}"
        )
    form = read_arguments(draft, arguments)
    return draft.inputs(LauncherForm.MAIN_CLASS if name == MAIN_CLASSES[0] else form)


def _jar_in(class_path: str) -> str | None:
    """Return the agent's jar of a class path, by its name; the first if none has such a name."""
    jars = re.split(r";|:(?![\\/])", class_path)
    return next((jar for jar in jars if _AGENT_JAR.fullmatch(jar)), jars[0])
