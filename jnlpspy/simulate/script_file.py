"""Scripts of simulated peers as TOML files: what a peer does by itself, what it answers, what it gives."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from jnlpspy.errors import CaptureError
from jnlpspy.javaser.building import java_class
from jnlpspy.model.java import JavaClass, JavaObject, JavaValue
from jnlpspy.remoting.classes import STRING
from jnlpspy.remoting.throwables import EXCEPTION, KNOWN_THROWABLES, java_throwable
from jnlpspy.simulate.class_files import callable_class
from jnlpspy.simulate.script import (
    Answer,
    Blurt,
    CloseChannel,
    CloseFrame,
    Drains,
    Fills,
    InvokeMethod,
    LoadClass,
    NeverAnswers,
    Part,
    Pause,
    Ping,
    ReadPipe,
    Returns,
    RunCallable,
    Silence,
    Step,
    Throws,
    Vanish,
    WritePipe,
)
from jnlpspy.simulate.session import KNOWN_CALLABLES
from jnlpspy.simulate.toml_table import Table

MOST_FILE: Final = 1 << 20
"""Bytes of a script."""

MOST_STEPS: Final = 10_000
MOST_CLASS: Final = 16 << 20
"""Bytes of a class file or a resource."""

MOST_PIPE: Final = 1 << 30
"""Bytes through one pipe, which nobody keeps."""

MOST_SECONDS: Final = 86_400.0
PING_TIMEOUT: Final = 240.0
"""Seconds a ping has, as remoting's own."""

CLOSE_CODES: Final = range(1000, 5000)
MOST_REASON: Final = 123
"""Bytes of the reason in a close frame (RFC 6455, section 5.5)."""

_INTS: Final = range(-(1 << 31), 1 << 31)
_CAUSES: Final = 20


def read_script(path: Path, base: Part) -> Part:
    """Return the part a script tells: its steps, and its answers and classes beside those of `base`.

    Raises:
        CaptureError: It cannot be read, or says what no script can; names file, key, what was expected and what came.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_FILE else b""
        if not data:
            raise CaptureError(f"{path}: expected a script of 1 to {MOST_FILE} bytes, got {path.stat().st_size}")
        told = tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaptureError(f"{path}: expected a readable script in TOML, got: {error}") from error
    top = Table(str(path), told)
    steps = tuple(each for table in top.tables("step") for each in _read_step(table))
    if len(steps) > MOST_STEPS:
        raise CaptureError(f"{path}: step: expected at most {MOST_STEPS} steps, got {len(steps)}")
    answers = dict(_read_answer(table) for table in top.tables("answer"))
    classes, resources = top.table("classes"), top.table("resources")
    part = replace(
        base,
        steps=steps,
        answers={**base.answers, **answers},
        classes={**base.classes, **{name: _read_class(classes, name, path.parent) for name in classes.names()}},
        resources={name: _read_file(resources, name, path.parent) for name in resources.names()},
        takes_pipes=top.flag("takes_pipes", default=True),
    )
    for table in (classes, resources, top):
        table.finish()
    return part


def _read_step(table: Table) -> tuple[Step, ...]:
    kind = table.one_of(_STEPS)
    step = _STEPS[kind](table)
    times = table.whole("repeat", range(1, MOST_STEPS + 1), default=1)
    table.finish()
    return (step,) * times


def _call(table: Table) -> Step:
    name = table.text("call")
    fields = table.values("fields")
    signatures = {key: _signature(value) for key, value in fields.items()} | table.texts("signatures")
    suid = table.whole("suid", range(-(1 << 63), 1 << 63), default=1)
    known = KNOWN_CALLABLES.get(name)
    if known is not None and fields.keys() <= {each.name for each in known.fields}:
        return RunCallable(known, fields)
    return RunCallable(java_class(name, signatures, suid=suid), fields)


def _invoke(table: Table) -> Step:
    interface, dot, method = table.text("invoke").rpartition(".")
    if not dot:
        raise table.problem("invoke", "Interface.method", method)
    return InvokeMethod(
        interface,
        method,
        tuple(table.text_list("types")),
        tuple(table.value_list("arguments")),
        table.whole("object", _INTS, default=1),
        in_user_request=not table.flag("plain", default=False),
    )


def _close(table: Table) -> Step:
    if table.is_flag("close"):
        table.flag("close", default=True)
        return CloseChannel()
    return CloseChannel(_read_throwable(table.table("close")))


def _vanish(table: Table) -> Step:
    return Vanish(reset=table.choice("vanish", ("fin", "reset")) == "reset")


def _close_frame(table: Table) -> Step:
    code = table.whole("close_frame", CLOSE_CODES)
    reason = table.text("reason") if table.has("reason") else ""
    if len(reason.encode()) > MOST_REASON:
        raise table.problem("reason", f"at most {MOST_REASON} bytes", f"{len(reason.encode())}")
    return CloseFrame(code, reason)


def _silence(table: Table) -> Step:
    if table.is_flag("silence"):
        table.flag("silence", default=True)
        return Silence()
    return Silence(_seconds(table, "silence"))


def _ping(table: Table) -> Step:
    if table.is_flag("ping"):
        table.flag("ping", default=True)
        return Ping(PING_TIMEOUT)
    return Ping(_seconds(table, "ping"))


def _seconds(table: Table, key: str) -> float:
    return table.number(key, 0.0, MOST_SECONDS)


def _size(table: Table, key: str) -> int:
    return table.whole(key, range(MOST_PIPE + 1))


_STEPS: Final[Mapping[str, Callable[[Table], Step]]] = {
    "call": _call,
    "invoke": _invoke,
    "load_class": lambda table: LoadClass(table.text("load_class")),
    "load_resource": lambda table: LoadClass(table.text("load_resource"), is_resource=True),
    "write_pipe": lambda table: WritePipe(_size(table, "write_pipe")),
    "read_pipe": lambda table: ReadPipe(_size(table, "read_pipe")),
    "ping": _ping,
    "pause": lambda table: Pause(_seconds(table, "pause")),
    "silence": _silence,
    "blurt": lambda table: Blurt(table.text("blurt").encode()),
    "vanish": _vanish,
    "close_frame": _close_frame,
    "close": _close,
}
"""Steps by the key that tells them."""


def _read_answer(table: Table) -> tuple[str, Answer]:
    called = table.text("to")
    delay = table.number("delay", 0.0, MOST_SECONDS, default=0.0)
    answer = _ANSWERS[table.one_of(_ANSWERS)](table)
    table.finish()
    return called, replace(answer, first=(Pause(delay),)) if delay else answer


def _never(table: Table) -> Answer:
    if not table.flag("never", default=True):
        raise table.problem("never", "true", "false")
    return NeverAnswers()


def _drains(table: Table) -> Answer:
    if not table.flag("drains", default=True):
        raise table.problem("drains", "true", "false")
    return Drains()


_ANSWERS: Final[Mapping[str, Callable[[Table], Answer]]] = {
    "returns": lambda table: Returns(table.value("returns")),
    "throws": lambda table: Throws(_read_throwable(table.table("throws"))),
    "never": _never,
    "drains": _drains,
    "fills": lambda table: Fills(_size(table, "fills")),
}
"""Answers by the key that tells them; a method of an object that returns nothing returns null."""


def _read_throwable(table: Table, depth: int = 0) -> JavaObject:
    name = table.text("class")
    message = table.text("message") if table.has("message") else None
    suid = table.whole("suid", range(-(1 << 63), 1 << 63), default=1)
    if depth >= _CAUSES:
        raise table.problem("cause", f"at most {_CAUSES} causes", "more")
    cause = _read_throwable(table.table("cause"), depth + 1) if table.has("cause") else None
    table.finish()
    known: JavaClass = KNOWN_THROWABLES.get(name) or java_class(name, suid=suid, superclass=EXCEPTION)
    return java_throwable(known, message, cause)


def _read_class(classes: Table, name: str, folder: Path) -> bytes:
    if not classes.is_table(name):
        return _read_file(classes, name, folder)
    table = classes.table(name)
    suid = table.whole("suid", range(-(1 << 63), 1 << 63), default=1)
    kind = table.one_of(("returns", "throws"))
    answer = Returns(table.value(kind)) if kind == "returns" else Throws(_read_throwable(table.table(kind)))
    table.finish()
    try:
        return callable_class(KNOWN_CALLABLES.get(name) or java_class(name, suid=suid), answer)
    except ValueError as error:
        raise classes.problem(name, "texts, whole numbers, true, false or tables of these", "something else") from error


def _read_file(table: Table, name: str, folder: Path) -> bytes:
    path = folder / table.text(name)
    try:
        size = path.stat().st_size
        if size > MOST_CLASS:
            raise table.problem(name, f"a file of at most {MOST_CLASS} bytes", f"{size} in {path}")
        return path.read_bytes()
    except OSError as error:
        raise table.problem(name, "a readable file", str(error)) from error


def _signature(value: JavaValue) -> str:
    match value:
        case bool():
            return "Z"
        case int():
            return "I" if value in _INTS else "J"
        case float():
            return "D"
        case _:
            return STRING
