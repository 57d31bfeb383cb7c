"""Names what stands in any text of a log: hex, Java versions, exit codes, exceptions, addresses; and hides secrets."""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.first_bytes import NamedBytes, name_hex
from jnlpspy.model.secret import Secret

JAVA_1 = 44
"""What a class file's version is above the Java version that it needs."""

_EXITS = {
    0: "it ended by itself, without an error of its own",
    1: "Java ended with an exception, or the arguments were wrong",
    126: "the program may not be run",
    127: "the program was not found",
    130: "interrupted (SIGINT)",
    134: "aborted (SIGABRT): a crash of Java or of native code",
    137: "killed (SIGKILL): mostly out of memory, or a stop that took too long",
    139: "crashed (SIGSEGV)",
    143: "told to stop (SIGTERM): a shutdown, an eviction, a restart",
    255: "remoting gave up (up to 4.14: handshake or discovery failed)",
}

_SECRET = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9A-F]{64})(?![0-9A-Za-z])")
_NAMED_SECRET = re.compile(
    r"((?:Secret-Key|JENKINS_SECRET|-secret|[Cc]ookie)\\?[\"']?[ =:]{1,3}\\?[\"']?)(?![-@])([^\s\"',}\\]{4,200})"
)
_PASSWORD = re.compile(
    r"((?:-(?:jnlpC|proxyC|c)redentials|-auth)\\?[\"']?[ =]{1,3}\\?[\"']?[^\s\"':]{1,200}:"
    r"|[Aa]uthorization: ?(?:Basic|Bearer) |[Pp]assw(?:or)?d\\?[\"']?[=:] ?\\?[\"']?"
    r"|://[^/@\s:]{0,200}:(?=[^/@\s]{1,200}@))([^\s\"',}\\@]{1,200})"
)
_HEX = re.compile(r"\b0x([0-9a-fA-F]{4,128})\b|\bheader: ([0-9A-Fa-f]{8})\b|^((?:[0-9a-fA-F]{2} ?){4,64})$")
_EXCEPTION = re.compile(r"\b(?:[a-z][\w$]{0,40}\.){1,10}([A-Z][\w$]{0,80}(?:Exception|Error|Throwable))\b")
_PORT = re.compile(r"(?<![\w.])([A-Za-z0-9][\w.-]{0,200}):([0-9]{2,5})(?![\w:])")
_EXIT = re.compile(r"\b[Ee]xit(?:ed)?(?: with)?(?: (?:status|code))?[ :=(]{1,3}([0-9]{1,3})\b")
_CLASS_FILE = re.compile(r"\bclass file versions?(?: up to)? ([0-9]{2,3})\.[0-9]")


def hide_secrets(text: str) -> str:
    """Return text with what looks like a secret replaced by its fingerprint, and passwords starred out."""
    text = _PASSWORD.sub(r"\1***", text)
    named = _NAMED_SECRET.sub(lambda found: f"{found[1]}{_fingerprint(found[2])}", text)
    return _SECRET.sub(lambda found: _fingerprint(found[0]), named)


def java_of(version: int) -> str:
    """Return the Java that a class file of this version needs."""
    return f"Java {version - JAVA_1}" if version > JAVA_1 else f"class file version {version}"


def describe_exit(code: int) -> str:
    """Return what an exit code of an agent's process means."""
    if code in _EXITS:
        return _EXITS[code]
    return f"ended by signal {code - 128}" if 128 < code < 160 else "a code that remoting does not use"


def bytes_in(text: str) -> Iterator[NamedBytes]:
    """Yield what the hex in a text is."""
    for found in _HEX.finditer(text):
        named = name_hex(found[1] or found[2] or found[3])
        if named is not None:
            yield named


def recognised_in(text: str) -> Iterator[str]:
    """Yield, in words, what else is known of in a text: Java versions, exit codes, exceptions, addresses."""
    for found in _CLASS_FILE.finditer(text):
        yield f"class file version {found[1]}: {java_of(int(found[1]))}"
    for found in _EXIT.finditer(text):
        yield f"exit code {found[1]}: {describe_exit(int(found[1]))}"
    for found in _EXCEPTION.finditer(text):
        yield f"a Java exception: {found[1]}"
    for found in _PORT.finditer(text):
        if 0 < int(found[2]) < 65536 and not found[1].isdigit():
            yield f"host {found[1]}, port {found[2]}"


def _fingerprint(value: str) -> str:
    return value if value.startswith("secret:") else Secret(value).fingerprint
