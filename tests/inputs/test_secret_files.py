"""Secrets behind `@`."""

from jnlpspy.inputs.secret_files import with_secret
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

INPUTS = AgentInputs(form=LauncherForm.NAMED, secret_file="f")


def test_the_line_s_end_is_not_the_secret_s() -> None:
    inputs = with_secret(INPUTS, "abc\r\n")
    assert (inputs.secret, inputs.secret_text, inputs.left_over) == (Secret("abc"), "abc", ())


def test_blanks_stay_and_further_lines_are_arguments() -> None:
    inputs = with_secret(INPUTS, "abc \n\ndef\n")
    assert (inputs.secret, inputs.left_over) == (Secret("abc "), ("line 2 of the secret's file",))


def test_an_empty_file_is_an_empty_secret() -> None:
    assert with_secret(INPUTS, "").secret == Secret("")
