"""Inputs keep a secret as it was written, and never print it."""

from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret


def test_inputs_print_no_secret() -> None:
    inputs = AgentInputs(form=LauncherForm.NAMED, name="a1", secret=Secret("s3cret"), secret_text="'s3cret'\n")
    assert "s3cret" not in repr(inputs)
    assert inputs.secret_text == "'s3cret'\n"


def test_inputs_that_were_not_given_are_empty() -> None:
    inputs = AgentInputs(form=LauncherForm.OPTIONS)
    assert (inputs.urls, inputs.name, inputs.secret, inputs.secret_text, inputs.tunnel) == ((), None, None, None, None)
    assert (dict(inputs.options), dict(inputs.properties), inputs.repeated) == ({}, {}, ())
