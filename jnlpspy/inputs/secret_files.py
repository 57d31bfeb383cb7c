"""A secret that stands in a file: the readers say which, whoever reads it fills it in."""

from dataclasses import replace

from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.secret import Secret


def with_secret(inputs: AgentInputs, text: str) -> AgentInputs:
    """Return inputs whose `secret_file` holds this text; the launcher takes each line as an argument of its own."""
    lines = text.splitlines()
    first = lines[0] if lines else ""
    behind = [line for line in lines[1:] if line.strip()]
    return replace(
        inputs,
        secret=Secret(first),
        secret_text=text.removesuffix("\n").removesuffix("\r") if not behind else first,
        left_over=(*inputs.left_over, *(f"line {number} of the secret's file" for number, _ in enumerate(behind, 2))),
    )
