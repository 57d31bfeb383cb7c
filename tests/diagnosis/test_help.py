"""A rule's docstring reads back as its help, and one with a section missing is refused."""

import pytest

from jnlpspy.diagnosis.help import HEADINGS, read_help

DOCSTRING = """The port answers
with cheese.

What it means: somebody put cheese
on the port.
Usual causes:
- a mouse
- a cat that is
  afraid of mice
What to do:
- eat it
What is printed:
- agent: `cheese`
Where it was seen:
- nowhere
"""


def test_sections_are_read_and_wrapped_lines_joined() -> None:
    text = read_help("cheese", DOCSTRING)
    assert (text.name, text.title) == ("cheese", "The port answers with cheese")
    assert text.meaning == "somebody put cheese on the port."
    assert text.causes == ("a mouse", "a cat that is afraid of mice")
    assert (text.advice, text.printed, text.seen) == (("eat it",), ("agent: `cheese`",), ("nowhere",))


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_section_that_is_missing_is_named(heading: str) -> None:
    with pytest.raises(ValueError, match=r"cheese: expected the sections What it means, .*, got"):
        read_help("cheese", DOCSTRING.replace(f"{heading}:", "Something else:"))


def test_an_empty_section_and_one_out_of_turn_are_refused() -> None:
    with pytest.raises(ValueError, match="expected the sections"):
        read_help("cheese", DOCSTRING.replace("- eat it\n", ""))
    swapped = DOCSTRING.replace("Usual causes", "?").replace("What to do", "Usual causes").replace("?", "What to do")
    with pytest.raises(ValueError, match="got What it means, What to do, Usual causes"):
        read_help("cheese", swapped)
    with pytest.raises(ValueError, match="got none"):
        read_help("cheese", "Only a title.")
