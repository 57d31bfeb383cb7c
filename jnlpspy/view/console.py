"""A rich console that leaves it to its caller what a closed pipe means."""

from rich.console import Console


class PipedConsole(Console):
    """Raises BrokenPipeError where rich would end the program by itself."""

    def on_broken_pipe(self) -> None:
        """Say again what rich has just caught."""
        raise BrokenPipeError
