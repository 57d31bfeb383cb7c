"""Stack traces of commands a simulated peer makes, shortened from those of remoting 3355 on Java 17.

Each is made once: `build_command` gives every command a copy of its own.
"""

from functools import cache
from typing import Final

from jnlpspy.model.java import JavaObject
from jnlpspy.model.tap import Side
from jnlpspy.remoting.throwables import StackElement, command_source, proxy_exception

_THREAD: Final = StackElement("java.lang.Thread", "run", 840)
_POOL: Final = (
    StackElement("java.util.concurrent.FutureTask", "run", 264),
    StackElement("java.util.concurrent.ThreadPoolExecutor", "runWorker", 1136),
    StackElement("java.util.concurrent.ThreadPoolExecutor$Worker", "run", 635),
    _THREAD,
)

_REQUEST: Final = (
    StackElement("hudson.remoting.Command", "<init>", 80),
    StackElement("hudson.remoting.Request", "<init>", 114),
    StackElement("hudson.remoting.Request", "<init>", 107),
)
_USER_REQUEST: Final = (
    *_REQUEST,
    StackElement("hudson.remoting.UserRequest", "<init>", 77),
    StackElement("hudson.remoting.Channel", "call", 1106),
)
_CALLERS: Final = {
    Side.CONTROLLER: (
        StackElement("hudson.slaves.SlaveComputer", "setChannel", 629),
        StackElement("jenkins.slaves.DefaultJnlpSlaveReceiver", "afterChannel", 169),
        _THREAD,
    ),
    Side.AGENT: (StackElement("hudson.remoting.RemoteInvocationHandler", "invoke", 306), *_POOL),
}
_RESPONSE: Final = (
    StackElement("hudson.remoting.Command", "<init>", 80),
    StackElement("hudson.remoting.Command", "<init>", 63),
    StackElement("hudson.remoting.Response", "<init>", 70),
    StackElement("hudson.remoting.Request$2", "run", 393),
    *_POOL,
)
_CLOSE: Final = (
    StackElement("hudson.remoting.Command", "<init>", 69),
    StackElement("hudson.remoting.Channel$CloseCommand", "<init>", 1424),
    StackElement("hudson.remoting.Channel", "close", 1603),
    StackElement("hudson.remoting.Channel", "close", 1567),
    _THREAD,
)
RUNNING: Final = (
    StackElement("hudson.remoting.UserRequest", "perform", 225),
    StackElement("hudson.remoting.UserRequest", "perform", 50),
    StackElement("hudson.remoting.Request$2", "run", 391),
    *_POOL,
)
"""Below whatever a Callable throws."""

_CALLING_BACK: Final = (StackElement("hudson.remoting.RemoteInvocationHandler", "invoke", 306), *RUNNING)


@cache
def user_request_source(side: Side, *, serving: bool = False) -> JavaObject:
    """Return where a side makes a UserRequest, by itself or while it serves a call."""
    return command_source((*_USER_REQUEST, *(_CALLING_BACK if serving else _CALLERS[side])))


@cache
def method_call_source(side: Side, *, serving: bool = False) -> JavaObject:
    """Return where a side makes the RPCRequest inside a UserRequest."""
    return command_source((*_REQUEST, *(_CALLING_BACK if serving else _CALLERS[side])))


@cache
def response_source() -> JavaObject:
    """Return where a Response is made."""
    return command_source(_RESPONSE)


def close_source(cause: JavaObject | None = None) -> JavaObject:
    """Return where a CloseCommand is made; without a cause that is null, not itself."""
    return command_source(_CLOSE, own_cause=False, cause=None if cause is None else proxy_exception(cause))
