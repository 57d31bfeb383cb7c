"""A pasted command as its words: quotes, line continuations and separators of shells, cmd and PowerShell."""

import re
import shlex
from collections.abc import Sequence

from jnlpspy.errors import UsageError
from jnlpspy.inputs import limits

_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n|\r?\n[ \t]*(?=-)")
r"""A line that ends in `\` (shells), `^` (cmd) or a backtick (PowerShell), or whose next begins with an option."""

_WINDOWS = re.compile(r"(?:^|[\s\"'=])[A-Za-z]:\\|\\[\w.-]+\.(?:exe|jar)\b|\.exe\b", re.IGNORECASE)
_DUPLICATED = re.compile(r"\d?>&\d|&(?=>)")
"""Redirections with an ampersand that separates no commands."""

_REDIRECTION = re.compile(r"\d?(?:>>?|<)(?P<target>[^<>]*)")


def split_commands(text: str, where: str) -> list[list[str]]:
    """Return the words of each command in a text; `where` names the text in messages.

    Raises:
        UsageError: A quote is never closed, or there is too much of it.
    """
    if len(text) > limits.TEXT:
        raise UsageError(f"{where}: expected a command of at most {limits.TEXT} characters, got {len(text)}")
    windows = _WINDOWS.search(text) is not None
    joined = _DUPLICATED.sub(" ", _CONTINUED.sub(" ", text))
    separators = "&|\n" if windows else ";&|\n"  # a class path has semicolons on Windows
    words = _words_of(joined, where, separators, windows=windows)
    if len(words) > limits.WORDS:
        raise UsageError(f"{where}: expected at most {limits.WORDS} words")
    commands: list[list[str]] = [[]]
    for word in words:
        if word and set(word) <= set(separators):
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def split_words(line: str, where: str) -> list[str]:
    """Return the words of a line, their quotes taken off.

    Raises:
        UsageError: A quote is never closed.
    """
    return _words_of(line, where, "", windows=False)


def without_redirections(words: Sequence[str]) -> list[str]:
    """Return a command's words without where its output goes."""
    kept = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        match = _REDIRECTION.fullmatch(word)
        if match is None:
            kept.append(word)
        elif not match["target"] and rest:
            rest.pop()
    return kept


def _words_of(text: str, where: str, separators: str, *, windows: bool) -> list[str]:
    """Return words and separators; on Windows a backslash is a part of a path."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=separators or False)
    lexer.whitespace_split = True
    lexer.whitespace = "".join(sign for sign in " \t\r\n" if sign not in separators)
    lexer.commenters = ""
    if windows:
        lexer.escape = ""
    try:
        return list(lexer)
    except ValueError as error:
        # The text is not repeated: it holds the secret.
        raise UsageError(f"{where}: expected every quote to be closed, got one that is not ({error})") from None
