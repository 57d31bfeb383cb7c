"""A `docker run` command: the image, the variables it sets and the arguments for the image's entrypoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jnlpspy.errors import UsageError

RUN = {"run", "create"}

_BARE = {
    "--detach",
    "--init",
    "--interactive",
    "--tty",
    "--rm",
    "--privileged",
    "--publish-all",
    "--read-only",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--disable-content-trust",
    "--sig-proxy",
    "--quiet",
    "--replace",
    "--tls-verify",
}
"""Options of docker and podman without a value; all others take the next word."""

_BARE_LETTERS = set("ditPq")
_TOLD = {"--network": "--network", "--net": "--network", "--env-file": "--env-file", "--entrypoint": "--entrypoint"}
"""Options that decide what an agent gets, kept under one spelling."""


@dataclass(frozen=True, slots=True)
class ContainerRun:
    """A container as it is started."""

    image: str
    variables: Mapping[str, str | None] = field(repr=False)
    """With None as value: taken over from the environment of docker itself."""
    arguments: Sequence[str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of docker that matter to an agent."""


def read_container_run(words: Sequence[str], source: str) -> ContainerRun:
    """Return what `docker run` starts; `words` begin behind `docker`, and `run` is one of them.

    Raises:
        UsageError: It names no image.
    """
    verb = next(place for place, word in enumerate(words) if word in RUN)
    variables: dict[str, str | None] = {}
    options: dict[str, str] = {}
    rest = list(reversed(words[verb + 1 :]))
    while rest:
        word = rest.pop()
        if not word.startswith("-"):
            return ContainerRun(word, variables, rest[::-1], options)
        option, equals, value = _split(word)
        if not equals and not _is_bare(option) and rest:
            value = rest.pop()
        if option in {"-e", "--env"}:
            name, given, text = value.partition("=")
            variables[name] = text if given else None
        elif option in _TOLD:
            options[_TOLD[option]] = value
    raise UsageError(f"{source}: expected an image behind the options of `docker run`, got none")


def _split(word: str) -> tuple[str, bool, str]:
    """Return an option, whether its value is glued to it, and the value."""
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        return option, bool(equals), value
    if word[:2] == "-e" and len(word) > 2:
        return "-e", True, word[2:].removeprefix("=")
    return word, False, ""


def _is_bare(option: str) -> bool:
    if option.startswith("--"):
        return option in _BARE
    return set(option[1:]) <= _BARE_LETTERS
