"""What the operator says they know, read from options: names and secrets, and what the agent was started with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jnlpspy.cli.options import read_agent_secrets, read_secret
from jnlpspy.errors import CaptureError
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

COMMENT = "#"

LONGEST_FILE = 1 << 20
"""Bytes of a file that says what an agent is started with; real ones have some thousands."""

LONGEST_SECRET = 4096
"""Characters of a file with a secret, which has 64."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known besides a capture."""

    known: Known
    inputs: tuple[InputsRead, ...] = ()
    """What the agent is started with, for rules that judge it before any packet."""

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """Secrets by name that may open what is encrypted with them: those expected, and the one that was given."""
        given = {self.known.name: self.known.secret} if self.known.name and self.known.secret else {}
        return {**self.known.secrets, **given}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where it stands what an agent is started with, besides our own options."""

    jnlp: Path | None = None
    command: str | None = None
    env_file: Path | None = None
    pod: Path | None = None


def gather_knowledge(
    *,
    name: str | None = None,
    secret: str | None = None,
    inventory: Path | None = None,
    agent_secrets: list[str] | None = None,
    sources: Sources = Sources(),
    jenkins_home: Path | None = None,
) -> Knowledge:
    """Return what options say.

    Raises:
        UsageError: a secret cannot be read, or a command starts no agent.
        CaptureError: a file cannot be read, or is not what it is meant to be.
    """
    from jnlpspy.inputs.gathering import effective_inputs

    expected: dict[str, Secret] = {}
    if jenkins_home is not None:
        from jnlpspy.jenkins_home import open_jenkins_home

        expected |= open_jenkins_home(jenkins_home).known().secrets
    expected |= read_inventory(inventory) if inventory is not None else {}
    expected |= read_agent_secrets(agent_secrets)
    given = None if secret is None else Secret(read_secret(secret))
    options = None
    if name is not None or given is not None:
        text = None if given is None else given.value
        options = AgentInputs(form=LauncherForm.OPTIONS, name=name, secret=given, secret_text=text)
    read = read_sources(options, sources)
    meant = effective_inputs(read)
    known = Known(secrets=expected, complete=jenkins_home is not None, name=meant.name, secret=meant.secret)
    return Knowledge(known, tuple(read))


def read_sources(options: AgentInputs | None, sources: Sources) -> list[InputsRead]:
    """Return what an agent is started with, a fact for each source.

    Raises:
        UsageError: the command starts no agent.
        CaptureError: a file cannot be read, or is not what it is meant to be.
    """
    from jnlpspy.inputs.gathering import Given, read_given

    given = Given(
        options=options,
        command=sources.command,
        jnlp=None if sources.jnlp is None else (sources.jnlp.name, _read(sources.jnlp, "a jnlp file")),
        env_file=None if sources.env_file is None else _read_text(sources.env_file, "a file of variables"),
        pod=None if sources.pod is None else _read_text(sources.pod, "a pod as YAML or JSON"),
    )
    return read_given(given, _open_secret)


def _open_secret(path: str) -> str | None:
    """Return what is in the file that an agent would read its secret from; None if it is not here."""
    try:
        with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read(LONGEST_SECRET)
    except OSError:
        return None


def _read(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
    except OSError as error:
        raise CaptureError(f"expected {what}, got {error.strerror or error}: {path}") from error
    if len(data) > LONGEST_FILE:
        raise CaptureError(f"expected {what} of at most {LONGEST_FILE:,} bytes, got more: {path}")
    return data


def _read_text(path: Path, what: str) -> tuple[str, str]:
    """Return a file's name and text."""
    try:
        return path.name, _read(path, what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptureError(f"expected {what} in UTF-8, got {error.reason} at byte {error.start}: {path}") from error


def read_inventory(path: Path) -> dict[str, Secret]:
    """Return secrets by name from lines `NAME SECRET`; a name may have spaces, empty and `#` lines are passed over.

    Raises:
        CaptureError: the file cannot be read, or a line is no such pair; no secret is in the message.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise CaptureError(f"expected an inventory, got {error.strerror or error}: {path}") from error
    except UnicodeDecodeError as error:
        raise CaptureError(
            f"expected an inventory in UTF-8, got {error.reason} at byte {error.start}: {path}"
        ) from error
    secrets: dict[str, Secret] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(COMMENT):
            continue
        words = line.strip().rsplit(maxsplit=1)
        if len(words) != len(("NAME", "SECRET")):
            raise CaptureError(f"{path}, line {number}: expected NAME SECRET, got one word")
        name, value = words
        if name in secrets and secrets[name].value != value:
            raise CaptureError(
                f"{path}, line {number}: expected one secret for each name, got a second one for {name!r}"
                f" (the first is in line {lines[name]})"
            )
        secrets[name] = Secret(value)
        lines[name] = number
    return secrets
