"""A pasted command as its words: quotes, line continuations and separators of shells, cmd and PowerShell."""

import re
import shlex
from collections.abc import Iterator

from jnlpspy.errors import UsageError
from jnlpspy.inputs import limits

_CONTINUED = re.compile(r"[ \t]*[\\^`][ \t]*\r?\n|\r?\n[ \t]*(?=-)")
r"""A line that ends in `\` (shells), `^` (cmd) or a backtick (PowerShell), or whose next begins with an option."""

_SEPARATORS = re.compile(r"(?:;|&&)\s*(?=\S*java(?:w)?(?:\.exe)?\s)|\r?\n")
_WINDOWS = re.compile(r"(?:^|[\s\"'=])[A-Za-z]:\\|\\[\w.-]+\.(?:exe|jar)\b|\.exe\b", re.IGNORECASE)
_ENDS = (";", "&&", "||", "|", "&")


def split_commands(text: str, where: str) -> list[list[str]]:
    """Return the words of each command in a text; `where` names the text in messages.

    Raises:
        UsageError: A quote is never closed, or there is too much of it.
    """
    if len(text) > limits.TEXT:
        raise UsageError(f"{where}: expected a command of at most {limits.TEXT} characters, got {len(text)}")
    windows = _WINDOWS.search(text) is not None
    lines = _SEPARATORS.split(_CONTINUED.sub(" ", text))
    commands = [command for line in lines for command in _commands_of(split_words(line, where, windows=windows))]
    if sum(map(len, commands)) > limits.WORDS:
        raise UsageError(f"{where}: expected at most {limits.WORDS} words")
    return commands


def split_words(line: str, where: str, *, windows: bool = False) -> list[str]:
    """Return the words of a line, their quotes taken off; on Windows a backslash is a part of a path."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if windows:
        lexer.escape = ""
    try:
        return list(lexer)
    except ValueError as error:
        # The text is not repeated: it holds the secret.
        raise UsageError(f"{where}: expected every quote to be closed, got one that is not ({error})") from None


def _commands_of(words: list[str]) -> Iterator[list[str]]:
    command: list[str] = []
    for word in words:
        if word in _ENDS or (word.endswith(";") and len(word) > 1):
            yield [*command, word[:-1]] if word not in _ENDS else command
            command = []
        else:
            command.append(word)
    if command:
        yield command
