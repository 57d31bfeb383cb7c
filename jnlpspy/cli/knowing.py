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


def gather_knowledge(
    *,
    name: str | None = None,
    secret: str | None = None,
    inventory: Path | None = None,
    agent_secrets: list[str] | None = None,
) -> Knowledge:
    """Return what options say.

    Raises:
        UsageError: a secret cannot be read.
        CaptureError: the inventory cannot be read.
    """
    expected = read_inventory(inventory) if inventory is not None else {}
    expected |= read_agent_secrets(agent_secrets)
    given = None if secret is None else Secret(read_secret(secret))
    known = Known(secrets=expected, name=name, secret=given)
    if name is None and given is None:
        return Knowledge(known)
    inputs = AgentInputs(
        form=LauncherForm.OPTIONS, name=name, secret=given, secret_text=None if given is None else given.value
    )
    return Knowledge(known, (InputsRead("options", inputs),))


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
