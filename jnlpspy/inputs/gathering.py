"""All that an operator gave about one agent, read in one go and in the order in which it is compared."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from jnlpspy.inputs.command_line import read_command_line
from jnlpspy.inputs.environment import read_env_file
from jnlpspy.inputs.jnlp_file import read_jnlp
from jnlpspy.inputs.pod import read_pod
from jnlpspy.inputs.secret_files import with_secret
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

OPTIONS = "options"

_WEIGHT = {LauncherForm.OPTIONS: 0, LauncherForm.ENVIRONMENT: 2, LauncherForm.JNLP_FILE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given, files as their name and what is in them."""

    options: AgentInputs | None = None
    """What jnlpspy itself was told."""
    command: str | None = field(default=None, repr=False)
    jnlp: tuple[str, bytes] | None = field(default=None, repr=False)
    env_file: tuple[str, str] | None = field(default=None, repr=False)
    pod: tuple[str, str] | None = field(default=None, repr=False)


def read_given(given: Given, open_secret: Callable[[str], str | None] = lambda _: None) -> list[InputsRead]:
    """Return the inputs in what was given, a fact for each source.

    `open_secret` returns what is in the file behind `@`, or None if it is not to be had.

    Raises:
        UsageError: The command starts no agent.
        CaptureError: A file is not what it is meant to be.
    """
    read = [] if given.options is None else [InputsRead(OPTIONS, given.options)]
    if given.command is not None:
        read += read_command_line(given.command)
    if given.env_file is not None:
        name, text = given.env_file
        read.append(read_env_file(text, name, by_docker=any("--env-file" in each.inputs.options for each in read)))
    if given.pod is not None:
        name, text = given.pod
        read += read_pod(text, name)
    read = [_with_file(each, open_secret) for each in read]
    if given.jnlp is not None:
        name, data = given.jnlp
        read.append(read_jnlp(data, name, secret_of(read)))
    return read


def effective_inputs(read: Sequence[InputsRead]) -> AgentInputs:
    """Return what an agent would go by: a source's inputs, and those of the next where it has none.

    What jnlpspy itself was told comes first, then arguments, a container's variables, and the jnlp file last.
    """
    if not read:
        return AgentInputs(form=LauncherForm.OPTIONS)
    in_order = sorted(read, key=lambda each: _WEIGHT.get(each.inputs.form, 1))
    return reduce(lambda over, under: over.laid_over(under), (each.inputs for each in in_order))


def secret_of(read: Iterable[InputsRead]) -> Secret | None:
    """Return the first secret that was given."""
    return next((each.inputs.secret for each in read if each.inputs.secret is not None), None)


def _with_file(read: InputsRead, open_secret: Callable[[str], str | None]) -> InputsRead:
    path = read.inputs.secret_file
    if path is None or read.inputs.secret is not None:
        return read
    text = open_secret(path)
    return read if text is None else replace(read, inputs=with_secret(read.inputs, text))
