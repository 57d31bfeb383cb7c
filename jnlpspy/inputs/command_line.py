"""The command that starts an agent, as an operator pastes it: `java -jar agent.jar ...`, `docker run ...`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jnlpspy.errors import UsageError
from jnlpspy.inputs.arguments import KNOWN, read_arguments
from jnlpspy.inputs.containers import RUN, ContainerRun, read_container_run
from jnlpspy.inputs.draft import Draft, shown_word
from jnlpspy.inputs.environment import inputs_of_variables
from jnlpspy.inputs.java import MAIN_CLASSES, read_java
from jnlpspy.inputs.quoting import split_commands, without_redirections
from jnlpspy.inputs.secret_files import with_secret
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm

COMMAND_LINE = "command line"

_JAVA = {"java", "javaw"}
_CONTAINER_TOOLS = {"docker", "podman", "nerdctl"}
_ENTRYPOINTS = {"jenkins-agent", "jenkins-slave", "jenkins-agent.ps1"}
_STARTED_WITHIN = re.compile(r"\bjavaw?(?:\.exe)?['\"]?\s.*\.jar\b", re.DOTALL)
"""A command in a word: `sh -c '...'`, `ssh HOST "..."`."""

_ASSIGNMENT = re.compile(r"(?:\$env:)?([A-Za-z_]\w*)=(.*)", re.DOTALL)


def read_command_line(text: str, source: str = COMMAND_LINE) -> list[InputsRead]:
    """Return the inputs of a command: one source, or two if variables of a container are set besides its arguments.

    Raises:
        UsageError: No agent is started by it.
    """
    written: dict[str, str] = {}
    variables: dict[str, str] = {}
    commands = split_commands(text, source)
    for words in commands:
        written.update(_echoed(words))
        command = without_redirections(words)
        found = list(_inputs_of(command, source, variables))
        if found:
            return [_filled(each, written) for each in found]
        variables.update(_assignments(command))
    first = next((shown_word(command[0]) for command in commands if command), "nothing")
    raise UsageError(
        f"{source}: expected `java -jar agent.jar ...`, `java ... {MAIN_CLASSES[0]} ...` or `docker run IMAGE ...`, "
        f"got a command that starts with {first[:40]!r}"
    )


def read_argument_list(words: Sequence[str], image: str | None = None) -> AgentInputs:
    """Return the inputs of arguments alone, as a container's entrypoint gets them."""
    draft = Draft(image=image)
    if image is not None and len(words) == 1 and not words[0].startswith("-"):
        draft.leave(words[0])  # the entrypoint runs a lone word as a command
        return draft.inputs(LauncherForm.NAMED)
    form = read_arguments(draft, words)
    return draft.inputs(form)


def _inputs_of(command: Sequence[str], source: str, variables: dict[str, str]) -> Iterator[InputsRead]:
    variables = variables | _assignments(command)
    for place, word in enumerate(command):
        program = re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")
        behind = command[place + 1 :]
        if program in _JAVA:
            yield from _of_java(behind, source, variables)
            return
        if program in _CONTAINER_TOOLS and RUN & set(behind):
            run = read_container_run(behind, source)
            yield from _of_container(run, source, variables)
            return
        if program in _ENTRYPOINTS:
            yield from _of_container(ContainerRun("", variables, behind), source, variables)
            return
        if _STARTED_WITHIN.search(word):
            yield from read_command_line(word, source)
            return
    if command and command[0].partition("=")[0] in KNOWN:
        yield InputsRead(source, read_argument_list(command))


def _of_java(words: Sequence[str], source: str, variables: dict[str, str]) -> Iterator[InputsRead]:
    inputs = read_java(words, source)
    if variables:
        around = inputs_of_variables(variables)
        inputs = replace(inputs, http_proxy=around.http_proxy, https_proxy=around.https_proxy, no_proxy=around.no_proxy)
    yield InputsRead(source, inputs)


def _of_container(run: ContainerRun, source: str, variables: dict[str, str]) -> Iterator[InputsRead]:
    if run.variables:
        values = {
            name: variables.get(name, f"${name}") if value is None else value for name, value in run.variables.items()
        }
        yield InputsRead(f"{source} (variables)", inputs_of_variables(values, run.image))
    words = list(run.arguments)
    inputs = read_java(words[1:], source, run.image) if words[:1] == ["java"] else read_argument_list(words, run.image)
    if words or not run.variables:
        yield InputsRead(
            f"{source} (arguments)" if run.variables else source,
            replace(inputs, options={**run.options, **inputs.options}),
        )


def _assignments(command: Sequence[str]) -> dict[str, str]:
    """Return the variables that are set in front of a command, or by it alone."""
    found = {}
    for word in command:
        match = _ASSIGNMENT.fullmatch(word)
        if match is not None:
            found[match[1]] = match[2]
        elif word.lower() not in {"export", "set", "env", "sudo", "exec", "nohup"}:
            break
    return found


def _echoed(command: Sequence[str]) -> dict[str, str]:
    """Return what `echo SECRET > FILE` writes, which is how the agent's page on the controller begins."""
    match list(command):
        case ["echo", text, ">" | "1>", path]:
            return {path: text}
        case ["echo", text, glued] if glued.startswith(">"):
            return {glued[1:]: text}
        case _:
            return {}


def _filled(read: InputsRead, written: dict[str, str]) -> InputsRead:
    text = written.get(read.inputs.secret_file or "")
    return read if text is None else replace(read, inputs=with_secret(read.inputs, text))
