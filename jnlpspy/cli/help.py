"""Help that fits a screen: what an option takes in a word, and how the environment sets options told once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter  # what typer.core's methods take; typer does not hand them out

_TAKES: Mapping[type, str] = {int: "N", float: "SECONDS", Path: "FILE"}
"""What options without words of their own take; every number with a point is a time."""

_TEXTS: Mapping[str, str] = {
    "http": "HOST:PORT",
    "listen": "HOST:PORT",
    "tunnel": "HOST:PORT",
    "url": "URL",
    "name": "NAME",
    "protocol": "PROTOCOL",
    "protocols": "PROTOCOLS",
    "disable": "PROTOCOLS",
}
"""What options of text take, by their names."""

_EXAMPLE = 78
"""Columns that an example has beside the indent."""

_AS_IT_STANDS = "\b\n"
"""What click wants before a paragraph that it must not wrap."""


class Command(TyperCommand):
    """A command whose help says of each option what it takes and what for, and no more."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: "Context | None" = None, **extra: object
    ) -> "Context":
        """Name arguments as help and messages do, before they are read."""
        for param in self.params:
            if isinstance(param, TyperArgument):
                param.metavar = param.metavar or param.name.upper()
        return super().make_context(info_name, args, parent, **extra)

    def format_help_text(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write what the command is for; its examples are not wrapped, for they are copied."""
        self.help = _keep_examples(self.help or "")
        super().format_help_text(ctx, formatter)

    def collect_usage_pieces(self, ctx: "Context") -> list[str]:
        """Return what stands behind the command's name in its usage."""
        arguments = [param for param in self.get_params(ctx) if isinstance(param, TyperArgument)]
        return ["[OPTIONS]", *(_usage_of(each) for each in arguments)]

    def format_options(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write arguments and options."""
        _format_options(self, ctx, formatter)
        named = next((each for each in self._shown(ctx) if not each.is_flag), None)
        if named is not None and ctx.auto_envvar_prefix:
            formatter.write_paragraph()
            long = _long_name(named)
            variable = f"{ctx.auto_envvar_prefix}_{long.removeprefix('--').replace('-', '_').upper()}"
            formatter.write_text(f"Options can be set in the environment too: {variable} for {long}.")

    def _shown(self, ctx: "Context") -> Iterator[TyperOption]:
        yield from (each for each in self.get_params(ctx) if isinstance(each, TyperOption) and not each.hidden)


class Group(TyperGroup):
    """A group of commands; its own few options need no variables named."""

    def format_options(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write options, then commands."""
        _format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)


def _format_options(command: TyperCommand | TyperGroup, ctx: "Context", formatter: "HelpFormatter") -> None:
    arguments, options = [], []
    for param in command.get_params(ctx):
        if isinstance(param, TyperArgument) and not param.hidden:
            arguments.append((param.metavar or param.name.upper(), param.help or ""))
        elif isinstance(param, TyperOption) and not param.hidden:
            options.append((_name_of(param, ctx), _words_of(param)))
    for title, rows in (("Arguments", arguments), ("Options", options)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _usage_of(argument: TyperArgument) -> str:
    name = argument.metavar or argument.name.upper()
    several = "..." if argument.nargs != 1 and not name.endswith("...") else ""
    return f"{name}{several}" if argument.required else f"[{name}]{several}"


def _name_of(option: TyperOption, ctx: "Context") -> str:
    """Return how an option is written; `--no-X` of what is off anyway goes without saying."""
    names = ", ".join(sorted(option.opts, key=len))
    if option.is_flag:
        off = [each for each in option.secondary_opts if option.default is None or not each.startswith("--no-")]
        return " / ".join([names, *off])
    return f"{names} {option.metavar or _taken_by(option, ctx)}"


def _taken_by(option: TyperOption, ctx: "Context") -> str:
    takes = option.type_descriptor
    if takes.is_choice:
        return option.display_type(ctx).strip("<>")
    return _TAKES.get(takes.annotation) or _TEXTS.get(option.name, "TEXT")


def _words_of(option: TyperOption) -> str:
    words = option.help or ""
    default = option.default
    if option.required:
        return f"{words}  [required]"
    if option.is_flag or default is None or callable(default):
        return words
    shown = getattr(default, "value", default)
    return f"{words}  [default: {f'{shown:g}' if isinstance(shown, float) else shown}]"


def _long_name(option: TyperOption) -> str:
    return max(option.opts, key=len)


def _keep_examples(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(f"{_AS_IT_STANDS}{each}" if _is_to_copy(each) else each for each in paragraphs)


def _is_to_copy(paragraph: str) -> bool:
    return paragraph.startswith("Example") and max(map(len, paragraph.splitlines())) <= _EXAMPLE
