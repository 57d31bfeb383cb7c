"""The console everything is printed on."""

from rich.console import Console

from jnlpspy.view.theme import THEME


class Screen(Console):
    """A console with our theme, that takes nothing in a text for markup."""

    def __init__(self, *, force_terminal: bool | None = None) -> None:
        super().__init__(theme=THEME, force_terminal=force_terminal, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Let the error of a reader that went away pass; rich would end the program as if it had failed."""
        raise BrokenPipeError
